/** `web`, `access`, and the logins of users. */

import { z } from 'zod';
import { count, entryName, hidden, listOf, reference, secret, text, textLike, url } from '../config/fields.ts';

const role = z.enum(['agent', 'supervisor', 'auditor', 'admin']);
const roles = listOf(role)
  .min(1)
  .default(['agent'])
  .describe('what the user may do: agent, supervisor, auditor, admin');
const hash = hidden();

const loopback = /^(?:127\.\d{1,3}\.\d{1,3}\.\d{1,3}|localhost|\[::1\]):(\d{1,5})$/;

const listen = z
  .string()
  .superRefine((value, context) => {
    const isAddress =
      /^(?:\[[0-9A-Fa-f:.]+\]|[^\s:[\]]+):\d{1,5}$/.test(value) &&
      Number(value.slice(value.lastIndexOf(':') + 1)) <= 65_535;
    if (!isAddress) context.addIssue('must be an address and a port | such as 127.0.0.1:8080');
    else if (!loopback.test(value))
      context.addIssue('must be a loopback address until there are logins | such as 127.0.0.1:8080');
  })
  .default('127.0.0.1:8080')
  .describe('where the web client is served; a loopback address until there are logins');

export const webSlice = z
  .strictObject({
    listen,
    publicUrl: url('https', 'http').exactOptional().describe('the address under which browsers reach it'),
    sessionHours: count(1, 8760).default(12).describe('after so long one must log in again'),
    trustedProxies: listOf(
      textLike(/^[0-9A-Fa-f.:]+(?:\/\d{1,3})?$/, 'must be an address or a network | such as 10.0.0.0/8'),
    )
      .default([])
      .describe('proxies whose word about the address of the client is believed'),
    tls: z
      .strictObject({
        certificate: text().max(65_536).describe('in PEM, with !file'),
        key: secret().describe('the private key in PEM, with !file'),
      })
      .exactOptional()
      .describe('serve HTTPS'),
    apiTokens: listOf(
      z.strictObject({
        name: entryName().describe('of the machine that uses it'),
        tokenHash: hash.describe('of the token, made by hash-password'),
        roles,
        groups: listOf(reference()).default([]).describe('groups that it may see'),
      }),
    )
      .default([])
      .describe('access for machines'),
    oidc: z
      .strictObject({
        issuer: url('https', 'http').describe('the OpenID provider'),
        clientId: text().describe('of fernamt at the provider'),
        clientSecret: secret().exactOptional().describe('of fernamt at the provider'),
        loginClaim: text().default('preferred_username').describe('the claim that is the login'),
        rolesClaim: text().default('roles').describe('the claim that lists roles'),
      })
      .exactOptional()
      .describe('log in by an OpenID provider'),
  })
  .prefault({});

export const loginKeys = {
  login: textLike(/^[A-Za-z0-9._@-]{1,100}$/, 'must consist of letters, digits and . _ @ -')
    .exactOptional()
    .describe('for logging in to the web client'),
  passwordHash: hash.exactOptional().describe('made by hash-password'),
  roles,
};

type Scope = 'none' | 'own' | 'groups' | 'all';

function scopes(agent: Scope, supervisor: Scope, auditor: Scope, admin: Scope) {
  const scope = z.enum(['none', 'own', 'groups', 'all']);
  return z
    .strictObject({
      agent: scope.default(agent).describe('recordings that agents may'),
      supervisor: scope.default(supervisor).describe('recordings that supervisors may'),
      auditor: scope.default(auditor).describe('recordings that auditors may'),
      admin: scope.default(admin).describe('recordings that administrators may'),
    })
    .prefault({});
}

export const accessSlice = z
  .strictObject({
    listen: scopes('own', 'groups', 'all', 'none').describe('listen to'),
    download: scopes('none', 'none', 'all', 'none').describe('download'),
    delete: scopes('none', 'none', 'none', 'all').describe('delete'),
    hold: scopes('none', 'none', 'all', 'none').describe('keep from being deleted'),
    reasonRequired: listOf(role).default(['auditor']).describe('these must give a reason'),
  })
  .prefault({});
