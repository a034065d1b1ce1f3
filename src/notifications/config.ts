/** `mail`, `sms`, `missedCalls`: telling people of calls that nobody answered. */

import { z } from 'zod';
import {
  count,
  emailAddress,
  filePath,
  hidden,
  host,
  listOf,
  pattern,
  port,
  secret,
  text,
  textLike,
  url,
} from '../config/fields.ts';

export const notifiedKeys = {
  email: emailAddress().exactOptional().describe('where notices are sent'),
};

export const mailSlice = z
  .strictObject({
    host: host().describe('the mail server'),
    port: port().default(587).describe('of the mail server'),
    tls: z.enum(['off', 'starttls', 'tls']).default('starttls').describe('how the connection is encrypted'),
    username: text().exactOptional().describe('for logging in'),
    password: secret().exactOptional().describe('for logging in'),
    from: textLike(
      /^[^\p{Cc}]*[^\s@<>]+@[^\s@<>]+>?$/u,
      'must be an e-mail address | such as PBX <pbx@example.org>',
    ).describe('the sender, with or without a name'),
    templates: filePath().default('config/mail/').describe('a folder with the texts'),
    perMinute: count(1, 100_000).default(60).describe('at most so many'),
  })
  .exactOptional();

const sender = textLike(
  /^(?:\+?[0-9]{1,20}|[A-Za-z0-9 ._-]{1,11})$/,
  'must be a number, or at most 11 letters and digits',
);
const perMinute = count(1, 100_000).default(10).describe('at most so many');

export const smsSlice = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('http').describe('a provider that is called over HTTP'),
      url: url('http', 'https').describe('of the provider'),
      method: z.enum(['POST', 'PUT', 'GET']).default('POST').describe('of the request'),
      headers: z
        .record(textLike(/^[A-Za-z0-9-]{1,100}$/, 'must be the name of a header'), hidden())
        .default({})
        .describe('of the request; the values are treated as secrets'),
      body: z.string().max(10_000).default('').describe('of the request, with {to}, {from} and {text}'),
      success: pattern().default('^2').describe('a regular expression for the status of a good answer'),
      from: sender.exactOptional().describe('the sender that is shown'),
      perMinute,
    }),
    z.strictObject({
      kind: z.literal('smpp').describe('an SMPP gateway'),
      host: host().describe('the gateway'),
      port: port().default(2775).describe('of the gateway'),
      tls: z.boolean().default(false).describe('encrypt the connection'),
      username: text().exactOptional().describe('the system id'),
      password: secret().exactOptional().describe('for logging in'),
      systemType: text().exactOptional().describe('if the gateway wants one'),
      from: sender.exactOptional().describe('the sender that is shown'),
      perMinute,
    }),
  ])
  .exactOptional();

export const missedCallsSlice = z
  .strictObject({
    email: z
      .strictObject({
        enabled: z.boolean().default(false).describe('send e-mails'),
        to: listOf(textLike(/^(?:called|[^\s@<>,;"]+@[^\s@<>,;"]+)$/, 'must be called or an e-mail address'))
          .default(['called'])
          .describe('addresses; called: the users and groups that were called'),
        sender: z
          .enum(['system', 'callerReplyTo', 'caller'])
          .default('system')
          .describe("mail.from; the same with the caller's name and reply address; or the caller's own address"),
        attachVcard: z.boolean().default(true).describe("attach the caller's contact"),
        linkPrefix: textLike(
          /^[A-Za-z][A-Za-z0-9+.-]{0,8}:$/,
          'must be at most 9 characters and a colon | such as tel:',
        )
          .nullable()
          .default('tel:')
          .describe('makes the number a link: tel:, phone:, callto: or an own one; null: no link'),
      })
      .prefault({})
      .describe('notices by e-mail'),
    sms: z
      .strictObject({
        enabled: z.boolean().default(false).describe('send text messages'),
        to: listOf(textLike(/^(?:called|\+?[0-9]{3,20})$/, 'must be called or a telephone number'))
          .default(['called'])
          .describe('numbers; called: the mobile phones of the users that were called'),
        sender: z.enum(['system', 'caller']).default('system').describe("sms.from, or the caller's number"),
      })
      .prefault({})
      .describe('notices by text message'),
    except: z
      .strictObject({
        internal: z.boolean().default(true).describe('internal calls'),
        withheld: z.boolean().default(true).describe('callers who withhold their number'),
        withoutContact: z.boolean().default(false).describe('callers without contact data'),
        repeatedSameDay: z.boolean().default(true).describe('repeated calls of the same caller on the same day'),
        repeatedWithoutLogin: z
          .boolean()
          .default(false)
          .describe('repeated calls while the user has not been logged in since the last notice'),
        rangLessThanSeconds: count(0, 600).default(2).describe('calls that rang for less than this; 0: none'),
        numbers: listOf(textLike(/^\+?[0-9]{1,20}$/, 'must be a telephone number or extension'))
          .default([])
          .describe('these callers'),
      })
      .prefault({})
      .describe('missed calls that nobody is told of'),
    markDone: z
      .strictObject({
        byAttempt: z.boolean().default(true).describe('when someone tries to call back'),
        byAnsweredCall: z.boolean().default(true).describe('when someone called back and reached the caller'),
        byCallersOwnRetry: z.boolean().default(true).describe('when the caller called again and was answered'),
      })
      .prefault({})
      .describe('when a missed call is marked as done by itself'),
  })
  .prefault({});
