/** `cti`: what the web client does when a call comes, and what users and hotlines set for it. */

import { z } from 'zod';
import { bracesTemplate, listOf, text } from '../config/fields.ts';

const unknownNumber = z.enum(['none', 'ask', 'create']);
const openContactOn = z.enum(['ring', 'answer', 'never']);

export const ctiSlice = z
  .strictObject({
    unknownNumber: unknownNumber
      .default('ask')
      .describe('a caller without a contact: nothing, offer to create one, or create it'),
    openContactOn: openContactOn.default('ring').describe('when the contact card opens'),
    openUrlIn: z.enum(['panel', 'window']).default('panel').describe('where an external page opens'),
    showCalledContact: z.boolean().default(true).describe('show under which name to answer'),
    warnBeforeClose: z.boolean().default(true).describe('warn before the client is closed by accident'),
    jobs: z
      .strictObject({
        directions: listOf(z.enum(['in', 'out']))
          .default(['in'])
          .describe('calls that make an entry'),
      })
      .prefault({})
      .describe('the job list'),
  })
  .prefault({});

export const ctiUserKeys = {
  unknownNumber: unknownNumber.exactOptional().describe('for this user; cti.unknownNumber if left out'),
  openContactOn: openContactOn.exactOptional().describe('for this user; cti.openContactOn if left out'),
};

const calledNames = ['called.company', 'called.address', 'called.website', 'called.notes', 'hotline', 'greeting'];

export const ctiHotlineKeys = {
  called: z
    .strictObject({
      company: text().exactOptional().describe('its name'),
      address: text().exactOptional().describe('its address'),
      website: text().exactOptional().describe('its website'),
      notes: text().exactOptional().describe('what to know when answering'),
    })
    .prefault({})
    .describe('the company that was called'),
  greeting: text().exactOptional().describe('what to say when answering'),
  display: bracesTemplate(calledNames)
    .default('{called.company}: {called.notes}')
    .describe(`shown in the call window; knows ${calledNames.map((name) => `{${name}}`).join(' ')}`),
};
