/** SIPp, for shapes of calls that an Asterisk cannot make. The scenarios lie in `sipp/` beside this file. */
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureCommands } from '../../bin/programs.ts';

const SCENARIOS = fileURLToPath(new URL('sipp', import.meta.url));

export interface SippSettings {
  /** The name of a file in `sipp/`, without its ending. */
  readonly scenario: string;
  /** The telephone system. */
  readonly system: { readonly sipPort: number };
  /** The device that calls: its name in the From header tells the system who it is. */
  readonly from: string;
  readonly to: string;
  /** What the scenario takes besides, where it says `[name]`. */
  readonly keys?: Readonly<Record<string, string | number>>;
  readonly calls?: number;
  readonly callsPerSecond?: number;
  readonly timeoutSeconds?: number;
}

export interface SippResult {
  /** 0 if every call went as the scenario says. */
  readonly exitCode: number;
  /** All SIP messages, sent and received. */
  readonly messages: string;
  /** What SIPp complained about, or an empty text. */
  readonly complaints: string;
}

/** Runs a scenario to its end. A call that goes otherwise is a result, not an error. */
export async function runSipp(settings: SippSettings): Promise<SippResult> {
  ensureCommands(['sipp']);
  const folder = await mkdtemp(join(tmpdir(), 'fernamt-sipp-'));
  const [messageFile, errorFile] = [join(folder, 'messages'), join(folder, 'errors')];
  try {
    const port = await freeUdpPort();
    const scenarioFile = join(folder, `${settings.scenario}.xml`);
    await writeFile(scenarioFile, await fillIn(settings));
    const args = [
      ...toArguments(settings, port),
      '-sf',
      scenarioFile,
      '-message_file',
      messageFile,
      '-error_file',
      errorFile,
    ];
    const exitCode = await exitCodeOf(args, folder);
    return { exitCode, messages: await textOf(messageFile), complaints: await textOf(errorFile) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Our own names are filled in beforehand, since SIPp knows none within a pause. */
async function fillIn({ scenario, from, keys }: SippSettings): Promise<string> {
  const text = await readFile(join(SCENARIOS, `${scenario}.xml`), 'utf8');
  const values = Object.entries({ from, ...keys });
  return values.reduce((filled, [name, value]) => filled.replaceAll(`[${name}]`, String(value)), text);
}

function toArguments(settings: SippSettings, port: number): string[] {
  const { system, to, calls = 1, callsPerSecond = 10, timeoutSeconds = 30 } = settings;
  return [
    ...[`127.0.0.1:${system.sipPort}`, '-i', '127.0.0.1', '-mi', '127.0.0.1', '-p', String(port), '-s', to],
    ...['-m', String(calls), '-r', String(callsPerSecond), '-timeout', `${timeoutSeconds}s`, '-timeout_error'],
    ...['-nostdin', '-trace_msg', '-trace_err'],
  ];
}

function exitCodeOf(args: readonly string[], folder: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn('sipp', args, { cwd: folder, env: { ...process.env, TERM: 'dumb' }, stdio: 'ignore' });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

function freeUdpPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}
