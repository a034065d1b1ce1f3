/** `recording`, `retention`, `signing`, `encryption`: what is recorded, how, and how long it is kept. */

import { z } from 'zod';
import {
  count,
  directoryTemplate,
  entryName,
  fileNameTemplate,
  listOf,
  pattern,
  reference,
  secret,
  text,
  textLike,
  url,
} from '../config/fields.ts';

const announcement = textLike(
  /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/,
  'must be the name of an announcement | letters, digits, - and _',
);

const select = z
  .strictObject({
    all: z.literal(true).exactOptional().describe('every call between two people, or a person and a service'),
    allUsers: z.literal(true).exactOptional().describe('calls from users, or to the own number of one'),
    groups: listOf(reference())
      .exactOptional()
      .describe('calls to these groups, and outgoing calls of their active members'),
    users: listOf(reference()).exactOptional().describe('calls from or to these users'),
  })
  .describe('exactly one of all, allUsers, groups, users');

const consent = z
  .strictObject({
    mode: z
      .enum(['none', 'optIn', 'optOut'])
      .default('none')
      .describe('none: nobody is asked; optIn: recorded after a digit; optOut: recorded unless there is a digit'),
    seconds: count(1, 60).default(5).describe('how long after the announcement a digit counts'),
    ringMeanwhile: z.boolean().default(false).describe('ask while it rings already'),
    whenUnheard: z
      .enum(['skip', 'refuse'])
      .default('skip')
      .describe('the announcement could not be played: go on unrecorded, or turn the call away'),
    internal: z
      .enum(['ask', 'skip'])
      .default('ask')
      .describe('colleagues who call: ask them, or neither ask nor record'),
  })
  .prefault({})
  .describe('whether callers are asked; outgoing calls never are');

const setting = z.strictObject({
  name: entryName().describe('shown with the recording, so that one sees why it was made'),
  enabled: z.boolean().default(true).describe('whether the setting counts'),
  required: z.boolean().default(false).describe('a call that cannot be recorded is refused with an announcement'),
  select,
  directions: listOf(z.enum(['in', 'out']))
    .min(1)
    .default(['in', 'out'])
    .describe('in: addressed to the selected; out: made by them'),
  internalCalls: z.boolean().default(true).describe('calls between extensions count as well'),
  directCallsToActiveMembers: z
    .boolean()
    .default(false)
    .describe('calls to the own number of an active member of a selected group count as well'),
  exceptionLists: listOf(entryName()).default([]).describe('numbers that this setting does not record'),
  consent,
  announcements: z
    .strictObject({
      in: announcement.exactOptional().describe('played to callers before they are connected'),
      out: announcement.exactOptional().describe('played to called parties before they are connected'),
    })
    .prefault({})
    .describe('played before the parties are connected'),
  storageTargets: listOf(entryName())
    .default([])
    .describe('where recordings are delivered; they stay here if there are none'),
  logTargets: listOf(entryName()).default([]).describe('databases that get a row for each recording'),
  retentionDays: count(1, 100_000)
    .exactOptional()
    .describe('after so many days every copy is deleted; never if left out'),
});

const exceptionList = z.strictObject({
  name: entryName().describe('by which settings refer to the list'),
  entries: listOf(
    z.strictObject({
      number: textLike(/^(?:anonymous|\+?[0-9*#]{1,40})$/, 'must be a telephone number or anonymous | digits only')
        .exactOptional()
        .describe('a telephone number, or anonymous for withheld ones'),
      pattern: pattern().exactOptional().describe('a regular expression, searched in the number'),
      not: z.boolean().default(false).describe('counts for every number that does not match'),
      comment: z.string().max(1000).exactOptional().describe('for the reader'),
    }),
  )
    .default([])
    .describe('each with either a number or a pattern'),
});

export const recordingSlice = z
  .strictObject({
    directory: directoryTemplate()
      .refine((value) => value !== '' && !value.includes('$'), 'must be a path without $')
      .default('recordings')
      .describe('below dataDirectory, or an absolute path; where files wait, and stay when no target is selected'),
    format: z.enum(['wav', 'flac', 'opus']).default('wav').describe('of the finished file'),
    channels: z.enum(['mono', 'stereo']).default('mono').describe('stereo: outside party left, the rest right'),
    sampleRate: z
      .union([z.literal(8000), z.literal(16_000)], { error: 'must be 8000 or 16000' })
      .default(8000)
      .describe('in Hz'),
    filename: fileNameTemplate()
      .default('$Y$M$D-$h$m$s_$direction_$caller_$callee_$callid')
      .describe('without extension; the time is that of the start of the recording'),
    keepLocalDays: count(0, 100_000)
      .default(0)
      .describe('how long a delivered recording stays on this machine as well'),
    beepSeconds: count(0, 3600).default(0).describe('a tone to both parties every so many seconds; 0: none'),
    pause: z
      .strictObject({ maxSeconds: count(1, 86_400).default(300).describe('a pause ends by itself after this time') })
      .prefault({})
      .describe('pausing a recording'),
    judgement: z
      .strictObject({
        shortBySeconds: z.number().min(0).max(3600).default(1).describe('a file is short if so much is missing'),
        silentBelowDbfs: z.number().min(-120).max(0).default(-55).describe('quieter than this is silence'),
        oneSidedSeconds: z
          .number()
          .min(0)
          .max(86_400)
          .default(10)
          .describe('one party unheard for so long is an alarm'),
      })
      .prefault({})
      .describe('when a finished file raises an alarm'),
    disk: z
      .strictObject({
        warnPercent: count(1, 100).default(80).describe('an alarm is raised'),
        criticalPercent: count(1, 100).default(95).describe('whenCritical takes effect'),
        whenCritical: z
          .enum(['stopRecording', 'refuseCalls'])
          .default('stopRecording')
          .describe('calls go on unrecorded, or those of settings with required: true are refused'),
      })
      .prefault({})
      .describe('how full the disk may get'),
    neverRecord: listOf(entryName()).default([]).describe('exception lists that hold for every setting'),
    settings: listOf(setting).default([]).describe('the first that matches a call takes it'),
    exceptionLists: listOf(exceptionList).default([]).describe('numbers that are not to be recorded'),
  })
  .prefault({});

const days = count(1, 100_000);

export const retentionSlice = z
  .strictObject({
    evidenceDays: days.default(3650).describe('consent, and what proves a recording'),
    callDetailsDays: days.default(180).describe('who called whom, and what was decided'),
    accessLogDays: days.default(3650).describe('who listened to what'),
    jobsDays: days.default(90).describe('entries of the job list'),
    missedCallsDays: days.default(90).describe('missed calls'),
    logRows: z.enum(['keep', 'delete']).default('keep').describe('rows in log targets when the recording is deleted'),
    fourEyes: z.boolean().default(false).describe('a second person confirms release and deletion'),
  })
  .prefault({});

export const signingSlice = z
  .strictObject({
    enabled: z.boolean().exactOptional().describe('sign recordings; on once there is a key'),
    key: secret().exactOptional().describe('the private key in PEM'),
    algorithm: z.enum(['ed25519', 'rsaPss']).default('ed25519').describe('of the signature'),
    oldPublicKeys: listOf(text()).default([]).describe('public keys in PEM, by which older recordings are verified'),
    timestampUrl: url('http', 'https').exactOptional().describe('a time-stamping authority (RFC 3161)'),
  })
  .prefault({});

export const encryptionSlice = z
  .strictObject({
    recipients: listOf(text()).default([]).describe('public keys (age) for which recordings are encrypted'),
  })
  .prefault({});
