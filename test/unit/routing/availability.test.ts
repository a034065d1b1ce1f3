import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAvailability } from '../../../src/routing/availability.ts';
import { toDirectory, type RoutingSource } from '../../../src/routing/directory.ts';
import type { LegId, CallId } from '../../../src/telephony/ids.ts';
import type { Call, Leg } from '../../../src/telephony/model.ts';
import { configurations } from '../../support/scenario-setup.ts';

const office = configurations['office'] as RoutingSource;

function leg(change: Partial<Leg>): Leg {
  return {
    id: 'leg' as LegId,
    role: 'callee',
    state: 'up',
    endpoint: 'PJSIP/1001',
    held: false,
    createdAt: 0,
    ...change,
  };
}

function call(id: string, legs: readonly Leg[]): Call {
  const nobody = { number: '', name: '' };
  return {
    id: id as CallId,
    origin: 'trunk',
    state: 'up',
    startedAt: 0,
    direction: 'in',
    caller: nobody,
    callee: nobody,
    dialled: '',
    users: [],
    legs,
    recording: { state: 'none' },
    emergency: false,
  };
}

function availabilityOf(
  calls: readonly Call[],
  more: { readonly membership?: boolean; readonly outside?: readonly number[] } = {},
) {
  return createAvailability({
    directory: toDirectory(office),
    maxCalls: 2,
    now: () => 100_000,
    calls: () => calls,
    membership: (_group, extension) => (extension === '1001' ? more.membership : undefined),
    lastHunted: () => undefined,
    outsideCalls: () => more.outside ?? [],
  });
}

const legs: readonly (readonly [says: string, leg: Leg, isBusy: boolean])[] = [
  ['a user in a talk is busy', leg({ user: '1001', state: 'up' }), true],
  ['a user whose telephone rings is not', leg({ user: '1001', state: 'ringing' }), false],
  ['a user whose telephone is being dialled is not', leg({ user: '1001', state: 'dialling' }), false],
  ['a user who calls is busy before anybody answers', leg({ user: '1001', role: 'caller', state: 'ringing' }), true],
  ['a user who has hung up is not', leg({ user: '1001', role: 'caller', state: 'ended' }), false],
  ['a user is not busy because another one is', leg({ user: '1002', state: 'up' }), false],
];

for (const [says, one, isBusy] of legs) {
  test(says, () => {
    assert.equal(availabilityOf([call('c1', [one])]).isBusy('1001', 'c2'), isBusy);
  });
}

test('nobody is busy for the call that asks', () => {
  assert.equal(availabilityOf([call('c1', [leg({ user: '1001' })])]).isBusy('1001', 'c1'), false);
});

test('members are those of the configuration, in its order, without those who logged out', () => {
  assert.deepEqual(availabilityOf([]).activeMembers('600'), ['1001', '1002', '1003']);
  assert.deepEqual(availabilityOf([], { membership: false }).activeMembers('600'), ['1002', '1003']);
  assert.deepEqual(availabilityOf([]).activeMembers('nothing'), []);
});

test('a member who never logged in counts as the group says', () => {
  const ringGroups = office.ringGroups.map((group) => ({ ...group, startActive: false }));
  const source = { ...office, ringGroups };
  const { activeMembers } = createAvailability({
    directory: toDirectory(source),
    maxCalls: 2,
    now: () => 0,
    calls: () => [],
    membership: (_group, extension) => (extension === '1003' ? true : undefined),
    lastHunted: () => undefined,
    outsideCalls: () => [],
  });
  assert.deepEqual(activeMembers('600'), ['1003']);
});

test('every call with a leg on the trunk counts, in either direction, as long as the leg is there', () => {
  const onTrunk = { endpoint: 'PJSIP/carrier' };
  const calls = [
    call('c1', [leg({ ...onTrunk, role: 'caller' })]),
    call('c2', [leg({ ...onTrunk, state: 'dialling' })]),
    call('c3', [leg({ ...onTrunk, state: 'ended' })]),
    call('c4', [leg({})]),
  ];
  assert.equal(availabilityOf(calls).trunkCalls('carrier'), 2);
  assert.equal(availabilityOf(calls).trunkCalls('nothing'), 0);
});

test('only outside calls of the last minute count', () => {
  assert.equal(availabilityOf([], { outside: [39_999, 40_000, 40_001, 99_999] }).outsideCallsLastMinute('1001'), 2);
});

test('the call that asks is one of those that are allowed', () => {
  const calls = (count: number): readonly Call[] =>
    Array.from({ length: count }, (_, index) => call(`c${String(index)}`, []));
  assert.equal(availabilityOf(calls(2)).isOverloaded(), false);
  assert.equal(availabilityOf(calls(3)).isOverloaded(), true);
});
