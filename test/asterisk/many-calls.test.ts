/** Two hundred recorded calls, twenty a second: none fails, and nothing of them is left. */

import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { after, before, describe, test } from 'node:test';
import type { RecordingPage, RecordingView } from '../../src/http/ports.ts';
import { readWav, toneSpans } from '../support/audio.ts';
import { eventually } from '../support/eventually.ts';
import { startSite, type Site } from '../support/site.ts';
import { calleeHz, callerHz, freshNumber, isFinished } from './fault-bench.ts';

const callCount = 200;
const callsPerSecond = 20;
const talkMs = 3000;
/** A connection of this test's own, or one that a pool keeps open. */
const sparedHandles = 3;
const sparedMegabytes = 60;

interface Usage {
  readonly handles: number;
  readonly megabytes: number;
}

describe('two hundred calls', () => {
  let site: Site;
  before(async () => {
    site = await startSite({ name: 'many-calls' });
    site.phones.phone('1001').behaves({ kind: 'answers', playing: calleeHz }, { listens: false });
  });
  after(async () => {
    await site.stop();
  });

  test('at twenty a second all succeed, are recorded, and leave nothing behind', async (t) => {
    await place(site, 10);
    await site.isEmpty();
    const [server, asterisk] = [await usageOf(site.server.pid), await usageOf(site.asterisk.pid)];
    const startedAt = Date.now();
    const numbers = await place(site, callCount);
    const seconds = (Date.now() - startedAt) / 1000;
    await site.isEmpty();

    const recordings = await eventually('all recordings are finished', async () => {
      const all = (await everyRecording(site)).filter(({ caller }) => numbers.includes(caller));
      return all.every(isFinished) && all;
    });
    assert.equal(recordings.length, callCount);
    const notOk = recordings.filter(({ judgement }) => judgement !== 'ok');
    assert.deepEqual(notOk, []);
    assert.deepEqual(new Set(recordings.map(({ caller }) => caller)), new Set(numbers));
    for (const recording of recordings) await holdsBothParties(site, recording);
    assert.deepEqual(await readdir(site.asterisk.recordingDirectory), []);
    assert.deepEqual(
      site.server.log.filter(({ level, message }) => level === 'error' || message === 'command failed'),
      [],
    );

    await leaves(site.asterisk.pid, asterisk, 'Asterisk');
    const now = await leaves(site.server.pid, server, 'the server');
    assert.ok(
      now.megabytes < server.megabytes + sparedMegabytes,
      `${String(server.megabytes)} to ${String(now.megabytes)} MB`,
    );
    const memory = `${server.megabytes.toFixed(0)} to ${now.megabytes.toFixed(0)} MB`;
    t.diagnostic(
      `${String(callCount)} calls in ${seconds.toFixed(1)} s; server ${memory}, ${String(now.handles)} handles`,
    );
  });
});

/** Gives the callers' numbers, when the last one has hung up. */
async function place(site: Site, count: number): Promise<readonly string[]> {
  const numbers = Array.from({ length: count }, freshNumber);
  const startedAt = Date.now();
  await Promise.all(
    numbers.map(async (number, index) => {
      await delay(startedAt + (index * 1000) / callsPerSecond - Date.now());
      await call(site, number);
    }),
  );
  return numbers;
}

async function call({ phones }: Site, number: string): Promise<void> {
  const caller = await phones.carrier.calls('+4930555012', { from: number, playing: callerHz, listens: false });
  await caller.isAnswered();
  await delay(talkMs);
  assert.equal(caller.isOver, false, `the call of ${number} ended by itself`);
  await caller.hangsUp();
}

async function everyRecording({ server }: Site): Promise<readonly RecordingView[]> {
  const found: RecordingView[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const query = new URLSearchParams({ limit: '100', ...(cursor === '' ? {} : { cursor }) });
    const answer = await fetch(`${server.url}/api/v1/recordings?${query.toString()}`);
    const page = (await answer.json()) as RecordingPage;
    found.push(...page.recordings);
    cursor = page.nextCursor;
  }
  return found;
}

async function holdsBothParties({ server }: Site, recording: RecordingView): Promise<void> {
  const audio = await readWav(server.audioPath(recording));
  const seconds = recording.seconds ?? 0;
  // The phones hang up when the machine lets them: later is no fault of ours, earlier would be.
  const talkSeconds = talkMs / 1000;
  assert.ok(seconds > talkSeconds - 1 && seconds < talkSeconds + 10, `${recording.base}: ${String(seconds)} s`);
  for (const hz of [callerHz, calleeHz]) {
    const heard = toneSpans(audio, hz).reduce((sum, { from, to }) => sum + to - from, 0);
    assert.ok(heard > talkSeconds / 2, `${String(hz)} Hz is for ${heard.toFixed(2)} s in ${recording.base}`);
  }
  await stat(server.audioPath(recording).replace(/wav$/, 'json'));
}

async function usageOf(pid: number): Promise<Usage> {
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
  const kilobytes = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]);
  return { handles: (await readdir(`/proc/${String(pid)}/fd`)).length, megabytes: kilobytes / 1024 };
}

async function leaves(pid: number, before: Usage, what: string): Promise<Usage> {
  return eventually(`${what} has closed what it opened beyond ${String(before.handles)} handles`, async () => {
    const now = await usageOf(pid);
    return now.handles <= before.handles + sparedHandles && now;
  });
}
