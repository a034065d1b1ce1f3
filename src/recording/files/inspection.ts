/**
 * Reads a finished file from the disk once, to its end: its hash, its size and how loud it is. Blocks: for a thread of
 * its own.
 */

import { createHash, type Hash } from 'node:crypto';
import { fstatSync } from 'node:fs';
import { withFile } from '../../lib/blocking-files.ts';
import { createLevelMeter, type Level } from '../../lib/level.ts';
import { downmixInto } from '../../lib/pcm.ts';
import { readFully, readWavHeader } from '../../lib/wav-file.ts';
import { isWavFault, type WavHeader } from '../../lib/wav.ts';

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

/** Of a file of any kind. */
export function hashFile(path: string): Pick<Inspection, 'bytes' | 'sha256'> {
  return withFile(path, 'r', (file) => {
    const { size } = fstatSync(file);
    const hash = createHash('sha256');
    hashRange(file, hash, 0, size);
    return { bytes: size, sha256: hash.digest('hex') };
  });
}

export function inspectFile(path: string, soundDbfs: number): Inspection {
  return withFile(path, 'r', (file) => {
    const { size } = fstatSync(file);
    const header = readWavHeader(file);
    const hash = createHash('sha256');
    if (isWavFault(header)) {
      hashRange(file, hash, 0, size);
      return { bytes: size, sha256: hash.digest('hex'), fault: header.fault };
    }
    hashRange(file, hash, 0, header.dataOffset);
    const levels = measure(file, header, hash, soundDbfs);
    hashRange(file, hash, header.dataOffset + header.dataBytes, size);
    return { bytes: size, sha256: hash.digest('hex'), header, ...levels };
  });
}

type Levels = Pick<Inspection, 'level' | 'lanes'>;

function measure(file: number, header: WavHeader, hash: Hash, soundDbfs: number): Levels {
  const meter = () => createLevelMeter(header.sampleRate, soundDbfs);
  const [whole, left, right] = [meter(), meter(), meter()];
  const isStereo = header.channels === 2;
  const heard = new Int16Array(isStereo ? chunkSamples / 2 : 0);
  eachChunk(file, header.dataOffset, header.dataOffset + header.dataBytes, (samples, bytes) => {
    hash.update(bytes);
    if (!isStereo) {
      whole.add(samples, 0, 1);
      return;
    }
    left.add(samples, 0, 2);
    right.add(samples, 1, 2);
    downmixInto(heard, samples);
    whole.add(heard.subarray(0, samples.length / 2), 0, 1);
  });
  return isStereo ? { level: whole.level(), lanes: [left.level(), right.level()] } : { level: whole.level() };
}

function hashRange(file: number, hash: Hash, from: number, to: number): void {
  eachChunk(file, from, to, (_, bytes) => hash.update(bytes));
}

/** Reads the range piece by piece. `use` must be done with the samples when it returns. */
function eachChunk(
  file: number,
  from: number,
  to: number,
  use: (samples: Int16Array, bytes: Uint8Array) => void,
): void {
  const into = new Int16Array(Math.min(chunkSamples, Math.ceil((to - from) / 2)));
  const bytes = new Uint8Array(into.buffer);
  for (let at = from; at < to;) {
    const wanted = Math.min(bytes.length, to - at);
    if (readFully(file, bytes.subarray(0, wanted), at) < wanted) {
      throw new Error('the file became shorter while it was read');
    }
    use(into.subarray(0, Math.floor(wanted / 2)), bytes.subarray(0, wanted));
    at += wanted;
  }
}
