/**
 * The embedded database: one connection, opened once. Every call of it is a short, synchronous piece of work.
 *
 * Durability: SQLite in WAL mode with `synchronous=NORMAL`. A commit costs some ten microseconds and survives the death
 * of the process at once, and a power cut within a second. Where evidence demands more (before recorded parts are
 * removed), `flush` waits until the write-ahead log is on the disk, off the event loop and once for all who wait at the
 * same moment; `synchronous=FULL` would hold up every call for every such commit.
 */

import { closeSync, constants, mkdirSync, openSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import SQLite from 'better-sqlite3';
import { syncDirectory } from '../lib/durable-files.ts';
import { startCheckpoints, type Checkpoints } from './checkpoints.ts';
import { migrate, requireVersion } from './migrations.ts';
import type { Row, SqlValue } from './row.ts';

export interface Database {
  /** Returns the number of rows changed. */
  run(sql: string, ...values: SqlValue[]): number;
  get(sql: string, ...values: SqlValue[]): Row | undefined;
  all(sql: string, ...values: SqlValue[]): readonly Row[];
  /** All of `work` or nothing of it. Must not be asynchronous. May be nested. */
  transaction<Result>(work: () => Result): Result;
  /** Resolves when all that was committed before the call would survive a power cut. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** For programs beside the server: nothing is written, and the tables must be there already. */
  readonly readOnly?: boolean;
}

/** How long a writer waits for another process, such as a command line tool, to end its write. */
const busyTimeoutMs = 5000;
/** Pages in the write-ahead log from which the writer copies them back itself; a net below the background work. */
const emergencyCheckpointPages = 32_768;
const logBytesKept = 64 * 1024 * 1024;

/** Where the server of this data directory has it. */
export function databaseFileIn(dataDirectory: string): string {
  return join(dataDirectory, 'fernamt.db');
}

/** Opens the database, makes it anew if it is missing, and brings its tables up to date. */
export async function openDatabase(path: string, options: DatabaseOptions = {}): Promise<Database> {
  const readOnly = options.readOnly === true;
  if (!readOnly) makeFile(path);
  const connection = new SQLite(path, { readonly: readOnly, fileMustExist: readOnly, timeout: busyTimeoutMs });
  try {
    return readOnly ? openToRead(path, connection) : await openToWrite(path, connection);
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** The database holds telephone numbers and names: not for everybody's eyes. */
function makeFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
  closeSync(openSync(path, 'a', 0o640));
}

function openToRead(path: string, connection: SQLite.Database): Database {
  const database = wrap(connection, () => Promise.resolve(), undefined);
  requireVersion(database, path);
  return database;
}

async function openToWrite(path: string, connection: SQLite.Database): Promise<Database> {
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = NORMAL');
  connection.pragma('foreign_keys = ON');
  connection.pragma(`wal_autocheckpoint = ${emergencyCheckpointPages}`);
  connection.pragma(`journal_size_limit = ${logBytesKept}`);
  migrate(
    wrap(connection, () => Promise.resolve(), undefined),
    path,
  );
  const logPath = `${path}-wal`;
  const log = await open(logPath, constants.O_RDWR | constants.O_CREAT, 0o640);
  await syncDirectory(dirname(path));
  const checkpoints = startCheckpoints({ path, library: createRequire(import.meta.url).resolve('better-sqlite3') });
  return wrap(connection, flusher(log), async () => {
    await checkpoints.stop();
    connection.close();
    await log.close();
  });
}

function wrap(
  connection: SQLite.Database,
  flush: () => Promise<void>,
  close: Checkpoints['stop'] | undefined,
): Database {
  const statements = new Map<string, SQLite.Statement<SqlValue[], Row>>();
  const prepared = (sql: string): SQLite.Statement<SqlValue[], Row> => {
    const known = statements.get(sql);
    if (known) return known;
    const made = connection.prepare<SqlValue[], Row>(sql);
    statements.set(sql, made);
    return made;
  };
  let closing: Promise<void> | undefined;
  return {
    run: (sql, ...values) => prepared(sql).run(...values).changes,
    get: (sql, ...values) => prepared(sql).get(...values),
    all: (sql, ...values) => prepared(sql).all(...values),
    transaction: (work) => connection.transaction(work)(),
    flush,
    close: () => (closing ??= close ? close() : Promise.resolve(void connection.close())),
  };
}

/**
 * One `fdatasync` at a time; all who ask while it runs share the next one. The log's contents up to a commit are
 * what SQLite itself would sync, and SQLite holds no lock on the log that a second descriptor could disturb.
 */
function flusher(log: FileHandle): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  return () => {
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        running = log.datasync();
        return running;
      });
    return next;
  };
}
