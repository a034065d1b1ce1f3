/** Jobs by key: few at a time, never two of one key at once. A job that fails comes again, later each time, for ever. */

export interface QueueClock {
  /** Calls once after `ms`; returns the way to prevent it. */
  after(ms: number, work: () => void): () => void;
}

/** To be looked at again; `urgent` if somebody who waits for the queue to drain must wait for this, too. */
export interface Again {
  readonly againMs: number;
  readonly urgent: boolean;
}

export interface Failure {
  readonly error: unknown;
  /** 1 for the first time. */
  readonly attempt: number;
  readonly retryMs: number;
}

export interface QueueOptions<Key> {
  readonly clock: QueueClock;
  readonly parallel: number;
  /** Called again and again until it is done; `attempt` begins with 1. */
  readonly work: (key: Key, attempt: number) => Promise<'done' | Again>;
  /** Milliseconds after the first failure, the second, and so on; the last holds for all that follow. */
  readonly retryMs: readonly number[];
  readonly failed: (key: Key, failure: Failure) => void;
}

interface Job {
  attempt: number;
  failures: number;
  /** `resting`: comes again by itself, and nobody waits for it. */
  state: 'queued' | 'active' | 'waiting' | 'resting';
  wantedAgain: boolean;
  cancel?: () => void;
}

export class WorkQueue<Key> {
  readonly #options: QueueOptions<Key>;
  readonly #jobs = new Map<Key, Job>();
  readonly #queued: Key[] = [];
  readonly #whenIdle: (() => void)[] = [];
  #active = 0;
  #stopped = false;

  constructor(options: QueueOptions<Key>) {
    this.#options = options;
  }

  /** Does the job as soon as there is room; one that is being done now is done once more afterwards. */
  add(key: Key): void {
    const job = this.#jobs.get(key);
    if (job?.state === 'queued') return;
    if (job?.state === 'active') {
      job.wantedAgain = true;
      return;
    }
    job?.cancel?.();
    this.#enqueue(key, job ?? { attempt: 0, failures: 0, state: 'queued', wantedAgain: false });
  }

  has(key: Key): boolean {
    return this.#jobs.has(key);
  }

  /** Resolves when nothing is left but jobs that have failed, or that rest. */
  async drained(): Promise<void> {
    if (this.#isIdle()) return;
    await new Promise<void>((resolve) => {
      this.#whenIdle.push(resolve);
    });
  }

  /** Begins no more jobs and resolves when those under way have ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const job of this.#jobs.values()) job.cancel?.();
    await this.drained();
  }

  #enqueue(key: Key, job: Job): void {
    job.state = 'queued';
    this.#jobs.set(key, job);
    this.#queued.push(key);
    this.#pump();
  }

  #pump(): void {
    while (!this.#stopped && this.#active < this.#options.parallel) {
      const key = this.#queued.shift();
      if (key === undefined) break;
      const job = this.#jobs.get(key);
      if (job) void this.#run(key, job);
    }
    if (this.#isIdle()) for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  #isIdle(): boolean {
    if (this.#active > 0) return false;
    return this.#stopped || [...this.#jobs.values()].every((job) => job.state === 'resting');
  }

  /** Never rejects. */
  async #run(key: Key, job: Job): Promise<void> {
    this.#active += 1;
    job.state = 'active';
    job.attempt += 1;
    job.wantedAgain = false;
    try {
      this.#settle(key, job, await this.#options.work(key, job.attempt));
    } catch (error) {
      this.#fail(key, job, error);
    }
    this.#active -= 1;
    this.#pump();
  }

  #settle(key: Key, job: Job, result: 'done' | Again): void {
    if (job.wantedAgain) {
      job.attempt = 0;
      this.#enqueue(key, job);
    } else if (result === 'done') {
      this.#jobs.delete(key);
    } else {
      this.#comeAgain(key, job, result);
    }
  }

  #fail(key: Key, job: Job, error: unknown): void {
    const { retryMs } = this.#options;
    const againMs = retryMs[Math.min(job.failures, retryMs.length - 1)] ?? 60_000;
    job.failures += 1;
    this.#comeAgain(key, job, { againMs, urgent: false });
    this.#options.failed(key, { error, attempt: job.failures, retryMs: againMs });
  }

  #comeAgain(key: Key, job: Job, { againMs, urgent }: Again): void {
    job.state = urgent ? 'waiting' : 'resting';
    if (this.#stopped) return;
    job.cancel = this.#options.clock.after(againMs, () => {
      this.#enqueue(key, job);
    });
  }
}
