/** The demo once the packages are there: sets the stage, places a call, proves its recording, and stays up. */

import { availableParallelism, loadavg } from 'node:os';
import { join, relative } from 'node:path';
import { createDisplay, type Display } from './demo/display.ts';
import { holdTalk, outsideCaller } from './demo/first-call.ts';
import { prove } from './demo/proof.ts';
import { setStage, type Stage } from './demo/stage.ts';
import { followCall } from './demo/timeline.ts';
import { runTraffic } from './demo/traffic.ts';

export interface DemoOptions {
  readonly once: boolean;
  /** What the packages took, before this could be loaded. */
  readonly packagesMs: number;
}

const finishedWithinMs = 50_000;
const interrupted = 130;

/** Gives the exit code. Whatever it started is gone then. */
export async function runDemo({ once, packagesMs }: DemoOptions): Promise<number> {
  const display = createDisplay(process.stdout);
  const stops: (() => Promise<void>)[] = [];
  const leaving = listenForLeaving();
  display.done('packages', 'as locked', packagesMs);
  try {
    const stage = await leaving.unless(setStage(display, (stop) => stops.push(stop), !once));
    const isProven = await leaving.unless(Promise.race([placeCall(stage, display), stage.server.broken]));
    if (!once) await stayUp(stage, display, leaving);
    return isProven ? 0 : 1;
  } catch (error) {
    if (error !== leaving.left) throw error;
    return interrupted;
  } finally {
    if (!once) display.line('\nStopping.');
    await stopAll(stops);
  }
}

async function placeCall(stage: Stage, display: Display): Promise<boolean> {
  display.heading('A call from outside');
  const timeline = followCall(stage.server, outsideCaller.number, display);
  const [recording, held] = await Promise.all([
    timeline.finished(finishedWithinMs),
    holdTalk(stage.phones, stage.voices.talk),
  ]);
  timeline.stop();
  display.heading('Was the caller asked, and is the talk in the recording?');
  const findings = await prove({ recording, directory: stage.recordingsDirectory, talk: stage.voices.talk, held });
  for (const { good, label, evidence } of findings) display.finding(good, label, evidence);
  showFiles(stage, display, recording.base);
  display.heading('Why it was recorded');
  display.line(`  npm run fernamt -- why ${recording.callid} --config ${fromHere(configurationOf(stage))}`);
  const failed = findings.filter(({ good }) => !good).map(({ label }) => label);
  if (failed.length === 0) return true;
  display.line(`\nThe recording is not proven: ${failed.join(', ')}.${describeLoad()}`);
  return false;
}

/** An Asterisk that gets no time to run loses audio, and the proof rightly says so. */
function describeLoad(): string {
  const [load = 0] = loadavg();
  const cores = availableParallelism();
  return load > 1.5 * cores
    ? ` The machine is overloaded (load ${load.toFixed(1)} on ${cores} cores), which costs audio.`
    : '';
}

function configurationOf({ directory }: Stage): string {
  return join(directory, 'fernamt.yaml');
}

function fromHere(path: string): string {
  return relative(process.cwd(), path);
}

function showFiles(stage: Stage, display: Display, base: string): void {
  const { recordingsDirectory, directory } = stage;
  const files = {
    audio: join(recordingsDirectory, `${base}.wav`),
    metadata: join(recordingsDirectory, `${base}.json`),
    checksum: join(recordingsDirectory, `${base}.wav.sha256`),
    configuration: configurationOf(stage),
    log: join(directory, 'fernamt.log'),
  };
  display.heading('Files');
  for (const [name, path] of Object.entries(files)) display.line(`  ${name.padEnd(20)}${fromHere(path)}`);
}

async function stayUp(stage: Stage, display: Display, leaving: Leaving): Promise<void> {
  display.heading(`Live page: ${stage.server.url}`);
  display.line('  A sample call every 20 s. Ctrl-C ends everything.\n');
  const traffic = new AbortController();
  void leaving.signal.then(() => {
    traffic.abort();
  });
  await Promise.race([runTraffic(stage, display, traffic.signal), stage.server.broken]);
}

interface Leaving {
  /** Resolves when somebody wants to leave. */
  readonly signal: Promise<void>;
  /** What `unless` throws then. */
  readonly left: Error;
  /** The work, unless somebody leaves before it is done. */
  unless<Value>(work: Promise<Value>): Promise<Value>;
}

/** The first signal ends the demo in good order, the second at once. */
function listenForLeaving(): Leaving {
  const left = new Error('left');
  const signal = new Promise<void>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(name, () => {
        resolve();
        process.on(name, () => process.exit(interrupted));
      });
    }
  });
  const leave = signal.then(() => Promise.reject(left));
  leave.catch(() => undefined);
  return { signal, left, unless: (work) => Promise.race([work, leave]) };
}

/** What fails to stop does not keep the others from it. */
async function stopAll(stops: readonly (() => Promise<void>)[]): Promise<void> {
  for (const stop of [...stops].reverse()) {
    await stop().catch((error: unknown) => {
      console.error(`while stopping: ${error instanceof Error ? error.message : String(error)}`);
    });
  }
}
