/**
 * Load on an Asterisk: SIPp as callers and as the telephone that answers them, with audio both ways. It costs a tenth of
 * what telephones played by another Asterisk would, and so disturbs the measurement least.
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createSocket } from 'node:dgram';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureCommands } from '../bin/programs.ts';

export interface LoadSettings {
  readonly sipPort: number;
  readonly number: string;
  readonly calls: number;
  readonly callsPerSecond: number;
  readonly talkMs: number;
}

export interface LoadResult {
  readonly succeeded: number;
  readonly failed: number;
  /** INVITE to 200 of every answered call. */
  readonly setupMs: readonly number[];
  /** SIP messages that had to be sent again. */
  readonly retransmissions: number;
  /** Why calls failed, as far as SIPp says. */
  readonly complaints: string;
}

export interface Load {
  /** Where the telephone answers. */
  readonly port: number;
  /** Places calls and waits until all are over. */
  run(settings: LoadSettings): Promise<LoadResult>;
  stop(): Promise<void>;
}

const scenarios = fileURLToPath(new URL('sipp', import.meta.url));
const speechSeconds = 10;
export async function openLoad(): Promise<Load> {
  ensureCommands(['sipp']);
  const folder = await mkdtemp(join(tmpdir(), 'fernamt-load-'));
  const speech = join(folder, 'speech.alaw');
  await writeFile(speech, makeSpeech());
  const port = await freeUdpPort();
  const answererFile = await fillIn(folder, 'answerer', { speech });
  const answerer = startSipp(folder, [...(await common(port, answererFile)), '-deadcall_wait', '0']);
  return {
    port,
    run: (settings) => place(folder, speech, settings),
    stop: async () => {
      await end(answerer);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function place(folder: string, speech: string, settings: LoadSettings): Promise<LoadResult> {
  const { sipPort, number, calls, callsPerSecond, talkMs } = settings;
  const runFolder = await mkdtemp(join(folder, 'run-'));
  const file = await fillIn(runFolder, 'caller', { speech, talkMs, from: 'carrier' });
  const timeoutSeconds = Math.ceil(calls / callsPerSecond + talkMs / 1000 + 30);
  const child = startSipp(runFolder, [
    `127.0.0.1:${sipPort}`,
    ...(await common(await freeUdpPort(), file)),
    ...['-s', number, '-m', String(calls), '-r', String(callsPerSecond), '-l', String(calls)],
    ...['-timeout', `${timeoutSeconds}s`, '-trace_shortmsg', '-trace_stat', '-fd', '1', '-trace_err'],
  ]);
  await once(child, 'exit');
  return await readResult(runFolder, calls);
}

/** All streams of one SIPp come from one port and go to it, where nobody reads them: that costs least. */
async function common(port: number, scenarioFile: string): Promise<readonly string[]> {
  const [mediaPort, controlPort] = [await freeUdpPort(), await freeUdpPort()];
  return [
    ...['-sf', scenarioFile, '-i', '127.0.0.1', '-mi', '127.0.0.1', '-ci', '127.0.0.1', '-p', String(port)],
    ...['-mp', String(mediaPort), '-cp', String(controlPort), '-nostdin', '-rtp_threadtasks', '200'],
    ...['-recv_timeout', '20000', '-buff_size', '1048576'],
  ];
}

function startSipp(folder: string, args: readonly string[]): ChildProcess {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'sipp', ...args], {
    cwd: folder,
    stdio: 'ignore',
    env: { ...process.env, TERM: 'dumb' },
  });
  child.once('error', (error) => {
    throw error;
  });
  return child;
}

async function fillIn(
  folder: string,
  scenario: string,
  values: Readonly<Record<string, string | number>>,
): Promise<string> {
  const text = await readFile(join(scenarios, `${scenario}.xml`), 'utf8');
  const filled = Object.entries(values).reduce(
    (sum, [name, value]) => sum.replaceAll(`[${name}]`, String(value)),
    text,
  );
  const file = join(folder, `${scenario}.xml`);
  await writeFile(file, filled);
  return file;
}

async function readResult(folder: string, calls: number): Promise<LoadResult> {
  const names = await readdir(folder);
  const read = async (fits: (name: string) => boolean): Promise<string> => {
    const name = names.find(fits);
    return name === undefined ? '' : await readFile(join(folder, name), 'utf8');
  };
  const [stat, messages, errors] = await Promise.all([
    read((name) => /^caller_\d+_\.csv$/.test(name)),
    read((name) => name.endsWith('_shortmessages.log')),
    read((name) => name.endsWith('_errors.log')),
  ]);
  const last = lastRow(stat);
  const succeeded = Number(last['SuccessfulCall(C)'] ?? 0);
  return {
    succeeded,
    failed: calls - succeeded,
    setupMs: toSetups(messages),
    retransmissions: Number(last['Retransmissions(C)'] ?? 0),
    complaints: errors.split('\n').slice(0, 5).join('\n'),
  };
}

function lastRow(csv: string): Readonly<Record<string, string>> {
  const lines = csv.trim().split('\n');
  const [names = [], values = []] = [lines[0], lines.at(-1)].map((line) => (line ?? '').split(';'));
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
}

/** Rows are `date, time, seconds, S or R, call, CSeq, first line`. SIPp's own response times count in steps of 4 ms. */
function toSetups(messages: string): readonly number[] {
  const invitedAt = new Map<string, number>();
  const setups: number[] = [];
  for (const row of messages.split('\n')) {
    const [, , seconds, direction, call = '', cseq, line = ''] = row.split('\t');
    if (cseq?.endsWith('INVITE') !== true) continue;
    const at = Number(seconds) * 1000;
    if (direction === 'S' && !invitedAt.has(call)) invitedAt.set(call, at);
    if (direction === 'R' && line.startsWith('SIP/2.0 200')) setups.push(at - (invitedAt.get(call) ?? at));
  }
  return setups;
}

/** A-law that is never silent: two tones, so that no codec and no recorder has it easier than with speech. */
function makeSpeech(): Buffer {
  const rate = 8000;
  return Buffer.from(
    Uint8Array.from({ length: speechSeconds * rate }, (_, at) => {
      const wave = Math.sin((2 * Math.PI * 440 * at) / rate) + Math.sin((2 * Math.PI * 1130 * at) / rate);
      return toAlaw(Math.round(6000 * wave));
    }),
  );
}

/** G.711, 16 bit to 8. */
function toAlaw(sample: number): number {
  const sign = sample >= 0 ? 0x80 : 0;
  const size = Math.min(32_635, Math.abs(sample)) >> 3;
  const exponent = size < 32 ? 0 : Math.floor(Math.log2(size)) - 4;
  const mantissa = exponent === 0 ? size >> 1 : (size >> exponent) & 0x0f;
  return (sign | (exponent << 4) | mantissa) ^ 0x55;
}

function freeUdpPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => {
        resolve(port);
      });
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
