/** Callers who are asked, how they answer, and what is known of it afterwards. */

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RecordingView } from '../../src/http/ports.ts';
import type { Trace } from '../../src/recording/ledger/trace.ts';
import {
  makeAudio,
  secondsOf,
  toneDbfs,
  toneSpans,
  TONES_HZ,
  writeWav,
  type Audio,
  type Span,
} from '../support/audio.ts';
import { eventually } from '../support/eventually.ts';
import type { Party } from '../support/phones.ts';
import type { LogLine } from '../support/server.ts';
import type { Site } from '../support/site.ts';
import { captureCli } from '../unit/cli/captured-cli.ts';

/** Whoever is not to be recorded has a voice of his own, so that it can be looked for. */
export const [callerHz, calleeHz, , announcementHz, earlyHz, refusingHz] = TONES_HZ;

export const announcementSeconds = 1;

export type Evidence = Trace['evidence'][number];

/** From the call of `presses` until the digit begins: Asterisk's own lead, which tones do not have. */
const pressLeadMs = 100;

export interface AddedAnnouncement {
  readonly sha256: string;
  readonly seconds: number;
}

/** A tone is an announcement as well. */
export async function addAnnouncement(
  { server }: Site,
  { name, language = 'en', seconds = announcementSeconds }: { name: string; language?: 'en' | 'de'; seconds?: number },
): Promise<AddedAnnouncement> {
  const path = join(server.directory, `${name}.wav`);
  await writeWav(path, makeAudio([{ hz: announcementHz, seconds }]));
  const words = ['announcements', 'add', path, '--name', name, '--language', language, '--replace', '--json'];
  const { exitCode, out, err } = await captureCli([...words, '--config', server.configFile]);
  assert.equal(exitCode, 0, err);
  const { announcement } = JSON.parse(out) as { announcement: AddedAnnouncement };
  assert.match(announcement.sha256, /^[0-9a-f]{64}$/);
  return announcement;
}

/** The trace of the latest call of this caller since then, once it is over. */
export async function traceOf({ server }: Site, caller: string, since: number): Promise<Trace> {
  const ask = async (path: string): Promise<unknown> => {
    const answer = await fetch(`${server.url}/api/v1/ledger${path}`);
    assert.ok(answer.ok, await answer.clone().text());
    return answer.json();
  };
  const from = new Date(since - 1000).toISOString();
  return eventually(`the call of ${caller} is in the ledger and over`, async () => {
    const { calls } = (await ask(`?limit=100&from=${from}`)) as { calls: readonly Line[] };
    const line = calls.find((one) => one.caller === caller);
    const trace = line && ((await ask(`/${line.callid}`)) as Trace);
    return trace && trace.endedAt !== null && trace;
  });
}

interface Line {
  readonly callid: string;
  readonly caller: string;
}

/** All that was recorded of a caller or of somebody called, finished, without what was erased. */
export async function recordingsOf({ server }: Site, party: string, since: number): Promise<readonly RecordingView[]> {
  return eventually(`the recordings of ${party} are finished`, async () => {
    const all = (await server.recordings()).filter((one) => one.caller === party || one.callee === party);
    const late = all.filter(({ startedAt }) => Date.parse(startedAt) >= since);
    return late.every(({ state }) => state !== 'recording' && state !== 'finishing') && late;
  });
}

const shortWindow = 0.02;
const sounds = -30;
/** What was heard is over after such a silence; a packet or two that come late are none. */
const pauseSeconds = 0.12;

/** The moments at which something was heard, as by `performance.now()`. */
export interface Moments {
  readonly from: number;
  readonly to: number;
}

/**
 * Listens to the announcement. Its end is a place in the audio; when that was is told by the packet that took the least
 * time to come, since a busy machine makes them late and never early.
 */
export async function hearsAnnouncement(caller: Party, seconds = announcementSeconds): Promise<Moments> {
  const { heard } = caller;
  const noted = { zero: Infinity, from: Infinity, to: Infinity };
  const isOver = (): boolean => {
    noted.zero = Math.min(noted.zero, performance.now() - heard.seconds * 1000);
    if (heard.seconds > shortWindow && heard.lately(announcementHz, shortWindow) > sounds) {
      noted.to = heard.seconds;
      noted.from = Math.min(noted.from, heard.seconds);
    }
    return heard.seconds - noted.to > pauseSeconds;
  };
  const ended = await heard.until(isOver, (seconds + 10) * 1000);
  assert.ok(ended, `${caller.name} ${caller.number}: the announcement is not heard`);
  return { from: noted.zero + noted.from * 1000, to: noted.zero + noted.to * 1000 };
}

export async function hearsBegin(caller: Party): Promise<number> {
  const level = (): number => caller.heard.lately(announcementHz, shortWindow);
  const begun = await caller.heard.until(() => caller.heard.seconds > shortWindow && level() > sounds, 8000);
  assert.ok(begun, `${caller.name} ${caller.number}: no announcement is heard`);
  return performance.now();
}

/** Presses so that the digit begins at this moment, as by `performance.now()`. */
export async function pressesAt(
  caller: Party,
  moment: number,
  digits: string,
  options: Parameters<Party['presses']>[1],
) {
  await until(moment - (options?.mode === 'inband' ? 0 : pressLeadMs));
  await caller.presses(digits, options);
}

export async function until(moment: number): Promise<void> {
  await delay(Math.max(0, moment - performance.now()));
}

/** Where the tone is heard. A packet that came late is no gap, and the beginning of another tone is none of this one. */
export function sounding(audio: Audio, hz: number): readonly Span[] {
  const merged = toneSpans(audio, hz).reduce<readonly Span[]>((before, span) => {
    const last = before.at(-1);
    if (!last || span.from - last.to > 0.07) return [...before, span];
    return [...before.slice(0, -1), { from: last.from, to: span.to }];
  }, []);
  return merged.filter(({ from, to }) => to - from > 0.05);
}

/** Heard once, from its beginning to its end and without a break. */
export function assertHeardWhole({ heard, name }: Party, hz: number, seconds = announcementSeconds): void {
  const spans = sounding(heard.audio, hz);
  const [span, ...more] = spans;
  const told = `${name} heard ${JSON.stringify(spans)}`;
  assert.ok(span && more.length === 0, told);
  const excess = span.to - span.from - seconds;
  assert.ok(excess > -0.05 && excess < 0.1, told);
}

export function assertNotHeard({ heard, name }: Party, hz: number): void {
  assert.deepEqual(sounding(heard.audio, hz), [], `${name} heard ${String(hz)} Hz`);
}

/** This voice is in the audio from its beginning to its end. */
export function assertThroughout(audio: Audio, hz: number): void {
  const [span, ...more] = sounding(audio, hz);
  const seconds = secondsOf(audio);
  const told = `${String(hz)} Hz in ${JSON.stringify([span, ...more])} of ${seconds.toFixed(3)} s`;
  assert.ok(span && more.length === 0 && span.from < 0.06 && span.to > seconds - 0.06, told);
}

export function assertAbsent(audio: Audio, hz: number): void {
  const level = toneDbfs(audio, hz);
  assert.ok(level < -60, `${String(hz)} Hz at ${level.toFixed(1)} dBFS`);
}

/** Listens for so long. */
export async function listens({ heard }: Party, seconds: number): Promise<void> {
  const from = heard.seconds;
  assert.ok(await heard.until(() => heard.seconds >= from + seconds, 10_000), 'there is audio to be heard');
}

/** Nothing of the call lies where Asterisk records. */
export async function assertNothingInSpool({ asterisk }: Site): Promise<void> {
  assert.deepEqual(await readdir(asterisk.recordingDirectory), []);
}

/** Nothing unusual was logged but what is expected. */
export function assertQuietLog({ server }: Site, isExpected: (line: LogLine) => boolean = () => false): void {
  const unusual = server.log.filter(({ level }) => ['warn', 'error', 'fatal'].includes(level));
  assert.deepEqual(
    unusual.filter((line) => !isExpected(line)),
    [],
  );
}

export async function countOf({ server }: Site, metric: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${metric} `));
  return Number(line?.split(' ').at(-1) ?? 0);
}
