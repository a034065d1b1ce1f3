import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallEvent } from '../../../src/telephony/events.ts';
import type { CallId } from '../../../src/telephony/ids.ts';
import type { CallStep } from '../../../src/telephony/machine.ts';
import type { Call, CallState, RecordingState } from '../../../src/telephony/model.ts';
import type { Actor, RecordingAction } from '../../../src/telephony/recording-plan.ts';
import { createRecordingControl } from '../../../src/wiring/recording-control.ts';
import { createManualClock } from '../../support/manual-clock.ts';

const olivia: Actor = { kind: 'api', name: 'olivia' };
const id = 'c1' as CallId;

function callIn(recording: RecordingState, state: CallState = 'up'): Call {
  return {
    ...{ id, origin: 'trunk', state, startedAt: 0, direction: 'in', dialled: '600', emergency: false },
    caller: { number: '1', name: '' },
    callee: { number: '2', name: '' },
    ...{ users: [], legs: [], recording: { state: recording } },
  };
}

/** One call, and what it was told. */
function bench(recording: RecordingState, answerAtOnce?: boolean) {
  const clock = createManualClock();
  const told: CallEvent[] = [];
  let calls: readonly Call[] = [callIn(recording)];
  const answer = (
    action: RecordingAction,
    ok: boolean,
    by: Actor = olivia,
    call = calls[0] ?? callIn('done'),
  ): void => {
    const events = [{ kind: 'recordingControlled', at: clock.now(), action, by, ok }] as const;
    control.observe({ snapshot: { call, machines: {} }, events, commands: [], faults: [] } satisfies CallStep);
  };
  const control = createRecordingControl({
    clock,
    calls: () => calls,
    deliver: (_call, event) => {
      told.push(event);
      if (answerAtOnce !== undefined && event.kind === 'recordingControlAsked')
        answer(event.action, answerAtOnce, event.by);
    },
  });
  const become = (state: RecordingState): void => {
    calls = [callIn(state)];
  };
  return { clock, told, control, answer, become };
}

test('the call is asked, and what it answers is the answer', async () => {
  const { control, told, clock } = bench('recording', true);
  assert.equal(await control.control(id, 'pause', olivia), undefined);
  assert.deepEqual(told, [{ kind: 'recordingControlAsked', at: clock.now(), action: 'pause', by: olivia }]);
  assert.equal(clock.waiting(), 0);
});

test('an answer that comes later is waited for', async () => {
  const { control, answer, clock } = bench('paused');
  const asked = control.control(id, 'resume', olivia);
  clock.advance(1900);
  answer('resume', true);
  assert.equal(await asked, undefined);
});

test('an answer to something else, to somebody else or of another call is none', async () => {
  const { control, answer, clock } = bench('recording');
  const asked = control.control(id, 'pause', olivia);
  answer('discard', true);
  answer('pause', true, { kind: 'user', extension: '1001' });
  answer('pause', true, olivia, { ...callIn('recording'), id: 'c2' as CallId });
  clock.advance(2000);
  assert.equal(await asked, 'not-confirmed');
});

test('without an answer it is not confirmed, and a late one does no harm', async () => {
  const { control, answer, clock } = bench('recording');
  const asked = control.control(id, 'discard', olivia);
  clock.advance(2000);
  assert.equal(await asked, 'not-confirmed');
  answer('discard', true);
});

test('of two who ask the same each gets the answer to its own question', async () => {
  const { control, answer } = bench('recording');
  const asked = [control.control(id, 'pause', olivia), control.control(id, 'pause', olivia)];
  answer('pause', true);
  answer('pause', false);
  assert.deepEqual(await Promise.all(asked), [undefined, 'failed']);
});

const unasked: readonly (readonly [action: RecordingAction, state: RecordingState, problem: string])[] = [
  ['pause', 'none', 'not-recorded'],
  ['resume', 'none', 'not-recorded'],
  ['discard', 'none', 'not-recorded'],
  ['pause', 'failed', 'not-recorded'],
  ['pause', 'paused', 'already-paused'],
  ['resume', 'recording', 'not-paused'],
  ['resume', 'waiting', 'not-paused'],
];
for (const [action, state, problem] of unasked) {
  test(`to ${action} while the state is ${state} is ${problem}, without asking`, async () => {
    const { control, told } = bench(state, true);
    assert.equal(await control.control(id, action, olivia), problem);
    assert.deepEqual(told, []);
  });
}

test('what the call refuses before its recording has begun was no recording', async () => {
  assert.equal(await bench('waiting', false).control.control(id, 'pause', olivia), 'not-recorded');
});

test('a pause that broke the recording off has failed', async () => {
  const { control, answer, become } = bench('recording');
  const asked = control.control(id, 'pause', olivia);
  become('failed');
  answer('pause', false);
  assert.equal(await asked, 'failed');
});

for (const state of ['failed', 'done'] as const) {
  test(`what was recorded before the recording was ${state} can be withdrawn while the call goes on`, async () => {
    assert.equal(await bench(state, true).control.control(id, 'discard', olivia), undefined);
  });
}

test('a call that is not there or has ended is unknown', async () => {
  const { control } = bench('recording');
  assert.equal(await control.control('c9', 'pause', olivia), 'unknown-call');
  const ended = createRecordingControl({
    clock: createManualClock(),
    calls: () => [callIn('recording', 'ended')],
    deliver: () => undefined,
  });
  assert.equal(await ended.control(id, 'pause', olivia), 'unknown-call');
});
