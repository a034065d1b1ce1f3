/** Adding, replacing and removing announcements, from any process and from several at once. */

import { join } from 'node:path';
import type { Database } from '../store/database.ts';
import { createAudioFiles, type AudioFiles } from './audio-files.ts';
import { convert } from './convert.ts';
import {
  isAnnouncementName,
  isRefusal,
  languageOfName,
  longestText,
  type Added,
  type AddRequest,
  type Announcement,
  type Refusal,
  type Removed,
} from './model.ts';
import type { PlayedAudio } from './played-audio.ts';
import type { AnnouncementsPorts } from './ports.ts';
import { createRegister, type Register } from './register.ts';
import { toShippedAnnouncement, type Shipped } from './shipped.ts';

export interface AnnouncementStore {
  /** By name. */
  list(): readonly Announcement[];
  get(name: string): Announcement | undefined;
  /** Durable when it resolves. */
  add(request: AddRequest): Promise<Added>;
  remove(name: string): Promise<Removed>;
  /** Undefined if it is not there to the bit. Blocks. */
  audio(sha256: string): PlayedAudio | undefined;
  /** The file at 8 kHz. */
  pathOf(sha256: string): string;
  /** Takes in what ships with the program, and mends it where it was damaged; gives the names it could not. */
  bringShipped(): Promise<readonly string[]>;
}

export interface StoreOptions {
  readonly database: Database;
  readonly dataDirectory: string;
  readonly shipped: Shipped;
  readonly ports: AnnouncementsPorts;
  /** For tests; by ffmpeg if left out. */
  readonly convert?: typeof convert;
}

interface Tools extends StoreOptions {
  readonly register: Register;
  readonly files: AudioFiles;
}

export function createAnnouncementStore(options: StoreOptions): AnnouncementStore {
  const register = createRegister(options.database);
  const files = createAudioFiles(join(options.dataDirectory, 'announcements'));
  const tools: Tools = { ...options, register, files };
  const oneAtATime = createTurns();
  return {
    list: register.all,
    get: register.get,
    add: (request) => oneAtATime(() => add(tools, request)),
    remove: (name) => oneAtATime(() => remove(tools, name)),
    audio: files.read,
    pathOf: files.pathOf,
    bringShipped: () => oneAtATime(() => bringShipped(tools)),
  };
}

async function add(tools: Tools, request: AddRequest): Promise<Added> {
  const { register, files, database, convert: toPlayed = convert } = tools;
  const objection = objectionTo(register, request);
  if (objection) return objection;
  const converted = await toPlayed(request.audio, await files.workDirectory());
  if (isRefusal(converted)) return converted;
  const before = register.get(request.name);
  const announcement = toAnnouncement(tools, request, converted, before);
  const outcome = await store(tools, announcement, converted, request);
  if (outcome === 'taken') {
    forget(tools, converted.sha256);
    return nameTaken(request.name);
  }
  await database.flush();
  if (before && before.sha256 !== announcement.sha256) forget(tools, before.sha256);
  return { announcement, replaced: before !== undefined };
}

/** Asked before the work of converting; whether the name is free is asked once more when it is taken. */
function objectionTo(register: Register, { name, text = '', replace }: AddRequest): Refusal | undefined {
  if (!isAnnouncementName(name)) {
    const message = 'The name must consist of letters, digits, - and _, at most 100, and begin with a letter or digit.';
    return { refused: 'bad-name', message };
  }
  if (text.length > longestText) {
    return { refused: 'text-too-long', message: `The text is longer than ${longestText} characters.` };
  }
  return replace || !register.get(name) ? undefined : nameTaken(name);
}

function nameTaken(name: string): Refusal {
  return {
    refused: 'name-taken',
    message: `There is an announcement ${name} already; replace it, or take another name.`,
  };
}

function toAnnouncement(
  { ports }: Tools,
  { name, language, text = '' }: AddRequest,
  { sha256, seconds }: PlayedAudio,
  before: Announcement | undefined,
): Announcement {
  return {
    ...{ name, sha256, text, seconds },
    language: language ?? before?.language ?? languageOfName(name) ?? ports.language(),
    addedAt: ports.now(),
    shipped: false,
  };
}

/** Somebody may remove the same audio between its coming and its being referred to; then it comes again. */
async function store(
  { register, files }: Tools,
  announcement: Announcement,
  audio: PlayedAudio,
  { audio: original, replace }: AddRequest,
): Promise<'done' | 'taken'> {
  for (;;) {
    await files.put(audio, original);
    const outcome = register.put(announcement, replace, () => files.isThere(audio.sha256));
    if (outcome !== 'no-audio') return outcome;
  }
}

async function remove(tools: Tools, name: string): Promise<Removed> {
  const { register, database, shipped, ports } = tools;
  const announcement = register.get(name);
  if (!announcement) return { refused: 'not-found', message: `There is no announcement ${name}.` };
  const settings = ports.usedBy(name);
  if (settings.length > 0) {
    return { refused: 'in-use', message: `${name} is played by the recording setting ${settings.join(', ')}.` };
  }
  const entry = shipped.entries.find((one) => one.name === name);
  if (entry && announcement.shipped) {
    return { refused: 'shipped', message: `${name} comes with the program; it can only be replaced.` };
  }
  const instead = entry && toShippedAnnouncement(entry, ports.now());
  if (entry) await bringAudio(tools, entry);
  register.remove(name, instead);
  await database.flush();
  forget(tools, announcement.sha256);
  return { removed: name, restored: instead !== undefined };
}

/** Audio that no name stands for is kept as long as evidence names it. */
function forget({ register, files, ports }: Tools, sha256: string): void {
  if (ports.isEvidence(sha256)) return;
  register.forgetAudio(sha256, () => files.remove(sha256));
}

async function bringShipped(tools: Tools): Promise<readonly string[]> {
  const { register, shipped, files, ports } = tools;
  await files.sweep();
  const missing: string[] = [];
  for (const entry of shipped.entries) if (!(await bringAudio(tools, entry))) missing.push(entry.name);
  const there = shipped.entries.filter(({ name }) => !missing.includes(name));
  register.putShipped(there.map((entry) => toShippedAnnouncement(entry, ports.now())));
  return missing;
}

async function bringAudio({ shipped, files }: Tools, entry: Shipped['entries'][number]): Promise<boolean> {
  const audio = await shipped.read(entry);
  if (audio) await files.put(audio, audio.wav16);
  return audio !== undefined;
}

/** Conversions take the processor; calls need it more. */
function createTurns(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
}
