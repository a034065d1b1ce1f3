/** Calls while one disk after the other is full or read-only: tells as JSON what was seen. Needs a mount name space of its own. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../../src/lib/durable-files.ts';
import type { RecordingView } from '../../src/http/ports.ts';
import { eventually } from '../support/eventually.ts';
import { startSite, type Site } from '../support/site.ts';
import { answered, callerHz, hearEachOtherFor, inbound, isFinished, type Talk } from './fault-bench.ts';

/** What became of a call, and of a call for help after it. */
export interface Seen {
  readonly call: 'went on' | string;
  readonly help: 'went on' | string;
  /** Judgements of the recordings of the call. */
  readonly judged: readonly RecordingView['judgement'][];
  readonly notReady: string;
  readonly errors: readonly string[];
}

export type Sight =
  'withRoom' | 'dataFull' | 'startedFull' | 'dataFree' | 'recordedFull' | 'recordedReadOnly' | 'recordedFree';
export type Sights = Readonly<Record<Sight, Seen>>;

function mountSmall(path: string, size: string): void {
  mkdirSync(path, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'none', path]);
}

const ballast = 'ballast-';

/** Writes until nothing more fits, by ever smaller pieces. */
function fill(path: string): void {
  for (let size = 1 << 20; size >= 1; size /= 2) {
    for (let i = 0; writePiece(join(path, `${ballast}${String(size)}-${String(i)}`), size); i += 1);
  }
}

function writePiece(path: string, size: number): boolean {
  try {
    writeFileSync(path, Buffer.alloc(size));
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOSPC') return false;
    throw error;
  }
}

function free(path: string): void {
  for (const name of readdirSync(path)) if (name.startsWith(ballast)) rmSync(join(path, name));
}

async function look(site: Site, talkMs: number): Promise<Seen> {
  const from = site.server.log.length;
  const { talk, ...call } = await trial(() => inbound(site), talkMs);
  const help = await trial(() => helped(site), 200);
  const notReady = await readiness(site);
  const recordings = await eventually('nothing is being finished', async () => {
    const all = (await site.server.recordings()).filter(({ caller }) => caller === talk?.number);
    return all.every(isFinished) && all;
  });
  const errors = site.server.log.slice(from).filter(({ level }) => level === 'error');
  return {
    call: call.went,
    help: help.went,
    judged: recordings.map(({ judgement }) => judgement),
    notReady,
    errors: [...new Set(errors.map(({ message }) => message))],
  };
}

async function readiness({ server }: Site): Promise<string> {
  const answer = await fetch(`${server.url}/readyz`).catch(() => undefined);
  return (await answer?.text()) ?? '';
}

async function trial(begin: () => Promise<Talk>, ms: number): Promise<{ readonly went: string; readonly talk?: Talk }> {
  try {
    const talk = await begin();
    await hearEachOtherFor(talk, ms);
    await talk.caller.hangsUp();
    await talk.callee.hungUp();
    return { went: 'went on', talk };
  } catch (error) {
    return { went: String(error) };
  }
}

async function helped({ phones }: Site): Promise<Talk> {
  const caller = await phones.phone('1003').calls('110', { playing: callerHz });
  return answered({ caller, callee: await phones.carrier.receives('110'), number: '110', beganAt: Date.now() });
}

async function run(data: string): Promise<Sights> {
  mountSmall(data, '8m');
  const site = await startSite({ name: 'full-disk', config: { dataDirectory: data } });
  const { recordingDirectory } = site.asterisk;
  mountSmall(recordingDirectory, '1m');
  const withRoom = await look(site, 300);
  fill(data);
  const dataFull = await look(site, 300);
  await site.server.kill('SIGKILL');
  // It is ready only when there is room again.
  const starting = site.server.start();
  await eventually('it is as ready as it can be', async () => {
    const said = await readiness(site);
    return said.includes('store-not-writable') && !said.includes('asterisk-disconnected');
  });
  const startedFull = await look(site, 300);
  free(data);
  await starting;
  const dataFree = await look(site, 300);
  fill(recordingDirectory);
  const recordedFull = await look(site, 2500);
  free(recordingDirectory);
  execFileSync('mount', ['-o', 'remount,ro', recordingDirectory]);
  const recordedReadOnly = await look(site, 300);
  execFileSync('mount', ['-o', 'remount,rw', recordingDirectory]);
  const recordedFree = await look(site, 300);
  await site.isEmpty();
  await site.server.stop();
  for (const path of [recordingDirectory, data]) execFileSync('umount', [path]);
  await site.stop();
  return { withRoom, dataFull, startedFull, dataFree, recordedFull, recordedReadOnly, recordedFree };
}

run(process.argv[2] ?? '').then(
  (sights) => {
    process.stdout.write(JSON.stringify(sights));
    process.exit(0);
  },
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
