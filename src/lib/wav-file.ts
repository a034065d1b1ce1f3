/**
 * WAV files on a disk, read and written piece by piece: an hour of audio needs no more memory than a second. Everything
 * here blocks until it is done: for a thread of its own.
 */

import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import {
  bytesPerFrame,
  isLostHeader,
  isWavFault,
  lostHeader,
  makeWavHeader,
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
  read(at: number, into: Int16Array): number;
  close(): void;
}

export interface WavWriter {
  write(samples: Int16Array): void;
  /** Writes the header with the true sizes and syncs the file. */
  finish(): void;
  close(): void;
}

/** `lostRate`: that of a file whose header never reached the disk. */
export function readWavHeader(file: number, lostRate?: number): WavHeader | WavFault {
  const { size } = fstatSync(file);
  const start = Buffer.alloc(Math.min(size, wavHeaderProbeBytes));
  const bytesRead = readSync(file, start, 0, start.length, 0);
  const header = start.subarray(0, bytesRead);
  return lostRate !== undefined && isLostHeader(header) ? lostHeader(lostRate, size) : parseWavHeader(header, size);
}

/** Fails if there is no such file; a file that is no WAV is an answer, not a failure. */
export function openWav(path: string, lostRate?: number): WavReader | WavFault {
  const file = openSync(path, 'r');
  try {
    const header = readWavHeader(file, lostRate);
    if (!isWavFault(header)) return toReader(file, header);
    closeSync(file);
    return header;
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

function toReader(file: number, header: WavHeader): WavReader {
  const frameBytes = bytesPerFrame(header);
  const frames = header.dataBytes / frameBytes;
  return {
    header,
    frames,
    read: (at, into) => {
      const wanted = Math.max(0, Math.min(Math.floor(into.length / header.channels), frames - at));
      const bytes = asBytes(into).subarray(0, wanted * frameBytes);
      return Math.floor(readFully(file, bytes, header.dataOffset + at * frameBytes) / frameBytes);
    },
    close: () => {
      closeSync(file);
    },
  };
}

/** Returns how many bytes there were. */
export function readFully(file: number, into: Uint8Array, position: number): number {
  let got = 0;
  while (got < into.length) {
    const bytesRead = readSync(file, into, got, into.length - got, position + got);
    if (bytesRead === 0) break;
    got += bytesRead;
  }
  return got;
}

/** Begins a new file, or anew what a crash left under the same name. */
export function createWav(path: string, format: WavFormat): WavWriter {
  const file = openSync(path, 'w', 0o640);
  let position = makeWavHeader(format, 0).length;
  let dataBytes = 0;
  return {
    write: (samples) => {
      const bytes = asBytes(samples);
      writeFully(file, bytes, position);
      position += bytes.length;
      dataBytes += bytes.length;
    },
    finish: () => {
      writeFully(file, makeWavHeader(format, dataBytes), 0);
      fsyncSync(file);
    },
    close: () => {
      closeSync(file);
    },
  };
}

function writeFully(file: number, bytes: Uint8Array, position: number): void {
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(file, bytes, written, bytes.length - written, position + written);
  }
}

/** Samples are little-endian in the file, as on every machine that this runs on. */
function asBytes(samples: Int16Array): Uint8Array {
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
}
