/** The whole configuration: every capability's slice under its key. */

import { z } from 'zod';
import { asteriskSlice } from '../ari/config.ts';
import { contactsSlice, contactUserKeys } from '../contacts/config.ts';
import { ctiHotlineKeys, ctiSlice, ctiUserKeys } from '../cti/config.ts';
import { accessSlice, loginKeys, webSlice } from '../http/config.ts';
import { mailSlice, missedCallsSlice, notifiedKeys, smsSlice } from '../notifications/config.ts';
import { alarmsSlice, loggingSlice, metricsSlice } from '../observability/config.ts';
import { encryptionSlice, recordingSlice, retentionSlice, signingSlice } from '../recording/config.ts';
import { logTargetsSlice } from '../recordlog/config.ts';
import {
  hotlineKeys,
  numberingSlice,
  outboundRoutesSlice,
  ringGroupKeys,
  serviceCodesSlice,
  trunksSlice,
  userKeys,
} from '../routing/config.ts';
import { microsoftLoginsSlice, storageTargetsSlice, tunnelsSlice } from '../storage/config.ts';
import { supervisedGroupKeys, supervisedUserKeys, supervisionSlice } from '../supervision/config.ts';
import { count, filePath, language, listOf } from './fields.ts';

const user = z.strictObject({
  ...userKeys,
  ...loginKeys,
  ...notifiedKeys,
  ...ctiUserKeys,
  ...contactUserKeys,
  ...supervisedUserKeys,
});
const ringGroup = z.strictObject({ ...ringGroupKeys, ...notifiedKeys, ...supervisedGroupKeys });
const hotline = z.strictObject({ ...hotlineKeys, ...ctiHotlineKeys });

const shutdown = z
  .strictObject({
    calls: z
      .enum(['leave', 'finish'])
      .default('leave')
      .describe('leave running calls to Asterisk, or wait for their end'),
    graceSeconds: count(0, 86_400).default(30).describe('how long finish waits; then calls are left'),
  })
  .prefault({});

/** What may stand in the file. `include` is settled before; it is here for those who ask what keys there are. */
export const fileSchema = z.strictObject({
  include: listOf(filePath()).exactOptional().describe('further files: lists are joined, mappings merged'),
  language: language().default('en').describe('of what is spoken and written, where nothing else says so'),
  timeZone: z
    .string()
    .refine(isTimeZone, 'is no time zone | such as Europe/Berlin')
    .exactOptional()
    .describe('for times in file names and texts; that of the machine if left out'),
  dataDirectory: filePath().default('./data').describe('the embedded database, waiting recordings, keys'),
  asterisk: asteriskSlice.describe('how fernamt reaches the switch'),
  shutdown: shutdown.describe('what becomes of running calls when the server is stopped'),
  logging: loggingSlice.describe('the log'),
  metrics: metricsSlice.describe('figures for Prometheus'),
  alarms: alarmsSlice.describe('who is told when something is wrong'),
  web: webSlice.describe('the web client and the API'),
  access: accessSlice.describe('who may do what with recordings: none, own, groups or all'),
  numbering: numberingSlice.describe('how numbers are dialled here'),
  users: listOf(user).default([]).describe('people, with a phone, a login, or both'),
  ringGroups: listOf(ringGroup).default([]).describe('numbers that ring several users'),
  trunks: trunksSlice.describe('the ways to the outside'),
  outboundRoutes: outboundRoutesSlice.describe(
    'who may dial what over which trunk; if empty: everybody, every trunk in order',
  ),
  hotlines: listOf(hotline).default([]).describe('what happens to calls from outside, by the number called'),
  serviceCodes: serviceCodesSlice.describe('what phones dial to reach a function'),
  supervision: supervisionSlice.describe('listening to calls'),
  recording: recordingSlice.describe('what is recorded, and how'),
  retention: retentionSlice.describe('how long facts are kept that are not audio'),
  storageTargets: storageTargetsSlice.describe('where recordings are delivered'),
  microsoftLogins: microsoftLoginsSlice.describe('logins for OneDrive'),
  tunnels: tunnelsSlice.describe('SSH tunnels to targets and databases'),
  logTargets: logTargetsSlice.describe('databases that get a row for each recording'),
  signing: signingSlice.describe('proof that recordings are unaltered'),
  encryption: encryptionSlice.describe('recordings that this machine itself cannot read'),
  contacts: contactsSlice.describe('where names of callers come from'),
  cti: ctiSlice.describe('what the web client does when a call comes'),
  mail: mailSlice.describe('the mail server'),
  sms: smsSlice.describe('the way to send text messages'),
  missedCalls: missedCallsSlice.describe('who is told of calls that nobody answered'),
});

/** With the defaults of the keys themselves; `complete` adds those that depend on other keys. */
export type ParsedConfig = z.output<typeof fileSchema>;

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
