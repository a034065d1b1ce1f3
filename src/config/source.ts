/** Reads a text file that an administrator named: only regular files, of bounded size, in UTF-8. Never throws. */

import { readFileSync, statSync } from 'node:fs';

export type Source =
  | { readonly ok: true; readonly text: string; readonly readableByOthers: boolean }
  | { readonly ok: false; readonly message: string };

const groupOrOthersMayRead = 0o044;

export function readSource(file: string, maxBytes: number): Source {
  try {
    return readChecked(file, maxBytes);
  } catch (cause) {
    return { ok: false, message: describeFailure(cause) };
  }
}

function readChecked(file: string, maxBytes: number): Source {
  // Looked at before it is opened: opening a named pipe would wait for a writer.
  const stats = statSync(file);
  if (!stats.isFile()) return { ok: false, message: stats.isDirectory() ? 'is a directory' : 'is not a regular file' };
  if (stats.size > maxBytes) return { ok: false, message: `is larger than ${Math.floor(maxBytes / 1024)} KiB` };
  return decode(readFileSync(file), (stats.mode & groupOrOthersMayRead) !== 0);
}

function decode(bytes: Buffer, readableByOthers: boolean): Source {
  if (bytes.includes(0)) return { ok: false, message: 'is a binary file, not text' };
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), readableByOthers };
  } catch {
    return { ok: false, message: 'is not UTF-8 text' };
  }
}

function describeFailure(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ENOENT') return 'does not exist';
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read by this user';
  return `cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`;
}
