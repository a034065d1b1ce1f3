/**
 * The key to everything that changes something, until there are logins: made anew at every start, told to whoever reads
 * the server's output, and left in a file for programs of the same user on the same machine.
 */

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ifThere, removeFile, syncDirectory } from '../lib/durable-files.ts';

/** What a program needs to change something. */
export interface ControlAccess {
  /** Where the server is to be found. */
  readonly url: string;
  readonly token: string;
}

const tokenBytes = 32;

export function newControlToken(): string {
  return randomBytes(tokenBytes).toString('base64url');
}

/** Whether the `Authorization` header shows the token. Hashes are compared, so that the time taken betrays nothing. */
export function carriesToken(header: string | undefined, token: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  const shown = /^bearer +(.*)$/i.exec(header ?? '')?.[1] ?? '';
  return timingSafeEqual(hash(shown), hash(token)) && token !== '';
}

export function controlFileIn(dataDirectory: string): string {
  return join(dataDirectory, 'control.token');
}

/** Whole or not at all, and for nobody else to read. */
export async function writeControlFile(path: string, access: ControlAccess): Promise<void> {
  const temporary = `${path}.part`;
  await removeFile(temporary);
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(access)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  await syncDirectory(dirname(path));
}

/** Undefined if there is none, or nothing of ours. A file that may not be read is an error. */
export async function readControlFile(path: string): Promise<ControlAccess | undefined> {
  const text = await ifThere(readFile(path, 'utf8'));
  return text === undefined ? undefined : parseAccess(text);
}

/** Another server may have put its own in place of ours meanwhile. */
export async function removeControlFile(path: string, { token }: Pick<ControlAccess, 'token'>): Promise<void> {
  const found = await readControlFile(path);
  if (found?.token === token) await removeFile(path);
}

function parseAccess(text: string): ControlAccess | undefined {
  try {
    const { url, token } = JSON.parse(text) as Partial<Record<string, unknown>>;
    return typeof url === 'string' && typeof token === 'string' ? { url, token } : undefined;
  } catch {
    return undefined;
  }
}
