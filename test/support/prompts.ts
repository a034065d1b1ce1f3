/** Recognises announcements in what somebody heard: first roughly by their loudness over time, then by every sample. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readWav, type Audio } from './audio.ts';

const SOUNDS = fileURLToPath(new URL('../../sounds', import.meta.url));
/** Samples of one value of loudness: 10 ms. */
const STEP = 80;
/** Samples of a piece that is looked for, and how far from its place: 100 ms. */
const PIECE = 800;
const REACH = 800;
/** Quieter pieces are the pauses of speech. */
const SOUNDING = 300;
const ALIKE = 0.8;

/** Somebody who hears, such as a party of a call. */
export interface Listener {
  readonly name: string;
  readonly heard: { readonly audio: Audio; readonly seconds: number };
}

/** The announcement was heard from its first word to its last. */
export async function assertHeard(party: Listener, prompt: string, language = 'en'): Promise<void> {
  const likeness = await likenessOf(party.heard.audio, prompt, language);
  const seconds = party.heard.seconds.toFixed(2);
  assert.ok(
    likeness > ALIKE,
    `${party.name} did not hear ${language}/${prompt} (${likeness.toFixed(2)} alike, ${seconds} s heard)`,
  );
}

/** Nothing that resembles the announcement was heard. */
export async function assertNotHeard(party: Listener, prompt: string, language = 'en'): Promise<void> {
  const likeness = await likenessOf(party.heard.audio, prompt, language);
  assert.ok(likeness < ALIKE, `${party.name} heard ${language}/${prompt} (${likeness.toFixed(2)} alike)`);
}

/**
 * The share of the announcement's pieces that are in the audio, in their order and nearly at their time: a listening
 * phone may put a packet of silence in where one comes late, and every piece is looked for by itself. Of speech of
 * another kind hardly any piece is found.
 */
async function likenessOf(heard: Audio, prompt: string, language: string): Promise<number> {
  const [wanted, there] = [samplesOf(await readWav(join(SOUNDS, language, `${prompt}.wav`))), samplesOf(heard)];
  const [wantedLoudness, loudness] = [loudnessOf(wanted), loudnessOf(there)];
  const rough = bestPlace(wantedLoudness, loudness, 0, loudness.length).at * STEP;
  const pieces = Array.from({ length: Math.floor(wanted.length / PIECE) }, (_, index) => index * PIECE);
  const sounding = pieces.filter((at) => meanOf(wantedLoudness.subarray(at / STEP, (at + PIECE) / STEP)) > SOUNDING);
  let shift = rough;
  const found = sounding.filter((at) => {
    const piece = wanted.subarray(at, at + PIECE);
    if (correlation(piece, there.subarray(at + shift, at + shift + PIECE)) > ALIKE) return true;
    const place = bestPlace(piece, there, at + rough - REACH, at + rough + REACH);
    if (place.likeness > ALIKE) shift = place.at - at;
    return place.likeness > ALIKE;
  });
  return found.length / sounding.length;
}

function bestPlace(
  wanted: Float64Array,
  there: Float64Array,
  from: number,
  to: number,
): { at: number; likeness: number } {
  let best = { at: 0, likeness: 0 };
  for (let at = Math.max(0, from); at <= Math.min(to, there.length - wanted.length); at += 1) {
    const likeness = correlation(wanted, there.subarray(at, at + wanted.length));
    if (likeness > best.likeness) best = { at, likeness };
  }
  return best;
}

function samplesOf({ sampleRate, lanes: [samples = new Int16Array()] }: Audio): Float64Array {
  assert.equal(sampleRate, 8000);
  return Float64Array.from(samples);
}

function loudnessOf(samples: Float64Array): Float64Array {
  return Float64Array.from({ length: Math.floor(samples.length / STEP) }, (_, index) => {
    const part = samples.subarray(index * STEP, (index + 1) * STEP);
    return Math.sqrt(part.reduce((sum, sample) => sum + sample * sample, 0) / STEP);
  });
}

function correlation(one: Float64Array, other: Float64Array): number {
  const [meanOne, meanOther] = [meanOf(one), meanOf(other)];
  let [both, squareOne, squareOther] = [0, 0, 0];
  for (let index = 0; index < one.length; index += 1) {
    const [a, b] = [(one[index] ?? 0) - meanOne, (other[index] ?? 0) - meanOther];
    both += a * b;
    squareOne += a * a;
    squareOther += b * b;
  }
  return squareOne === 0 || squareOther === 0 ? 0 : both / Math.sqrt(squareOne * squareOther);
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
