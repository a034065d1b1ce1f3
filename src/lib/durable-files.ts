/** Files that are there whole or not at all, whatever dies in between. */

import { constants, type Stats } from 'node:fs';
import { link, lstat, open, readFile, rename, rm, stat } from 'node:fs/promises';

const fileMode = 0o640;
/** What file systems answer that have no hard links, or that refuse one to a file of somebody else. */
const noLinks = new Set(['EPERM', 'EACCES', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL']);

export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The answer of `work`, or undefined if the file it is about does not exist. */
export async function ifThere<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

export function statIfThere(path: string): Promise<Stats | undefined> {
  return ifThere(stat(path));
}

/** Removes a file; one that is not there is as good as removed. */
export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true });
}

export async function syncFile(path: string): Promise<void> {
  await synced(path, constants.O_RDONLY);
}

/** Makes names that were added, changed or removed in the directory durable. */
export async function syncDirectory(path: string): Promise<void> {
  await synced(path, constants.O_RDONLY | constants.O_DIRECTORY);
}

async function synced(path: string, flags: number): Promise<void> {
  const handle = await open(path, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Writes a small file whole, by way of `temporary` in the same file system: replaces one of the same name. Its name is
 * durable after `syncDirectory`.
 */
export async function writeWhole(path: string, contents: string, temporary: string): Promise<void> {
  const handle = await open(temporary, 'w', fileMode);
  try {
    await handle.writeFile(contents);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, path);
}

/**
 * Gives a file a new name in the same file system and never overwrites another one. Where hard links can be had the old
 * name stays until somebody removes it. `mark` is what a reservation holds, so that one left by a crash is known as our
 * own.
 */
export async function moveToNewName(from: string, to: string, mark: string): Promise<'moved' | 'taken'> {
  try {
    await link(from, to);
    return 'moved';
  } catch (error) {
    const code = errorCode(error) ?? '';
    if (code !== 'EEXIST' && !noLinks.has(code)) throw error;
    if (code === 'EEXIST' && (await isSameFile(from, to))) return 'moved';
  }
  return moveToReservedName(from, to, mark);
}

/** For file systems without hard links: the new name is made first, empty but for the mark, and then replaced. */
export async function moveToReservedName(from: string, to: string, mark: string): Promise<'moved' | 'taken'> {
  if (!(await reserve(to, mark))) return 'taken';
  await rename(from, to);
  return 'moved';
}

async function reserve(path: string, mark: string): Promise<boolean> {
  try {
    const handle = await open(path, 'wx', fileMode);
    try {
      await handle.writeFile(mark);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    return isMarked(path, mark);
  }
}

/** True for a name that `moveToNewName` reserved with this mark and did not come to fill. */
export async function isMarked(path: string, mark: string): Promise<boolean> {
  const there = await ifThere(lstat(path));
  if (there?.isFile() !== true || there.size !== Buffer.byteLength(mark)) return false;
  return (await ifThere(readFile(path, 'utf8'))) === mark;
}

/** Two names of one file. */
export async function isSameFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([statIfThere(one), statIfThere(other)]);
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
}
