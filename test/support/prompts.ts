/** Recognises announcements in what somebody heard, by their loudness over time: no two of them are alike in that. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readWav, type Audio } from './audio.ts';
import type { Party } from './phones.ts';

const SOUNDS = fileURLToPath(new URL('../../sounds', import.meta.url));
const STEP_SECONDS = 0.01;
const ALIKE = 0.9;

/** The announcement was heard from its first word to its last. */
export async function assertHeard(party: Party, prompt: string, language = 'en'): Promise<void> {
  const likeness = await likenessOf(party.heard.audio, prompt, language);
  const seconds = party.heard.seconds.toFixed(2);
  assert.ok(likeness > ALIKE, `${party.name} did not hear ${language}/${prompt} (${likeness.toFixed(2)} alike, ${seconds} s heard)`);
}

/** Nothing that resembles the announcement was heard. */
export async function assertNotHeard(party: Party, prompt: string, language = 'en'): Promise<void> {
  const likeness = await likenessOf(party.heard.audio, prompt, language);
  assert.ok(likeness < ALIKE, `${party.name} heard ${language}/${prompt} (${likeness.toFixed(2)} alike)`);
}

/** 1 if the announcement is in the audio as a whole; speech of another kind has about 0.3. */
async function likenessOf(heard: Audio, prompt: string, language: string): Promise<number> {
  const wanted = loudnessOf(await readWav(join(SOUNDS, language, `${prompt}.wav`)));
  const there = loudnessOf(heard);
  let best = 0;
  for (let at = 0; at + wanted.length <= there.length; at += 1) {
    best = Math.max(best, correlation(wanted, there.subarray(at, at + wanted.length)));
  }
  return best;
}

function loudnessOf({ sampleRate, lanes: [samples = new Int16Array()] }: Audio): Float64Array {
  const step = Math.round(STEP_SECONDS * sampleRate);
  return Float64Array.from({ length: Math.floor(samples.length / step) }, (_, index) => {
    const part = samples.subarray(index * step, (index + 1) * step);
    return Math.sqrt(part.reduce((sum, sample) => sum + sample * sample, 0) / step);
  });
}

function correlation(one: Float64Array, other: Float64Array): number {
  const [meanOne, meanOther] = [meanOf(one), meanOf(other)];
  let [both, squareOne, squareOther] = [0, 0, 0];
  one.forEach((value, index) => {
    const [a, b] = [value - meanOne, (other[index] ?? 0) - meanOther];
    both += a * b;
    squareOne += a * a;
    squareOther += b * b;
  });
  return squareOne === 0 || squareOther === 0 ? 0 : both / Math.sqrt(squareOne * squareOther);
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
