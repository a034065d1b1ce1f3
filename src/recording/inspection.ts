/** Reads a finished file from the disk once, to its end: its hash, its size and how loud it is. */

import { createHash, type Hash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { createLevelMeter, type Level } from '../lib/level.ts';
import { mixInto } from '../lib/pcm.ts';
import { readWavHeader } from '../lib/wav-file.ts';
import { isWavFault, type WavHeader } from '../lib/wav.ts';

export interface Inspection {
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** What makes it unreadable as audio, in words. */
  readonly fault?: string;
  readonly header?: WavHeader;
  readonly level?: Level;
  /** Left and right of a stereo file. */
  readonly lanes?: readonly [Level, Level];
}

const chunkSamples = 65_536;

export async function inspectFile(path: string, soundDbfs: number): Promise<Inspection> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const header = await readWavHeader(handle);
    const hash = createHash('sha256');
    if (isWavFault(header)) {
      await hashRange(handle, hash, 0, size);
      return { bytes: size, sha256: hash.digest('hex'), fault: header.fault };
    }
    await hashRange(handle, hash, 0, header.dataOffset);
    const levels = await measure(handle, header, hash, soundDbfs);
    await hashRange(handle, hash, header.dataOffset + header.dataBytes, size);
    return { bytes: size, sha256: hash.digest('hex'), header, ...levels };
  } finally {
    await handle.close();
  }
}

type Levels = Pick<Inspection, 'level' | 'lanes'>;

async function measure(handle: FileHandle, header: WavHeader, hash: Hash, soundDbfs: number): Promise<Levels> {
  const meter = () => createLevelMeter(header.sampleRate, soundDbfs);
  const [whole, left, right] = [meter(), meter(), meter()];
  const samples = new Int16Array(chunkSamples);
  await eachChunk(handle, header.dataOffset, header.dataOffset + header.dataBytes, samples, (bytes) => {
    hash.update(bytes);
    const filled = samples.subarray(0, bytes.length / 2);
    if (header.channels === 1) {
      whole.add(filled, 0, 1);
      return;
    }
    left.add(filled, 0, 2);
    right.add(filled, 1, 2);
    whole.add(both(filled), 0, 1);
  });
  return header.channels === 1
    ? { level: whole.level() }
    : { level: whole.level(), lanes: [left.level(), right.level()] };
}

/** What one hears of a stereo file on one loudspeaker. */
function both(samples: Int16Array): Int16Array {
  const frames = samples.length / 2;
  const [left, right, sum] = [new Int16Array(frames), new Int16Array(frames), new Int16Array(frames)];
  for (let i = 0; i < frames; i++) {
    left[i] = samples[2 * i] ?? 0;
    right[i] = samples[2 * i + 1] ?? 0;
  }
  mixInto(sum, left, right);
  return sum;
}

async function hashRange(handle: FileHandle, hash: Hash, from: number, to: number): Promise<void> {
  await eachChunk(handle, from, to, new Int16Array(chunkSamples), (bytes) => hash.update(bytes));
}

/** Reads the range piece by piece into `into`. `use` must be done with the bytes when it returns. */
async function eachChunk(
  handle: FileHandle,
  from: number,
  to: number,
  into: Int16Array,
  use: (bytes: Uint8Array) => void,
): Promise<void> {
  const bytes = new Uint8Array(into.buffer);
  for (let at = from; at < to;) {
    const wanted = Math.min(bytes.length, to - at);
    let got = 0;
    while (got < wanted) {
      const { bytesRead } = await handle.read(bytes, got, wanted - got, at + got);
      if (bytesRead === 0) throw new Error('the file became shorter while it was read');
      got += bytesRead;
    }
    use(bytes.subarray(0, wanted));
    at += wanted;
  }
}
