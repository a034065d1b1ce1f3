/** Which setting takes a call: order, selection, directions, active members. */

import { testRow, type Row } from './policy-rows.ts';

const all = { all: true };
const group600 = { groups: ['600'] };

const rows: readonly Row[] = [
  // 2.1: switch and order.
  {
    says: 'without settings nothing is recorded',
    call: 'from outside to group 600',
    settings: [],
    decides: 'skip: no-setting-matches',
  },
  {
    says: 'a setting that is off takes no call',
    call: 'from outside to group 600',
    settings: [{ select: all, enabled: false }],
    decides: 'skip: no-setting-matches',
  },
  {
    says: 'the first setting that matches takes the call',
    call: 'from outside to group 600',
    settings: [
      { name: 'A', select: all },
      { name: 'B', select: group600 },
    ],
    decides: 'A in: all-calls',
  },
  {
    says: 'one that does not match leaves it to the next',
    call: 'from outside to group 600',
    settings: [
      { name: 'A', select: { groups: ['610'] } },
      { name: 'B', select: group600 },
    ],
    decides: 'B in: call-to-group',
  },
  {
    says: 'a setting that is off leaves it to the next',
    call: 'from outside to group 600',
    settings: [
      { name: 'A', select: all, enabled: false },
      { name: 'B', select: group600 },
    ],
    decides: 'B in: call-to-group',
  },
  {
    says: 'required goes with the decision',
    call: 'from outside to group 600',
    settings: [{ select: all, required: true }],
    decides: 'One in: all-calls, required',
  },

  // 2.2: selection.
  {
    says: 'all takes a call to a group',
    call: 'from outside to group 600',
    settings: [{ select: all }],
    decides: 'One in: all-calls',
  },
  {
    says: 'all takes a call that is sent on to the outside',
    call: 'from outside to an outside number',
    settings: [{ select: all }],
    decides: 'One in: all-calls',
  },
  {
    says: 'all takes a call to the outside',
    call: 'from user 1001 to the outside',
    settings: [{ select: all }],
    decides: 'One out: all-calls',
  },
  {
    says: 'all takes a call of nobody to the outside',
    call: 'from nobody to the outside',
    settings: [{ select: all }],
    decides: 'One out: all-calls',
  },
  {
    says: 'all takes no service code',
    call: 'of user 1001 to a service code',
    settings: [{ select: all }],
    decides: 'skip: service-code',
  },
  {
    says: 'a call that is turned away is none',
    call: 'that is turned away',
    settings: [{ select: all }],
    decides: 'skip: not-connected',
  },
  {
    says: 'allUsers takes a call to a user',
    call: 'from outside to user 1001',
    settings: [{ select: { allUsers: true } }],
    decides: 'One in: call-to-user',
  },
  {
    says: 'allUsers takes a call from a user',
    call: 'from user 1001 to the outside',
    settings: [{ select: { allUsers: true } }],
    decides: 'One out: call-from-user',
  },
  {
    says: 'allUsers takes no call from outside to a group',
    call: 'from outside to group 600',
    settings: [{ select: { allUsers: true } }],
    decides: 'skip: no-setting-matches',
  },
  {
    says: 'allUsers takes a user’s call to a group as his',
    call: 'from user 1003 to group 600',
    settings: [{ select: { allUsers: true } }],
    decides: 'One out: call-from-user',
  },
  {
    says: 'allUsers takes no call of nobody',
    call: 'from nobody to the outside',
    settings: [{ select: { allUsers: true } }],
    decides: 'skip: no-setting-matches',
  },
  {
    says: 'groups takes a call to the group',
    call: 'from outside to group 600',
    settings: [{ select: group600 }],
    decides: 'One in: call-to-group',
  },
  {
    says: 'groups takes no call to another group',
    call: 'from outside to group 600',
    settings: [{ select: { groups: ['610'] } }],
    decides: 'skip: no-setting-matches',
  },
  {
    says: 'users takes a call to the user',
    call: 'from outside to user 1001',
    settings: [{ select: { users: ['1001'] } }],
    decides: 'One in: call-to-user',
  },
  {
    says: 'users takes no call to another user',
    call: 'from outside to user 1001',
    settings: [{ select: { users: ['1003'] } }],
    decides: 'skip: no-setting-matches',
  },
  {
    says: 'users takes no call to a group that the user is in',
    call: 'from outside to group 600',
    settings: [{ select: { users: ['1001'] } }],
    decides: 'skip: no-setting-matches',
  },
  {
    says: 'users takes a call from the user',
    call: 'from user 1001 to the outside',
    settings: [{ select: { users: ['1001'] } }],
    decides: 'One out: call-from-user',
  },
  {
    says: 'a selection of nothing takes nothing',
    call: 'from outside to user 1001',
    settings: [{ select: {} }],
    decides: 'skip: no-setting-matches',
  },

  // 2.3: directions.
  {
    says: 'only outgoing leaves incoming calls alone',
    call: 'from outside to group 600',
    settings: [{ select: all, directions: ['out'] }],
    decides: 'skip: no-setting-matches',
  },
  {
    says: 'only incoming leaves outgoing calls alone',
    call: 'from user 1001 to the outside',
    settings: [{ select: all, directions: ['in'] }],
    decides: 'skip: no-setting-matches',
  },
  {
    says: 'a call by an active member of the group is the group’s',
    call: 'from user 1001 to the outside',
    settings: [{ select: group600 }],
    decides: 'One out: call-from-active-member',
  },
  {
    says: 'a call by one who is not active in the group is not',
    call: 'from user 1003 to the outside',
    settings: [{ select: group600 }],
    decides: 'skip: no-setting-matches',
  },
  {
    says: 'an internal call is incoming first',
    call: 'from user 1001 to user 1003',
    settings: [{ select: all }],
    decides: 'One in: all-calls',
  },
  {
    says: 'for the user called it is incoming',
    call: 'from user 1001 to user 1003',
    settings: [{ select: { users: ['1003'] } }],
    decides: 'One in: call-to-user',
  },
  {
    says: 'for the user who calls it is outgoing',
    call: 'from user 1001 to user 1003',
    settings: [{ select: { users: ['1001'] } }],
    decides: 'One out: call-from-user',
  },
  {
    says: 'for the group called it is incoming',
    call: 'from user 1003 to group 600',
    settings: [{ select: group600 }],
    decides: 'One in: call-to-group',
  },
  {
    says: 'as outgoing only it is outgoing',
    call: 'from user 1001 to user 1003',
    settings: [{ select: all, directions: ['out'] }],
    decides: 'One out: all-calls',
  },
  {
    says: 'a setting in both directions comes before the next one in any',
    call: 'from user 1001 to user 1003',
    settings: [
      { name: 'A', select: { users: ['1001'] } },
      { name: 'B', select: { users: ['1003'] } },
    ],
    decides: 'A out: call-from-user',
  },
  {
    says: 'a setting may pass internal calls over',
    call: 'from user 1001 to user 1003',
    settings: [{ select: all, internalCalls: false }],
    decides: 'skip: no-setting-matches',
  },
  {
    says: 'and takes calls from outside all the same',
    call: 'from outside to user 1003',
    settings: [{ select: all, internalCalls: false }],
    decides: 'One in: all-calls',
  },

  {
    says: 'with internal calls passed over it matches in no direction',
    call: 'from user 1003 to user 1001',
    settings: [{ name: 'A', select: { users: ['1003'] }, internalCalls: false }],
    decides: 'skip: no-setting-matches',
    looks: ['A: internal-calls-not-selected'],
  },
  {
    says: 'each setting says why it passed the call over',
    call: 'from user 1001 to the outside',
    settings: [
      { name: 'A', select: all, enabled: false },
      { name: 'B', select: all, directions: ['in'] },
      { name: 'C', select: { users: ['1003'] } },
      { name: 'D', select: group600 },
      { name: 'E', select: all },
    ],
    decides: 'D out: call-from-active-member',
    looks: ['A: disabled', 'B: direction-not-selected', 'C: selection-does-not-match', 'D: call-from-active-member'],
  },
  {
    says: 'an outbound call is the group’s whose active member calls, whichever comes first',
    call: 'from user 1003 to the outside',
    settings: [
      { name: 'A', select: { groups: ['600'] } },
      { name: 'B', select: { groups: ['610'] } },
    ],
    decides: 'B out: call-from-active-member',
  },
  {
    says: 'a member’s call in the house is the group’s as outgoing',
    call: 'from user 1001 to user 1003',
    settings: [{ select: group600 }],
    decides: 'One out: call-from-active-member',
  },
  {
    says: 'a telephone that is no user’s is an outside party',
    call: 'from a stranger’s telephone to group 600',
    settings: [{ select: all, internalCalls: false }],
    decides: 'One in: all-calls',
  },
  {
    says: 'a service code is looked at by no setting',
    call: 'of user 1001 to a service code',
    settings: [{ select: all }],
    decides: 'skip: service-code',
    looks: [],
  },

  // 2.4: direct calls to active members.
  {
    says: 'a direct call to an active member is not the group’s',
    call: 'from outside to user 1001',
    settings: [{ select: group600 }],
    decides: 'skip: no-setting-matches',
  },
  {
    says: 'with the switch it is',
    call: 'from outside to user 1001',
    settings: [{ select: group600, directCallsToActiveMembers: true }],
    decides: 'One in: call-to-active-member',
  },
  {
    says: 'but not to one who is not active',
    call: 'from outside to user 1003',
    settings: [{ select: group600, directCallsToActiveMembers: true }],
    decides: 'skip: no-setting-matches',
  },
  {
    says: 'an internal direct call too',
    call: 'from user 1003 to user 1001',
    settings: [{ select: group600, directCallsToActiveMembers: true }],
    decides: 'One in: call-to-active-member',
  },
  {
    says: 'and only as incoming',
    call: 'from outside to user 1001',
    settings: [{ select: group600, directCallsToActiveMembers: true, directions: ['out'] }],
    decides: 'skip: no-setting-matches',
  },
];

for (const row of rows) testRow(row);
