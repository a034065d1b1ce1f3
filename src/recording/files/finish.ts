/** From the end of a call to finished files, in the background and through every crash. */

import type { RecordingClosing } from '../../telephony/commands.ts';
import type { RecordingId } from '../../telephony/ids.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { FinishPlaces, FinishRules } from './finish-one.ts';
import { createFinishJobs } from './finish-jobs.ts';
import type { ConvertedFormat, Erasure, StoredOpening, StoredRecording } from '../model.ts';
import type { Surroundings } from './recover.ts';
import { startRecordingFiles, type RecordingFilesThread } from './recording-files.ts';
import { Recovery } from './recovery.ts';
import type { Failure, QueueClock } from './work-queue.ts';

export interface FinishClock extends QueueClock {
  /** Unix time in milliseconds. */
  now(): number;
}

/** Who must hear of it. */
export interface FinishReport {
  /** The files are there and judged; any judgement but `ok` is a matter for an alarm. */
  recordingFinished(recording: StoredRecording): void;
  /** Its audio is WAV still, and nothing is lost. */
  conversionFailed(failure: {
    readonly recording: StoredRecording;
    readonly format: ConvertedFormat;
    readonly error: Error;
  }): void;
  /** It was withdrawn, and its files are gone. */
  recordingErased(recording: StoredRecording): void;
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
  /** Name or path of ffmpeg; found along PATH if left out. */
  readonly encoder?: string;
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
   * Never throws. Withdrawn: all audio of it is removed, also what Asterisk still writes, and the entry says by whom. What
   * follows, such as its end, changes nothing. What a crash interrupted is gone on with when a finisher is made.
   */
  erase(id: RecordingId, erasure: Erasure): void;
  /**
   * At start and after every reconnection to Asterisk. Never rejects. Resolves when everything was looked at once; what
   * is still being written is looked at again by itself.
   */
  recover(around: Surroundings): Promise<void>;
  /** Resolves when nothing is left to be done but what failed and waits for its next time. */
  drained(): Promise<void>;
  stop(): Promise<void>;
}

export function createFinisher(options: FinisherOptions): Finisher {
  const { catalogue, clock, report } = options;
  const now = (): number => clock.now();
  const thread = options.thread ?? startRecordingFiles();
  const { files } = thread;
  const { encoder = 'ffmpeg' } = options;
  const jobs = createFinishJobs({
    ...{ ...options, files, now, encoder },
    conversionFailed: (failure) => {
      report.conversionFailed(failure);
    },
  });
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
    erase: (id, erasure) => {
      jobs.erase(id, erasure);
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
