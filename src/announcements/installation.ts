/**
 * The audio where Asterisk plays it, a pair of files per hash. They are looked at before every use, as a cut announcement
 * would ask callers for half a consent: by their marks in the file system, and by content where these have changed.
 * Everything here blocks, for some ten microseconds where all is well.
 */

import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { statNow } from '../lib/blocking-files.ts';
import { errorCode } from '../lib/durable-files.ts';
import { readPlayedAudio, type PlayedAudio } from './played-audio.ts';

export interface Installation {
  /** Whether Asterisk has the audio to the bit; puts it there if not. */
  ensure(sha256: string): boolean;
}

export interface InstallationOptions {
  readonly directory: string;
  /** The audio to the bit, if we have it. */
  audio(sha256: string): PlayedAudio | undefined;
  now(): number;
  failed(sha256: string, error: unknown): void;
}

/** Asterisk runs as another user. */
const fileMode = 0o644;
const retryMs = 5000;

export function createInstallation({ directory, audio, now, failed }: InstallationOptions): Installation {
  const marks = new Map<string, string>();
  const failedAt = new Map<string, number>();
  const pathOf = (sha256: string): string => join(directory, `${sha256}.wav`);

  const install = (sha256: string): void => {
    const path = pathOf(sha256);
    // Taken before the look, so that a change during it is a change.
    const before = markOf(path);
    if (before !== undefined && isWhole(path, sha256)) {
      marks.set(sha256, before);
      return;
    }
    write(directory, path, audio(sha256));
    marks.set(sha256, markOf(path) ?? '');
  };
  return {
    ensure: (sha256) => {
      try {
        const mark = markOf(pathOf(sha256));
        if (mark !== undefined && mark === marks.get(sha256)) return true;
        if (now() < (failedAt.get(sha256) ?? -Infinity) + retryMs) return false;
        install(sha256);
        failedAt.delete(sha256);
        return true;
      } catch (error) {
        if (!failedAt.has(sha256)) failed(sha256, error);
        failedAt.set(sha256, now());
        return false;
      }
    },
  };
}

/** Changes whenever somebody writes, cuts or replaces one of the two files. */
function markOf(path: string): string | undefined {
  const found = [path, `${path}16`].map((one) => statNow(one));
  if (found.includes(undefined)) return undefined;
  return found.map((one) => `${one?.ino} ${one?.size} ${one?.ctimeMs}`).join(' ');
}

function isWhole(path: string, sha256: string): boolean {
  try {
    return readPlayedAudio(sha256, readFileSync(path), readFileSync(`${path}16`)) !== undefined;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

function write(directory: string, path: string, audio: PlayedAudio | undefined): void {
  if (!audio) throw new Error('the stored audio is missing or damaged');
  mkdirSync(directory, { recursive: true });
  replaceFile(`${path}16`, audio.wav16);
  replaceFile(path, audio.wav);
}

/** Asterisk may be reading the old file at this moment. */
function replaceFile(path: string, contents: Buffer): void {
  const temporary = `${path}.${randomUUID()}.part`;
  try {
    writeFileSync(temporary, contents, { mode: fileMode });
    // Whatever the umask of this process.
    chmodSync(temporary, fileMode);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
