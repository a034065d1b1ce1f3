/** Looks for a tone in files of any kind, whatever audio they may hold, finished or not. */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface ToneTrace {
  readonly path: string;
  readonly encoding: string;
  readonly sampleRate: number;
  /** Where in the file the first window begins, in bytes. */
  readonly byte: number;
}

export interface Search {
  readonly folders: readonly string[];
  readonly hz: number;
  /** What is not looked into. */
  readonly passes?: (path: string) => boolean;
}

/** The last one is that of two lanes side by side, each of 16 kHz. */
const SAMPLE_RATES = [8000, 16_000, 32_000];
const WINDOW_SECONDS = 0.2;
/** Of the energy of a window. In one half of a stereo file it is a quarter at least; noise has a thousandth. */
const DOMINANT_SHARE = 0.15;
/** About -55 dBFS: whoever is softer says nothing. */
const SOFTEST = 60;

/** Every file in which a window of 200 ms is dominated by the tone. */
export async function tracesOfTone({ folders, hz, passes = () => false }: Search): Promise<readonly ToneTrace[]> {
  const traces: ToneTrace[] = [];
  for (const folder of folders) {
    for (const path of await filesBelow(folder, passes)) {
      // Temporary files come and go.
      const bytes = await readFile(path).catch(() => Buffer.alloc(0));
      const found = traceIn(bytes, hz);
      if (found) traces.push({ path, ...found });
    }
  }
  return traces;
}

async function filesBelow(folder: string, passes: (path: string) => boolean): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (passes(path)) return [];
      if (entry.isDirectory()) return filesBelow(path, passes);
      return entry.isFile() ? [path] : [];
    }),
  );
  return found.flat();
}

/** As what the bytes of a file may be read. */
const encodings: readonly {
  readonly name: string;
  readonly width: 1 | 2;
  read(bytes: Buffer): Int16Array;
}[] = [
  { name: '16 bit', width: 2, read: (bytes) => toSamples(bytes) },
  { name: '16 bit, shifted by a byte', width: 2, read: (bytes) => toSamples(bytes.subarray(1)) },
  { name: 'A-law', width: 1, read: (bytes) => Int16Array.from(bytes, (byte) => A_LAW[byte] ?? 0) },
  { name: 'µ-law', width: 1, read: (bytes) => Int16Array.from(bytes, (byte) => MU_LAW[byte] ?? 0) },
];

export function traceIn(bytes: Buffer, hz: number): Omit<ToneTrace, 'path'> | undefined {
  for (const { name, width, read } of encodings) {
    const samples = read(bytes);
    for (const sampleRate of SAMPLE_RATES) {
      const at = firstWindow(samples, sampleRate, hz);
      if (at !== undefined) return { encoding: name, sampleRate, byte: at * width };
    }
  }
  return undefined;
}

function firstWindow(samples: Int16Array, sampleRate: number, hz: number): number | undefined {
  const length = WINDOW_SECONDS * sampleRate;
  // Of 200 ms at least one window holds half, which is share enough.
  for (let at = 0; at + length <= samples.length; at += length) {
    if (shareOf(samples.subarray(at, at + length), hz / sampleRate) > DOMINANT_SHARE) return at;
  }
  return undefined;
}

/** The share of the energy that is the tone's; `turns` is its frequency in turns per sample. */
function shareOf(samples: Int16Array, turns: number): number {
  const factor = 2 * Math.cos(2 * Math.PI * turns);
  let [sum, squares, last, beforeLast] = [0, 0, 0, 0];
  for (const sample of samples) {
    sum += sample;
    squares += sample * sample;
    const next = sample + factor * last - beforeLast;
    beforeLast = last;
    last = next;
  }
  const count = samples.length;
  const energy = squares / count - (sum / count) ** 2;
  if (energy < SOFTEST ** 2) return 0;
  const power = last * last + beforeLast * beforeLast - factor * last * beforeLast;
  return (2 * power) / (count * count) / energy;
}

function toSamples(bytes: Buffer): Int16Array {
  return Int16Array.from({ length: bytes.length >> 1 }, (_, index) => bytes.readInt16LE(2 * index));
}

const BYTES = Array.from({ length: 256 }, (_, byte) => byte);

const A_LAW = Int16Array.from(BYTES, (byte) => {
  const code = byte ^ 0x55;
  const [exponent, mantissa] = [(code >> 4) & 7, code & 15];
  const size = exponent === 0 ? (mantissa << 4) + 8 : ((mantissa << 4) + 0x108) << (exponent - 1);
  return (code & 0x80) === 0 ? -size : size;
});

const MU_LAW = Int16Array.from(BYTES, (byte) => {
  const code = ~byte & 0xff;
  const size = ((((code & 15) << 3) + 0x84) << ((code >> 4) & 7)) - 0x84;
  return (code & 0x80) === 0 ? size : -size;
});
