/** Talks in which something goes wrong, and what must be true of them afterwards. */

import assert from 'node:assert/strict';
import type { RecordingView } from '../../src/http/ports.ts';
import type { Asterisk } from '../support/asterisk.ts';
import { readWav, secondsOf, toneDbfs, toneSpans, TONES_HZ, type Audio } from '../support/audio.ts';
import { eventually } from '../support/eventually.ts';
import type { Party } from '../support/phones.ts';
import type { Site } from '../support/site.ts';

export const [callerHz, calleeHz] = TONES_HZ;

export interface Talk {
  readonly caller: Party;
  readonly callee: Party;
  /** The number by which its recording is found. */
  readonly number: string;
  readonly beganAt: number;
}

const numbers = numbersFrom(1);

function* numbersFrom(first: number): Generator<string, never> {
  for (let call = first; ; call += 1) yield `+49301${String(call).padStart(6, '0')}`;
}

/** A number that nobody has called from or called before. */
export function freshNumber(): string {
  return numbers.next().value;
}

/** From outside to 1001. */
export async function inbound(site: Site): Promise<Talk> {
  return answered(await ringingInbound(site));
}

/** From 1002 to 1003. */
export async function internal(site: Site): Promise<Talk> {
  const beganAt = Date.now();
  const caller = await site.phones.phone('1002').calls('1003', { playing: callerHz });
  return answered({ caller, callee: await site.phones.phone('1003').rings(), number: '1003', beganAt });
}

/** From 1004 to the outside. */
export async function outbound(site: Site): Promise<Talk> {
  return answered(await ringingOutbound(site));
}

export async function ringingInbound(site: Site): Promise<Talk> {
  const [number, beganAt] = [freshNumber(), Date.now()];
  const caller = await site.phones.carrier.calls('+4930555012', { from: number, playing: callerHz });
  return { caller, callee: await site.phones.phone('1001').rings(), number, beganAt };
}

export async function ringingOutbound(site: Site): Promise<Talk> {
  const [number, beganAt] = [freshNumber(), Date.now()];
  const caller = await site.phones.phone('1004').calls(number.replace('+49', '00'), { playing: callerHz });
  return { caller, callee: await site.phones.carrier.receives(number), number, beganAt };
}

/** One of each kind at the same time. */
export function oneOfEach(site: Site): Promise<readonly [Talk, Talk, Talk]> {
  return Promise.all([inbound(site), internal(site), outbound(site)]);
}

export async function answered(talk: Talk): Promise<Talk> {
  await talk.callee.answers({ playing: calleeHz });
  await hearEachOther(talk);
  await hearEachOtherFor(talk, shortestTalkMs);
  return talk;
}

export async function hearEachOther({ caller, callee }: Talk): Promise<void> {
  await Promise.all([caller.hears(calleeHz), callee.hears(callerHz)]);
}

/** A recording of less says nothing of who is in it. */
const shortestTalkMs = 300;

/** They go on hearing each other without a break, for so long. */
export async function hearEachOtherFor({ caller, callee }: Talk, ms: number): Promise<void> {
  const [from, fromOther] = [caller.heard.seconds, callee.heard.seconds];
  await Promise.all([caller.doesNotHear(callerHz, ms), callee.doesNotHear(calleeHz, ms)]);
  isUnbroken(caller.heard.audio, calleeHz, { from, to: from + ms / 1000 });
  isUnbroken(callee.heard.audio, callerHz, { from: fromOther, to: fromOther + ms / 1000 });
}

/** What a busy machine drops here and there is no break. */
const breakSeconds = 0.25;

export function isUnbroken(audio: Audio, hz: number, span: { readonly from: number; readonly to: number }): void {
  for (let from = span.from; from + breakSeconds <= span.to; from += breakSeconds) {
    const level = toneDbfs(audio, hz, { from, to: from + breakSeconds });
    assert.ok(level > -35, `${hz} Hz breaks off at ${from.toFixed(2)} s (${level.toFixed(0)} dBFS)`);
  }
}

/** What the server has recorded of a talk, finished. */
export async function recordingsOf(
  site: Site,
  { number, beganAt }: Omit<Talk, 'caller' | 'callee'>,
): Promise<readonly RecordingView[]> {
  return eventually(`the recordings of ${number} are finished`, async () => {
    const all = (await site.server.recordings()).filter((one) => one.caller === number || one.callee === number);
    const since = all.filter(({ startedAt }) => Date.parse(startedAt) >= beganAt);
    return since.every(isFinished) && since;
  });
}

/** The files are in their places; a judgement alone comes before that. */
export function isFinished({ state }: RecordingView): boolean {
  return state !== 'recording' && state !== 'finishing';
}

export interface Expected {
  readonly judgement: RecordingView['judgement'];
  readonly atLeastSeconds: number;
  readonly lanes?: 1 | 2;
}

/** There is exactly one recording of the talk, and both are in it from the first to the last word. */
export async function isRecordedOnce(
  site: Site,
  talk: Omit<Talk, 'caller' | 'callee'>,
  expected: Expected,
): Promise<Audio> {
  const recordings = await eventually(`there is a recording of ${talk.number}`, async () => {
    const found = await recordingsOf(site, talk);
    return found.length > 0 && found;
  });
  assert.deepEqual(
    recordings.map(({ judgement }) => judgement),
    [expected.judgement],
    `recordings of ${talk.number}`,
  );
  const [recording] = recordings;
  assert.ok(recording);
  const audio = await readWav(site.server.audioPath(recording));
  holdsBoth(audio, expected);
  return audio;
}

/** On a busy machine a telephone begins to speak a moment after the answer, and is late to hear that all is over. */
const edgeSeconds = 0.5;

/** Each is heard from the beginning to the end, and nowhere is a hole between. */
export function holdsBoth(audio: Audio, { atLeastSeconds, lanes = 1 }: Expected): void {
  const seconds = secondsOf(audio);
  assert.equal(audio.lanes.length, lanes);
  assert.ok(
    seconds >= atLeastSeconds,
    `${seconds.toFixed(2)} s of audio, at least ${atLeastSeconds.toFixed(2)} s asked`,
  );
  for (const [index, hz] of [callerHz, calleeHz].entries()) {
    const samples = audio.lanes[lanes === 1 ? 0 : index];
    assert.ok(samples);
    const one: Audio = { sampleRate: audio.sampleRate, lanes: [samples] };
    const spans = toneSpans(one, hz);
    const [first, last] = [spans[0], spans.at(-1)];
    assert.ok(first && last, `${hz} Hz is not in the recording`);
    assert.ok(first.from < edgeSeconds, `${hz} Hz begins only after ${first.from.toFixed(2)} s`);
    assert.ok(last.to > seconds - edgeSeconds, `${hz} Hz ends ${(seconds - last.to).toFixed(2)} s before the end`);
    isUnbroken(one, hz, { from: first.from, to: last.to });
  }
}

/** Asks Asterisk over HTTP, beside the server. */
export async function ari(
  asterisk: Asterisk,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  query: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const url = `${asterisk.ariUrl}/ari/${path}?${new URLSearchParams(query).toString()}`;
  const login = Buffer.from(`${asterisk.username}:${asterisk.password}`).toString('base64');
  const answer = await fetch(url, { method, headers: { authorization: `Basic ${login}` } });
  if (!answer.ok) throw new Error(`${method} ${path}: ${String(answer.status)} ${await answer.text()}`);
  const text = await answer.text();
  return text === '' ? undefined : (JSON.parse(text) as unknown);
}

export async function channelsOf(
  asterisk: Asterisk,
): Promise<readonly { readonly id: string; readonly name: string }[]> {
  return (await ari(asterisk, 'GET', 'channels')) as readonly { readonly id: string; readonly name: string }[];
}

/** How many seconds a channel has left until Asterisk ends it by itself; 0 if it has no limit. */
export async function limitOf(asterisk: Asterisk, channel: string): Promise<number> {
  const answer = await ari(asterisk, 'GET', `channels/${channel}/variable`, { variable: 'TIMEOUT(absolute)' });
  return Number((answer as { readonly value: string }).value);
}

/** Nothing of a call is left in Asterisk. */
export async function isAsteriskEmpty(asterisk: Asterisk, withinMs: number): Promise<void> {
  await eventually(
    'nothing is left in Asterisk',
    async () => {
      const channels = await asterisk.cli('core show channels count');
      return channels.startsWith('0 active channels') && !(await asterisk.cli('bridge show all')).includes('fernamt-');
    },
    withinMs,
  );
}
