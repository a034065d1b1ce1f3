/** What every user of files needs to know about them. */

import { constants, type Stats } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';

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

/** Makes names that were added, changed or removed in the directory durable. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
