/** The server is killed at moments that chance chooses, with calls of every kind and in every state under way. */

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { after, before, describe, test } from 'node:test';
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

interface PlannedCall {
  readonly kind: 'in' | 'out' | 'internal';
  /** How old the call is when the server dies. */
  readonly ageMs: number;
  /** When its caller hangs up, counted from then; most do not until the server is back. */
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
      const beganAt = Date.now();
      const calls = await Promise.all(planned.map((one) => begin(site, one)));
      await site.server.kill('SIGKILL');
      await Promise.all([hangUpSome(calls), delay(chance.between(0, 800)).then(() => site.server.start())]);
      await Promise.all(calls.map(talkAndHangUp));
      await site.isEmpty();
      await areRecordedOnce(site, calls, beganAt);
    });
  }

  test('nothing went wrong with the database, and no file is left over', async () => {
    const errors = site.server.log.filter(({ level }) => level === 'error');
    assert.deepEqual(errors, []);
    assert.deepEqual(await readdir(site.asterisk.recordingDirectory), []);
    assert.deepEqual(await readdir(join(site.server.recordingsDirectory, '.unfinished')), []);
  });
});

/** A third while they arrive and begin to ring, a third while they are answered, the others whenever it may be. */
function plan(chance: Chance): PlannedCall {
  const which = chance.next();
  const about = which < 1 / 3 ? [0, 100] : which < 2 / 3 ? [answerAfterMs, answerAfterMs + 120] : [0, watchedMs];
  const [low = 0, high = 0] = about;
  const kinds = ['in', 'in', 'out', 'internal'] as const;
  return {
    kind: kinds[Math.floor(chance.between(0, kinds.length))] ?? 'in',
    ageMs: chance.between(low, high),
    hangsUpAfterMs: chance.next() < 0.25 ? chance.between(0, 1500) : undefined,
  };
}

/** Begins so that the call is as old as planned when all of them have begun. */
async function begin({ phones }: Site, planned: PlannedCall): Promise<Call> {
  const number = planned.kind === 'internal' ? '1003' : freshNumber();
  await delay(watchedMs - planned.ageMs);
  const playing = callerHz;
  switch (planned.kind) {
    case 'in':
      return { ...planned, number, caller: await phones.carrier.calls('+4930555012', { from: number, playing }) };
    case 'out':
      return { ...planned, number, caller: await phones.phone('1004').calls(number.replace('+49', '00'), { playing }) };
    case 'internal':
      return { ...planned, number, caller: await phones.phone('1002').calls(number, { playing }) };
  }
}

async function hangUpSome(calls: readonly Call[]): Promise<void> {
  await Promise.all(
    calls.map(async ({ caller, hangsUpAfterMs }) => {
      if (hangsUpAfterMs === undefined) return;
      await delay(hangsUpAfterMs);
      await caller.hangsUp();
    }),
  );
}

async function talkAndHangUp({ caller, hangsUpAfterMs }: Call): Promise<void> {
  if (hangsUpAfterMs !== undefined) return;
  await caller.isAnswered(10_000);
  await caller.hears(calleeHz);
  await caller.doesNotHear(callerHz, 300);
  await caller.hangsUp();
}

/** A caller who hung up while nobody was there has a recording if he was in talk. */
async function areRecordedOnce({ server }: Site, calls: readonly Call[], beganAt: number): Promise<void> {
  const expected = calls.filter(({ caller, hangsUpAfterMs }) => hangsUpAfterMs === undefined || hasHeard(caller));
  const finished = await eventually('every recording is finished', async () => {
    const all = (await server.recordings()).filter(({ startedAt }) => Date.parse(startedAt) >= beganAt - 1000);
    return all.length >= expected.length && all.every(isFinished) && all;
  });
  const numbers = new Set(calls.map(({ number }) => number));
  for (const number of numbers) {
    const recordings = finished.filter((one) => one.caller === number || one.callee === number);
    const answered = expected.filter((one) => one.number === number).length;
    const possible = calls.filter((one) => one.number === number && one.caller.wasAnswered).length;
    const what = `${String(recordings.length)} recordings of ${number}, ${String(answered)} to ${String(possible)} talks`;
    assert.ok(recordings.length >= answered && recordings.length <= possible, what);
  }
  for (const recording of finished) {
    const audio = await readWav(server.audioPath(recording));
    for (const hz of [callerHz, calleeHz]) {
      assert.ok(toneSpans(audio, hz).length > 0, `${String(hz)} Hz is not in ${recording.base} (${recording.judgement ?? ''})`);
    }
  }
}

function hasHeard({ heard }: Party): boolean {
  return toneSpans(heard.audio, calleeHz).some(({ from, to }) => to - from > 0.3);
}
