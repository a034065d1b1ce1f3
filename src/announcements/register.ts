/** Which name stands for which audio, in the embedded database. Other processes may change it at any time. */

import type { Database } from '../store/database.ts';
import { numberOf, textOf, type Row } from '../store/row.ts';
import type { Announcement, Language } from './model.ts';

export interface Register {
  /** By name. Read from memory unless somebody changed something. */
  all(): readonly Announcement[];
  get(name: string): Announcement | undefined;
  /** Takes the name if it is free, or in any case with `replace`. `audioIsThere` is asked while nobody can remove it. */
  put(announcement: Announcement, replace: boolean, audioIsThere: () => boolean): 'done' | 'taken' | 'no-audio';
  /** The announcements that come with the program take the names that nobody gave to another. */
  putShipped(announcements: readonly Announcement[]): void;
  /** `instead` takes over the name. False if there was no announcement of that name. */
  remove(name: string, instead: Announcement | undefined): boolean;
  /** `remove` is called, while nobody can begin to refer to the audio, unless some name does. */
  forgetAudio(sha256: string, remove: () => void): void;
}

interface Snapshot {
  readonly version: number;
  readonly byName: ReadonlyMap<string, Announcement>;
}

export function createRegister(database: Database): Register {
  let snapshot: Snapshot | undefined;
  /** Counts what others wrote into the database; our own changes make us forget. */
  const read = (): Snapshot['byName'] => {
    const version = dataVersion(database);
    if (snapshot?.version !== version) snapshot = { version, byName: readAll(database) };
    return snapshot.byName;
  };
  /** Begins with a write, so that it waits for other writers instead of failing half-way. */
  const write = <Result>(work: () => Result): Result => {
    snapshot = undefined;
    return database.transaction(work);
  };
  return {
    all: () => [...read().values()],
    get: (name) => read().get(name),
    put: (announcement, replace, audioIsThere) =>
      write(() => {
        insertAudio(database, announcement);
        if (!audioIsThere()) return 'no-audio';
        return insert(database, announcement, replace ? 'DO UPDATE SET' : 'DO NOTHING') ? 'done' : 'taken';
      }),
    putShipped: (announcements) => {
      write(() => {
        for (const announcement of announcements) {
          insertAudio(database, announcement);
          insert(database, announcement, 'DO UPDATE SET', changedShipped);
        }
      });
    },
    remove: (name, instead) =>
      write(() => {
        const removed = database.run('DELETE FROM announcements WHERE name = ?', name) > 0;
        if (removed && instead) {
          insertAudio(database, instead);
          insert(database, instead, 'DO NOTHING');
        }
        return removed;
      }),
    forgetAudio: (sha256, remove) => {
      const unused = 'sha256 = ? AND NOT EXISTS (SELECT 1 FROM announcements WHERE announcements.sha256 = ?)';
      write(() => {
        if (database.run(`DELETE FROM announcement_audio WHERE ${unused}`, sha256, sha256) > 0) remove();
      });
    },
  };
}

/** Changes whenever another connection has committed something. */
function dataVersion(database: Database): number {
  const row = database.get('PRAGMA data_version');
  return row ? numberOf(row, 'data_version') : 0;
}

function readAll(database: Database): Snapshot['byName'] {
  const rows = database.all(
    `SELECT name, sha256, language, text, audio.seconds, announcements.added_at, shipped
     FROM announcements JOIN announcement_audio AS audio USING (sha256) ORDER BY name`,
  );
  return new Map(rows.map(toAnnouncement).map((announcement) => [announcement.name, announcement]));
}

function toAnnouncement(row: Row): Announcement {
  return {
    name: textOf(row, 'name'),
    sha256: textOf(row, 'sha256'),
    language: textOf(row, 'language') as Language,
    text: textOf(row, 'text'),
    seconds: numberOf(row, 'seconds'),
    addedAt: numberOf(row, 'added_at'),
    shipped: numberOf(row, 'shipped') === 1,
  };
}

function insertAudio(database: Database, { sha256, seconds, addedAt }: Announcement): void {
  database.run(
    'INSERT INTO announcement_audio (sha256, seconds, added_at) VALUES (?, ?, ?) ON CONFLICT (sha256) DO NOTHING',
    sha256,
    seconds,
    addedAt,
  );
}

/** One that the administrator put in its place stays. */
const changedShipped =
  'WHERE shipped = 1 AND (sha256 <> excluded.sha256 OR text <> excluded.text OR language <> excluded.language)';

const columns = ['sha256', 'language', 'text', 'added_at', 'shipped'];

function insert(
  database: Database,
  { name, sha256, language, text, addedAt, shipped }: Announcement,
  onConflict: 'DO NOTHING' | 'DO UPDATE SET',
  condition = '',
): boolean {
  const changes = columns.map((column) => `${column} = excluded.${column}`).join(', ');
  const conflict = onConflict === 'DO NOTHING' ? onConflict : `${onConflict} ${changes} ${condition}`;
  const sql = `INSERT INTO announcements (name, ${columns.join(', ')}) VALUES (?, ?, ?, ?, ?, ?)
               ON CONFLICT (name) ${conflict}`;
  return database.run(sql, name, sha256, language, text, addedAt, shipped ? 1 : 0) > 0;
}
