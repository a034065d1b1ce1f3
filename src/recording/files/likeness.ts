/**
 * Whether a converted file holds what was recorded: compared with its decoded audio, sample by sample or, where samples
 * change, by ear. Blocks: for a thread of its own.
 */

import { createLevelMeter, type Level } from '../../lib/level.ts';
import { openWav, type WavReader } from '../../lib/wav-file.ts';
import { isWavFault } from '../../lib/wav.ts';

export interface LikenessPlan {
  /** Paths of WAV files. */
  readonly original: string;
  readonly decoded: string;
  readonly lossless: boolean;
  /** What is louder counts as something to hear. */
  readonly soundDbfs: number;
}

const chunkSamples = 65_536;
const frameSeconds = 0.02;
/** What is at the edge of hearing may fall below it; by ear is no measurement. */
const surelyHeardDb = 10;
const lostDb = 20;

/** How the decoded file differs, in words; undefined if it does not. */
export function findDifference(plan: LikenessPlan): string | undefined {
  const readers: WavReader[] = [];
  try {
    for (const path of [plan.original, plan.decoded]) {
      const reader = openWav(path);
      if (isWavFault(reader)) return `it cannot be read again: ${reader.fault}`;
      readers.push(reader);
    }
    const [original, decoded] = readers;
    return original && decoded && compare(plan, original, decoded);
  } finally {
    for (const reader of readers) reader.close();
  }
}

function compare(plan: LikenessPlan, original: WavReader, decoded: WavReader): string | undefined {
  const [one, other] = [original.header, decoded.header];
  if (one.channels !== other.channels || one.sampleRate !== other.sampleRate) return 'it is of another kind';
  const tolerance = plan.lossless ? 0 : Math.round(frameSeconds * one.sampleRate);
  if (Math.abs(original.frames - decoded.frames) > tolerance) {
    return `it has ${decoded.frames} samples instead of ${original.frames}`;
  }
  return plan.lossless ? compareSamples(original, decoded) : compareSound(plan, original, decoded);
}

function compareSamples(original: WavReader, decoded: WavReader): string | undefined {
  const { channels } = original.header;
  const [one, other] = [new Int16Array(chunkSamples), new Int16Array(chunkSamples)];
  for (let at = 0; at < original.frames; at += chunkSamples / channels) {
    const count = original.read(at, one) * channels;
    if (decoded.read(at, other) * channels !== count) return 'it became shorter while it was read';
    const same = Buffer.compare(bytesOf(one, count), bytesOf(other, count)) === 0;
    if (!same) return `its samples are others from ${secondsAt(original, at)} on`;
  }
  return undefined;
}

/** Second by second, each lane for itself: what could be heard must still be heard. */
function compareSound({ soundDbfs }: LikenessPlan, original: WavReader, decoded: WavReader): string | undefined {
  const { sampleRate } = original.header;
  const margin = Math.round(frameSeconds * sampleRate);
  for (let at = 0; at < original.frames; at += sampleRate) {
    const recorded = measure(original, at, sampleRate, soundDbfs + surelyHeardDb);
    const kept = measure(decoded, Math.max(0, at - margin), sampleRate + 2 * margin, soundDbfs);
    if (recorded.some((before, lane) => isLost(before, kept[lane]))) {
      return `what is heard at ${secondsAt(original, at)} is lost`;
    }
  }
  return undefined;
}

function isLost(before: Level, after: Level | undefined): boolean {
  if (before.soundSeconds === 0 || !after) return false;
  return after.soundSeconds < before.soundSeconds / 2 || after.loudestDbfs < before.loudestDbfs - lostDb;
}

/** Each lane for itself. */
function measure(reader: WavReader, at: number, frames: number, soundDbfs: number): readonly Level[] {
  const { sampleRate, channels } = reader.header;
  const samples = new Int16Array(frames * channels);
  const got = reader.read(at, samples) * channels;
  return Array.from({ length: channels }, (_, lane) => {
    const meter = createLevelMeter(sampleRate, soundDbfs);
    meter.add(samples.subarray(0, got), lane, channels);
    return meter.level();
  });
}

function bytesOf(samples: Int16Array, count: number): Uint8Array {
  return new Uint8Array(samples.buffer, samples.byteOffset, 2 * count);
}

function secondsAt({ header }: WavReader, frame: number): string {
  return `${(frame / header.sampleRate).toFixed(1)} s`;
}
