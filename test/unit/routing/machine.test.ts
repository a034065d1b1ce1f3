/** Gates before ringing, and several before connecting: nobody has them yet, so that no scenario can show them. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toDirectory, type RoutingSource } from '../../../src/routing/directory.ts';
import { routingMachine, type RoutingSetup } from '../../../src/routing/machine.ts';
import { beginCall } from '../../../src/telephony/call.ts';
import type { CallEvent, GatePoint } from '../../../src/telephony/events.ts';
import { stepCall, type CallSnapshot } from '../../../src/telephony/machine.ts';
import { availabilityIn } from '../../support/availability.ts';
import { toEvents, toResync } from '../../support/scenario-events.ts';
import { configurations } from '../../support/scenario-setup.ts';
import { commandWords, eventWords } from '../../support/scenario-words.ts';

const office = configurations['office'] as RoutingSource;

function callThrough(gates: RoutingSetup['gates']) {
  const machine = routingMachine({
    application: 'fernamt',
    directory: toDirectory(office),
    availability: availabilityIn(office),
    matches: () => true,
    gates,
    takesCodes: false,
  });
  let snapshot: CallSnapshot | undefined;
  const deliver = (event: CallEvent): readonly string[] => {
    if (event.kind === 'callArrived') snapshot = { call: beginCall(event), machines: {} };
    assert.ok(snapshot);
    const step = stepCall([machine], snapshot, event);
    snapshot = step.snapshot;
    const [, ...told] = step.events;
    return [...step.commands.map(commandWords), ...told.map(eventWords)];
  };
  return {
    happens: (line: string) => toEvents(10, line).flatMap(deliver),
    resyncs: (line: string) => (snapshot ? toResync(10, line, snapshot.call).events.flatMap(deliver) : []),
    passes: (point: GatePoint, gate: string) => deliver({ kind: 'gatePassed', at: 10, point, gate }),
    refuses: (point: GatePoint, gate: string) =>
      deliver({ kind: 'gateRefused', at: 10, point, gate, prompt: 'not-today' }),
    call: () => snapshot?.call,
  };
}

const inbound = 'arrives trunk +4930555011 from +491711234567';
const ringing = ['limitLeg caller 150 s', 'createLeg leg1 PJSIP/1001 showing +491711234567, at most 150 s'];

test('before every gate is passed nobody is rung, whatever the order', () => {
  const call = callThrough({ ringing: ['consent', 'credit'], connecting: [] });
  assert.deepEqual(call.happens(inbound), [
    'routed in to user 1001, shown as +4930555011 "Olivia"',
    'gateReached ringing caller',
  ]);
  assert.deepEqual(call.passes('ringing', 'credit'), []);
  assert.deepEqual(call.passes('ringing', 'credit'), []);
  assert.deepEqual(call.passes('connecting', 'consent'), []);
  assert.deepEqual(call.passes('ringing', 'consent').slice(0, 2), ringing);
  assert.deepEqual(call.passes('ringing', 'consent'), []);
});

test('a gate before ringing does not hold up an emergency call', () => {
  const call = callThrough({ ringing: ['consent'], connecting: ['recording'] });
  assert.match(call.happens('arrives phone 112 from 1001').join('\n'), /createLeg leg1 PJSIP\/112@carrier/);
  call.happens('ready leg1');
  assert.match(call.happens('answers leg1').join('\n'), /joined caller leg1/);
});

test('a gate that refuses before ringing turns the caller away in words', () => {
  const call = callThrough({ ringing: ['consent'], connecting: [] });
  call.happens(inbound);
  assert.deepEqual(call.refuses('ringing', 'consent'), [
    'limitLeg caller 40 s',
    'playPrompt play1 to caller: not-today (en)',
    'disposed refused',
  ]);
});

test('a caller who leaves before the gates are passed is not rung for', () => {
  const call = callThrough({ ringing: ['consent'], connecting: [] });
  call.happens(inbound);
  assert.deepEqual(call.happens('ends caller 16'), ['disposed abandoned']);
  assert.deepEqual(call.passes('ringing', 'consent'), []);
});

test('after a reconnection before the gates are passed nothing is changed', () => {
  const call = callThrough({ ringing: ['consent'], connecting: [] });
  call.happens(inbound);
  assert.deepEqual(call.resyncs('resynced caller=Ring'), []);
  assert.deepEqual(call.passes('ringing', 'consent').slice(0, 2), ringing);
});

test('before every gate is passed nobody is heard', () => {
  const call = callThrough({ ringing: [], connecting: ['recording', 'notice'] });
  call.happens(inbound);
  call.happens('ready leg1');
  assert.deepEqual(call.happens('answers leg1'), ['gateReached connecting caller leg1']);
  assert.deepEqual(call.passes('connecting', 'notice'), []);
  assert.match(call.passes('connecting', 'recording').join('\n'), /joined caller leg1/);
});

test('a gate that refuses after an answer hangs up who answered and tells the caller', () => {
  const call = callThrough({ ringing: [], connecting: ['recording'] });
  call.happens(inbound);
  call.happens('ready leg1');
  call.happens('answers leg1');
  assert.deepEqual(call.refuses('connecting', 'recording'), [
    'hangupLeg leg1 cause 16',
    'limitLeg caller 40 s',
    'playPrompt play1 to caller: not-today (en)',
    'disposed refused',
  ]);
  assert.deepEqual(call.passes('connecting', 'recording'), []);
});

test('in the talk no gate can refuse any more', () => {
  const call = callThrough({ ringing: [], connecting: [] });
  call.happens(inbound);
  call.happens('ready leg1');
  call.happens('answers leg1');
  assert.deepEqual(call.refuses('connecting', 'recording'), []);
  assert.equal(call.call()?.state, 'up');
});

test('a gate that is passed twice lets early media through once', () => {
  const call = callThrough({ ringing: [], connecting: ['recording'] });
  call.happens('arrives phone 01711234567 from 1001');
  call.happens('ready leg1');
  assert.deepEqual(call.happens('progresses leg1'), ['gateReached connecting caller leg1']);
  assert.match(call.passes('connecting', 'recording').join('\n'), /indicateProgress caller/);
  assert.deepEqual(call.passes('connecting', 'recording'), []);
});

test('a call that was never routed, because we fell over its arrival, is routed after the reconnection', () => {
  const machine = routingMachine({
    application: 'fernamt',
    directory: toDirectory(office),
    availability: availabilityIn(office),
    matches: () => true,
    gates: { ringing: [], connecting: [] },
    takesCodes: false,
  });
  const [arrival] = toEvents(10, inbound);
  assert.ok(arrival?.kind === 'callArrived');
  const call = beginCall(arrival);
  const [resynced] = toResync(20, 'resynced caller=Ring', call).events;
  assert.ok(resynced);
  const { commands } = stepCall([machine], { call, machines: {} }, resynced);
  assert.deepEqual(commands.map(commandWords), ringing);
});
