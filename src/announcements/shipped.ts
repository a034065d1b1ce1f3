/** The announcements that come with the program: placeholders, each to be replaced under its name. */

import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Announcement, Language } from './model.ts';
import { readPlayedAudio, type PlayedAudio } from './played-audio.ts';

/** One entry of the list that lies beside the audio. */
export interface ShippedEntry {
  readonly name: string;
  readonly language: Language;
  readonly text: string;
  readonly seconds: number;
  readonly sha256: string;
}

export const shippedListName = 'shipped.json';

export interface Shipped {
  readonly entries: readonly ShippedEntry[];
  /** Undefined if the program's own files are damaged. */
  read(entry: ShippedEntry): Promise<PlayedAudio | undefined>;
  pathOf(entry: ShippedEntry): string;
}

export function readShipped(directory: string): Shipped {
  const entries = JSON.parse(readFileSync(join(directory, shippedListName), 'utf8')) as readonly ShippedEntry[];
  const pathOf = ({ name }: ShippedEntry): string => join(directory, `${name}.wav`);
  return {
    entries,
    read: async (entry) =>
      readPlayedAudio(entry.sha256, await readFile(pathOf(entry)), await readFile(`${pathOf(entry)}16`)),
    pathOf,
  };
}

export function toShippedAnnouncement(entry: ShippedEntry, addedAt: number): Announcement {
  return { ...entry, addedAt, shipped: true };
}
