/** Announcements put together: the store, its copy where Asterisk plays it, and what calls and the HTTP side ask of it. */

import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createInstallation, type Installation } from '../announcements/installation.ts';
import { toSound, type Announcement, type PlayableAnnouncement } from '../announcements/model.ts';
import { createAnnouncementStore, type AnnouncementStore } from '../announcements/service.ts';
import { readShipped, toShippedAnnouncement, type Shipped } from '../announcements/shipped.ts';
import type { Config } from '../config/complete.ts';
import type { AnnouncementShelf, AnnouncementView, AudioFile } from '../http/ports.ts';
import type { SystemClock } from '../lib/clock.ts';
import { statIfThere } from '../lib/durable-files.ts';
import type { Logger } from '../observability/logger.ts';
import type { Database } from '../store/database.ts';

const shippedDirectory = fileURLToPath(new URL('../../sounds/announcements', import.meta.url));

/** Missing copies are mended when they are asked for; this is for those that somebody asks for next. */
const lookEveryMs = 5000;

export interface AnnouncementTools {
  /** The one that the server started with. */
  readonly config: Config;
  /** The configuration in force. */
  current(): Config;
  readonly database: Database;
  readonly clock: SystemClock;
  readonly logger: Logger;
  /** Whether evidence names the audio, which is then kept. All of it is kept if left out. */
  isEvidence?(sha256: string): boolean;
}

export interface Announcements {
  /** What calls ask. */
  readonly port: {
    /** Undefined if there is none of that name, or if Asterisk could not play it whole. Never throws. */
    readonly announcement: (name: string) => PlayableAnnouncement | undefined;
  };
  /** What the HTTP side asks. */
  readonly shelf: AnnouncementShelf;
  start(): Promise<void>;
  stop(): void;
  /** Tells of settings that play what there is not; at the start, and after every reload. */
  tellMissing(): void;
}

export function createAnnouncements(tools: AnnouncementTools): Announcements {
  const { config, current, clock, logger } = tools;
  const store = openAnnouncementStore(tools);
  const { soundsDirectory, application } = config.asterisk;
  const installation = createInstallation({
    directory: join(soundsDirectory, application, 'announcements'),
    audio: (sha256) => store.audio(sha256),
    now: () => clock.now(),
    failed: (sha256, error) => {
      logger.error({ error, sha256, soundsDirectory }, 'an announcement could not be put where Asterisk finds it');
    },
  });
  const tellMissing = (): void => {
    for (const { setting, announcement } of missingAnnouncements(current(), new Set(namesOf(store)))) {
      logger.error({ setting, announcement }, 'a recording setting plays an announcement that does not exist');
    }
  };
  const announcement = (name: string): PlayableAnnouncement | undefined => {
    try {
      return toPlayable(store.get(name), installation, application);
    } catch (error) {
      logger.error({ error, name }, 'an announcement could not be looked up');
      return undefined;
    }
  };
  const look = createLook(() => installAll(store, installation, logger), clock);
  return {
    port: { announcement },
    shelf: createShelf(store, current),
    start: async () => {
      await bringShippedOrTell(store, logger);
      look.start();
      tellMissing();
    },
    stop: look.stop,
    tellMissing,
  };
}

interface StoreTools extends Pick<AnnouncementTools, 'config' | 'database' | 'clock' | 'isEvidence'> {
  /** That of the start if left out. */
  current?(): Config;
}

/** The store alone, for programs beside the server. */
export function openAnnouncementStore(tools: StoreTools): AnnouncementStore {
  const { config, database, clock } = tools;
  const current = (): Config => tools.current?.() ?? config;
  return createAnnouncementStore({
    database,
    dataDirectory: config.dataDirectory,
    shipped: shippedAnnouncements(),
    ports: {
      now: () => clock.now(),
      language: () => current().language,
      usedBy: (name) => settingsThatPlay(current(), name),
      isEvidence: (sha256) => tools.isEvidence?.(sha256) ?? true,
    },
  });
}

export function shippedAnnouncements(): Shipped {
  return readShipped(shippedDirectory);
}

/** All that a server would have, though it may not have been started yet with what ships now. */
export function withShipped(stored: readonly Announcement[]): readonly Announcement[] {
  const names = new Set(stored.map(({ name }) => name));
  const others = shippedAnnouncements().entries.filter(({ name }) => !names.has(name));
  const all = [...stored, ...others.map((entry) => toShippedAnnouncement(entry, 0))];
  return all.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The names of the recording settings that play it, switched off or not. */
export function settingsThatPlay({ recording }: Config, name: string): readonly string[] {
  return recording.settings
    .filter(({ announcements }) => announcements.in === name || announcements.out === name)
    .map((setting) => setting.name);
}

/** What settings name and the store does not have. */
export function missingAnnouncements(
  { recording }: Config,
  known: ReadonlySet<string>,
): readonly { readonly setting: string; readonly announcement: string }[] {
  return recording.settings.flatMap(({ name, announcements }) =>
    [announcements.in, announcements.out]
      .filter((announcement) => announcement !== undefined && !known.has(announcement))
      .map((announcement = '') => ({ setting: name, announcement })),
  );
}

export function toAnnouncementView({ addedAt, ...announcement }: Announcement, config: Config): AnnouncementView {
  const { name, language, text, seconds, sha256, shipped } = announcement;
  return {
    ...{ name, language, text, seconds, sha256 },
    addedAt: addedAt === 0 ? null : new Date(addedAt).toISOString(),
    shipped,
    usedBy: settingsThatPlay(config, name),
  };
}

function namesOf(store: AnnouncementStore): readonly string[] {
  return store.list().map(({ name }) => name);
}

function toPlayable(
  found: Announcement | undefined,
  installation: Installation,
  application: string,
): PlayableAnnouncement | undefined {
  if (!found || !installation.ensure(found.sha256)) return undefined;
  const { name, sha256, language, seconds } = found;
  return { name, sha256, language, seconds, sound: toSound(application, sha256) };
}

/** A server whose announcements are in trouble still handles calls; it does not record those that must hear them. */
async function bringShippedOrTell(store: AnnouncementStore, logger: Logger): Promise<void> {
  try {
    const missing = await store.bringShipped();
    if (missing.length > 0) logger.error({ missing }, 'ready-made announcements are damaged in the installation');
  } catch (error) {
    logger.error({ error }, 'ready-made announcements could not be taken into the store');
  }
}

function installAll(store: AnnouncementStore, installation: Installation, logger: Logger): void {
  try {
    for (const { sha256 } of store.list()) installation.ensure(sha256);
  } catch (error) {
    logger.error({ error }, 'announcements could not be looked at');
  }
}

/** Other processes change the store without telling. */
function createLook(look: () => void, clock: SystemClock): { start(): void; stop(): void } {
  let cancel = (): void => undefined;
  const lookAndWait = (): void => {
    look();
    cancel = clock.after(lookEveryMs, lookAndWait);
  };
  return {
    start: lookAndWait,
    stop: () => {
      cancel();
    },
  };
}

function createShelf(store: AnnouncementStore, current: () => Config): AnnouncementShelf {
  const toView = (announcement: Announcement): AnnouncementView => toAnnouncementView(announcement, current());
  return {
    list: () => store.list().map(toView),
    get: (name) => {
      const found = store.get(name);
      return found && toView(found);
    },
    put: async (upload) => {
      const added = await store.add(upload);
      return 'refused' in added ? added : { ...added, announcement: toView(added.announcement) };
    },
    remove: store.remove,
    openAudio: (name) => openAudio(store, name),
  };
}

async function openAudio(store: AnnouncementStore, name: string): Promise<AudioFile | undefined> {
  const found = store.get(name);
  const path = found && store.pathOf(found.sha256);
  const stats = path && (await statIfThere(path));
  if (!stats) return undefined;
  return {
    bytes: stats.size,
    contentType: 'audio/wav',
    fileName: `${name}.wav`,
    version: found.sha256,
    read: (first, last) => createReadStream(path, { start: first, end: last }),
  };
}
