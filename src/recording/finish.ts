/** From the end of a call to finished files, in the background and through every crash. */

import type { RecordingClosing } from '../telephony/commands.ts';
import type { RecordingId } from '../telephony/ids.ts';
import type { Catalogue } from './catalogue.ts';
import { makeFiles, removeSources, type FinishPlaces, type FinishRules, type FinishTools } from './finish-one.ts';
import type { StoredOpening, StoredRecording } from './model.ts';
import type { Surroundings } from './recover.ts';
import { startRecordingFiles, type RecordingFilesThread } from './recording-files.ts';
import { Recovery } from './recovery.ts';
import { WorkQueue, type Again, type Failure, type QueueClock } from './work-queue.ts';

export interface FinishClock extends QueueClock {
  /** Unix time in milliseconds. */
  now(): number;
}

/** Who must hear of it. */
export interface FinishReport {
  /** The files are there and judged; any judgement but `ok` is a matter for an alarm. */
  recordingFinished(recording: StoredRecording): void;
  /** Its files stay where they are until it succeeds, after `retryMs` or later. */
  finishingFailed(failure: Failure & { readonly id: RecordingId }): void;
  /** What a crash left behind could not be looked at; it is tried again after `retryMs`. */
  recoveryFailed(failure: { readonly error: unknown; readonly retryMs: number }): void;
  /** A fact about the recording is not on the disk; it is kept in memory and written as soon as that succeeds. */
  notingFailed(failure: { readonly id: RecordingId; readonly error: unknown }): void;
}

export interface FinisherOptions extends FinishPlaces {
  readonly catalogue: Catalogue;
  readonly clock: FinishClock;
  readonly application: string;
  /** Asked for every recording, so that a reload counts at once. */
  readonly rules: () => FinishRules & { readonly settingNames: readonly string[] };
  readonly report: FinishReport;
  /** A thread of its own if left out. */
  readonly thread?: RecordingFilesThread;
}

export interface Finisher {
  /**
   * Survives our death when it returns, and a power cut a second later; throws if the database cannot be written: then
   * nothing may be recorded.
   */
  open(opening: StoredOpening): void;
  /** Never throws: what cannot be noted now is noted later. */
  close(closing: RecordingClosing): void;
  /** Never throws. The recording disappears, and its files. */
  drop(id: RecordingId): void;
  /**
   * At start and after every reconnection to Asterisk. Never rejects. Resolves when everything was looked at once; what
   * is still being written is looked at again by itself.
   */
  recover(around: Surroundings): Promise<void>;
  /** Resolves when nothing is left to be done but what failed and waits for its next time. */
  drained(): Promise<void>;
  stop(): Promise<void>;
}

const parallel = 2;
const retryMs = [1000, 5000, 15_000, 60_000, 300_000] as const;
/** Files appear late on a share: a missing one is looked for so many times before it counts as never written. */
const missingTries = 5;
const missingTryMs = 600;
/** A file that Asterisk was about to begin when the recording was dropped is there by then. */
const dropAgainMs = 10_000;

export function createFinisher(options: FinisherOptions): Finisher {
  const { catalogue, clock, report } = options;
  const now = (): number => clock.now();
  const thread = options.thread ?? startRecordingFiles();
  const { files } = thread;
  const jobs = createJobs({ ...options, files, now });
  const recovery = new Recovery({
    ...{
      ...options,
      files,
      now,
      settingNames: () => options.rules().settingNames,
      isBusy: jobs.isBusy,
      finish: jobs.add,
    },
    failed: (failure) => {
      report.recoveryFailed(failure);
    },
  });
  return {
    open: (opening) => {
      catalogue.open(opening);
    },
    close: (closing) => {
      const closedAt = Math.floor(now());
      jobs.note(closing.id, () => {
        catalogue.close({ ...closing, origin: 'told', closedAt });
      });
    },
    drop: (id) => {
      const recording = catalogue.get(id);
      if (recording) jobs.drop(recording);
    },
    recover: async (around) => {
      for (const one of catalogue.unfinished()) if (one.state === 'finishing') jobs.add(one.id);
      for (const one of catalogue.dropped()) jobs.drop(one);
      await recovery.start(around);
    },
    drained: () => jobs.drained(),
    stop: async () => {
      await recovery.stop();
      await jobs.stop();
      await thread.stop();
    },
  };
}

interface Jobs {
  readonly add: (id: RecordingId) => void;
  /** Writes the fact now, or as soon as the database can be written, and goes on with the recording then. */
  readonly note: (id: RecordingId, write: () => void) => void;
  readonly drop: (recording: StoredRecording) => void;
  readonly isBusy: (id: RecordingId) => boolean;
  readonly drained: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

function createJobs(tools: FinishTools & Pick<FinisherOptions, 'clock' | 'report'>): Jobs {
  const { catalogue, report } = tools;
  const unnoted = new Map<RecordingId, () => void>();
  const dropping = new Map<RecordingId, readonly string[]>();
  const queue = new WorkQueue<RecordingId>({
    ...{ clock: tools.clock, parallel, retryMs },
    work: async (id, attempt) => {
      unnoted.get(id)?.();
      unnoted.delete(id);
      const parts = dropping.get(id);
      if (!parts) return finish(tools, report, id, attempt);
      await tools.files.removeParts({ recordingDirectory: tools.recordingDirectory, parts });
      if (attempt === 1) return { againMs: dropAgainMs, urgent: false };
      catalogue.forget(id);
      dropping.delete(id);
      return 'done';
    },
    failed: (id, failure) => {
      report.finishingFailed({ id, ...failure });
    },
  });
  const note: Jobs['note'] = (id, write) => {
    try {
      write();
    } catch (error) {
      unnoted.set(id, write);
      report.notingFailed({ id, error });
    }
    queue.add(id);
  };
  return {
    add: (id) => {
      queue.add(id);
    },
    note,
    drop: ({ id, opening }) => {
      dropping.set(
        id,
        opening.parts.map((part) => part.name),
      );
      note(id, () => {
        catalogue.drop(id);
      });
    },
    isBusy: (id) => queue.has(id),
    drained: () => queue.drained(),
    stop: () => queue.stop(),
  };
}

async function finish(
  tools: FinishTools,
  report: FinishReport,
  id: RecordingId,
  attempt: number,
): Promise<'done' | Again> {
  const recording = tools.catalogue.get(id);
  if (!recording || recording.state === 'recording') return 'done';
  if (recording.state === 'finishing') {
    const made = await makeFiles(tools, recording, attempt < missingTries);
    if (made === 'notYet') return { againMs: missingTryMs, urgent: true };
    const finished = tools.catalogue.get(id);
    if (finished) report.recordingFinished(finished);
  }
  await removeSources(tools, recording);
  return 'done';
}
