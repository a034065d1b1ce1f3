/** What keeps a setting from recording a call that it matches. */

import { testRow, type Row } from './policy-rows.ts';

const all = { all: true };

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

  {
    says: 'a number on two lists is named by the first',
    call: 'from outside to group 600',
    settings: [{ select: all, exceptionLists: ['friends', 'family'] }],
    lists: { friends: ['+491'], family: ['+491'] },
    decides: 'skip: exception by One (friends +491)',
  },
  {
    says: 'a later setting that has no exception for the number takes the call in its own way',
    call: 'from outside to user 1001',
    settings: [
      { name: 'A', select: { users: ['1001'] }, exceptionLists: ['friends'] },
      { name: 'B', select: { groups: ['600'] }, directCallsToActiveMembers: true, exceptionLists: ['family'] },
    ],
    lists: { friends: ['+491'], family: [] },
    decides: 'B in: call-to-active-member',
    looks: ['A: exception (friends +491)', 'B: call-to-active-member'],
  },
  {
    says: 'a setting that is off excepts nobody',
    call: 'from outside to group 600',
    settings: [{ select: all, exceptionLists: ['friends'], enabled: false }],
    lists: { friends: ['+491'] },
    decides: 'skip: no-setting-matches',
    looks: ['One: disabled'],
  },
];

for (const row of rows) testRow(row);
