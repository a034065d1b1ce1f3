/** Keeps one connection to Asterisk's events standing: connects, reconciles, delivers, and begins anew when it is lost. */

import { AriError, type AriClient } from './client.ts';
import { type AriClock, monotonicClock } from './clock.ts';
import type { ConnectProblem, ConnectProblemCause } from './connect-problem.ts';
import type { AriLog } from './log.ts';
import { type AriEvent, type AriEventType, frameTypesFor } from './schema.ts';
import {
  runSession,
  type SessionEnd,
  type SessionEndReason,
  type SessionHandlers,
  type SessionOptions,
} from './session.ts';

export interface AriConnectionOptions {
  /** As in `http://127.0.0.1:8088`, with the prefix of http.conf if there is one. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly application: string;
  /** Types of events that are worth being sent, besides what the connection itself needs; all if left out. */
  readonly events?: readonly AriEventType[];
  readonly log: AriLog;
  readonly clock?: AriClock;
  /** From 0 to below 1. */
  readonly random?: () => number;
  readonly timing?: Partial<AriTiming>;
}

export interface AriTiming {
  readonly openWithinMs: number;
  readonly pingEveryMs: number;
  /** A link on which nothing arrives for this long after a ping is taken for frozen. */
  readonly pongWithinMs: number;
  /** How long an Asterisk may take to show that it answers requests on the socket. */
  readonly probeWithinMs: number;
  /** The longest wait before the first new attempt; it doubles with each further one. */
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
}

export interface AriHandlers {
  /**
   * A connection stands. Events that arrive now are kept back until the promise resolves. `client` serves this one
   * connection: when that is lost everything asked through it rejects, and `signal` is aborted. A rejection drops the connection.
   */
  connected(client: AriClient, signal: AbortSignal): Promise<void>;
  /** Called in the order of arrival. Must return quickly and do no I/O of its own. */
  event(event: AriEvent): void;
  /** Follows each call of `connected` once. */
  disconnected(reason: DisconnectReason): void;
  /** Another server took over our application's name. There is no reconnecting. */
  replaced(): void;
  /** There is no connection, and why; once per cause until one stands again. */
  problem?(problem: ConnectProblem): void;
  /** A frame that is not what ARI promises; it was dropped. */
  malformed?(reason: string): void;
}

export type DisconnectReason = SessionEndReason;
export type AriConnectionState = 'stopped' | 'connecting' | 'reconciling' | 'connected' | 'waiting' | 'replaced';

export interface AriConnection {
  start(): void;
  /** Resolves when nothing is left open. Channels and bridges are left alone. */
  stop(): Promise<void>;
  /** Serves whichever connection stands; rejects while there is none. */
  readonly client: AriClient;
  readonly state: AriConnectionState;
}

const defaultTiming: AriTiming = {
  openWithinMs: 5_000,
  pingEveryMs: 2_000,
  pongWithinMs: 2_000,
  probeWithinMs: 1_000,
  firstRetryMs: 200,
  longestRetryMs: 5_000,
};

/** Asterisk allows 100 HTTP sessions by default, and others need some too. */
const httpConnections = 24;
/** What may arrive while we reconcile; more means that reconciling has come to nothing. */
const keptEvents = 100_000;

/** Nothing happens before `start()`. */
export function openAriConnection(options: AriConnectionOptions, handlers: AriHandlers): AriConnection {
  return new Connection(options, handlers);
}

class Connection implements AriConnection {
  readonly client: AriClient;
  #state: AriConnectionState = 'stopped';
  #current: { readonly client: AriClient; readonly since: number } | undefined;
  #running: { readonly abort: AbortController; readonly done: Promise<void> } | undefined;
  #failures = 0;
  #malformed = 0;
  readonly #told = new Set<ConnectProblemCause>();
  readonly #log: AriLog;
  readonly #clock: AriClock;
  readonly #random: () => number;
  readonly #timing: AriTiming;
  readonly #session: SessionOptions;
  readonly #handlers: AriHandlers;

  constructor(options: AriConnectionOptions, handlers: AriHandlers) {
    this.#handlers = handlers;
    this.#log = options.log;
    this.#clock = options.clock ?? monotonicClock;
    this.#random = options.random ?? Math.random;
    this.#timing = { ...defaultTiming, ...options.timing };
    this.#session = toSessionOptions(options, this.#timing, this.#clock);
    this.client = this.#createClient();
  }

  get state(): AriConnectionState {
    return this.#state;
  }

  start(): void {
    if (this.#running) return;
    const abort = new AbortController();
    this.#running = { abort, done: this.#run(abort.signal) };
  }

  async stop(): Promise<void> {
    const running = this.#running;
    if (!running) return;
    running.abort.abort();
    await running.done;
    this.#state = 'stopped';
    if (this.#running === running) this.#running = undefined;
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#state = 'connecting';
      const end = await runSession(this.#session, this.#sessionHandlers(), signal);
      this.#tellEnd(end);
      if (isReplaced(end) || isAborted(signal)) return;
      this.#state = 'waiting';
      await this.#pause(this.#nextRetryMs(), signal);
    }
  }

  #sessionHandlers(): SessionHandlers {
    return {
      connected: async (client, signal) => {
        this.#state = 'reconciling';
        this.#current = { client, since: this.#clock.now() };
        await this.#handlers.connected(client, signal);
        if (signal.aborted) return;
        this.#state = 'connected';
        this.#told.clear();
      },
      event: (event) => {
        this.#guard(event.type, () => {
          this.#handlers.event(event);
        });
      },
      malformed: (reason) => {
        this.#tellMalformed(reason);
      },
    };
  }

  /** A fault in one event's handling must not keep the next ones from being handled. */
  #guard(occasion: string, call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#log.error({ err: error, occasion }, 'a handler of ARI events failed');
    }
  }

  #tellMalformed(reason: string): void {
    this.#malformed += 1;
    // The first shows the fault, the thousands that may follow would only fill the disk.
    if (this.#malformed === 1 || this.#malformed % 1000 === 0) {
      this.#log.warn({ reason, count: this.#malformed }, 'dropped a malformed ARI frame');
    }
    this.#guard('malformed', () => this.#handlers.malformed?.(reason));
  }

  #tellEnd(end: SessionEnd): void {
    const lost = this.#current;
    this.#current = undefined;
    if (end.kind === 'unusable') {
      this.#tellProblem(end.problem);
      return;
    }
    if (lost) this.#tellDisconnected(end.reason, end.detail, lost.since);
    else if (end.reason === 'closed' || end.reason === 'frozen') this.#tellProblem(toSetUpProblem(end, this.#session));
    if (isReplaced(end)) this.#beReplaced();
  }

  #tellDisconnected(reason: DisconnectReason, detail: string, since: number): void {
    // One that breaks down again and again is not attacked at full speed.
    if (this.#clock.now() - since > this.#timing.longestRetryMs) this.#failures = 0;
    const level = reason === 'stopped' ? 'info' : 'warn';
    this.#log[level]({ reason, detail }, 'disconnected from Asterisk');
    this.#guard('disconnected', () => {
      this.#handlers.disconnected(reason);
    });
  }

  #tellProblem(problem: ConnectProblem): void {
    if (this.#told.has(problem.cause)) return;
    this.#told.add(problem.cause);
    const level = passesByItself.has(problem.cause) ? 'warn' : 'error';
    this.#log[level]({ cause: problem.cause, explanation: problem.message }, 'cannot connect to Asterisk');
    this.#guard('problem', () => this.#handlers.problem?.(problem));
  }

  #beReplaced(): void {
    this.#state = 'replaced';
    const { application } = this.#session;
    this.#log.error({ application }, 'another server uses our application name; this one stays disconnected');
    this.#guard('replaced', () => {
      this.#handlers.replaced();
    });
  }

  /** Exponential with full jitter, so that servers that lost one Asterisk together do not return together. */
  #nextRetryMs(): number {
    const { firstRetryMs, longestRetryMs } = this.#timing;
    const ceiling = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(this.#failures, 30));
    this.#failures += 1;
    return this.#random() * ceiling;
  }

  #pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        cancel();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const cancel = this.#clock.after(ms, end);
      signal.addEventListener('abort', end, { once: true });
    });
  }

  #createClient(): AriClient {
    const current = (): AriClient | undefined => this.#current?.client;
    return {
      get ordered() {
        return current()?.ordered ?? false;
      },
      request: async (method, path, options) => {
        const client = current();
        if (!client) throw new AriError('connection-lost', 'there is no connection to Asterisk');
        return await client.request(method, path, options);
      },
    };
  }
}

/** What an Asterisk that is being restarted goes through. */
const passesByItself: ReadonlySet<ConnectProblemCause> = new Set(['refused', 'not-ready', 'unreachable']);

function toSetUpProblem(end: { readonly detail: string }, { counterpart }: SessionOptions): ConnectProblem {
  const message = `The connection to Asterisk at ${counterpart.url} ended while it was being set up (${end.detail})`;
  return { cause: 'unexpected', message };
}

function isReplaced(end: SessionEnd): boolean {
  return end.kind === 'ended' && end.reason === 'replaced';
}

/** In a function, as the compiler does not expect a signal to change while something is awaited. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function toSessionOptions(options: AriConnectionOptions, timing: AriTiming, clock: AriClock): SessionOptions {
  const base = new URL(options.url);
  const { origin } = base;
  const prefix = base.pathname.replace(/\/+$/, '');
  return {
    ...timing,
    application: options.application,
    frameTypes: frameTypesFor(options.events),
    base: new URL(`${origin}${prefix}/ari`),
    authorization: `Basic ${Buffer.from(`${options.username}:${options.password}`).toString('base64')}`,
    counterpart: { url: `${origin}${prefix}`, username: options.username },
    httpConnections,
    keptEvents,
    clock,
    log: options.log,
  };
}
