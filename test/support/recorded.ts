/** A talk whose beginning and end are known, and what must be in its recording. */

import assert from 'node:assert/strict';
import { clicks, cut, secondsOf, silences, toneDbfs, toneSpans, type Audio, type Span } from './audio.ts';
import type { Party, Sound } from './phones.ts';

/** Somebody speaks from the first moment: a short burst, a pause, and then on until the end. */
export function speech(hz: number): Sound {
  return [{ hz, ms: BURST_MS }, { hz: 0, ms: PAUSE_MS }, { hz }];
}

const BURST_MS = 160;
const PAUSE_MS = 160;
/** From the answer until the first packet of a phone. */
const BEGIN_SECONDS = 0.12;
const END_SECONDS = 0.06;
const EDGE_SECONDS = 0.02;
/** What a late packet or two make. */
const HOLE_SECONDS = 0.07;
/** From here on everybody speaks. */
const STEADY_FROM_SECONDS = 0.7;

export interface Talk {
  readonly caller: Party;
  readonly callee: Party;
  /** As the caller noticed it. */
  readonly seconds: number;
}

/** Both talk for about a second and a half; then one of them hangs up. */
export async function talk(caller: Party, callee: Party, endedBy: 'caller' | 'callee'): Promise<Talk> {
  await caller.isAnswered();
  const from = performance.now();
  const heard = caller.heard.seconds;
  await caller.heard.until(() => caller.heard.seconds >= heard + 1.5, 5000);
  const seconds = (performance.now() - from) / 1000;
  await (endedBy === 'caller' ? caller : callee).hangsUp();
  await (endedBy === 'caller' ? callee : caller).hungUp();
  return { caller, callee, seconds };
}

/**
 * What this party said is in this lane from the first word to the last. A packet or two of silence in between are passed
 * over: on a busy machine they come late.
 */
export function assertWhole(audio: Audio, hz: number): void {
  const seconds = secondsOf(audio);
  const spans = withoutHoles(toneSpans(audio, hz));
  const told = `${String(hz)} Hz in ${JSON.stringify(spans)} of ${seconds.toFixed(3)} s`;
  const [burst, rest, ...more] = spans;
  assert.ok(burst && rest && more.length === 0, `twice, with the pause between: ${told}`);
  assert.ok(burst.from < BEGIN_SECONDS, `from the first word: ${told}`);
  assert.ok(isAbout(burst.to - burst.from, BURST_MS), `the whole first word: ${told}`);
  assert.ok(isAbout(rest.from - burst.to, PAUSE_MS), `the pause as it was: ${told}`);
  assert.ok(seconds - rest.to < END_SECONDS, `to the last word: ${told}`);
}

function isAbout(seconds: number, ms: number): boolean {
  return seconds > ms / 1000 - EDGE_SECONDS && seconds < ms / 1000 + EDGE_SECONDS + HOLE_SECONDS;
}

function withoutHoles(spans: readonly Span[]): readonly Span[] {
  return spans.reduce<readonly Span[]>((merged, span) => {
    const last = merged.at(-1);
    const isHole = last !== undefined && span.from - last.to < HOLE_SECONDS;
    return isHole ? [...merged.slice(0, -1), { from: last.from, to: span.to }] : [...merged, span];
  }, []);
}

/** Instants at which the steady part of what was said jumps or stops. */
export function faultsIn(audio: Audio, tonesHz: readonly number[]): readonly number[] {
  const steady = cut(audio, { from: STEADY_FROM_SECONDS, to: secondsOf(audio) - 0.1 });
  return [...clicks(steady, tonesHz), ...silences(steady, 5).map(({ from }) => from)];
}

export function assertAbsent(audio: Audio, hz: number, from = 0): void {
  const level = toneDbfs(audio, hz, { from, to: secondsOf(audio) });
  assert.ok(level < -60, `${String(hz)} Hz at ${level.toFixed(1)} dBFS`);
}

/** How much later each sounding of a tone begins in the second lane than in the first, in seconds. */
export function lagsOf(first: Audio, second: Audio, hz: number): readonly number[] {
  const [one, other] = [toneSpans(first, hz), toneSpans(second, hz)];
  const told = `${JSON.stringify(one)} and ${JSON.stringify(other)}`;
  assert.ok(one.length > 1 && one.length === other.length, told);
  return one.map((span, index) => (other[index]?.from ?? Infinity) - span.from);
}
