/** A place to make recordings in: two directories, a database, and an Asterisk that only writes files. */

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createCatalogue, type Catalogue } from '../../../src/recording/catalogue/catalogue.ts';
import { fileNamer } from '../../../src/recording/files/file-name.ts';
import {
  createFinisher,
  type Finisher,
  type FinisherOptions,
  type FinishReport,
} from '../../../src/recording/files/finish.ts';
import { fileWork } from '../../../src/recording/files/file-work.ts';
import type { RecordingFilesThread } from '../../../src/recording/files/recording-files.ts';
import type { AudioFormat, StoredOpening, StoredRecording } from '../../../src/recording/model.ts';
import type { Surroundings } from '../../../src/recording/files/recover.ts';
import { openDatabase, type Database } from '../../../src/store/database.ts';
import type { RecordingClosing, RecordingOpening, RecordingPart } from '../../../src/telephony/commands.ts';
import type { CallId, LegId, RecordingId, RecordingName, SnoopId } from '../../../src/telephony/ids.ts';
import { makeWavHeader } from '../../../src/lib/wav.ts';

export const judgementRules = { shortBySeconds: 1, silentBelowDbfs: -55, oneSidedSeconds: 10 };

export interface Workshop {
  readonly root: string;
  readonly recordingDirectory: string;
  readonly directory: string;
  readonly databasePath: string;
}

export function makeWorkshop(root = mkdtempSync(join(tmpdir(), 'fernamt-recording-'))): Workshop {
  const places = { recordingDirectory: join(root, 'asterisk'), directory: join(root, 'recordings') };
  for (const directory of Object.values(places)) mkdirSync(directory, { recursive: true });
  return { root, ...places, databasePath: join(root, 'database', 'fernamt.db') };
}

/** Asterisk's directory lies on another file system than the finished recordings. */
export function makeDividedWorkshop(): Workshop {
  const root = mkdtempSync(join(tmpdir(), 'fernamt-recording-'));
  const other = mkdtempSync('/dev/shm/fernamt-recording-');
  if (statSync(other).dev === statSync(root).dev) throw new Error('there is no second file system to try it with');
  symlinkSync(other, join(root, 'asterisk'));
  return makeWorkshop(root);
}

export function removeWorkshop({ root, recordingDirectory }: Workshop): void {
  if (existsSync(recordingDirectory)) rmSync(realpathSync(recordingDirectory), { recursive: true });
  rmSync(root, { recursive: true, force: true });
}

export interface Running extends Workshop {
  readonly database: Database;
  readonly catalogue: Catalogue;
  readonly finisher: Finisher;
  readonly finished: StoredRecording[];
  readonly erased: StoredRecording[];
  readonly failures: { readonly what: string; readonly error: unknown }[];
}

/** Waits are a hundred times shorter than in life. */
const speed = 100;

export function testClock({
  skewMs = 0,
  onWait,
}: Pick<StartOptions, 'skewMs' | 'onWait'> = {}): FinisherOptions['clock'] {
  return {
    now: () => Date.now() + skewMs,
    after: (ms, work) => {
      onWait?.(ms);
      const timer = setTimeout(work, ms / speed);
      return () => {
        clearTimeout(timer);
      };
    },
  };
}

export interface StartOptions {
  readonly workshop?: Workshop;
  readonly filename?: string;
  /** How much later it is than the files' times say. */
  readonly skewMs?: number;
  readonly settingNames?: readonly string[];
  readonly format?: AudioFormat;
  readonly encoder?: string;
  /** As in life; without it the file work is done in this thread, which begins quicker. */
  readonly ownThread?: boolean;
  /** Called whenever the finisher begins to wait. */
  readonly onWait?: (ms: number) => void;
  readonly report?: Partial<FinishReport>;
}

export async function startFinisher(test: TestContext, options: StartOptions = {}): Promise<Running> {
  const workshop = options.workshop ?? makeWorkshop();
  const running = await startUnattended(workshop, options);
  test.after(async () => {
    await running.finisher.stop();
    await running.database.close();
    removeWorkshop(workshop);
  });
  return running;
}

export async function startUnattended(workshop: Workshop, options: StartOptions = {}): Promise<Running> {
  const database = await openDatabase(workshop.databasePath);
  const catalogue = createCatalogue(database);
  const finished: StoredRecording[] = [];
  const erased: StoredRecording[] = [];
  const failures: Running['failures'] = [];
  const nameOf = fileNamer(options.filename ?? '$Y$M$D-$h$m$s_$direction_$caller_$callee', 'UTC');
  const finisher = createFinisher({
    ...workshop,
    ...(options.ownThread === true ? {} : { thread: inThisThread() }),
    catalogue,
    application: 'fernamt',
    clock: testClock(options),
    ...(options.encoder === undefined ? {} : { encoder: options.encoder }),
    rules: () => ({
      ...{ nameOf, judgement: judgementRules, settingNames: options.settingNames ?? ['Support'] },
      format: options.format ?? 'wav',
    }),
    report: {
      recordingFinished: (recording) => finished.push(recording),
      recordingErased: (recording) => erased.push(recording),
      conversionFailed: ({ error }) => failures.push({ what: 'conversion', error }),
      finishingFailed: ({ error }) => failures.push({ what: 'finishing', error }),
      recoveryFailed: ({ error }) => failures.push({ what: 'recovery', error }),
      notingFailed: ({ error }) => failures.push({ what: 'noting', error }),
      ...options.report,
    },
  });
  return { ...workshop, database, catalogue, finisher, finished, erased, failures };
}

function inThisThread(): RecordingFilesThread {
  const steps = Object.entries(fileWork).map(([name, step]) => {
    const ask = (request: never): Promise<unknown> => Promise.resolve().then(() => step(request));
    return [name, ask];
  });
  return { files: Object.fromEntries(steps) as RecordingFilesThread['files'], stop: () => Promise.resolve() };
}

export const nothingLive: Surroundings = { liveRecordings: [], liveChannels: [], runningCalls: [] };

const startedAt = Date.UTC(2025, 10, 21, 9, 30, 15);

export function anOpening(id: string, change: Partial<RecordingOpening> = {}): StoredOpening {
  return {
    id: `${id}-1` as RecordingId,
    call: id as CallId,
    setting: 'Support',
    reason: 'call-to-group',
    direction: 'in',
    caller: '+491711234567',
    callerName: 'Erika Muster',
    callee: '+4930555010',
    users: ['1001'],
    group: '600',
    startedAt,
    parts: [aPart(id, 1)],
    layout: 'single',
    ...change,
  };
}

export function aPart(call: string, number: number, leg = 'caller'): RecordingPart {
  return {
    name: `fernamt-${call}-rec${number}` as RecordingName,
    snoop: `fernamt-${call}-snoop${number}` as SnoopId,
    leg: leg as LegId,
    ear: 'both',
  };
}

/** The end of a talk of so many seconds that began a second after the recording. */
export function aClosing(
  opening: StoredOpening,
  seconds: number,
  change: Partial<RecordingClosing> = {},
): RecordingClosing {
  const joinedAt = opening.startedAt + 1000;
  return {
    id: opening.id,
    joinedAt,
    partedAt: joinedAt + seconds * 1000,
    leadMs: 0,
    users: opening.users,
    interrupted: false,
    ...change,
  };
}

export function samplesOf(seconds: number, sample: (i: number) => number, sampleRate = 8000): Int16Array {
  return Int16Array.from({ length: Math.round(seconds * sampleRate) }, (_, i) => sample(i));
}

/** A sine of -12 dBFS. */
export function tone(seconds: number, hertz = 440, sampleRate = 8000): Int16Array {
  return samplesOf(seconds, (i) => Math.round(8192 * Math.sin((2 * Math.PI * hertz * i) / sampleRate)), sampleRate);
}

export function silence(seconds: number): Int16Array {
  return new Int16Array(Math.round(seconds * 8000));
}

export interface WrittenFile {
  /** As Asterisk leaves a file that it could not close. */
  readonly cutOff?: boolean;
  readonly sampleRate?: number;
  /** How long ago the last byte was written. */
  readonly ageMs?: number;
}

/** What Asterisk writes: a header of 44 bytes and the samples. */
export function asteriskFile(samples: Int16Array, { cutOff = false, sampleRate = 8000 }: WrittenFile = {}): Buffer {
  const header = makeWavHeader({ sampleRate, channels: 1 }, samples.byteLength);
  if (cutOff) {
    header.writeUInt32LE(0, 4);
    header.writeUInt32LE(0, 40);
  }
  return Buffer.concat([header, Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)]);
}

export function writeRecorded(directory: string, name: string, samples: Int16Array, options: WrittenFile = {}): string {
  const path = join(directory, `${name}${options.sampleRate === 16_000 ? '.wav16' : '.wav'}`);
  writeFileSync(path, asteriskFile(samples, options));
  age(path, options.ageMs ?? 0);
  return path;
}

export function age(path: string, ms: number): void {
  const at = new Date(Date.now() - ms);
  utimesSync(path, at, at);
}

/** Names in the directory, without the work directory. */
export function namesIn(directory: string): readonly string[] {
  return readdirSync(directory)
    .filter((name) => !name.startsWith('.'))
    .sort();
}

/** The samples of a file with a header of 44 bytes. */
export function samplesIn(file: Buffer): Int16Array {
  return new Int16Array(Uint8Array.from(file.subarray(44)).buffer);
}

export async function until(what: string, is: () => boolean, deadlineMs = 10_000): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!is()) {
    if (Date.now() > end) throw new Error(`in vain waited for: ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}
