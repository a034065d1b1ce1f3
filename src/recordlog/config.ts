/** `logTargets`: databases that get one row for each recording. */

import { z } from 'zod';
import { count, entryName, filePath, host, listOf, port, secret, text, textLike } from '../config/fields.ts';

const shared = {
  name: entryName().describe('by which settings refer to the database'),
  table: textLike(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/, 'must be the name of a table | letters, digits and _')
    .default('recordings')
    .describe('the table that gets the rows'),
};
const schema = textLike(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/, 'must be the name of a schema | letters, digits and _');
const server = {
  host: host().describe('the server'),
  database: text().describe('the database'),
  username: text().exactOptional().describe('for logging in'),
  password: secret().exactOptional().describe('for logging in'),
  tunnel: entryName().exactOptional().describe('the SSH tunnel through which the server is reached'),
  timeoutSeconds: count(1, 3600).default(30).describe('without an answer for so long, it is tried again later'),
};
const tls = z.enum(['off', 'on', 'verify']).default('off').describe('off, on, or on with a checked certificate');

function onServer<Kind extends string>(kind: Kind, usualPort: number) {
  return z.strictObject({
    kind: z.literal(kind).describe('the product'),
    ...shared,
    ...server,
    port: port().default(usualPort).describe('of the database server'),
    schema: schema.exactOptional().describe('of the table'),
    tls,
  });
}

const mssql = z.strictObject({
  kind: z.literal('mssql').describe('Microsoft SQL Server'),
  ...shared,
  ...server,
  port: port().exactOptional().describe('1433, or asked for by the instance, if left out'),
  instance: text().exactOptional().describe('a named instance'),
  domain: text().exactOptional().describe('for logging in by NTLM'),
  schema: schema.default('dbo').describe('of the table'),
  encrypt: z.boolean().default(true).describe('encrypt the connection'),
  trustServerCertificate: z.boolean().default(false).describe('accept any certificate'),
});

const sqlite = z.strictObject({
  kind: z.literal('sqlite').describe('a file of this machine'),
  ...shared,
  path: filePath().describe('below dataDirectory, or an absolute path'),
});

export const logTargetsSlice = listOf(
  z.discriminatedUnion('kind', [
    onServer('mariadb', 3306),
    onServer('mysql', 3306),
    onServer('postgresql', 5432),
    onServer('derby', 1527),
    mssql,
    sqlite,
  ]),
).default([]);
