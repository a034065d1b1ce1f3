/**
 * Files that are there whole or not at all, whatever dies in between. Everything here blocks until it is done: for a
 * thread of its own. There it costs a tenth of what the same calls cost as promises.
 */

import {
  closeSync,
  constants,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import { errorCode } from './durable-files.ts';

const fileMode = 0o640;
/** What file systems answer that have no hard links, or that refuse one to a file of somebody else. */
const noLinks = new Set(['EPERM', 'EACCES', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL']);

export function statNow(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

/** Opens, uses and closes. */
export function withFile<Result>(path: string, flags: string | number, use: (file: number) => Result): Result {
  const file = openSync(path, flags, fileMode);
  try {
    return use(file);
  } finally {
    closeSync(file);
  }
}

/** Removes a file; one that is not there is as good as removed. */
export function removeNow(path: string): void {
  rmSync(path, { force: true });
}

export function syncFileNow(path: string): void {
  withFile(path, 'r', fsyncSync);
}

/** Makes names that were added, changed or removed in the directory durable. */
export function syncDirectoryNow(path: string): void {
  withFile(path, constants.O_RDONLY | constants.O_DIRECTORY, fsyncSync);
}

/**
 * Writes a small file whole, by way of `temporary` in the same file system: replaces one of the same name. Its name is
 * durable when the directory is synced.
 */
export function writeWhole(path: string, contents: string, temporary: string): void {
  writeSynced(temporary, 'w', contents);
  renameSync(temporary, path);
}

function writeSynced(path: string, flags: string, contents: string): void {
  withFile(path, flags, (file) => {
    writeFileSync(file, contents);
    fsyncSync(file);
  });
}

/**
 * Gives a file a new name in the same file system and never overwrites another one. Where hard links can be had the old
 * name stays until somebody removes it. `mark` is what a reservation holds, so that one left by a crash is known as our
 * own.
 */
export function moveToNewName(from: string, to: string, mark: string): 'moved' | 'taken' {
  try {
    linkSync(from, to);
    return 'moved';
  } catch (error) {
    const code = errorCode(error) ?? '';
    if (code !== 'EEXIST' && !noLinks.has(code)) throw error;
    if (code === 'EEXIST' && isSameFile(from, to)) return 'moved';
  }
  return moveToReservedName(from, to, mark);
}

/** For file systems without hard links: the new name is made first, empty but for the mark, and then replaced. */
export function moveToReservedName(from: string, to: string, mark: string): 'moved' | 'taken' {
  if (!reserve(to, mark)) return 'taken';
  renameSync(from, to);
  return 'moved';
}

function reserve(path: string, mark: string): boolean {
  try {
    writeSynced(path, 'wx', mark);
    return true;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    return isMarked(path, mark);
  }
}

/** True for a name that `moveToNewName` reserved with this mark and did not come to fill. */
export function isMarked(path: string, mark: string): boolean {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there?.isFile() !== true || there.size !== Buffer.byteLength(mark)) return false;
  return readFileSync(path, 'utf8') === mark;
}

/** Two names of one file. */
export function isSameFile(one: string, other: string): boolean {
  const [a, b] = [statNow(one), statNow(other)];
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
}
