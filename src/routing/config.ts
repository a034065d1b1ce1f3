/** `numbering`, `users`, `ringGroups`, `trunks`, `outboundRoutes`, `hotlines`, `serviceCodes`: who is who and who rings. */

import { z } from 'zod';
import {
  bracesTemplate,
  count,
  destination,
  endpoint,
  entryName,
  extension,
  language,
  listOf,
  pattern,
  phoneNumber,
  reference,
  textLike,
} from '../config/fields.ts';

const prefix = /^[0-9]{0,8}$/;
const digits = 'must consist of digits only';
const region = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });

export const numberingSlice = z
  .strictObject({
    country: textLike(/^[A-Z]{2}$/, 'must be two capital letters | such as DE')
      .refine((code) => !/^[A-Z]{2}$/.test(code) || region.of(code) !== undefined, 'is no country')
      .default('DE')
      .describe('the country whose numbers are dialled without a country code, two letters'),
    areaCode: textLike(prefix, digits).default('').describe("one's own area code, without the national prefix"),
    internationalPrefix: textLike(prefix, digits).default('00').describe('dialled before a country code'),
    nationalPrefix: textLike(prefix, digits).default('0').describe('dialled before an area code'),
    outsideLine: textLike(prefix, digits).default('').describe('dialled before outside numbers; empty: nothing'),
    emergencyNumbers: listOf(textLike(/^[0-9]{2,8}$/, digits))
      .default(['110', '112'])
      .describe('these calls are always put through, whatever else holds'),
    companyPrefixes: listOf(phoneNumber())
      .default([])
      .describe('what the own numbers of a company have in common, so that direct dial numbers find the company'),
  })
  .prefault({});

export const userKeys = {
  extension: extension().exactOptional().describe('the number of the phone; a user has an extension, a login, or both'),
  name: entryName().exactOptional().describe('shown to others; the extension or login if left out'),
  endpoint: endpoint().exactOptional().describe('the phone; PJSIP/<extension> if left out'),
  endpoints: listOf(endpoint()).default([]).describe('further devices, which ring together with the phone'),
  did: listOf(phoneNumber()).default([]).describe('outside numbers that ring this user directly'),
  callerId: phoneNumber().exactOptional().describe('the number shown on outgoing calls; that of the trunk if left out'),
  mobile: phoneNumber().exactOptional().describe("the user's mobile phone"),
  language: language().exactOptional().describe('of what is spoken and written to the user'),
  identifyByCallerNumber: z
    .boolean()
    .default(false)
    .describe("a call is also this user's if it shows the extension as the caller number; only behind a trusted PBX"),
};

export const ringGroupKeys = {
  number: extension().describe('dialled to reach the group'),
  name: entryName().exactOptional().describe('shown to others; the number if left out'),
  members: listOf(reference()).default([]).describe('extensions of users'),
  strategy: z
    .enum(['ringAll', 'linear', 'roundRobin'])
    .default('ringAll')
    .describe('all at once, one after the other from the first, or from the one after the last'),
  ringSeconds: count(1, 3600).default(25).describe('how long the group rings as a whole'),
  memberRingSeconds: count(1, 600).default(15).describe('how long one member rings when they ring one after the other'),
  rounds: count(1, 100).default(2).describe('how often the members are gone through'),
  ringBusyMembers: z.boolean().default(false).describe('ring members that are on a call'),
  startActive: z.boolean().default(true).describe('members are logged in until they log out'),
  overflow: destination().exactOptional().describe('where an unanswered call goes; hang-up if left out'),
};

export const trunksSlice = listOf(
  z.strictObject({
    name: entryName().describe('by which routes refer to the trunk'),
    endpoint: endpoint().exactOptional().describe('PJSIP/<name> if left out'),
    dial: textLike(/^[A-Za-z0-9]+\/.*\{number\}/, 'must contain {number} | such as PJSIP/{number}@carrier')
      .exactOptional()
      .describe('what Asterisk dials, with {number}; PJSIP/{number}@<endpoint> if left out'),
    numberFormat: z
      .enum(['e164', 'e164NoPlus', 'international', 'national', 'asDialled'])
      .default('e164')
      .describe('how the trunk writes numbers'),
    callerId: phoneNumber().exactOptional().describe('the number shown for users without one of their own'),
    maxCalls: count(1, 100_000).exactOptional().describe('at most so many at once; no limit if left out'),
  }),
).default([]);

export const outboundRoutesSlice = listOf(
  z.strictObject({
    name: entryName().exactOptional().describe('shown in logs; "route 1" and so on if left out'),
    pattern: pattern().default('.*').describe('a regular expression, searched in the number in E.164 or as dialled'),
    trunks: listOf(entryName()).min(1).exactOptional().describe('tried in this order; all of them if left out'),
    users: z
      .union([z.literal('all'), listOf(reference()).min(1)], { error: 'must be all or a list of extensions' })
      .default('all')
      .describe('who may use the route: all, or a list of extensions'),
    callsPerMinute: count(1, 10_000).exactOptional().describe('at most so many for each user; no limit if left out'),
  }),
).default([]);

const displayNames = ['hotline', 'contact.name', 'contact.company', 'caller.name', 'caller.number'];

export const hotlineKeys = {
  did: textLike(
    /^(?:any|\+?[0-9]{1,20})$/,
    'must be a telephone number or any | with country code: +4930555010',
  ).describe('the number that was called, or any'),
  name: entryName().exactOptional().describe('the name under which to answer; the number if left out'),
  destination: destination().describe('an extension, the number of a group, or an outside number'),
  language: language().exactOptional().describe('of what is spoken to callers'),
  fallback: z
    .enum(['open', 'record', 'closed'])
    .exactOptional()
    .describe('while fernamt is away; asterisk.fallback if left out'),
  phoneDisplay: bracesTemplate(displayNames)
    .default('{hotline} {contact.name}')
    .describe(`shown on the phone that rings; knows ${displayNames.map((name) => `{${name}}`).join(' ')}`),
};

function serviceCode(code: string, meaning: string) {
  return textLike(/^[0-9*#]{1,10}$/, 'must consist of digits, * and #')
    .default(code)
    .describe(meaning);
}

/** Without it nobody's digits are held back to be looked at. */
function talkCode(code: string, meaning: string) {
  return textLike(/^[0-9*#]{1,10}$/, 'must consist of digits, * and #, or be null')
    .nullable()
    .default(code)
    .describe(`${meaning}; null: no code`);
}

export const serviceCodesSlice = z
  .strictObject({
    spy: serviceCode('*90', 'followed by an extension: listen to its call'),
    whisper: serviceCode('*91', 'followed by an extension: speak to its user alone'),
    barge: serviceCode('*92', 'followed by an extension: speak to both'),
    groupLogin: serviceCode('*81', "followed by a group's number: log in; alone: to all of one's groups"),
    groupLogout: serviceCode('*80', "followed by a group's number: log out; alone: of all of one's groups"),
    pickupGroup: serviceCode('*70', "take a call that rings in one of one's groups"),
    pickupExtension: serviceCode('*71', 'followed by an extension: take the call that rings there'),
    pauseRecording: talkCode('*1', 'in a call: pause its recording'),
    resumeRecording: talkCode('*2', 'in a call: resume its recording'),
    discardRecording: talkCode('*3', 'in a call: stop its recording and erase it'),
  })
  .prefault({});
