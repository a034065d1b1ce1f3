/** Whatever happens, and in whatever order: what must hold for every call. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { beginCall } from '../../src/telephony/call.ts';
import type { CallEvent } from '../../src/telephony/events.ts';
import { stepCall, type CallSnapshot } from '../../src/telephony/machine.ts';
import { liveLegs } from '../../src/telephony/model.ts';
import { watchCall, type CallWatch } from '../support/call-watch.ts';
import { callId, toEvents, toId, toResync } from '../support/scenario-events.ts';
import { toStage, type Stage } from '../support/scenario-setup.ts';

const arrivals = [
  'trunk +4930555011 from +491711234567',
  'trunk +4930555010 from +491711234567',
  'trunk +4930555020 from anonymous',
  'trunk +4930555040 from +491711234567',
  'trunk +4930555099 from +491711234567',
  'phone 1002 from 1001',
  'phone 1003 from 1003',
  'phone 600 from 1001',
  'phone 610 from 1003',
  'phone 620 from 1099',
  'phone 650 from 1003',
  'phone 01711234567 from 1001',
  'phone 01711234567 from 1099',
  'phone 112 from 1001',
  'phone 110 from 1099',
  'phone *81600 from 1002',
  'phone *80 from 1002',
];
const legNames = ['caller', 'leg1', 'leg2', 'leg3', 'leg4', 'leg5'];
const legVerbs = ['ready', 'rings', 'progresses', 'answers', 'ends', 'holds', 'unholds', 'transfers'];
const causes = ['0', '1', '16', '17', '18', '19', '20', '21', '26', '31', '34', '38', '-1'];
const failing = [
  'createBridge',
  'joinBridge',
  'answerLeg',
  'snoopLeg',
  'startRecording',
  'stopRecording',
  'measureLeg',
  'muteRecording',
  'unmuteRecording',
];
const timers = [
  'farewell',
  'recording-start',
  'recording-close',
  'recording-lost',
  'measure',
  'consent',
  'pause-confirm',
  'pause-end',
];
const subjects = ['bridge1', 'bridge2', 'caller', 'snoop1', 'snoop2', 'snoop3', 'rec1', 'rec2', 'rec3'];

const numbered = (name: string, most: number): fc.Arbitrary<string> =>
  fc.integer({ min: 1, max: most }).map((number) => name + String(number));

const legMove = fc.tuple(fc.constantFrom(...legVerbs), fc.constantFrom(...legNames), fc.constantFrom(...causes));
const move: fc.Arbitrary<string> = fc.oneof(
  { weight: 10, arbitrary: legMove.map((words) => words.join(' ')) },
  { weight: 2, arbitrary: numbered('leg', 5).map((leg) => `ready ${leg}`) },
  { weight: 2, arbitrary: numbered('leg', 5).map((leg) => `answers ${leg}`) },
  { weight: 4, arbitrary: numbered('snoop', 3).map((snoop) => `snoop-ready ${snoop}`) },
  { weight: 1, arbitrary: numbered('snoop', 3).map((snoop) => `snoop-ended ${snoop}`) },
  { weight: 4, arbitrary: numbered('rec', 3).map((name) => `recording-started ${name}`) },
  { weight: 1, arbitrary: numbered('rec', 3).map((name) => `recording-finished ${name}`) },
  { weight: 1, arbitrary: numbered('rec', 3).map((name) => `recording-failed ${name}`) },
  { weight: 2, arbitrary: numbered('play', 2).map((play) => `played ${play}`) },
  { weight: 3, arbitrary: fc.constantFrom('plays', 'played', 'not-played').map((verb) => `${verb} announcement1`) },
  { weight: 1, arbitrary: fc.constantFrom('plays', 'played', 'not-played').map((verb) => `${verb} announcement2`) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom('caller', 'leg1'), fc.constantFrom('1', '2', '3', '*'), fc.constantFrom('5', '100', '900'))
      .map(([leg, digit, ms]) => `presses ${leg} ${digit} ${ms}`),
  },
  { weight: 2, arbitrary: numbered('rec', 3).map((name) => `muted ${name}`) },
  { weight: 1, arbitrary: numbered('rec', 3).map((name) => `unmuted ${name}`) },
  { weight: 1, arbitrary: fc.constantFrom('pause', 'resume', 'discard').map((action) => `asks ${action}`) },
  { weight: 2, arbitrary: fc.constantFrom(...timers).map((timer) => `timer ${timer}`) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...failing), fc.constantFrom(...subjects))
      .map(([command, subject]) => `fails ${command} ${subject} 500`),
  },
  { weight: 1, arbitrary: standing() },
);

function standing(): fc.Arbitrary<string> {
  const state = fc.constantFrom('Down', 'Ringing', 'Up', 'gone');
  return fc
    .tuple(fc.array(state, { minLength: 6, maxLength: 6 }), fc.boolean(), fc.boolean())
    .map(([states, bridge, recording]) => {
      const channels = legNames.map((name, index) => `${name}=${states[index] ?? 'gone'}`);
      const words = channels.filter((word) => !word.endsWith('=gone'));
      return ['resynced', ...words, ...(bridge ? ['bridge1=caller+leg1'] : []), ...(recording ? ['rec1'] : [])].join(
        ' ',
      );
    });
}

/** How a call goes if nothing comes between. */
const spine = [
  'plays announcement1',
  'later',
  'played announcement1',
  'timer consent',
  'ready leg1 leg2 leg3 leg4',
  'rings leg1',
  'snoop-ready snoop1 snoop2',
  'progresses leg1',
  'answers leg1',
  'recording-started rec1 rec2',
  'timer measure',
  'ends leg1 16',
  'recording-finished rec1 rec2',
];

/** The spine with steps missing, and anything in between. */
const course: fc.Arbitrary<string[]> = fc
  .array(fc.tuple(fc.boolean(), fc.array(move, { maxLength: 5 })), { minLength: spine.length, maxLength: spine.length })
  .map((steps) => spine.flatMap((line, index) => [...(steps[index]?.[0] ? [line] : []), ...(steps[index]?.[1] ?? [])]));

const header = fc.record({
  config: fc.constantFrom('office', 'office with outside line', 'office with limits'),
  record: fc.constantFrom(
    'nothing',
    'everything',
    'everything or refuse',
    'outside only',
    'opt in',
    'opt out',
    'opt out, ring meanwhile',
    'opt out or refuse',
    'opt out for 600, then everything',
    'everything at 660',
    'opt out at 660',
    'notices',
  ),
  channels: fc.constantFrom('mono', 'stereo'),
  busy: fc.constantFrom('', '1001', '1002 1003'),
  overloaded: fc.constantFrom('no', 'no', 'no', 'yes'),
  'trunk calls': fc.constantFrom('', 'carrier=30', 'carrier=30 backup=10'),
});

/** A call in which things happen, and what is wrong with it so far. */
class Played {
  readonly watch: CallWatch = watchCall(toId('caller'));
  readonly complaints: string[] = [];
  readonly #stage: Stage;
  readonly #records: boolean;
  #snapshot: CallSnapshot | undefined;
  #now = 0;

  constructor(settings: Readonly<Record<string, string>>) {
    this.#stage = toStage(new Map(Object.entries(settings)));
    this.#records = settings['record'] !== 'nothing';
  }

  get isOver(): boolean {
    if (!this.#snapshot) return false;
    const { call, machines } = this.#snapshot;
    const isAtRest = this.#stage.machines.every((one) => one.isAtRest?.(machines[one.name] ?? one.initial) ?? true);
    return liveLegs(call).length === 0 && isAtRest;
  }

  happen(line: string): void {
    this.#now += line === 'later' ? 3000 : 7;
    if (line === 'later') return;
    for (const event of this.#eventsOf(line)) this.#deliver(event);
  }

  #eventsOf(line: string): readonly CallEvent[] {
    if (line.startsWith('timer ')) return [{ kind: 'timerFired', at: this.#now, timer: line.slice(6) }];
    if (line.startsWith('resynced') && this.#snapshot) return toResync(this.#now, line, this.#snapshot.call).events;
    return toEvents(this.#now, line);
  }

  #deliver(event: CallEvent): void {
    if (event.kind === 'callArrived') this.#snapshot = { call: beginCall(event), machines: {} };
    if (!this.#snapshot || this.isOver) return;
    const step = stepCall(this.#stage.machines, this.#snapshot, event);
    this.#snapshot = JSON.parse(JSON.stringify(step.snapshot)) as CallSnapshot;
    this.complaints.push(...this.watch.look(event, step));
    const recorded = step.commands.some((one) => one.kind === 'snoopLeg' || one.kind === 'openRecording');
    if (recorded && !this.#records) this.complaints.push('a call is recorded that is not to be');
  }
}

test('in whatever order things happen nothing is left behind, nobody talks to two, and every recording is accounted for', () => {
  fc.assert(
    fc.property(
      header,
      fc.constantFrom(...arrivals),
      fc.oneof(course, fc.array(move, { maxLength: 60 })),
      (settings, arrival, lines) => {
        const call = new Played(settings);
        call.happen(`arrives ${arrival}`);
        for (const line of lines) call.happen(line);
        call.happen('ends caller 16');
        assert.deepEqual([...call.complaints, ...call.watch.leftBehind()], []);
        for (const leg of call.watch.liveLegs()) call.happen(`ends ${leg.slice(`fernamt-${callId}-`.length)} 16`);
        for (const timer of timers) call.happen(`timer ${timer}`);
        assert.deepEqual([...call.complaints, ...call.watch.leftOpen()], []);
        assert.ok(call.isOver, 'the call does not come to its end');
      },
    ),
    { numRuns: 2000 },
  );
});

test('an emergency call is joined at the very moment somebody answers, whatever happened before', () => {
  const harmless = moves((line) => !/^(ends|resynced|answers|fails|timer)/.test(line));
  fc.assert(
    fc.property(header, harmless, (settings, before) => {
      const call = new Played(settings);
      call.happen('arrives phone 112 from 1001');
      for (const line of ['ready leg1', ...before]) call.happen(line);
      call.happen('answers leg1');
      assert.ok(call.watch.hasJoined());
    }),
    { numRuns: 300 },
  );
});

function moves(allows: (line: string) => boolean): fc.Arbitrary<string[]> {
  return fc.array(move.filter(allows), { maxLength: 30 });
}
