/** `supervision`, and what users and groups have to do with it. */

import { z } from 'zod';
import { count, extension, listOf, reference, textLike } from '../config/fields.ts';

const key = textLike(/^[0-9*#]$/, 'must be one digit, * or #');

export const supervisionSlice = z
  .strictObject({
    enabled: z.boolean().default(true).describe('supervisors may listen in'),
    keys: z
      .strictObject({
        spy: key.default('0').describe('hear both, unheard'),
        whisper: key.default('1').describe('be heard by the supervised user alone'),
        barge: key.default('2').describe('be heard by both'),
      })
      .prefault({})
      .describe('what a supervisor presses in the call'),
    waitForNextCall: z.boolean().default(false).describe('a supervisor may wait for the next call of a user'),
    waitMinutes: count(1, 1440).default(15).describe('how long'),
    deadManSeconds: count(1, 60)
      .default(5)
      .describe('while fernamt is down, Asterisk ends a supervision after this time'),
    speakMode: z.boolean().default(true).describe('the mode is spoken to the supervisor when it changes'),
    never: listOf(extension()).default([]).describe('extensions that nobody may supervise'),
  })
  .prefault({});

export const supervisedUserKeys = {
  supervisable: z.boolean().default(true).describe('supervisors may listen to this user'),
};

export const supervisedGroupKeys = {
  supervisors: listOf(reference()).default([]).describe('extensions that may listen to the other members'),
  supervision: z
    .strictObject({
      enabled: z.boolean().default(true).describe('supervisors may listen to members of this group'),
      notice: z.enum(['none', 'tone', 'display']).default('none').describe('how a supervised member is told'),
    })
    .prefault({})
    .describe('listening to members of this group'),
};
