import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyEvent, beginCall } from '../../../src/telephony/call.ts';
import type { CallEvent } from '../../../src/telephony/events.ts';
import type { BridgeId, CallId, LegId } from '../../../src/telephony/ids.ts';
import type { Call, Leg } from '../../../src/telephony/model.ts';

const caller = 'caller' as LegId;
const callee = 'leg1' as LegId;
const kunde = { number: '+491711234567', name: 'Kunde' };

const arrived = {
  kind: 'callArrived',
  at: 100,
  call: 'c1' as CallId,
  leg: caller,
  origin: 'trunk',
  endpoint: 'PJSIP/carrier',
  channelName: 'PJSIP/carrier-00000001',
  dialled: '030555010',
  caller: kunde,
} as const;

const routed = {
  kind: 'routed',
  at: 100,
  direction: 'in',
  caller: kunde,
  callee: { number: '+4930555010', name: 'Muster GmbH' },
  addressed: { kind: 'group', number: '600' },
  hotline: 'Muster GmbH',
  emergency: false,
} as const;

const added = { kind: 'legAdded', at: 110, leg: callee, endpoint: 'PJSIP/1001', user: '1001' } as const;
const joined = { kind: 'joined', at: 200, legs: [caller, callee] } as const;

function after(...events: readonly CallEvent[]): Call {
  return events.reduce(applyEvent, beginCall(arrived));
}

function legAfter(...events: readonly CallEvent[]): Leg {
  const leg = after(added, ...events).legs.find((one) => one.id === callee);
  assert.ok(leg);
  return leg;
}

test('a call begins with its caller, who hears nothing yet', () => {
  const call = after();
  assert.equal(call.state, 'dialling');
  assert.equal(call.direction, 'in');
  assert.deepEqual(call.callee, { number: '030555010', name: '' });
  assert.deepEqual(call.legs, [
    {
      id: caller,
      role: 'caller',
      state: 'ringing',
      endpoint: 'PJSIP/carrier',
      channelName: 'PJSIP/carrier-00000001',
      held: false,
      createdAt: 100,
    },
  ]);
});

test('a telephone’s call is internal until it is routed', () => {
  assert.equal(beginCall({ ...arrived, origin: 'phone' }).direction, 'internal');
});

test('the route tells who is called, by which hotline and in which group', () => {
  const { callee: shown, hotline, group, direction } = after(routed);
  assert.deepEqual(
    { shown, hotline, group, direction },
    { shown: routed.callee, hotline: 'Muster GmbH', group: '600', direction: 'in' },
  );
});

test('a user who calls is one of the call’s users, and the caller’s leg is his', () => {
  const call = after({
    ...routed,
    direction: 'internal',
    callerUser: '1002',
    caller: { number: '1002', name: 'Benjamin' },
  });
  assert.deepEqual(call.users, ['1002']);
  assert.equal(call.legs[0]?.user, '1002');
  assert.deepEqual(call.caller, { number: '1002', name: 'Benjamin' });
});

test('a user becomes one of the call’s users when he is joined, and not by ringing', () => {
  assert.deepEqual(after(added, { kind: 'legRinging', at: 120, leg: callee }).users, []);
  assert.deepEqual(after(added, joined).users, ['1001']);
  assert.deepEqual(after(added, joined, joined).users, ['1001']);
});

/** What a leg goes through. */
const steps: readonly (readonly [says: string, events: readonly CallEvent[], state: Leg['state']])[] = [
  ['is created', [], 'created'],
  ['stands', [{ kind: 'legReady', at: 120, leg: callee, channelName: 'PJSIP/1001-00000002' }], 'dialling'],
  ['rings', [{ kind: 'legRinging', at: 130, leg: callee }], 'ringing'],
  ['answers', [{ kind: 'legAnswered', at: 140, leg: callee }], 'up'],
  ['ends', [{ kind: 'legEnded', at: 150, leg: callee, cause: 16 }], 'ended'],
  [
    'does not go back from an answer to ringing',
    [
      { kind: 'legAnswered', at: 140, leg: callee },
      { kind: 'legRinging', at: 141, leg: callee },
    ],
    'up',
  ],
  [
    'does not go back from ringing to standing',
    [
      { kind: 'legRinging', at: 140, leg: callee },
      { kind: 'legReady', at: 141, leg: callee, channelName: 'x' },
    ],
    'ringing',
  ],
  [
    'does not come back from its end',
    [
      { kind: 'legEnded', at: 140, leg: callee, cause: 16 },
      { kind: 'legAnswered', at: 141, leg: callee },
    ],
    'ended',
  ],
];

for (const [says, events, state] of steps) {
  test(`a leg ${says}`, () => {
    assert.equal(legAfter(...events).state, state);
  });
}

test('a leg remembers when it rang, answered and ended, and why; the first news counts', () => {
  const leg = legAfter(
    { kind: 'legReady', at: 120, leg: callee, channelName: 'PJSIP/1001-00000002' },
    { kind: 'legRinging', at: 130, leg: callee },
    { kind: 'legAnswered', at: 140, leg: callee },
    { kind: 'legAnswered', at: 145, leg: callee },
    { kind: 'legEnded', at: 150, leg: callee, cause: 16 },
    { kind: 'legEnded', at: 155, leg: callee, cause: 38 },
  );
  const { channelName, ringingAt, answeredAt, endedAt, cause } = leg;
  assert.deepEqual(
    { channelName, ringingAt, answeredAt, endedAt, cause },
    { channelName: 'PJSIP/1001-00000002', ringingAt: 130, answeredAt: 140, endedAt: 150, cause: 16 },
  );
});

test('the name of a channel is taken up however late it comes', () => {
  const leg = legAfter(
    { kind: 'legAnswered', at: 140, leg: callee },
    { kind: 'legReady', at: 141, leg: callee, channelName: 'PJSIP/1001-00000002' },
  );
  assert.equal(leg.channelName, 'PJSIP/1001-00000002');
});

test('news of a leg that is not the call’s changes nothing', () => {
  const before = after(added);
  assert.deepEqual(applyEvent(before, { kind: 'legAnswered', at: 140, leg: 'leg9' as LegId }), before);
});

test('joining answers the call, puts both legs up, and the first answer counts', () => {
  const call = after(added, joined, { ...joined, at: 300 });
  assert.equal(call.state, 'up');
  assert.equal(call.answeredAt, 200);
  assert.deepEqual(
    call.legs.map(({ state }) => state),
    ['up', 'up'],
  );
});

const hold = (leg: LegId): CallEvent => ({ kind: 'legHeld', at: 300, leg });
const unhold = (leg: LegId): CallEvent => ({ kind: 'legUnheld', at: 310, leg });

const holds: readonly (readonly [says: string, events: readonly CallEvent[], state: Call['state']])[] = [
  ['the callee holds it', [hold(callee)], 'held'],
  ['the caller holds it', [hold(caller)], 'held'],
  ['both hold it and one lets go', [hold(caller), hold(callee), unhold(caller)], 'held'],
  ['both hold it and both let go', [hold(caller), hold(callee), unhold(caller), unhold(callee)], 'up'],
  ['the one who holds it leaves', [hold(callee), { kind: 'legEnded', at: 320, leg: callee, cause: 16 }], 'up'],
  ['the other one leaves', [hold(callee), { kind: 'legEnded', at: 320, leg: caller, cause: 16 }], 'held'],
];

for (const [says, events, state] of holds) {
  test(`a call is ${state} when ${says}`, () => {
    assert.equal(after(added, joined, ...events).state, state);
  });
}

test('one who holds before the parties are joined holds the call from then on', () => {
  assert.equal(after(added, hold(caller)).state, 'dialling');
  assert.equal(after(added, hold(caller), joined).state, 'held');
});

test('a call is over when its last leg has ended, and the time does not change afterwards', () => {
  const end = (leg: LegId, at: number): CallEvent => ({ kind: 'legEnded', at, leg, cause: 16 });
  assert.equal(after(added, end(caller, 400)).endedAt, undefined);
  const call = after(added, end(caller, 400), end(callee, 410), end(callee, 420));
  assert.equal(call.state, 'ended');
  assert.equal(call.endedAt, 410);
});

test('how a call ended is said once', () => {
  const call = after(
    { kind: 'disposed', at: 1, disposition: 'busy' },
    { kind: 'disposed', at: 2, disposition: 'abandoned' },
  );
  assert.equal(call.disposition, 'busy');
});

test('ringing in a group, a bridge and a recording are facts of the call', () => {
  const call = after(
    { kind: 'ringingStarted', at: 110, group: '610' },
    { kind: 'bridged', at: 200, bridge: 'bridge1' as BridgeId, legs: [] },
    { kind: 'recordingChanged', at: 200, recording: { state: 'recording', setting: 'All' } },
  );
  assert.deepEqual(
    [call.state, call.group, call.bridge, call.recording.state],
    ['ringing', '610', 'bridge1', 'recording'],
  );
});
