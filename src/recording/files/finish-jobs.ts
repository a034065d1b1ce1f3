/** The work on recordings that are over: one after the other for each, and again until it has succeeded. */

import type { RecordingId } from '../../telephony/ids.ts';
import type { FinisherOptions, FinishReport } from './finish.ts';
import { makeFiles, removeSources, type Attempt, type FinishTools } from './finish-one.ts';
import type { Erasure, StoredRecording } from '../model.ts';
import { WorkQueue, type Again, type QueueClock } from './work-queue.ts';

export interface FinishJobs {
  readonly add: (id: RecordingId) => void;
  /** Writes the fact now, or as soon as the database can be written, and goes on with the recording then. */
  readonly note: (id: RecordingId, write: () => void) => void;
  readonly drop: (recording: StoredRecording) => void;
  readonly erase: (id: RecordingId, erasure: Erasure) => void;
  readonly isBusy: (id: RecordingId) => boolean;
  readonly drained: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export type JobTools = FinishTools & Pick<FinisherOptions, 'clock' | 'report'>;

const parallel = 2;
const retryMs = [1000, 5000, 15_000, 60_000, 300_000] as const;
/** Files appear late on a share: a missing one is looked for so many times before it counts as never written. */
const missingTries = 5;
const missingTryMs = 600;
/** A file that Asterisk was about to begin when the recording was dropped or withdrawn is there by then. */
const removeAgainMs = 10_000;

export function createFinishJobs(tools: JobTools): FinishJobs {
  const { catalogue, report } = tools;
  const unnoted = createUnnoted(report);
  const dropping = new Map<RecordingId, readonly string[]>();
  const running = new Map<RecordingId, AbortController>();

  const work = async (id: RecordingId, attempt: number): Promise<'done' | Again> => {
    unnoted.write(id);
    const parts = dropping.get(id);
    if (parts) {
      const drop = () => tools.files.removeParts({ recordingDirectory: tools.recordingDirectory, parts });
      if ((await looks.remove(id, drop)) === 'twice') {
        catalogue.forget(id);
        dropping.delete(id);
      }
      return 'done';
    }
    if (catalogue.erasing(id)) {
      const looked = await looks.remove(id, () => erase(tools, id));
      if (looked === 'once') reportErased(tools, id);
      if (looked === 'twice') catalogue.noteErased(id);
      return 'done';
    }
    const controller = new AbortController();
    running.set(id, controller);
    return finish(tools, id, { patient: attempt < missingTries, signal: controller.signal }).finally(() =>
      running.delete(id),
    );
  };
  const queue = new WorkQueue<RecordingId>({
    ...{ clock: tools.clock, parallel, retryMs, work },
    failed: (id, failure) => {
      report.finishingFailed({ id, ...failure });
    },
  });
  const add = (id: RecordingId): void => {
    queue.add(id);
  };
  const looks = createLooks(tools.clock, add);
  const note: FinishJobs['note'] = (id, write) => {
    unnoted.add(id, write);
    add(id);
  };
  for (const id of catalogue.allErasing()) add(id);
  return {
    add,
    note,
    drop: ({ id, opening }) => {
      const names = opening.parts.map((part) => part.name);
      note(id, () => {
        catalogue.drop(id);
        if (!catalogue.get(id)) dropping.set(id, names);
      });
    },
    erase: (id, erasure) => {
      note(id, () => {
        for (const one of catalogue.erase(id, erasure)) {
          running.get(one)?.abort();
          add(one);
        }
      });
    },
    isBusy: (id) => queue.has(id) || looks.isWaiting(id),
    drained: () => queue.drained(),
    stop: () => {
      looks.stop();
      for (const controller of running.values()) controller.abort();
      return queue.stop();
    },
  };
}

/** Facts that are not on the disk yet, in their order. */
function createUnnoted(report: FinishReport) {
  const waiting = new Map<RecordingId, (() => void)[]>();
  /** Throws at the first that cannot be written. */
  const write = (id: RecordingId): void => {
    const facts = waiting.get(id) ?? [];
    for (let fact = facts[0]; fact; fact = facts[0]) {
      fact();
      facts.shift();
    }
    waiting.delete(id);
  };
  return {
    write,
    add: (id: RecordingId, fact: () => void): void => {
      waiting.set(id, [...(waiting.get(id) ?? []), fact]);
      try {
        write(id);
      } catch (error) {
        report.notingFailed({ id, error });
      }
    },
  };
}

async function finish(tools: JobTools, id: RecordingId, attempt: Attempt): Promise<'done' | Again> {
  const recording = tools.catalogue.get(id);
  if (!recording || recording.state === 'recording' || recording.state === 'deleted') return 'done';
  if (recording.state === 'finishing') {
    const made = await makeUnlessEnded(tools, recording, attempt);
    if (made === 'notYet') return { againMs: missingTryMs, urgent: true };
    const finished = tools.catalogue.get(id);
    if (made === 'ended' || !finished || finished.erasure) return 'done';
    tools.report.recordingFinished(finished);
  }
  await removeSources(tools, recording);
  return 'done';
}

/** `ended`: withdrawn, or the server stops. */
async function makeUnlessEnded(tools: JobTools, recording: StoredRecording, attempt: Attempt) {
  try {
    const made = await makeFiles(tools, recording, attempt);
    return made === 'erased' ? 'ended' : made;
  } catch (error) {
    if (attempt.signal.aborted) return 'ended';
    throw error;
  }
}

async function erase({ catalogue, files, ...places }: JobTools, id: RecordingId): Promise<void> {
  await catalogue.flush();
  const [recording, pending] = [catalogue.get(id), catalogue.erasing(id)];
  if (!recording || !pending) return;
  const { recordingDirectory, directory } = places;
  const { base, outcome, opening } = recording;
  const audio = outcome?.audio;
  await files.erase({
    ...{ recordingDirectory, directory, id, parts: opening.parts.map((part) => part.name) },
    ...(base !== undefined && audio && { finished: { base, audio, placed: pending.placed } }),
  });
}

function reportErased({ catalogue, report }: JobTools, id: RecordingId): void {
  const recording = catalogue.get(id);
  if (recording) report.recordingErased(recording);
}

/**
 * Files are removed twice: the second time, a while later, what Asterisk wrote last. Still later it is found by whoever
 * looks for files that were left over.
 */
function createLooks(clock: QueueClock, add: (id: RecordingId) => void) {
  const waiting = new Map<RecordingId, () => void>();
  const due = new Set<RecordingId>();
  return {
    isWaiting: (id: RecordingId): boolean => waiting.has(id),
    remove: async (id: RecordingId, remove: () => Promise<void>): Promise<'once' | 'twice' | 'waiting'> => {
      if (waiting.has(id)) return 'waiting';
      await remove();
      if (due.delete(id)) return 'twice';
      const cancel = clock.after(removeAgainMs, () => {
        waiting.delete(id);
        due.add(id);
        add(id);
      });
      waiting.set(id, cancel);
      return 'once';
    },
    stop: (): void => {
      for (const cancel of waiting.values()) cancel();
    },
  };
}
