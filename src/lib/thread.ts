/** Functions that block, in a thread of their own: asked for by name, answered as promises. */

import { extname } from 'node:path';
import { parentPort, Worker } from 'node:worker_threads';

type Functions = Readonly<Record<string, (request: never) => unknown>>;

/** The functions as they look from outside the thread. Requests and answers are plain data. */
export type Remote<Served extends Functions> = {
  readonly [Name in keyof Served]: (request: Parameters<Served[Name]>[0]) => Promise<ReturnType<Served[Name]>>;
};

export interface Thread<Served extends Functions> {
  readonly remote: Remote<Served>;
  /** Resolves when the thread has ended; what was not answered by then is refused. */
  stop(): Promise<void>;
}

interface Request {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failure: { readonly message: string; readonly code: string | undefined } };

/** A thread that hangs, on a dead network share for instance, is left behind and replaced by a new one. */
const deadlineMs = 600_000;

/** The module beside the one that asks, compiled or not. */
export function neighbourOf(moduleUrl: string, name: string): URL {
  return new URL(`./${name}${extname(moduleUrl)}`, moduleUrl);
}

/** Called once by the module that the thread runs. */
export function serve(functions: Functions): void {
  parentPort?.on('message', ({ id, name, argument }: Request) => {
    parentPort?.postMessage(answer(functions, id, name, argument));
  });
}

function answer(functions: Functions, id: number, name: string, argument: unknown): Answer {
  try {
    const serve = functions[name] as ((request: unknown) => unknown) | undefined;
    if (!serve) throw new Error(`the thread has no function ${name}`);
    return { id, value: serve(argument) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    return { id, failure: { message: error instanceof Error ? error.message : String(error), code } };
  }
}

/** What failed in the thread; `code` is that of the system, such as `ENOSPC`. */
export class ThreadError extends Error {
  override readonly name = 'ThreadError';
  readonly code: string | undefined;

  constructor(message: string, code?: string) {
    super(message);
    this.code = code;
  }
}

/** Begins the thread when it is first asked, and anew after it has died. It does not keep the process alive. */
export function startThread<Served extends Functions>(
  entry: URL,
  names: readonly (keyof Served & string)[],
): Thread<Served> {
  let current: Asked | undefined;
  let stopped = false;
  const ask = (name: string, argument: unknown): Promise<unknown> => {
    if (stopped) return Promise.reject(new ThreadError('the thread was stopped'));
    if (current?.isGone !== false) current = new Asked(entry);
    return current.ask(name, argument);
  };
  const functions = names.map((name) => [name, (argument: unknown) => ask(name, argument)]);
  return {
    remote: Object.fromEntries(functions) as Remote<Served>,
    stop: async () => {
      stopped = true;
      await current?.stop();
    },
  };
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly deadline: NodeJS.Timeout;
}

/** One life of the thread. */
class Asked {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ended: Promise<void>;
  #last = 0;
  isGone = false;

  constructor(entry: URL) {
    this.#worker = new Worker(loader, { eval: true, execArgv: [], workerData: toWorkerData(entry) });
    this.#worker.unref();
    this.#worker.on('message', (message: Answer) => {
      this.#take(message);
    });
    this.#worker.on('error', (error) => {
      this.#giveUp(new ThreadError(`the thread died: ${error.message}`));
    });
    this.#ended = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        this.#giveUp(new ThreadError('the thread ended'));
        resolve();
      });
    });
  }

  ask(name: string, argument: unknown): Promise<unknown> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#worker.postMessage({ id, name, argument } satisfies Request);
      const deadline = setTimeout(() => {
        this.#giveUp(new ThreadError(`${name} did not answer within ${deadlineMs / 1000} s`, 'ETIMEDOUT'));
      }, deadlineMs);
      this.#waiting.set(id, { resolve, reject, deadline });
      this.#worker.ref();
    });
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
    await this.#ended;
  }

  #take(message: Answer): void {
    const waiting = this.#waiting.get(message.id);
    if (!waiting) return;
    this.#forget(message.id, waiting);
    if ('failure' in message) waiting.reject(new ThreadError(message.failure.message, message.failure.code));
    else waiting.resolve(message.value);
  }

  #giveUp(error: ThreadError): void {
    this.isGone = true;
    for (const [id, waiting] of this.#waiting) {
      this.#forget(id, waiting);
      waiting.reject(error);
    }
  }

  #forget(id: number, { deadline }: Waiting): void {
    clearTimeout(deadline);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker.unref();
  }
}

/** A thread begins without the loader of TypeScript that the process was begun with. */
const loader = `
const { workerData } = require('node:worker_threads');
const load = async () => {
  if (workerData.tsx !== undefined) (await import(workerData.tsx)).register();
  await import(workerData.entry);
};
void load();
`;

function toWorkerData(entry: URL): { readonly entry: string; readonly tsx: string | undefined } {
  return { entry: entry.href, tsx: extname(entry.pathname) === '.ts' ? import.meta.resolve('tsx/esm/api') : undefined };
}
