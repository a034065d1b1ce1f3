/** Who is asked or told before a call is recorded, and who cannot be. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planOf, testRow, usual, type Row } from './policy-rows.ts';

const all = { all: true };
const optIn = { ...usual.consent, mode: 'optIn' } as const;
const optOut = { ...usual.consent, mode: 'optOut' } as const;
const question = { in: 'question' };
const asking = { select: all, consent: optOut, announcements: question };

const rows: readonly Row[] = [
  // 2.7: the modes.
  {
    says: 'opt-out asks first',
    call: 'from outside to group 600',
    settings: [asking],
    decides: 'One in: all-calls, optOut, hears question',
  },
  {
    says: 'opt-in asks first',
    call: 'from outside to group 600',
    settings: [{ ...asking, consent: optIn }],
    decides: 'One in: all-calls, optIn, hears question',
  },
  {
    says: 'without a choice one is told and recorded',
    call: 'from outside to group 600',
    settings: [{ select: all, announcements: { in: 'notice' } }],
    decides: 'One in: all-calls, hears notice',
  },
  {
    says: 'an outgoing call is not asked',
    call: 'from user 1001 to the outside',
    settings: [asking],
    decides: 'One out: all-calls',
  },
  {
    says: 'of an outgoing call the called party is told',
    call: 'from user 1001 to the outside',
    settings: [{ ...asking, announcements: { in: 'question', out: 'notice' } }],
    decides: 'One out: all-calls, hears notice',
  },
  {
    says: 'of an incoming call it is not',
    call: 'from outside to group 600',
    settings: [{ select: all, announcements: { out: 'notice' } }],
    decides: 'One in: all-calls',
  },
  {
    says: 'required goes with the asking',
    call: 'from outside to group 600',
    settings: [{ ...asking, required: true }],
    decides: 'One in: all-calls, optOut, hears question, required',
  },
  {
    says: 'no later setting records in the place of one that asks',
    call: 'from outside to group 600',
    settings: [
      { ...asking, name: 'A' },
      { name: 'B', select: all },
    ],
    decides: 'A in: all-calls, optOut, hears question',
    looks: ['A: all-calls'],
  },
  {
    says: 'one that would ask others leaves this call to the next',
    call: 'from outside to group 600',
    settings: [
      { ...asking, name: 'A', select: { groups: ['610'] } },
      { name: 'B', select: all },
    ],
    decides: 'B in: all-calls',
    looks: ['A: selection-does-not-match', 'B: all-calls'],
  },
  {
    says: 'whom it excepts it does not ask',
    call: 'from outside to group 600',
    settings: [
      { ...asking, name: 'A', exceptionLists: ['friends'] },
      { name: 'B', select: all },
    ],
    lists: { friends: ['+491'] },
    decides: 'B in: all-calls',
    looks: ['A: exception (friends +491)', 'B: all-calls'],
  },

  // Colleagues.
  {
    says: 'a colleague is asked like anybody else',
    call: 'from user 1003 to group 600',
    settings: [asking],
    decides: 'One in: all-calls, optOut, hears question',
  },
  {
    says: 'unless colleagues are neither asked nor recorded',
    call: 'from user 1003 to group 600',
    settings: [{ ...asking, consent: { ...optOut, internal: 'skip' } }],
    decides: 'skip: internal-not-asked by One',
    looks: ['One: internal-not-asked'],
  },
  {
    says: 'and then no later setting records them',
    call: 'from user 1003 to group 600',
    settings: [
      { ...asking, name: 'A', consent: { ...optOut, internal: 'skip' } },
      { name: 'B', select: all },
    ],
    decides: 'skip: internal-not-asked by A',
  },
  {
    says: 'that does not concern calls from outside',
    call: 'from outside to group 600',
    settings: [{ ...asking, consent: { ...optOut, internal: 'skip' } }],
    decides: 'One in: all-calls, optOut, hears question',
  },
  {
    says: 'nor telephones that are no user’s',
    call: 'from a stranger’s telephone to group 600',
    settings: [{ ...asking, consent: { ...optOut, internal: 'skip' } }],
    decides: 'One in: all-calls, optOut, hears question',
  },
  {
    says: 'nor a setting that asks nobody',
    call: 'from user 1003 to group 600',
    settings: [{ select: all, consent: { ...usual.consent, internal: 'skip' } }],
    decides: 'One in: all-calls',
  },
  {
    says: 'nor a call of a colleague that matches as outgoing',
    call: 'from user 1003 to user 1001',
    settings: [{ ...asking, select: { users: ['1003'] }, consent: { ...optOut, internal: 'skip' } }],
    decides: 'One out: call-from-user',
  },

  // Overflow.
  {
    says: 'whoever was not asked before is not asked now, and not recorded',
    call: 'that goes on to group 600',
    settings: [asking],
    decides: 'skip: not-asked by One',
    looks: ['One: not-asked'],
  },
  {
    says: 'nor told any more',
    call: 'that goes on to group 600',
    settings: [{ select: all, announcements: { in: 'notice' } }],
    decides: 'skip: not-asked by One',
  },
  {
    says: 'a setting that asks nobody records it',
    call: 'that goes on to group 600',
    settings: [{ select: { groups: ['600'] } }],
    decides: 'One in: call-to-group',
  },
  {
    says: 'a setting that asks nobody does not come after one that would have asked',
    call: 'that goes on to group 600',
    settings: [
      { ...asking, name: 'A' },
      { name: 'B', select: all },
    ],
    decides: 'skip: not-asked by A',
  },
  {
    says: 'the called party of an outgoing match is told all the same',
    call: 'of user 1003 that goes on to group 600',
    settings: [{ select: { users: ['1003'] }, announcements: { out: 'notice' } }],
    decides: 'One out: call-from-user, hears notice',
  },

  // Calls for help.
  {
    says: 'a call for help is recorded where nothing is announced',
    call: 'for help from user 1001',
    settings: [asking],
    decides: 'One out: all-calls',
  },
  {
    says: 'and not where something is',
    call: 'for help from user 1001',
    settings: [{ ...asking, announcements: { in: 'question', out: 'notice' } }],
    decides: 'skip: not-announced by One',
    looks: ['One: not-announced'],
  },
  {
    says: 'and is never refused, required or not',
    call: 'for help from user 1001',
    settings: [{ select: all, announcements: { out: 'notice' }, required: true }],
    decides: 'skip: not-announced by One',
  },
];

for (const row of rows) testRow(row);

test('how somebody is asked goes with the plan', () => {
  const consent = { mode: 'optIn', seconds: 7, ringMeanwhile: true, whenUnheard: 'refuse', internal: 'ask' } as const;
  const { asking: how } = planOf({ call: 'from outside to group 600', settings: [{ ...asking, consent }] });
  assert.deepEqual(how, { seconds: 7, ringMeanwhile: true, whenUnheard: 'refuse' });
});

test('where nothing is announced nobody is asked in any way', () => {
  const plan = planOf({ call: 'from outside to group 600', settings: [{ select: all }] });
  assert.deepEqual([plan.announcement, plan.asking], [undefined, undefined]);
});

test('a call that is not recorded is not required to be', () => {
  const [skipped, other] = [
    planOf({ call: 'that goes on to group 600', settings: [{ ...asking, required: true }] }),
    planOf({ call: 'that is turned away', settings: [{ ...asking, required: true }] }),
  ];
  assert.deepEqual([skipped.required, other.required], [false, false]);
});
