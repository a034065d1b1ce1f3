import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decidingConsent, obligationOf } from '../../../src/recording/ledger/obligation.ts';
import { beginCall } from '../../../src/telephony/call.ts';
import type { CallEvent } from '../../../src/telephony/events.ts';
import type { RecordingId } from '../../../src/telephony/ids.ts';
import type { Obligation } from '../../../src/telephony/ledger-entry.ts';
import { stepCall } from '../../../src/telephony/machine.ts';
import type { ConsentEvidence, RecordingPlan } from '../../../src/telephony/recording-plan.ts';
import { after, anEvidence, aPlan, arrived, callee, caller, routed, write } from './ledger-sample.ts';
import { ledgerMachine } from '../../../src/recording/ledger/machine.ts';

const decided = (ms: number, plan: RecordingPlan = aPlan()): CallEvent => ({
  kind: 'recordingDecided',
  at: after(ms),
  plan,
});
const settled = (ms: number, evidence: ConsentEvidence): CallEvent => ({
  kind: 'consentSettled',
  at: after(ms),
  evidence,
});
const asked = (ms: number): CallEvent => ({ kind: 'announcementStarted', at: after(ms), leg: caller, asks: true });
const digit = (ms: number, pressed: string): CallEvent => ({
  kind: 'digitReceived',
  at: after(ms),
  leg: caller,
  digit: pressed,
  durationMs: 100,
});
const added: CallEvent = { kind: 'legAdded', at: after(20), leg: callee, endpoint: 'PJSIP/1001', user: '1001' };
const joined: CallEvent = { kind: 'joined', at: after(5000), legs: [caller, callee] };
const ended = (ms: number, leg = caller): CallEvent => ({ kind: 'legEnded', at: after(ms), leg, cause: 16 });
const eventsOf = (events: readonly CallEvent[]): readonly string[] =>
  write(events).last.timeline.map((one) => one.event);

test('the line stands in the ledger in the step of the decision', () => {
  const { entries } = write([routed(5), decided(5)]);
  assert.equal(entries.length, 1);
  const { timeline, ...entry } = entries[0] ?? assert.fail();
  assert.deepEqual(entry, {
    call: arrived.call,
    startedAt: arrived.at,
    direction: 'in',
    caller: '+491711234567',
    callee: '+4930555010',
    hotline: 'Muster GmbH',
    group: '600',
    users: [],
    obligation: 'must',
    plan: aPlan(),
    consent: [],
  });
  assert.deepEqual(timeline, [
    { at: after(0), event: 'arrived', detail: 'trunk, dialled +4930555010' },
    { at: after(5), event: 'routed', detail: 'group 600' },
    { at: after(5), event: 'decided', detail: 'record by Support: call-to-group' },
  ]);
});

test('it is written anew when consent is settled and when the call ends, and not for every event', () => {
  const { entries, last } = write([
    ...[routed(5), added, decided(5, aPlan({ verdict: 'optIn' })), asked(100), digit(1000, '5')],
    settled(1010, anEvidence({ mode: 'optIn', outcome: 'granted', digit: '5', afterMs: -3000 })),
    ...[joined, ended(65_000, callee), ended(65_100)],
  ]);
  assert.deepEqual(
    entries.map((one) => one.obligation),
    ['mayNot', 'must', 'must'],
  );
  assert.deepEqual([last.joinedAt, last.endedAt, last.users], [after(5000), after(65_100), ['1001']]);
});

test('what a colleague of the machines tells at once after the end stands in the line as well', () => {
  const closed: CallEvent = { kind: 'recordingClosed', at: after(66_000), recording: 'r1' as RecordingId };
  const { entries, last } = write([
    ...[routed(5), decided(5), ended(65_000)],
    ...[{ kind: 'disposed', at: after(65_000), disposition: 'abandoned' } as const, closed],
  ]);
  assert.equal(entries.length, 4);
  assert.equal(last.disposition, 'abandoned');
  assert.deepEqual(
    last.timeline.slice(-3).map((one) => one.event),
    ['ended', 'disposed', 'recording-closed'],
  );
});

test('a call that ended before anybody could decide has one line', () => {
  const { entries, last } = write([ended(50)]);
  assert.equal(entries.length, 1);
  assert.deepEqual([last.obligation, last.plan.verdict, last.plan.reason], ['needNot', 'skip', 'not-connected']);
});

test('digits are kept while the caller is asked, and at no other time', () => {
  const told = (events: readonly CallEvent[]): readonly string[] =>
    write([...events, ended(90_000)])
      .last.timeline.filter((one) => one.event === 'digit')
      .map((one) => one.detail);
  const events = [routed(5), digit(50, '4'), decided(60), asked(100), digit(200, '5'), settled(300, anEvidence())];
  assert.deepEqual(told([...events, joined, digit(6000, '1'), digit(6100, '2')]), ['5, 100 ms']);
});

test('digits of the other party are not kept, even while the caller is asked', () => {
  const other: CallEvent = { kind: 'digitReceived', at: after(200), leg: callee, digit: '7', durationMs: 90 };
  assert.ok(!eventsOf([routed(5), asked(100), other, ended(300)]).includes('digit'));
});

test('a discarded recording is noted with who wanted it, at once', () => {
  const by = { kind: 'user', extension: '1001' } as const;
  const { entries, last } = write([
    ...[routed(5), added, decided(5), joined],
    { kind: 'recordingControlAsked', at: after(8000), action: 'discard', by },
    { kind: 'recordingControlled', at: after(8100), action: 'discard', by, ok: true },
  ]);
  assert.equal(entries.length, 2);
  assert.equal(last.discardedAt, after(8100));
  assert.deepEqual(last.timeline.slice(-2), [
    { at: after(8000), event: 'discard-asked', detail: 'user 1001' },
    { at: after(8100), event: 'discard-done', detail: 'user 1001' },
  ]);
});

test('a discard that failed leaves the obligation as it was', () => {
  const by = { kind: 'api', name: 'control token' } as const;
  const { last } = write([decided(5), { kind: 'recordingControlled', at: after(9), action: 'discard', by, ok: false }]);
  assert.equal(last.discardedAt, undefined);
});

test('of a long call beginning and end are kept, and how much lies between', () => {
  const resynced: CallEvent = { kind: 'resynced', at: after(7), channels: [], bridges: [], recordings: [] };
  const { last } = write([...Array.from({ length: 500 }, () => resynced), decided(8), ended(9)]);
  assert.equal(last.timeline.length, 201);
  assert.equal(last.timeline[0]?.event, 'arrived');
  assert.deepEqual(last.timeline[100], { at: after(7), event: 'left-out', detail: '303 events' });
  assert.deepEqual(
    last.timeline.slice(-2).map((one) => one.event),
    ['decided', 'ended'],
  );
});

test('the ledger is written before the other machines do anything about the decision', () => {
  const other = {
    name: 'recording',
    initial: null,
    step: (_state: unknown, _call: unknown, event: CallEvent) => ({
      state: null,
      ...(event.kind === 'recordingDecided' ? { commands: [{ kind: 'answerLeg', leg: caller } as const] } : {}),
    }),
  };
  const { commands } = stepCall([ledgerMachine(), other], { call: beginCall(arrived), machines: {} }, decided(5));
  assert.deepEqual(
    commands.map((one) => one.kind),
    ['enterLedger', 'answerLeg'],
  );
});

const refused = anEvidence({ outcome: 'refused', recorded: false, digit: '1' });
const silentOptIn = anEvidence({ mode: 'optIn', outcome: 'silent', recorded: false });
const granted = anEvidence({ mode: 'optIn', outcome: 'granted' });
const unheard = anEvidence({ outcome: 'unheard', recorded: false });
const skip = (reason: string, setting?: string): RecordingPlan =>
  aPlan({ verdict: 'skip', reason, ...(setting === undefined ? {} : { setting }) });

const obligations: readonly (readonly [
  what: string,
  plan: RecordingPlan,
  consent: readonly ConsentEvidence[],
  expected: Obligation,
])[] = [
  ['a setting that asks nobody', aPlan(), [], 'must'],
  ['a setting that announces, and was heard', aPlan(), [anEvidence({ mode: 'none', outcome: 'told' })], 'must'],
  ['a setting that announces, and was not heard', aPlan(), [{ ...unheard, mode: 'none' }], 'mayNot'],
  ['a question without an answer so far', aPlan({ verdict: 'optOut' }), [], 'mayNot'],
  ['silence under optOut', aPlan({ verdict: 'optOut' }), [anEvidence()], 'must'],
  ['a digit under optOut', aPlan({ verdict: 'optOut' }), [refused], 'mayNot'],
  ['a digit under optIn', aPlan({ verdict: 'optIn' }), [granted], 'must'],
  ['silence under optIn', aPlan({ verdict: 'optIn' }), [silentOptIn], 'mayNot'],
  ['an announcement that could not be played', aPlan({ verdict: 'optOut' }), [unheard], 'mayNot'],
  ['a caller who hung up', aPlan({ verdict: 'optIn' }), [{ ...unheard, outcome: 'hungUp' }], 'mayNot'],
  ['silence that was a refusal after all', aPlan({ verdict: 'optOut' }), [anEvidence(), refused], 'mayNot'],
  ['another setting after a refusal', aPlan({ setting: 'Sales' }), [refused], 'mayNot'],
  ['no setting after a refusal', skip('no-setting-matches'), [refused], 'mayNot'],
  ['another setting after silence under optIn', aPlan({ setting: 'Sales' }), [silentOptIn], 'mayNot'],
  [
    'another setting that asks nobody, after an announcement that failed',
    aPlan({ setting: 'Sales' }),
    [unheard],
    'must',
  ],
  [
    'another setting that asks, after consent to the first',
    aPlan({ setting: 'Sales', verdict: 'optIn' }),
    [granted],
    'mayNot',
  ],
  ['no setting', skip('no-setting-matches'), [], 'needNot'],
  ['a service code', skip('service-code'), [], 'needNot'],
  ['a call to nobody', skip('not-connected'), [], 'needNot'],
  ...['exception', 'never-record', 'internal-not-asked', 'not-asked', 'not-announced', 'refused-before'].map(
    (reason) => [`the reason ${reason}`, skip(reason, 'Support'), [], 'mayNot'] as const,
  ),
];

for (const [what, plan, consent, expected] of obligations) {
  test(`${what}: ${expected}`, () => {
    assert.equal(obligationOf(plan, consent), expected);
  });
}

test('the evidence that counts is a refusal, whatever was answered before or after', () => {
  assert.equal(decidingConsent([anEvidence(), refused, granted]), refused);
  assert.equal(decidingConsent([unheard, granted]), granted);
  assert.equal(decidingConsent([]), undefined);
});
