/** Audio files of every kind for the tests of announcements, made by ffmpeg, and ears to judge what comes out. */

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureCommands } from '../../../bin/programs.ts';
import { convert } from '../../../src/announcements/convert.ts';
import { isRefusal } from '../../../src/announcements/model.ts';
import type { PlayedAudio } from '../../../src/announcements/played-audio.ts';
import { parseWavHeader } from '../../../src/lib/wav.ts';

ensureCommands(['ffmpeg']);

export function makeFolder(t: { after(work: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'fernamt-announcements-'));
  t.after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  mkdirSync(join(folder, 'work'));
  return folder;
}

/** Something like speech: syllables of a changing tone with pauses between them. */
export function speech(seconds: number, level = 0.2): string {
  return `aevalsrc=${level}*sin(2*PI*t*(300+200*sin(2*PI*t)))*(0.1+0.9*gt(sin(2*PI*3*t)\\,0)):d=${seconds}:s=48000`;
}

/** A file as ffmpeg writes it; its ending says of which kind. */
export function makeAudio(folder: string, name: string, source: string, ...options: readonly string[]): Buffer {
  const path = join(folder, name);
  const words = ['-nostdin', '-loglevel', 'error', '-y', '-f', 'lavfi', '-i', source, ...options, path];
  execFileSync('ffmpeg', words);
  return readFileSync(path);
}

export interface Heard {
  readonly lufs: number;
  readonly truePeakDbtp: number;
}

/** As `ebur128`, which the conversion does not use, measures it. */
export function listen(wav: Buffer): Heard {
  const words = ['-nostdin', '-nostats', '-f', 'wav', '-i', 'pipe:0', '-af', 'ebur128=peak=true', '-f', 'null', '-'];
  const { stderr } = spawnSync('ffmpeg', words, { input: wav, encoding: 'utf8', maxBuffer: 1024 * 1024 * 64 });
  const summary = stderr.slice(stderr.lastIndexOf('Summary:'));
  const numberBehind = (word: string): number => Number(new RegExp(`${word}:\\s+(-?[\\d.]+|-inf)`).exec(summary)?.[1]);
  return { lufs: numberBehind('I'), truePeakDbtp: numberBehind('Peak') };
}

export function samplesOf(wav: Buffer): { readonly samples: Int16Array; readonly sampleRate: number } {
  const header = parseWavHeader(wav, wav.length);
  if ('fault' in header) throw new Error(header.fault);
  if (!header.sound || header.channels !== 1) throw new Error('the header does not say what is there');
  const audio = wav.subarray(header.dataOffset, header.dataOffset + header.dataBytes);
  const samples = Int16Array.from({ length: audio.length / 2 }, (_, index) => audio.readInt16LE(2 * index));
  return { samples, sampleRate: header.sampleRate };
}

/** A playlist that leads to a file of this machine. */
export function writePlaylist(folder: string): Buffer {
  writeFileSync(join(folder, 'secret.wav'), makeAudio(folder, 'secret.wav', speech(2)));
  return Buffer.from(`ffconcat version 1.0\nfile '${join(folder, 'secret.wav')}'\n`);
}

/** Converts what can be converted, and sees to it that nothing is left lying. */
export async function convertWell(original: Buffer, work: string): Promise<PlayedAudio> {
  const converted = await convert(original, work);
  assert.ok(!isRefusal(converted), JSON.stringify(converted));
  assert.deepEqual(readdirSync(work), [], 'the conversion left something behind');
  return converted;
}
