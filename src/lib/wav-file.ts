/** WAV files on a disk, read and written piece by piece: an hour of audio needs no more memory than a second. */

import { open, type FileHandle } from 'node:fs/promises';
import {
  bytesPerFrame,
  isWavFault,
  makeWavHeader,
  maxWavSize,
  parseWavHeader,
  wavHeaderProbeBytes,
  type WavFault,
  type WavFormat,
  type WavHeader,
} from './wav.ts';

export interface WavReader {
  readonly header: WavHeader;
  /** Sample frames in the file. */
  readonly frames: number;
  /** Fills `into` with samples from sample frame `at` on; returns how many sample frames there were. */
  read(at: number, into: Int16Array): Promise<number>;
  close(): Promise<void>;
}

export interface WavWriter {
  write(samples: Int16Array): Promise<void>;
  /** Writes the header with the true sizes and syncs the file. */
  finish(): Promise<void>;
  /** Leaves the file as it is; nothing to do after `finish`. */
  close(): Promise<void>;
}

export async function readWavHeader(handle: FileHandle): Promise<WavHeader | WavFault> {
  const { size } = await handle.stat();
  const start = Buffer.alloc(Math.min(size, wavHeaderProbeBytes));
  const { bytesRead } = await handle.read(start, 0, start.length, 0);
  return parseWavHeader(start.subarray(0, bytesRead), size);
}

/** Fails if there is no such file; a file that is no WAV is an answer, not a failure. */
export async function openWav(path: string): Promise<WavReader | WavFault> {
  const handle = await open(path, 'r');
  try {
    const header = await readWavHeader(handle);
    if (!isWavFault(header)) return toReader(handle, header);
    await handle.close();
    return header;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function toReader(handle: FileHandle, header: WavHeader): WavReader {
  const frameBytes = bytesPerFrame(header);
  const frames = header.dataBytes / frameBytes;
  return {
    header,
    frames,
    read: async (at, into) => {
      const wanted = Math.max(0, Math.min(Math.floor(into.length / header.channels), frames - at));
      const bytes = asBytes(into).subarray(0, wanted * frameBytes);
      const got = await readFully(handle, bytes, header.dataOffset + at * frameBytes);
      return Math.floor(got / frameBytes);
    },
    close: () => handle.close(),
  };
}

async function readFully(handle: FileHandle, into: Uint8Array, position: number): Promise<number> {
  let got = 0;
  while (got < into.length) {
    const { bytesRead } = await handle.read(into, got, into.length - got, position + got);
    if (bytesRead === 0) break;
    got += bytesRead;
  }
  return got;
}

/** Begins a new file, or anew what a crash left under the same name. */
export async function createWav(path: string, format: WavFormat): Promise<WavWriter> {
  const handle = await open(path, 'w', 0o640);
  let position = makeWavHeader(format, 0).length;
  let dataBytes = 0;
  return {
    write: async (samples) => {
      const bytes = asBytes(samples);
      await writeFully(handle, bytes, position);
      position += bytes.length;
      dataBytes += bytes.length;
    },
    finish: async () => {
      await writeFully(handle, makeWavHeader(format, dataBytes), 0);
      await handle.sync();
    },
    close: () => handle.close(),
  };
}

/**
 * Makes the size fields of a file that was cut off say what is there, in place, and syncs it. Returns true if there was
 * something to mend. Doing it twice does no harm.
 */
export async function repairWav(path: string): Promise<boolean> {
  const handle = await open(path, 'r+');
  try {
    const header = await readWavHeader(handle);
    if (isWavFault(header) || header.sound) return false;
    const end = header.dataOffset + header.dataBytes;
    // Half a sample at the end would be one byte too many for every reader.
    await handle.truncate(end);
    await writeFully(handle, uint32(header.dataBytes), header.dataOffset - 4);
    await writeFully(handle, uint32(end - 8), 4);
    await handle.sync();
    return true;
  } finally {
    await handle.close();
  }
}

async function writeFully(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(Math.min(maxWavSize, value));
  return bytes;
}

/** Samples are little-endian in the file, as on every machine that this runs on. */
function asBytes(samples: Int16Array): Uint8Array {
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
}
