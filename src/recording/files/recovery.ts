/** Looks at what a crash left behind, and again and again at what is still being written or comes later. */

import type { RecordingId } from '../../telephony/ids.ts';
import type { StoredRecording } from '../model.ts';
import { closeFromFiles, listUnclosed, takeInFiles, type RecoverTools, type Surroundings } from './recover.ts';
import { workNames } from './work-directory.ts';
import type { QueueClock } from './work-queue.ts';

export interface RecoveryOptions extends RecoverTools {
  readonly clock: QueueClock;
  readonly directory: string;
  /** The recording can be finished now. */
  readonly finish: (id: RecordingId) => void;
  readonly failed: (failure: { readonly error: unknown; readonly retryMs: number }) => void;
}

/** For ever: a call that took the fallback and still rings when we are back is recorded by Asterisk only later. */
const lookAgainMs = 5000;

export class Recovery {
  readonly #options: RecoveryOptions;
  readonly #looks = new Set<Promise<void>>();
  #cancel: (() => void) | undefined;
  /** Grows with every run, so that an older one that is still under way ends. */
  #run = 0;

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  /** Resolves when everything was looked at once. Never rejects. */
  async start(around: Surroundings): Promise<void> {
    const unclosed = listUnclosed(this.#options, around);
    this.#end();
    await this.#begin(this.#run, around, unclosed);
  }

  /** Resolves when nothing is looked at any more. */
  async stop(): Promise<void> {
    this.#end();
    await Promise.all(this.#looks);
  }

  #end(): void {
    this.#run += 1;
    this.#cancel?.();
  }

  async #begin(run: number, around: Surroundings, unclosed: readonly StoredRecording[]): Promise<void> {
    const look = this.#look(run, around, unclosed);
    this.#looks.add(look);
    await look;
    this.#looks.delete(look);
  }

  /** Never rejects. */
  async #look(run: number, around: Surroundings, unclosed: readonly StoredRecording[]): Promise<void> {
    const open = new Set(unclosed);
    try {
      await removeLeftOvers(this.#options);
      for (const recording of unclosed) {
        if (run !== this.#run) return;
        if (!(await closeFromFiles(this.#options, recording, around))) continue;
        open.delete(recording);
        this.#options.finish(recording.id);
      }
      const taken = await takeInFiles(this.#options, around);
      for (const id of taken) this.#options.finish(id);
    } catch (error) {
      this.#options.failed({ error, retryMs: lookAgainMs });
    }
    if (run !== this.#run) return;
    this.#cancel = this.#options.clock.after(lookAgainMs, () => void this.#begin(run, around, [...open]));
  }
}

/** Removes temporary files of recordings that are finished. What is not finished is asked after the names were read. */
async function removeLeftOvers({ catalogue, files, directory }: RecoveryOptions): Promise<void> {
  const names = await files.listLeftOvers({ directory });
  if (names.length === 0) return;
  const needed = new Set(catalogue.unfinished().flatMap(({ id }) => workNames(id)));
  await files.removeLeftOvers({ directory, names: names.filter((name) => !needed.has(name)) });
}
