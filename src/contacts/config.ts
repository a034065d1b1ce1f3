/** `contacts`: where names of callers come from. */

import { z } from 'zod';
import { bracesTemplate, count, filePath, host, listOf, port, secret, text, url } from '../config/fields.ts';

const source = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('vcard').describe('a vCard file or a folder of them'),
    path: filePath().describe('the file or folder'),
  }),
  z.strictObject({
    kind: z.literal('csv').describe('a CSV file or a folder of them'),
    path: filePath().describe('the file or folder'),
  }),
  z.strictObject({
    kind: z.literal('ldap').describe('an LDAP directory'),
    url: url('ldap', 'ldaps').describe('the server, such as ldaps://ldap.example.org'),
    baseDn: text().describe('where to search'),
    filter: text().default('(telephoneNumber=*)').describe('which entries'),
    username: text().exactOptional().describe('the DN for logging in'),
    password: secret().exactOptional().describe('for logging in'),
  }),
  z.strictObject({
    kind: z.literal('sql').describe('an SQL database'),
    engine: z.enum(['mariadb', 'mysql', 'postgresql', 'mssql']).describe('the product'),
    host: host().describe('the server'),
    port: port().exactOptional().describe('the usual one of the product if left out'),
    database: text().describe('the database'),
    username: text().exactOptional().describe('for logging in'),
    password: secret().exactOptional().describe('for logging in'),
    query: text().describe('a statement that returns contacts'),
    tunnel: text().exactOptional().describe('the SSH tunnel through which the server is reached'),
  }),
]);

export const contactsSlice = z
  .strictObject({
    refreshMinutes: count(1, 10_080).default(15).describe('how often sources are read again'),
    sources: listOf(source).default([]).describe('shared by all users'),
    openUrl: bracesTemplate(['caller', 'callee', 'contact.id', 'contact.name', 'hotline', 'callid', 'user'])
      .exactOptional()
      .describe('an external page that is opened instead of the contact card, with {caller} and so on'),
  })
  .prefault({});

export const contactUserKeys = {
  contactSources: listOf(source).default([]).describe('contacts of this user alone'),
};
