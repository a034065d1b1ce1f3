/**
 * The audio that is played: two WAV files, since Asterisk takes the one whose rate fits the telephone. One hash stands
 * for both: that of the narrow file, which carries the hash of the wide one in a comment behind its audio.
 */

import { createHash } from 'node:crypto';
import { isWavFault, makeWavHeader, parseWavHeader, secondsOf } from '../lib/wav.ts';

export interface PlayedAudio {
  /** Of `wav`, and by it of `wav16`. */
  readonly sha256: string;
  /** 8 kHz. */
  readonly wav: Buffer;
  /** 16 kHz. */
  readonly wav16: Buffer;
  readonly seconds: number;
}

export const narrowRate = 8000;
export const wideRate = 16_000;

const comment = 'wav16 sha256 ';
const commentBytes = 256;

/** From samples of 16 bit at 8 and at 16 kHz. */
export function makePlayedAudio(narrow: Buffer, wide: Buffer): PlayedAudio {
  const wav16 = Buffer.concat([makeWavHeader({ sampleRate: wideRate, channels: 1 }, wide.length), wide]);
  const header = makeWavHeader({ sampleRate: narrowRate, channels: 1 }, narrow.length);
  const wav = Buffer.concat([header, narrow, makeCommentChunk(comment + sha256Of(wav16))]);
  wav.writeUInt32LE(wav.length - 8, 4);
  return { sha256: sha256Of(wav), wav, wav16, seconds: narrow.length / 2 / narrowRate };
}

/** Undefined unless both files are to the bit what the hash names. */
export function readPlayedAudio(sha256: string, wav: Buffer, wav16: Buffer): PlayedAudio | undefined {
  if (sha256Of(wav) !== sha256) return undefined;
  const end = wav.subarray(Math.max(0, wav.length - commentBytes)).toString('latin1');
  if (!end.includes(comment + sha256Of(wav16))) return undefined;
  const header = parseWavHeader(wav, wav.length);
  return isWavFault(header) ? undefined : { sha256, wav, wav16, seconds: secondsOf(header) };
}

/** Behind the audio, where Asterisk does not read: it plays as many bytes as the audio is said to have. */
function makeCommentChunk(text: string): Buffer {
  const value = Buffer.from(`${text}\0`.padEnd(text.length + 1 + ((text.length + 1) % 2), '\0'), 'latin1');
  const sizes = Buffer.alloc(8);
  sizes.writeUInt32LE(12 + value.length, 0);
  sizes.writeUInt32LE(value.length, 4);
  const tag = (name: string): Buffer => Buffer.from(name, 'latin1');
  return Buffer.concat([tag('LIST'), sizes.subarray(0, 4), tag('INFOICMT'), sizes.subarray(4), value]);
}

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
