import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Mailboxes } from '../../../src/ari/mailbox.ts';
import type { Command } from '../../../src/telephony/commands.ts';
import type { CallEvent } from '../../../src/telephony/events.ts';
import type { CallId, LegId, RecordingId } from '../../../src/telephony/ids.ts';
import type { Machine } from '../../../src/telephony/machine.ts';

const call = 'c1' as CallId;
const caller = 'leg-of-asterisk' as LegId;
const arrival = {
  kind: 'callArrived',
  at: 1,
  call,
  leg: caller,
  origin: 'trunk',
  endpoint: 'PJSIP/carrier',
  channelName: 'PJSIP/carrier-00000001',
  dialled: '600',
  caller: { number: '+49', name: '' },
} as const;

/** Answers at the arrival, and sets a timer; says so again when it fires. */
const answering: Machine = {
  name: 'answering',
  initial: 0,
  step: (state, _call, event) => ({
    state: (state as number) + 1,
    commands: commandsAt(event),
  }),
};

function commandsAt(event: CallEvent): readonly Command[] {
  if (event.kind === 'callArrived') {
    return [
      { kind: 'answerLeg', leg: caller },
      { kind: 'startTimer', timer: 'soon', ms: 100 },
    ];
  }
  return event.kind === 'timerFired' ? [{ kind: 'hangupLeg', leg: caller, cause: 16 }] : [];
}

function mailboxes(save: (call: CallId, snapshot: string) => void = () => undefined, machine = answering) {
  const carriedOut: string[] = [];
  const faults: unknown[] = [];
  const due: (() => void)[] = [];
  const boxes = new Mailboxes({
    clock: {
      now: () => 1000,
      after: (_ms, callback) => {
        due.push(callback);
        return () => undefined;
      },
    },
    machines: () => [machine],
    save,
    forget: () => undefined,
    execute: (_call, commands) => carriedOut.push(...commands.map(({ kind }) => kind)),
    observe: () => undefined,
    fault: (_call, _event, error) => faults.push(error),
  });
  return { boxes, carriedOut, faults, passTime: () => due.splice(0).forEach((fire) => fire()) };
}

test('a step that cannot be written down is carried out all the same, and told', () => {
  const { boxes, carriedOut, faults } = mailboxes(() => {
    throw new Error('disk full');
  });
  boxes.begin(arrival);
  assert.deepEqual(carriedOut, ['answerLeg', 'startTimer']);
  assert.match(String(faults[0]), /disk full/);
});

test('a step is written down before it is carried out', () => {
  const order: string[] = [];
  const { boxes, carriedOut } = mailboxes(() => order.push(`saved with ${String(carriedOut.length)} carried out`));
  boxes.begin(arrival);
  assert.deepEqual(order, ['saved with 0 carried out']);
});

test('without a connection a timer waits until there is one', () => {
  const { boxes, carriedOut, passTime } = mailboxes();
  boxes.begin(arrival);
  passTime();
  assert.deepEqual(carriedOut, ['answerLeg', 'startTimer']);
  boxes.release();
  assert.deepEqual(carriedOut, ['answerLeg', 'startTimer', 'hangupLeg']);
});

test('a call taken up again has its state, its timers and its caller', () => {
  const kept: string[] = [];
  const first = mailboxes((_call, snapshot) => kept.push(snapshot));
  first.boxes.begin(arrival);
  const second = mailboxes();
  second.boxes.restore(kept.at(-1) ?? '');
  assert.equal(second.boxes.callOfLeg(caller), call);
  assert.deepEqual(second.boxes.snapshots()[0]?.machines, { answering: 1 });
  second.boxes.release();
  second.passTime();
  assert.deepEqual(second.carriedOut, ['hangupLeg']);
});

test('what was written down and may not have been entered in the book is entered after a restart', () => {
  const kept: string[] = [];
  const dropping: Machine = {
    name: 'dropping',
    initial: 0,
    step: (state, _call, event) => ({
      state,
      commands:
        event.kind === 'callArrived'
          ? [
              { kind: 'hangupLeg', leg: caller, cause: 16 },
              { kind: 'dropRecording', recording: 'c1-1' as RecordingId },
            ]
          : [],
    }),
  };
  const first = mailboxes((_call, snapshot) => kept.push(snapshot), dropping);
  first.boxes.begin(arrival);
  const second = mailboxes(undefined, dropping);
  second.boxes.restore(kept.at(-1) ?? '');
  assert.deepEqual(second.carriedOut, ['dropRecording']);
});

test('a call whose last leg has ended is forgotten, and later news of it are dropped', () => {
  const { boxes, carriedOut } = mailboxes();
  boxes.begin(arrival);
  boxes.deliver(call, { kind: 'legEnded', at: 2, leg: caller, cause: 16 });
  assert.equal(boxes.size, 0);
  assert.equal(boxes.callOfLeg(caller), undefined);
  boxes.deliver(call, { kind: 'timerFired', at: 3, timer: 'soon' });
  assert.deepEqual(carriedOut, ['answerLeg', 'startTimer']);
});
