/** The routes file on disk: Asterisk finds the old one or the new one there, never half of one. */

import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ifThere, syncDirectory } from '../lib/durable-files.ts';

/** Asterisk runs under another user and has to read it; it holds no secrets. */
const mode = 0o644;

/** True if the file was written; false if it held this text already. Rejects if the file cannot be read or written. */
export async function writeRoutesFile(path: string, text: string): Promise<boolean> {
  if ((await ifThere(readFile(path, 'utf8'))) === text) return false;
  const temporary = `${path}.part`;
  const handle = await open(temporary, 'w', mode);
  try {
    await handle.chmod(mode);
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, path);
  await syncDirectory(dirname(path));
  return true;
}
