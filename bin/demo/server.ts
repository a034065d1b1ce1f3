/** The real server as a process of its own, heard through its log and its stream of events, as anybody could. */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import WebSocket from 'ws';
import type { CallView, RecordingView } from '../../src/http/ports.ts';
import { findProgram, projectRoot } from '../setup.mjs';

export interface LogLine {
  readonly level: string;
  readonly time: string;
  readonly message: string;
  readonly callId?: string;
  readonly [field: string]: unknown;
}

/** What the server tells: a line of its log, or a message of `/api/v1/events`. */
export type News =
  | { readonly kind: 'log'; readonly line: LogLine }
  | { readonly kind: 'call'; readonly call: CallView }
  | { readonly kind: 'recording'; readonly recording: RecordingView };

export interface DemoServer {
  readonly url: string;
  /** Told of all news from now on. Gives the way to end it. */
  listen(listener: (news: News) => void): () => void;
  /** Rejects when the server ends without having been told to. */
  readonly broken: Promise<never>;
  stop(): Promise<void>;
}

export interface ServerFiles {
  readonly configFile: string;
  readonly logFile: string;
}

const readyWithinMs = 30_000;
const stopWithinMs = 10_000;
const pollMs = 50;

/** Resolves when it is ready for calls. */
export async function startServer(url: string, { configFile, logFile }: ServerFiles): Promise<DemoServer> {
  const listeners = new Set<(news: News) => void>();
  const tell = (news: News): void => {
    for (const listener of listeners) listener(news);
  };
  const child = spawnServer(configFile);
  const log = createWriteStream(logFile);
  let complaints = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
    log.write(text);
  });
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      log.write(`${line}\n`);
      tell({ kind: 'log', line: JSON.parse(line) as LogLine });
    });
  }
  let stopping = false;
  const broken = once(child, 'exit').then(([code]) => {
    if (stopping) return new Promise<never>(() => undefined);
    throw new Error(`the server ended by itself (${String(code)}); its log is ${logFile}\n${complaints}`.trim());
  });
  broken.catch(() => undefined);
  const stop = async (): Promise<void> => {
    stopping = true;
    await endChild(child);
    log.end();
  };
  try {
    await Promise.race([untilReady(url), broken]);
    const stream = await followEvents(url, tell);
    return {
      url,
      broken,
      listen: (listener) => {
        listeners.add(listener);
        return () => {
          listeners.delete(listener);
        };
      },
      stop: async () => {
        stream.terminate();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** In a group of its own, so that Ctrl-C is the demo's to act on; and it ends when the demo is killed. */
function spawnServer(configFile: string): ChildProcess {
  const command = [process.execPath, '--import', 'tsx', 'src/main.ts', '--config', configFile];
  const tied = findProgram('setpriv') === undefined ? command : ['setpriv', '--pdeathsig', 'TERM', ...command];
  const [program = '', ...args] = tied;
  return spawn(program, args, { cwd: projectRoot, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function untilReady(url: string): Promise<void> {
  const deadline = Date.now() + readyWithinMs;
  while (Date.now() < deadline) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok === true) return;
    await delay(pollMs);
  }
  throw new Error(`the server was not ready after ${readyWithinMs / 1000} s`);
}

type Message =
  | { readonly type: 'call'; readonly call: CallView }
  | { readonly type: 'recording'; readonly recording: RecordingView }
  | { readonly type: 'snapshot' };

async function followEvents(url: string, tell: (news: News) => void): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/events`);
  socket.on('message', (frame: Buffer) => {
    const message = JSON.parse(frame.toString()) as Message;
    if (message.type === 'call') tell({ kind: 'call', call: message.call });
    if (message.type === 'recording') tell({ kind: 'recording', recording: message.recording });
  });
  await once(socket, 'open');
  // The stream ends when the server does, which `broken` tells better.
  socket.on('error', () => socket.terminate());
  return socket;
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
  child.kill('SIGTERM');
  await ended;
  clearTimeout(timer);
}
