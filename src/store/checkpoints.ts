/** Copies the write-ahead log back into the database file, in a thread of its own: its syncs must hold up no call. */

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
/** Rarely: after each round the next writer syncs the new head of the log itself. */
const intervalMs = 10_000;

/**
 * Plain JavaScript in a string: it runs the same from sources and compiled, and needs no loader in the thread.
 * A passive checkpoint holds up nobody, but leaves a log that goes on growing while commits follow each other
 * without a gap; then one that takes the writer's lock is due.
 */
const source = `
const { parentPort, workerData } = require('node:worker_threads');
const SQLite = require(workerData.library);
const database = new SQLite(workerData.path, { timeout: 2000 });
database.pragma('wal_autocheckpoint = 0');
const timer = setInterval(() => {
  try {
    const [passive] = database.pragma('wal_checkpoint(PASSIVE)');
    if (passive.log > workerData.restartFrames) database.pragma('wal_checkpoint(RESTART)');
  } catch (error) {
    if (!String(error.code).startsWith('SQLITE_')) throw error;
  }
}, workerData.intervalMs);
parentPort.once('message', () => {
  clearInterval(timer);
  database.close();
  parentPort.close();
});
`;

export function startCheckpoints(options: CheckpointOptions): Checkpoints {
  const workerData = { ...options, intervalMs, restartFrames };
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
