/**
 * The audio of announcements on the disk: a folder per hash, there whole or not at all, with the file that was uploaded
 * beside what is played. Several processes may work on it at once.
 */

import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, ifThere, syncDirectory } from '../lib/durable-files.ts';
import { readPlayedAudio, type PlayedAudio } from './played-audio.ts';

export interface AudioFiles {
  /** Where uploads may be worked on; made if missing. */
  workDirectory(): Promise<string>;
  /** Durable when it resolves. Replaces a folder that no longer holds what its name says. */
  put(audio: PlayedAudio, original: Buffer): Promise<void>;
  /** Undefined if it is not there, or not to the bit. Blocks. */
  read(sha256: string): PlayedAudio | undefined;
  isThere(sha256: string): boolean;
  /** The file at 8 kHz, which stands for the audio. */
  pathOf(sha256: string): string;
  /** Blocks for one rename: for the moment in which nobody else can begin to refer to it. */
  remove(sha256: string): void;
  /** Removes what was left lying by processes that died. */
  sweep(): Promise<void>;
}

const playedName = 'audio.wav';
const widePlayedName = 'audio.wav16';
const originalName = 'original';
const directoryMode = 0o750;
const fileMode = 0o640;
/** What is older was not left by a process that still works on it. */
const leftAfterMs = 3_600_000;
const leavings = /^\.(?:incoming|removed)-/;

export function createAudioFiles(directory: string): AudioFiles {
  const folderOf = (sha256: string): string => join(directory, sha256);
  const asideOf = (): string => join(directory, `.removed-${randomUUID()}`);
  const read = (sha256: string): PlayedAudio | undefined => readFolder(folderOf(sha256), sha256);
  return {
    workDirectory: async () => {
      await mkdir(directory, { recursive: true, mode: directoryMode });
      return directory;
    },
    put: async (audio, original) => {
      if (read(audio.sha256)) return;
      await mkdir(directory, { recursive: true, mode: directoryMode });
      const incoming = join(directory, `.incoming-${randomUUID()}`);
      await writeFolder(incoming, audio, original);
      const damaged = asideOf();
      await ifThere(rename(folderOf(audio.sha256), damaged));
      await publish(incoming, folderOf(audio.sha256));
      await syncDirectory(directory);
      await rm(damaged, { recursive: true, force: true });
    },
    read,
    isThere: (sha256) => existsSync(folderOf(sha256)),
    pathOf: (sha256) => join(folderOf(sha256), playedName),
    remove: (sha256) => {
      const aside = asideOf();
      try {
        renameSync(folderOf(sha256), aside);
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return;
        throw error;
      }
      // What is not removed now is swept at the next start.
      void rm(aside, { recursive: true, force: true }).catch(() => undefined);
    },
    sweep: () => sweep(directory),
  };
}

async function writeFolder(path: string, { wav, wav16 }: PlayedAudio, original: Buffer): Promise<void> {
  await mkdir(path, { mode: directoryMode });
  await writeSynced(join(path, playedName), wav);
  await writeSynced(join(path, widePlayedName), wav16);
  await writeSynced(join(path, originalName), original);
  await syncDirectory(path);
}

async function writeSynced(path: string, contents: Buffer): Promise<void> {
  const handle = await open(path, 'wx', fileMode);
  try {
    await handle.writeFile(contents);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Another process that puts the same audio at the same moment is as good as this one. */
async function publish(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes(errorCode(error) ?? '')) throw error;
    await rm(from, { recursive: true, force: true });
  }
}

function readFolder(path: string, sha256: string): PlayedAudio | undefined {
  try {
    return readPlayedAudio(sha256, readFileSync(join(path, playedName)), readFileSync(join(path, widePlayedName)));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function sweep(directory: string): Promise<void> {
  const names = (await ifThere(readdir(directory))) ?? [];
  for (const path of names.filter((name) => leavings.test(name)).map((name) => join(directory, name))) {
    const found = await ifThere(stat(path));
    if (found && found.mtimeMs < Date.now() - leftAfterMs) await rm(path, { recursive: true, force: true });
  }
}
