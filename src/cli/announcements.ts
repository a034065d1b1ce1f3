/** `announcements`: listing, adding, replacing and removing them, whether the server runs or not. */

import { existsSync, statSync } from 'node:fs';
import { copyFile, constants, readFile, stat } from 'node:fs/promises';
import { mostUploadBytes, type Announcement } from '../announcements/model.ts';
import type { AnnouncementStore } from '../announcements/service.ts';
import type { Config } from '../config/complete.ts';
import type { AnnouncementView } from '../http/ports.ts';
import { systemClock } from '../lib/clock.ts';
import { errorCode } from '../lib/durable-files.ts';
import { databaseFileIn, openDatabase } from '../store/database.ts';
import {
  openAnnouncementStore,
  shippedAnnouncements,
  toAnnouncementView,
  withShipped,
} from '../wiring/announcements.ts';
import { sayDone, sayNo, sayWrongUse } from './answer.ts';
import type { Command, ExitCode, Invocation } from './command.ts';
import { withConfig } from './configured.ts';
import { withDatabase } from './stored.ts';
import { formatTable } from './table.ts';

export const listAnnouncements: Command = {
  usage: 'announcements list',
  summary: 'list announcements, and which recording settings play them',
  run: (invocation) =>
    withConfig(invocation, async ({ config }): Promise<ExitCode> => {
      const views = (await readAll(config)).map(({ announcement }) => toAnnouncementView(announcement, config));
      invocation.output.out(invocation.json ? JSON.stringify(views, null, 2) : toTable(views));
      return 0;
    }),
};

export const playAnnouncement: Command = {
  usage: 'announcements play <name>',
  summary: 'say where the audio lies that callers hear, or write a copy of it',
  options: [{ flags: '--output <file>', summary: 'write the audio there (WAV, 8 kHz)' }],
  run: (invocation) => withConfig(invocation, ({ config }) => play(invocation, config)),
};

export const addAnnouncement: Command = {
  usage: 'announcements add <file>',
  summary: 'take in an audio file of any common format, at most 20 MB and 5 minutes',
  options: [
    { flags: '--name <name>', summary: 'by which recording settings refer to it' },
    { flags: '--language <en|de>', summary: 'default: what the name ends with, else that of the configuration' },
    { flags: '--text <text>', summary: 'what it says' },
    { flags: '--replace', summary: 'take the place of the one that has the name; settings then play this one' },
  ],
  run: (invocation) => withConfig(invocation, ({ config }) => add(invocation, config)),
};

export const removeAnnouncement: Command = {
  usage: 'announcements remove <name>',
  summary: 'remove an announcement that no recording setting plays; a ready-made one takes its place again',
  run: (invocation) => withConfig(invocation, ({ config }) => remove(invocation, config)),
};

// ── looking ─────────────────────────────────────────────────────────────────

interface Found {
  readonly announcement: Announcement;
  readonly path: string;
}

/** What a server that was never started would have, too. */
async function readAll(config: Config): Promise<readonly Found[]> {
  const stored = await withDatabase(config, { readOnly: true }, (database) => {
    const store = openAnnouncementStore({ config, database, clock: systemClock });
    return store.list().map((announcement) => ({ announcement, path: store.pathOf(announcement.sha256) }));
  });
  const shipped = shippedAnnouncements();
  return withShipped((stored ?? []).map(({ announcement }) => announcement)).map((announcement) => {
    const { name, sha256, language, text, seconds } = announcement;
    const path = shipped.pathOf({ name, sha256, language, text, seconds });
    return stored?.find((one) => one.announcement === announcement) ?? { announcement, path };
  });
}

async function play(invocation: Invocation, config: Config): Promise<ExitCode> {
  const [name = ''] = invocation.arguments;
  const found = (await readAll(config)).find(({ announcement }) => announcement.name === name);
  if (!found) return sayNo(invocation, 'not-found', `There is no announcement ${name}.`);
  const { sha256 } = found.announcement;
  if (!existsSync(found.path))
    return sayNo(invocation, 'audio-missing', `The audio of ${name} is not at ${found.path}.`);
  const output = invocation.options['output'];
  if (typeof output !== 'string') return sayDone(invocation, found.path, { name, sha256, path: found.path });
  try {
    await copyFile(found.path, output, constants.COPYFILE_EXCL);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return sayNo(invocation, 'file-exists', `${output} exists already.`);
    return sayNo(invocation, 'not-written', `${output} cannot be written (${errorCode(error) ?? String(error)}).`);
  }
  return sayDone(invocation, `${name} is at ${output} now.`, { name, sha256, path: output });
}

function toTable(views: readonly AnnouncementView[]): string {
  const rows = views.map(({ name, language, seconds, shipped, usedBy, text }) => [
    name,
    language,
    seconds.toFixed(1),
    shipped ? 'ready-made' : 'own',
    usedBy.length === 0 ? '-' : usedBy.join(', '),
    text,
  ]);
  return formatTable(['NAME', 'LANGUAGE', 'SECONDS', 'FROM', 'PLAYED BY', 'TEXT'], rows);
}

// ── changing ────────────────────────────────────────────────────────────────

async function add(invocation: Invocation, config: Config): Promise<ExitCode> {
  const { name, text, replace } = invocation.options;
  const language = (['en', 'de'] as const).find((one) => one === invocation.options['language']);
  if (typeof name !== 'string') return sayWrongUse(invocation, 'Tell the name: --name NAME.');
  if (language !== invocation.options['language']) {
    return sayWrongUse(invocation, 'The language is en or de.');
  }
  const [file = ''] = invocation.arguments;
  const audio = await readUpload(file);
  if (typeof audio === 'string') return sayNo(invocation, 'file-not-readable', audio);
  return withStore(invocation, config, async (store) => {
    const told = { ...(language ? { language } : {}), ...(typeof text === 'string' ? { text } : {}) };
    const added = await store.add({ name, audio, replace: replace === true, ...told });
    if ('refused' in added) return sayNo(invocation, added.refused, added.message);
    const view = toAnnouncementView(added.announcement, config);
    const done = added.replaced ? 'was replaced' : 'was added';
    return sayDone(invocation, `${name} ${done}: ${view.seconds.toFixed(1)} s.`, {
      ...{ replaced: added.replaced, announcement: view },
    });
  });
}

/** The file, or why it cannot be read. A larger one is not read at all. */
async function readUpload(file: string): Promise<Buffer | string> {
  try {
    if ((await stat(file)).size > mostUploadBytes) return `${file} is larger than 20 MB.`;
    return await readFile(file);
  } catch (error) {
    return `${file} cannot be read (${errorCode(error) ?? String(error)}).`;
  }
}

async function remove(invocation: Invocation, config: Config): Promise<ExitCode> {
  const [name = ''] = invocation.arguments;
  return withStore(invocation, config, async (store) => {
    const removed = await store.remove(name);
    if ('refused' in removed) return sayNo(invocation, removed.refused, removed.message);
    const { restored } = removed;
    const done = restored ? `${name} is the ready-made announcement again.` : `${name} was removed.`;
    return sayDone(invocation, done, { name, restored });
  });
}

async function withStore(
  invocation: Invocation,
  config: Config,
  use: (store: AnnouncementStore) => Promise<ExitCode>,
): Promise<ExitCode> {
  if (belongsToAnother(config.dataDirectory)) {
    const message = `${config.dataDirectory} belongs to another user; run this as that user, or the server cannot read it.`;
    return sayNo(invocation, 'wrong-user', message);
  }
  const database = await openDatabase(databaseFileIn(config.dataDirectory));
  try {
    const store = openAnnouncementStore({ config, database, clock: systemClock });
    await store.bringShipped();
    return await use(store);
  } finally {
    await database.close();
  }
}

/** What root makes, the server's own user could not read. */
function belongsToAnother(directory: string): boolean {
  const owner = statSync(directory, { throwIfNoEntry: false })?.uid;
  return process.getuid?.() === 0 && owner !== undefined && owner !== 0;
}
