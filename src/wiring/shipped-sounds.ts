/** Puts what fernamt says by itself, and its tones, where Asterisk finds them, below a folder of the application's own. */

import { copyFile, mkdir, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Copies what is missing or differs in size or is older; gives the number of files copied. */
export async function installSounds(from: string, soundsDirectory: string, application: string): Promise<number> {
  let copied = 0;
  for (const folder of await foldersIn(from)) {
    const source = join(from, folder);
    const target = join(soundsDirectory, application, folder);
    await mkdir(target, { recursive: true });
    for (const name of (await readdir(source)).filter((file) => file.endsWith('.wav'))) {
      if (await copyIfOther(join(source, name), join(target, name))) copied += 1;
    }
  }
  return copied;
}

async function foldersIn(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory() && isCopied(entry.name)).map((entry) => entry.name);
}

/** Speech by language, and tones. The announcements of recordings lie beside them, and have a store of their own. */
function isCopied(name: string): boolean {
  return /^[a-z]{2}$/.test(name) || name === 'tones';
}

/** Asterisk may be reading the old file at this moment, so that it is replaced and not written over. */
async function copyIfOther(from: string, to: string): Promise<boolean> {
  const wanted = await stat(from);
  const present = await stat(to).catch(() => undefined);
  if (present?.size === wanted.size && present.mtimeMs >= wanted.mtimeMs) return false;
  const temporary = `${to}.part`;
  await copyFile(from, temporary);
  await rename(temporary, to);
  return true;
}
