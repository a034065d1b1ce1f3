/**
 * Puts on the disk what was committed, in a thread of its own: its syncs must hold up no call. Every second the
 * write-ahead log is synced; now and then it is copied back into the database file.
 */

import { Worker } from 'node:worker_threads';

export interface CheckpointOptions {
  readonly path: string;
  /** Where the SQLite library lies. */
  readonly library: string;
}

export interface Checkpoints {
  stop(): Promise<void>;
}

/** Frames in the log above which the next writer is made to wait until the log can be begun anew. */
const restartFrames = 16_384;
/** No more than this is lost when the power goes, unless somebody asked to flush. */
const syncMs = 1000;
/** Rarely: after each round the next writer syncs the new head of the log itself. */
const checkpointMs = 10_000;

/**
 * Plain JavaScript in a string: it runs the same from sources and compiled, and needs no loader in the thread.
 * A passive checkpoint holds up nobody, but leaves a log that goes on growing while commits follow each other
 * without a gap; then one that takes the writer's lock is due.
 */
const source = `
const { parentPort, workerData } = require('node:worker_threads');
const { fdatasync, openSync } = require('node:fs');
const SQLite = require(workerData.library);
const log = openSync(workerData.path + '-wal', 'r');
const ignore = () => undefined;
const syncing = setInterval(() => fdatasync(log, ignore), workerData.syncMs);
const database = new SQLite(workerData.path, { timeout: 2000 });
database.pragma('wal_autocheckpoint = 0');
const copying = setInterval(() => {
  try {
    const [passive] = database.pragma('wal_checkpoint(PASSIVE)');
    if (passive.log > workerData.restartFrames) database.pragma('wal_checkpoint(RESTART)');
  } catch (error) {
    if (!String(error.code).startsWith('SQLITE_')) throw error;
  }
}, workerData.checkpointMs);
parentPort.once('message', () => {
  clearInterval(syncing);
  clearInterval(copying);
  database.close();
  parentPort.close();
});
`;

export function startCheckpoints(options: CheckpointOptions): Checkpoints {
  const workerData = { ...options, syncMs, checkpointMs, restartFrames };
  const worker = new Worker(source, { eval: true, execArgv: [], workerData });
  worker.unref();
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      resolve();
    });
  });
  // A thread that fails leaves the net below it: the writer then copies the log back itself.
  worker.once('error', () => undefined);
  return {
    stop: () => {
      worker.ref();
      worker.postMessage('stop');
      return ended;
    },
  };
}
