/** What keeps a setting from recording a call that it matches. */

import { testRow, type Row } from './policy-rows.ts';

const all = { all: true };
const optOut = { mode: 'optOut' } as const;

const rows: readonly Row[] = [
  // 2.6: exception lists.
  {
    says: 'a caller on a list of the setting is not recorded',
    call: 'from outside to group 600',
    settings: [{ select: all, exceptionLists: ['friends'] }],
    lists: { friends: ['+491'] },
    decides: 'skip: exception by One (friends +491)',
  },
  {
    says: 'later settings are still asked',
    call: 'from outside to group 600',
    settings: [
      { name: 'A', select: all, exceptionLists: ['friends'] },
      { name: 'B', select: all },
    ],
    lists: { friends: ['+491'] },
    decides: 'B in: all-calls',
  },
  {
    says: 'the first exception is the reason if no later setting takes the call',
    call: 'from outside to group 600',
    settings: [
      { name: 'A', select: all, exceptionLists: ['friends'] },
      { name: 'B', select: { users: ['1009'] } },
    ],
    lists: { friends: ['+491'] },
    decides: 'skip: exception by A (friends +491)',
  },
  {
    says: 'for an incoming call the called number does not count',
    call: 'from outside to group 600',
    settings: [{ select: all, exceptionLists: ['friends'] }],
    lists: { friends: ['+493'] },
    decides: 'One in: all-calls',
  },
  {
    says: 'for an outgoing call the called number counts',
    call: 'from user 1001 to the outside',
    settings: [{ select: all, exceptionLists: ['friends'] }],
    lists: { friends: ['+492'] },
    decides: 'skip: exception by One (friends +492)',
  },
  {
    says: 'and the caller’s does not',
    call: 'from user 1001 to the outside',
    settings: [{ select: all, exceptionLists: ['friends'] }],
    lists: { friends: ['1001'] },
    decides: 'One out: all-calls',
  },
  {
    says: 'any of several lists counts',
    call: 'from outside to group 600',
    settings: [{ select: all, exceptionLists: ['friends', 'family'] }],
    lists: { friends: [], family: ['+491'] },
    decides: 'skip: exception by One (family +491)',
  },
  {
    says: 'a list that the setting does not name counts for nothing',
    call: 'from outside to group 600',
    settings: [{ select: all }],
    lists: { friends: ['+491'] },
    decides: 'One in: all-calls',
  },
  {
    says: 'a setting that excepts the caller does not take the call as the other’s',
    call: 'from user 1001 to user 1003',
    settings: [{ select: all, exceptionLists: ['friends'] }],
    lists: { friends: ['1001'] },
    decides: 'skip: exception by One (friends 1001)',
  },
  {
    says: 'an exception of the direction in which the setting does not match counts for nothing',
    call: 'from user 1001 to user 1003',
    settings: [{ select: { users: ['1001'] }, exceptionLists: ['friends'] }],
    lists: { friends: ['1001'] },
    decides: 'One out: call-from-user',
  },
  {
    says: 'neverRecord holds for every setting',
    call: 'from outside to group 600',
    settings: [
      { name: 'A', select: all },
      { name: 'B', select: all },
    ],
    neverRecord: ['doctors'],
    lists: { doctors: ['+491'] },
    decides: 'skip: never-record by A (doctors +491)',
  },
  {
    says: 'neverRecord is the stronger reason',
    call: 'from outside to group 600',
    settings: [{ select: all, exceptionLists: ['friends'] }],
    neverRecord: ['doctors'],
    lists: { doctors: ['+491'], friends: ['+491'] },
    decides: 'skip: never-record by One (doctors +491)',
  },
  {
    says: 'neverRecord is no reason where no setting matches',
    call: 'from outside to group 600',
    settings: [],
    neverRecord: ['doctors'],
    lists: { doctors: ['+491'] },
    decides: 'skip: no-setting-matches',
  },

  // 2.7, as long as nobody can be asked.
  {
    says: 'a setting that would ask records nothing',
    call: 'from outside to group 600',
    settings: [{ select: all, consent: optOut }],
    decides: 'skip: consent-not-available by One',
  },
  {
    says: 'nor does one that would announce it',
    call: 'from outside to group 600',
    settings: [{ select: all, announcements: { in: 'notice' } }],
    decides: 'skip: consent-not-available by One',
  },
  {
    says: 'not even the outgoing way',
    call: 'from outside to group 600',
    settings: [{ select: all, announcements: { out: 'notice' } }],
    decides: 'skip: consent-not-available by One',
  },
  {
    says: 'announcements that are left open announce nothing',
    call: 'from outside to group 600',
    settings: [{ select: all, announcements: {} }],
    decides: 'One in: all-calls',
  },
  {
    says: 'no later setting records in the place of one that would ask',
    call: 'from outside to group 600',
    settings: [
      { name: 'A', select: all, consent: optOut },
      { name: 'B', select: all },
    ],
    decides: 'skip: consent-not-available by A',
  },
  {
    says: 'one that would ask others leaves this call to the next',
    call: 'from outside to group 600',
    settings: [
      { name: 'A', select: { groups: ['610'] }, consent: optOut },
      { name: 'B', select: all },
    ],
    decides: 'B in: all-calls',
  },
  {
    says: 'whom it excepts it would not have asked',
    call: 'from outside to group 600',
    settings: [
      { name: 'A', select: all, consent: optOut, exceptionLists: ['friends'] },
      { name: 'B', select: all },
    ],
    lists: { friends: ['+491'] },
    decides: 'B in: all-calls',
  },
];

for (const row of rows) testRow(row);
