import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beginCall } from '../../../src/telephony/call.ts';
import type { CallEvent } from '../../../src/telephony/events.ts';
import type { CallId, LegId } from '../../../src/telephony/ids.ts';
import { stepCall, type CallSnapshot, type Machine, type Step } from '../../../src/telephony/machine.ts';

const caller = 'caller' as LegId;
const digit: CallEvent = { kind: 'digitReceived', at: 5, leg: caller, digit: '1', durationMs: 100 };
const ended: CallEvent = { kind: 'legEnded', at: 9, leg: caller, cause: 16 };
const answer = { kind: 'answerLeg', leg: caller } as const;
const disposed = { kind: 'disposed', at: 5, disposition: 'busy' } as const;

const begun: CallSnapshot = {
  call: beginCall({
    kind: 'callArrived',
    at: 0,
    call: 'c1' as CallId,
    leg: caller,
    origin: 'trunk',
    endpoint: '',
    channelName: '',
    dialled: '',
    caller: { number: '', name: '' },
  }),
  machines: {},
};

/** A machine that counts what it hears and tells what it is asked to. */
function machine(
  name: string,
  step: (heard: string, count: number) => Partial<Step<number>>,
  more: Partial<Machine<number>> = {},
): Machine {
  const counting: Machine<number> = {
    name,
    initial: 0,
    step: (count, _call, event) => ({ state: count + 1, ...step(event.kind, count) }),
    ...more,
  };
  return counting;
}

test('every machine hears the event, and what another one tells, in the order of the list', () => {
  const heard: string[] = [];
  const note = (name: string, events: Step<number>['events'] = []): Machine =>
    machine(name, (kind) => {
      heard.push(`${name} ${kind}`);
      return kind === 'digitReceived' ? { events } : {};
    });
  const { events } = stepCall([note('a'), note('b', [disposed])], begun, digit);
  assert.deepEqual(heard, ['a digitReceived', 'b digitReceived', 'a disposed', 'b disposed']);
  assert.deepEqual(events, [digit, disposed]);
});

test('an event is applied to the call before the machines hear of it', () => {
  const states: string[] = [];
  const watching: Machine = { name: 'w', initial: 0, step: (state, call) => (states.push(call.state), { state }) };
  stepCall([watching], begun, ended);
  assert.deepEqual(states, ['ended']);
});

test('commands come in the order in which they were given, and states are kept by name', () => {
  const first = machine('a', () => ({ commands: [answer] }));
  const second = machine('b', () => ({ commands: [{ kind: 'stopTimer', timer: 'x' }] }));
  const step = stepCall([first, second], begun, digit);
  assert.deepEqual(step.commands, [answer, { kind: 'stopTimer', timer: 'x' }]);
  assert.deepEqual(step.snapshot.machines, { a: 1, b: 1 });
  assert.deepEqual(stepCall([first, second], step.snapshot, digit).snapshot.machines, { a: 2, b: 2 });
});

test('a machine that throws keeps its state, and neither the call nor the other machine misses the event', () => {
  const broken = machine('broken', () => {
    throw new Error('a fault');
  });
  const step = stepCall([broken, machine('sound', () => ({ commands: [answer] }))], begun, ended);
  assert.equal(step.snapshot.call.state, 'ended');
  assert.deepEqual(step.commands, [answer]);
  assert.deepEqual(step.snapshot.machines, { sound: 1 });
  assert.deepEqual(
    step.faults.map(({ machine: name, event, error }) => [name, event, String(error)]),
    [['broken', 'legEnded', 'Error: a fault']],
  );
});

test('a machine that throws may say what is to be done about it', () => {
  const broken = machine(
    'broken',
    (kind) => {
      if (kind === 'digitReceived') throw new Error('a fault');
      return {};
    },
    { recover: () => ({ state: 7, commands: [answer], events: [disposed] }) },
  );
  const calm = machine('calm', () => ({}));
  const step = stepCall([broken, calm], begun, digit);
  assert.equal(step.snapshot.call.disposition, 'busy');
  assert.equal(step.snapshot.machines['broken'], 8);
  assert.equal(step.snapshot.machines['calm'], 2);
});

test('where even that throws everybody is hung up', () => {
  const fault = (): never => {
    throw new Error('a fault');
  };
  const step = stepCall([machine('broken', fault, { recover: fault })], begun, digit);
  assert.deepEqual(step.commands, [{ kind: 'hangupLeg', leg: caller, cause: 38 }]);
  assert.equal(step.faults.length, 2);
});

test('machines that go round in circles are broken off: nothing of what they wanted is done, and everybody is hung up', () => {
  const endless = machine('endless', () => ({ commands: [answer], events: [disposed] }));
  const step = stepCall([endless], begun, digit);
  assert.deepEqual(step.commands, [{ kind: 'hangupLeg', leg: caller, cause: 38 }]);
  assert.deepEqual(step.snapshot.machines, {});
  assert.equal(step.snapshot.call.disposition, undefined);
  assert.deepEqual(
    step.faults.map(({ machine: name }) => name),
    [''],
  );
});

test('the end of a leg is noticed even where the machines go round in circles', () => {
  const endless = machine('endless', () => ({ events: [disposed] }));
  assert.equal(stepCall([endless], begun, ended).snapshot.call.state, 'ended');
});
