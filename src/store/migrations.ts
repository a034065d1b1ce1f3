/** The tables, step by step. A step that was ever released is never changed; what comes later is a step of its own. */

import type { Database } from './database.ts';
import { numberOf } from './row.ts';

/** Steps apply in order, each whole or not at all; the database remembers the number of the last. */
const steps: readonly { readonly what: string; readonly sql: string }[] = [
  {
    what: 'running calls, group memberships and whose turn it is',
    sql: `
      CREATE TABLE live_calls (
        call_id TEXT PRIMARY KEY,
        snapshot TEXT NOT NULL,
        updated_at INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE memberships (
        group_number TEXT NOT NULL,
        extension TEXT NOT NULL,
        active INTEGER NOT NULL,
        PRIMARY KEY (group_number, extension)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE hunt_positions (
        group_number TEXT PRIMARY KEY,
        extension TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
    `,
  },
  {
    // A kind is one combination of what lists are filtered by. There are few of them, and each is an ordered stream of
    // its own in the indexes, so that a page of a list costs the same however rare the combination asked for is.
    what: 'recordings',
    sql: `
      CREATE TABLE recording_kinds (
        number INTEGER PRIMARY KEY,
        state TEXT NOT NULL,
        setting TEXT NOT NULL,
        direction TEXT NOT NULL,
        UNIQUE (state, setting, direction)
      ) STRICT;
      CREATE TABLE recordings (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        kind INTEGER NOT NULL REFERENCES recording_kinds (number),
        call_id TEXT NOT NULL,
        started_at INTEGER NOT NULL,
        base TEXT UNIQUE COLLATE NOCASE,
        opening TEXT NOT NULL,
        closing TEXT,
        outcome TEXT
      ) STRICT;
      CREATE INDEX recordings_by_kind ON recordings (kind, started_at, number);
      CREATE INDEX recordings_by_call ON recordings (call_id);
      CREATE TABLE recording_parties (
        party TEXT NOT NULL,
        kind INTEGER NOT NULL,
        started_at INTEGER NOT NULL,
        recording INTEGER NOT NULL,
        PRIMARY KEY (party, kind, started_at, recording)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX recording_parties_by_recording ON recording_parties (recording);
      CREATE TABLE recording_parts (
        name TEXT PRIMARY KEY,
        recording INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
    `,
  },
  {
    // What is in trouble is rare, and has an index of its own that the others are not in.
    what: 'expectation ledger and configurations',
    sql: `
      CREATE TABLE ledger (
        number INTEGER PRIMARY KEY,
        call_id TEXT NOT NULL UNIQUE,
        started_at INTEGER NOT NULL,
        obligation TEXT NOT NULL,
        setting TEXT,
        reason TEXT NOT NULL,
        configuration TEXT NOT NULL,
        trouble TEXT,
        fault TEXT,
        entry TEXT NOT NULL
      ) STRICT;
      CREATE INDEX ledger_by_time ON ledger (started_at, number);
      CREATE INDEX ledger_by_obligation ON ledger (obligation, started_at, number);
      CREATE INDEX ledger_by_trouble ON ledger (trouble, started_at, number) WHERE trouble IS NOT NULL;
      CREATE TABLE configurations (
        hash TEXT PRIMARY KEY,
        first_used_at INTEGER NOT NULL,
        last_used_at INTEGER NOT NULL,
        effective TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
    `,
  },
  {
    what: 'recording settings that were switched at run time',
    sql: `
      CREATE TABLE setting_overrides (
        setting TEXT PRIMARY KEY,
        enabled INTEGER NOT NULL,
        switched_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
    `,
  },
  {
    what: 'withdrawn recordings, and those whose files are still to be removed',
    sql: `
      ALTER TABLE recordings ADD COLUMN erasure TEXT;
      CREATE TABLE recording_erasures (
        recording INTEGER PRIMARY KEY,
        placed INTEGER NOT NULL
      ) STRICT;
    `,
  },
  {
    // Audio that no name stands for any more is kept while evidence names it.
    what: 'announcements',
    sql: `
      CREATE TABLE announcement_audio (
        sha256 TEXT PRIMARY KEY,
        seconds REAL NOT NULL,
        added_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE announcements (
        name TEXT PRIMARY KEY,
        sha256 TEXT NOT NULL REFERENCES announcement_audio (sha256),
        language TEXT NOT NULL,
        text TEXT NOT NULL,
        added_at INTEGER NOT NULL,
        shipped INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
    `,
  },
];

/** The database does not fit this version of the program. */
export class DatabaseVersionError extends Error {
  override readonly name = 'DatabaseVersionError';
  readonly permanent = true;
}

export function migrate(database: Database, path: string): void {
  const from = versionOf(database);
  requireNotNewer(from, path);
  for (const [index, step] of steps.entries()) {
    if (index < from) continue;
    database.transaction(() => {
      for (const statement of statementsOf(step.sql)) database.run(statement);
      database.run(`PRAGMA user_version = ${index + 1}`);
    });
  }
}

/** For those who only read: the tables must be exactly those that this program knows. */
export function requireVersion(database: Database, path: string): void {
  const version = versionOf(database);
  requireNotNewer(version, path);
  if (version === steps.length) return;
  throw new DatabaseVersionError(
    `${path} is of version ${version}, this program needs ${steps.length}: start the server once, it brings it up to date`,
  );
}

function requireNotNewer(version: number, path: string): void {
  if (version <= steps.length) return;
  throw new DatabaseVersionError(
    `${path} is of version ${version}, this program knows only up to ${steps.length}: it was written by a newer fernamt. ` +
      'Start that one, or restore the backup made before the upgrade',
  );
}

function versionOf(database: Database): number {
  const row = database.get('PRAGMA user_version');
  return row ? numberOf(row, 'user_version') : 0;
}

/** No step holds a semicolon but at the end of a statement. */
function statementsOf(sql: string): readonly string[] {
  return sql
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
