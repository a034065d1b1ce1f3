/** Looks at the directories before the first call needs them, and says in plain words what is wrong. */

import { link, mkdir, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, removeFile } from '../../lib/durable-files.ts';
import type { FinishPlaces } from './finish-one.ts';
import { workDirectory } from './work-directory.ts';

export interface DirectoryProblem {
  /** `error`: recordings cannot be made or finished. `note`: they can, only not as well as they could. */
  readonly severity: 'error' | 'note';
  readonly directory: string;
  readonly message: string;
}

/** Makes the directory of the finished recordings if it is missing; never Asterisk's. */
export async function checkDirectories(places: FinishPlaces): Promise<readonly DirectoryProblem[]> {
  const source = await checkWritable(places.recordingDirectory, 'Asterisk’s directory for recordings');
  const target = await checkTarget(places.directory);
  if (source || target) return [source, target].filter((problem) => problem !== undefined);
  const slower = await checkTogether(places);
  return slower ? [slower] : [];
}

async function checkTarget(directory: string): Promise<DirectoryProblem | undefined> {
  try {
    await mkdir(workDirectory(directory), { recursive: true, mode: 0o750 });
  } catch (error) {
    return toProblem(directory, 'The directory for finished recordings', error);
  }
  return checkWritable(directory, 'The directory for finished recordings');
}

async function checkWritable(directory: string, what: string): Promise<DirectoryProblem | undefined> {
  try {
    if (!(await stat(directory)).isDirectory()) return { severity: 'error', directory, message: `${what} is a file` };
    await tryFile(directory);
    return undefined;
  } catch (error) {
    return toProblem(directory, what, error);
  }
}

/** Rights are best asked by doing it. */
async function tryFile(directory: string): Promise<void> {
  const path = probePath(directory);
  const handle = await open(path, 'w', 0o640);
  await handle.close();
  await removeFile(path);
}

function probePath(directory: string): string {
  return join(directory, `.fernamt-probe-${process.pid}`);
}

const meanings: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'lies below something that is no directory',
  EACCES: 'may not be written by this user',
  EPERM: 'may not be written by this user',
  EROFS: 'lies on a file system that is mounted read-only',
  ENOSPC: 'lies on a full disk',
  EDQUOT: 'is over its quota',
};

function toProblem(directory: string, what: string, error: unknown): DirectoryProblem {
  const meaning = meanings[errorCode(error) ?? ''] ?? `cannot be used (${String(error)})`;
  return { severity: 'error', directory, message: `${what} ${meaning}` };
}

/** Files pass from the one directory to the other by a second name, or else by copying. */
async function checkTogether({ recordingDirectory, directory }: FinishPlaces): Promise<DirectoryProblem | undefined> {
  const [from, to] = [probePath(recordingDirectory), probePath(workDirectory(directory))];
  const copied = 'every recording is copied: fine, but slower, and both need the room for a moment';
  try {
    await (await open(from, 'w', 0o640)).close();
    await link(from, to);
    return undefined;
  } catch (error) {
    const why = errorCode(error) === 'EXDEV' ? 'lie on different file systems' : 'cannot share files';
    const message = `This directory and Asterisk’s directory for recordings ${why}: ${copied}`;
    return { severity: 'note', directory, message };
  } finally {
    await removeFile(from);
    await removeFile(to);
  }
}
