/** The server is killed at moments that chance chooses, with calls of every kind and in every state under way. */

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { after, before, describe, test } from 'node:test';
import type { RecordingView } from '../../src/http/ports.ts';
import { readWav, toneSpans } from '../support/audio.ts';
import { eventually } from '../support/eventually.ts';
import type { Party } from '../support/phones.ts';
import { chanceOf, seedOfTheDay, type Chance } from '../support/random.ts';
import { startSite, type Site } from '../support/site.ts';
import { calleeHz, callerHz, freshNumber, isFinished } from './fault-bench.ts';

const everyCase = process.env['FERNAMT_TEST_ALL'] === '1';
const rounds = everyCase ? 40 : 3;
const callsAtOnce = 8;

const answerAfterMs = 300;
/** A call's life up to the talk, and a bit of the talk. */
const watchedMs = 900;

/** Shorter is no talk; what is shorter than half of it may be heard and not recorded, or the other way round. */
const talkSeconds = 0.4;
const momentSeconds = 0.2;

interface PlannedCall {
  readonly kind: 'in' | 'out' | 'internal';
  /** How old the call is when the server dies. */
  readonly ageMs: number;
  /** When its caller hangs up, counted from then; if not, he waits until the server is back. */
  readonly hangsUpAfterMs: number | undefined;
}

interface Call extends PlannedCall {
  readonly number: string;
  readonly caller: Party;
}

describe(`a server that is killed at a random moment (seed ${seedOfTheDay()})`, () => {
  let site: Site;
  before(async () => {
    site = await startSite({ name: 'kill-moments', config: { asterisk: { fallback: 'record' } } });
    const { carrier, phone } = site.phones;
    for (const one of [phone('1001'), phone('1003'), carrier]) {
      one.behaves({ kind: 'answers', afterMs: answerAfterMs, playing: calleeHz }, { listens: false });
    }
  });
  after(async () => {
    await site.stop();
  });

  for (let round = 1; round <= rounds; round += 1) {
    test(`round ${String(round)}: each call that was answered has one recording, with both in it`, async () => {
      const chance = chanceOf(`kill-moments ${String(round)}`);
      const planned = Array.from({ length: callsAtOnce }, () => plan(chance));
      const earlier = new Set((await site.server.recordings()).map(({ id }) => id));
      const beginning = Promise.all(planned.map((one) => begin(site, one)));
      await delay(watchedMs);
      await site.server.kill('SIGKILL');
      const [calls] = await Promise.all([beginning, delay(chance.between(0, 800)).then(() => site.server.start())]);
      await Promise.all(calls.map(talkAndHangUp));
      await site.isEmpty();
      await areRecordedOnce(site, calls, earlier);
    });
  }

  test('nothing went wrong with the database, and no file is left over', async () => {
    const errors = site.server.log.filter(({ level }) => level === 'error');
    assert.deepEqual(errors, []);
    assert.deepEqual(await readdir(site.asterisk.recordingDirectory), []);
    assert.deepEqual(await readdir(join(site.server.recordingsDirectory, '.unfinished')), []);
  });
});

/** When the server dies, and when the caller hangs up, if he does not wait for the server. */
interface Moment {
  readonly ageMs: readonly [number, number];
  readonly hangsUpAfterMs?: readonly [number, number];
}

const moments: readonly Moment[] = [
  // While it arrives and begins to ring.
  { ageMs: [0, 60] },
  // While it is answered.
  { ageMs: [answerAfterMs, answerAfterMs + 120] },
  // Whenever it may be.
  { ageMs: [0, watchedMs] },
  { ageMs: [0, watchedMs], hangsUpAfterMs: [0, 1500] },
  // Before it has begun.
  { ageMs: [-1000, 0] },
  // While it ends, and its recording is finished.
  { ageMs: [watchedMs - 50, watchedMs], hangsUpAfterMs: [-150, 20] },
];

function plan(chance: Chance): PlannedCall {
  const kinds = ['in', 'in', 'out', 'internal'] as const;
  const { ageMs, hangsUpAfterMs } = moments[Math.floor(chance.between(0, moments.length))] ?? { ageMs: [0, watchedMs] };
  return {
    kind: kinds[Math.floor(chance.between(0, kinds.length))] ?? 'in',
    ageMs: chance.between(...ageMs),
    hangsUpAfterMs: hangsUpAfterMs && chance.between(...hangsUpAfterMs),
  };
}

/** Some callers hang up while the server is away. */
async function begin(site: Site, planned: PlannedCall): Promise<Call> {
  const { kind, ageMs, hangsUpAfterMs } = planned;
  const number = kind === 'internal' ? '1003' : freshNumber();
  await delay(watchedMs - ageMs);
  const caller = await dial(site, kind, number);
  if (hangsUpAfterMs !== undefined) {
    await delay(Math.max(0, ageMs) + hangsUpAfterMs);
    await caller.hangsUp();
  }
  return { ...planned, number, caller };
}

function dial({ phones }: Site, kind: PlannedCall['kind'], number: string): Promise<Party> {
  const playing = callerHz;
  switch (kind) {
    case 'in':
      return phones.carrier.calls('+4930555012', { from: number, playing });
    case 'out':
      return phones.phone('1004').calls(number.replace('+49', '00'), { playing });
    case 'internal':
      return phones.phone('1002').calls(number, { playing });
  }
}

async function talkAndHangUp({ caller, hangsUpAfterMs }: Call): Promise<void> {
  if (hangsUpAfterMs !== undefined) return;
  await caller.isAnswered(10_000);
  await caller.hears(calleeHz);
  await caller.doesNotHear(callerHz, 300);
  await caller.hangsUp();
}

/** Who hung up in the moment of the answer may have a recording, of that moment. */
async function areRecordedOnce({ server }: Site, calls: readonly Call[], earlier: ReadonlySet<string>): Promise<void> {
  const numbers = [...new Set(calls.map(({ number }) => number))];
  const heardFor = (number: string, atLeastSeconds: number): number =>
    calls.filter((one) => one.number === number && secondsHeard(one.caller) > atLeastSeconds).length;
  const finished = await eventually('every recording is finished', async () => {
    const all = (await server.recordings()).filter(({ id }) => !earlier.has(id));
    const isThere = (number: string): boolean => countOf(all, number, 0) >= heardFor(number, momentSeconds);
    return numbers.every(isThere) && all.every(isFinished) && all;
  });
  for (const number of numbers) {
    assert.ok(
      countOf(finished, number, 0) <= calls.filter((one) => one.number === number).length,
      `too many of ${number}`,
    );
    assert.ok(countOf(finished, number, talkSeconds) <= heardFor(number, momentSeconds), `too many talks of ${number}`);
    assert.ok(countOf(finished, number, momentSeconds) >= heardFor(number, talkSeconds), `too few talks of ${number}`);
  }
  for (const recording of finished.filter(({ seconds }) => (seconds ?? 0) > talkSeconds)) {
    const audio = await readWav(server.audioPath(recording));
    for (const hz of [callerHz, calleeHz]) {
      assert.ok(
        toneSpans(audio, hz).length > 0,
        `${String(hz)} Hz is not in ${recording.base} (${recording.judgement ?? ''})`,
      );
    }
  }
}

function countOf(recordings: readonly RecordingView[], number: string, longerThanSeconds: number): number {
  const isMeant = ({ caller, callee, seconds }: RecordingView): boolean =>
    (caller === number || callee === number) && (seconds ?? 0) >= longerThanSeconds;
  return recordings.filter(isMeant).length;
}

function secondsHeard({ heard }: Party): number {
  return toneSpans(heard.audio, calleeHz).reduce((sum, { from, to }) => sum + to - from, 0);
}
