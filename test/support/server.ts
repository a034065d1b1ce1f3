/** The real server as a child process, with a configuration file of its own, beside an Asterisk of the test. */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { CallView, RecordingPage, RecordingView } from '../../src/http/ports.ts';
import { eventually } from './eventually.ts';

/** What the server must know of the Asterisk that it works with. */
export interface AsteriskPlace {
  readonly ariUrl: string;
  readonly username: string;
  readonly password: string;
  readonly recordingDirectory: string;
  readonly soundsDirectory: string;
  readonly routesFile: string;
}

export interface ServerOptions {
  readonly asterisk: AsteriskPlace;
  /** Merged over the basic configuration, key by key; lists replace lists. */
  readonly config?: Readonly<Record<string, unknown>>;
}

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

export interface RunningServer {
  readonly url: string;
  readonly directory: string;
  readonly configFile: string;
  readonly recordingsDirectory: string;
  readonly log: readonly LogLine[];
  /** What it wrote to standard error since it was last started. */
  readonly printed: string;
  readonly pid: number;
  /** Starts it (again) and waits until it is ready. */
  start(): Promise<void>;
  /** SIGTERM; gives the exit code. */
  stop(): Promise<number | null>;
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Waits until it ends by itself; gives the exit code. */
  ended(): Promise<number | null>;
  /** Writes the configuration anew and sends SIGHUP; waits for the log's answer. */
  reload(config: Readonly<Record<string, unknown>>): Promise<LogLine>;
  calls(): Promise<readonly CallView[]>;
  recordings(): Promise<readonly RecordingView[]>;
  /** Waits until so many recordings are finished and gives them, the latest first. */
  finishedRecordings(count: number): Promise<readonly RecordingView[]>;
  audioPath(recording: RecordingView): string;
  /** Runs a command of the CLI against this server's configuration. */
  cli(
    ...args: readonly string[]
  ): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
  /** Stops it and removes its directory. */
  remove(): Promise<void>;
}

const endDeadlineMs = 30_000;

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Users 1001 to 1004, groups of every strategy, a hotline for each, one trunk. Everything is recorded. */
export const basicConfig = {
  language: 'en',
  timeZone: 'Europe/Berlin',
  logging: { level: 'debug', personalData: 'plain' },
  numbering: { country: 'DE', areaCode: '30', outsideLine: '0', emergencyNumbers: ['110', '112'] },
  users: [
    { extension: '1001', name: 'Olivia Brandt', did: ['+4930555011'], callerId: '+4930555011' },
    { extension: '1002', name: 'Benjamin Roth' },
    { extension: '1003', name: 'Carla Weiss' },
    { extension: '1004', name: 'Daniel Kurz' },
  ],
  ringGroups: [
    { number: '600', name: 'Support', members: ['1001', '1002', '1003'], strategy: 'ringAll', ringSeconds: 20 },
    {
      number: '601',
      name: 'Sales',
      members: ['1001', '1002', '1003'],
      strategy: 'linear',
      memberRingSeconds: 2,
      rounds: 2,
    },
    {
      number: '602',
      name: 'Office',
      members: ['1001', '1002', '1003'],
      strategy: 'roundRobin',
      memberRingSeconds: 2,
      rounds: 1,
    },
    { number: '603', name: 'Night', members: ['1002'], strategy: 'ringAll', ringSeconds: 2, overflow: '1004' },
  ],
  trunks: [{ name: 'carrier', endpoint: 'PJSIP/carrier', callerId: '+4930555000' }],
  hotlines: [
    { did: '+4930555010', name: 'Muster GmbH', destination: '600' },
    { did: '+4930555012', name: 'Direct', destination: '1001' },
    { did: '+4930555013', name: 'Sales', destination: '601' },
    { did: '+4930555014', name: 'Office', destination: '602' },
    { did: '+4930555015', name: 'Night', destination: '603' },
  ],
  recording: { settings: [{ name: 'Everything', select: { all: true } }] },
} as const satisfies Readonly<Record<string, unknown>>;

export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const directory = await mkdtemp(join(tmpdir(), 'fernamt-server-'));
  const port = await freePort();
  const server = new ServerProcess(options.asterisk, directory, port);
  await server.write(options.config ?? {});
  await server.start();
  return server;
}

class ServerProcess implements RunningServer {
  readonly directory: string;
  readonly url: string;
  readonly log: LogLine[] = [];
  readonly #asterisk: AsteriskPlace;
  readonly #port: number;
  #child: ChildProcess | undefined;
  printed = '';

  constructor(asterisk: AsteriskPlace, directory: string, port: number) {
    this.#asterisk = asterisk;
    this.directory = directory;
    this.#port = port;
    this.url = `http://127.0.0.1:${String(port)}`;
  }

  get configFile(): string {
    return join(this.directory, 'fernamt.yaml');
  }

  get recordingsDirectory(): string {
    return join(this.directory, 'data/recordings');
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error('the server is not running');
    return pid;
  }

  async write(config: Readonly<Record<string, unknown>>): Promise<void> {
    await mkdir(this.directory, { recursive: true });
    const whole = merged(merged(basicConfig, this.#place()), config);
    // JSON is YAML.
    await writeFile(this.configFile, JSON.stringify(whole, null, 2), { mode: 0o600 });
  }

  async start(): Promise<void> {
    if (this.#child) return;
    const args = ['--import', 'tsx', 'src/main.ts', '--config', this.configFile];
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    const tied = (): boolean => child.kill('SIGKILL');
    process.once('exit', tied);
    child.once('exit', () => {
      process.removeListener('exit', tied);
      if (this.#child === child) this.#child = undefined;
    });
    this.printed = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.printed += text));
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = toLogLine(text);
      if (line) this.log.push(line);
    });
    await eventually('the server is ready', async () => {
      if (child.exitCode !== null) throw new Error(`the server ended with ${String(child.exitCode)}: ${this.printed}`);
      const answer = await fetch(`${this.url}/readyz`).catch(() => undefined);
      return answer?.ok === true;
    });
  }

  async stop(): Promise<number | null> {
    const child = this.#child;
    if (!child) return null;
    const ended = once(child, 'exit') as Promise<[number | null]>;
    child.kill('SIGTERM');
    const [code] = await ended;
    return code;
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (!child) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  async ended(): Promise<number | null> {
    const child = this.#child;
    if (!child) return null;
    const [code] = (await once(child, 'exit', { signal: AbortSignal.timeout(endDeadlineMs) })) as [number | null];
    return code;
  }

  async reload(config: Readonly<Record<string, unknown>>): Promise<LogLine> {
    await this.write(config);
    const before = this.log.length;
    process.kill(this.pid, 'SIGHUP');
    return await eventually('the server answers the reload', () =>
      this.log.slice(before).find(({ message }) => message.startsWith('configuration re')),
    );
  }

  async calls(): Promise<readonly CallView[]> {
    const answer = await fetch(`${this.url}/api/v1/calls`);
    return ((await answer.json()) as { readonly calls: readonly CallView[] }).calls;
  }

  async recordings(): Promise<readonly RecordingView[]> {
    const answer = await fetch(`${this.url}/api/v1/recordings?limit=100`);
    return ((await answer.json()) as RecordingPage).recordings;
  }

  async finishedRecordings(count: number): Promise<readonly RecordingView[]> {
    return await eventually(`${String(count)} recordings are finished`, async () => {
      const all = await this.recordings();
      return all.length >= count && all.every(({ state }) => state === 'kept') ? all : undefined;
    });
  }

  audioPath(recording: RecordingView): string {
    return join(this.recordingsDirectory, `${recording.base}.wav`);
  }

  async cli(...args: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', 'src/cli/main.ts', ...args, '--config', this.configFile],
      { cwd: root },
    );
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, stdout, stderr };
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** The last lines of the log, for a test that failed. */
  async readConfig(): Promise<string> {
    return await readFile(this.configFile, 'utf8');
  }

  #place(): Readonly<Record<string, unknown>> {
    const { ariUrl, username, password, recordingDirectory, soundsDirectory, routesFile } = this.#asterisk;
    return {
      dataDirectory: join(this.directory, 'data'),
      web: { listen: `127.0.0.1:${String(this.#port)}` },
      asterisk: { url: ariUrl, username, password, recordingDirectory, soundsDirectory, routesFile },
    };
  }
}

/** One that was killed may leave its last line unfinished. */
function toLogLine(text: string): LogLine | undefined {
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    return undefined;
  }
}

type Tree = Readonly<Record<string, unknown>>;

function merged(base: Tree, over: Tree): Tree {
  const isTree = (value: unknown): value is Tree =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const entries = Object.entries(over).map(([key, value]) => {
    const below = base[key];
    return [key, isTree(value) && isTree(below) ? merged(below, value) : value] as const;
  });
  return { ...base, ...Object.fromEntries(entries) };
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
