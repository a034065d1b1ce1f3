/** Everything that the demo starts, and its end in reverse order. */

import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join, relative } from 'node:path';
import { startAsterisk, type Asterisk } from '../../test/support/asterisk.ts';
import { startPhones, type Phones } from '../../test/support/phones.ts';
import { findOrMakeAsterisk } from '../asterisk/find.ts';
import type { AsteriskInstallation } from '../asterisk/installation.ts';
import { projectRoot } from '../setup.mjs';
import { toConfiguration } from './configuration.ts';
import type { Display } from './display.ts';
import { startServer, type DemoServer } from './server.ts';
import { findVoices, type Voices } from './voices.ts';

export interface Stage {
  readonly asterisk: Asterisk;
  readonly phones: Phones;
  readonly server: DemoServer;
  readonly voices: Voices;
  /** Of this run: configuration, log, recordings. */
  readonly directory: string;
  readonly recordingsDirectory: string;
}

/** Undone in reverse order; each resource is told as soon as it stands. */
export type OnStop = (stop: () => Promise<void>) => void;

const runsDirectory = join(projectRoot, '.cache/demo');
const keptRuns = 5;
const livePort = 8080;

export async function setStage(display: Display, onStop: OnStop, wantsLivePort: boolean): Promise<Stage> {
  const directory = await makeRunDirectory();
  const installation = await stepFor(display, 'Asterisk', findAsterisk);
  const voices = await stepFor(display, 'voices', async (note) => {
    const found = await findVoices(installation, note);
    return [found, found.source];
  });
  const phones = await stepFor(display, 'telephones', async () => {
    const started = await startPhones('demo-phones');
    onStop(() => started.stop());
    for (const { name, audio } of voices.talk) await started.putSound(name, audio);
    return [started, 'a carrier and four desks, played by a second Asterisk'];
  });
  const asterisk = await stepFor(display, 'telephone system', async () => {
    const started = await startAsterisk({ name: 'demo', peers: phones.peers });
    onStop(() => started.stop());
    phones.callInto(started);
    return [started, `Asterisk on SIP port ${started.sipPort}, loopback only`];
  });
  const port = await choosePort(display, wantsLivePort);
  const files = { configFile: join(directory, 'fernamt.yaml'), logFile: join(directory, 'fernamt.log') };
  const dataDirectory = join(directory, 'data');
  await writeFile(files.configFile, toConfiguration(asterisk, dataDirectory, port), { mode: 0o600 });
  const server = await stepFor(display, 'fernamt', async () => {
    const started = await startServer(`http://127.0.0.1:${port}`, files);
    onStop(() => started.stop());
    return [started, `ready on ${started.url}`];
  });
  return { asterisk, phones, server, voices, directory, recordingsDirectory: join(dataDirectory, 'recordings') };
}

/** A step that gives something besides the words about it. */
async function stepFor<Value>(
  display: Display,
  label: string,
  work: (note: (line: string) => void) => Promise<readonly [Value, string]>,
): Promise<Value> {
  const results: Value[] = [];
  await display.step(label, async (note) => {
    const [value, words] = await work(note);
    results.push(value);
    return words;
  });
  const [result] = results;
  if (result === undefined) throw new Error(`${label}: nothing came of it`);
  return result;
}

async function findAsterisk(note: (line: string) => void): Promise<readonly [AsteriskInstallation, string]> {
  const found = await findOrMakeAsterisk(note);
  const where = {
    machine: 'of this machine',
    rootFolder: `in ${relative(process.cwd(), found.prefix)}`,
    docker: 'in Docker',
  };
  return [found, `${found.version}, ${where[found.kind]}`];
}

/** Recordings of a run stay until so many later ones; a name tells when it was. */
async function makeRunDirectory(): Promise<string> {
  await mkdir(runsDirectory, { recursive: true });
  const runs = (await readdir(runsDirectory)).sort();
  for (const old of runs.slice(0, Math.max(0, runs.length - keptRuns + 1))) {
    await rm(join(runsDirectory, old), { recursive: true, force: true });
  }
  const now = new Date().toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '');
  const directory = join(runsDirectory, `${now}-${process.pid}`);
  await mkdir(directory);
  return directory;
}

async function choosePort(display: Display, wantsLivePort: boolean): Promise<number> {
  const wanted = wantsLivePort ? await listenOnce(livePort) : undefined;
  if (wanted !== undefined) return wanted;
  const free = await listenOnce(0);
  if (free === undefined) throw new Error('no port on 127.0.0.1 is free');
  if (wantsLivePort)
    display.line(`  Port ${livePort} is taken by another program: the live page is on port ${free} instead.`);
  return free;
}

/** The port if it is free, or any free one for 0. */
async function listenOnce(port: number): Promise<number | undefined> {
  const server = createServer();
  server.listen({ port, host: '127.0.0.1', exclusive: true });
  const isListening = await once(server, 'listening').then(
    () => true,
    () => false,
  );
  const address = server.address();
  if (!isListening || address === null || typeof address === 'string') return undefined;
  server.close();
  await once(server, 'close');
  return address.port;
}
