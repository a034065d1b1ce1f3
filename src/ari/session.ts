/** The life of one connection: link, event filter, way of asking, reconciliation, events, end. */

import { type BusyChannels, createBusyChannels } from './busy-channels.ts';
import { AriError, type AriClient } from './client.ts';
import type { AriClock } from './clock.ts';
import {
  type ConnectProblem,
  type Counterpart,
  isUsableVersion,
  toNetworkProblem,
  toStatusProblem,
  toVersionProblem,
} from './connect-problem.ts';
import { createEventInbox, type EventInbox } from './event-inbox.ts';
import { createLanes } from './lanes.ts';
import type { AriLog } from './log.ts';
import { type AriEvent, parseAriFrame } from './schema.ts';
import { parseAsteriskInfo } from './schema-resources.ts';
import { createHttpTransport, type HttpTransport } from './transport-http.ts';
import { type AriLink, openLink } from './transport-link.ts';
import { createWebSocketTransport, type WebSocketTransport } from './transport-websocket.ts';

export interface SessionOptions {
  readonly application: string;
  /** What Asterisk shall send. */
  readonly frameTypes: readonly string[];
  /** Ends in `/ari`. */
  readonly base: URL;
  readonly authorization: string;
  readonly counterpart: Counterpart;
  readonly openWithinMs: number;
  readonly pingEveryMs: number;
  readonly pongWithinMs: number;
  readonly probeWithinMs: number;
  readonly httpConnections: number;
  readonly keptEvents: number;
  readonly clock: AriClock;
  readonly log: AriLog;
}

export interface SessionHandlers {
  connected(client: AriClient, signal: AbortSignal): Promise<void>;
  event(event: AriEvent): void;
  malformed(reason: string): void;
}

export type SessionEndReason = 'closed' | 'frozen' | 'overrun' | 'resync-failed' | 'replaced' | 'stopped';

export type SessionEnd =
  /** It never came to `connected`. */
  | { readonly kind: 'unusable'; readonly problem: ConnectProblem }
  | { readonly kind: 'ended'; readonly reason: SessionEndReason; readonly detail: string };

/** Runs one connection until it ends or `signal` stops it. Never rejects, and leaves nothing open. */
export async function runSession(
  options: SessionOptions,
  handlers: SessionHandlers,
  signal: AbortSignal,
): Promise<SessionEnd> {
  const session = createSession(options, handlers);
  const stop = (): void => {
    session.finish({ kind: 'ended', reason: 'stopped', detail: '' });
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  else void establishSafely(session, options, handlers);
  const end = await session.end;
  signal.removeEventListener('abort', stop);
  await session.release(end);
  return end;
}

interface Session {
  readonly http: HttpTransport;
  readonly socket: WebSocketTransport;
  readonly busy: BusyChannels;
  readonly inbox: EventInbox;
  /** Aborted when the session ends. */
  readonly signal: AbortSignal;
  readonly end: Promise<SessionEnd>;
  /** The first end counts. */
  finish(end: SessionEnd): void;
  takeFrame(frame: string): void;
  use(link: AriLink): void;
  release(end: SessionEnd): Promise<void>;
}

function createSession(options: SessionOptions, handlers: SessionHandlers): Session {
  const { application, clock } = options;
  let link: AriLink | undefined;
  const over = new AbortController();
  let settle: (end: SessionEnd) => void = () => undefined;
  const end = new Promise<SessionEnd>((resolve) => {
    settle = resolve;
  });
  const finish = (sessionEnd: SessionEnd): void => {
    settle(sessionEnd);
    over.abort();
  };
  const http = createHttpTransport({ ...options, connections: options.httpConnections }, clock);
  const socket = createWebSocketTransport((frame) => link?.send(frame), clock);
  const busy = createBusyChannels();
  const inbox = createEventInbox(handlers.event, options.keptEvents);

  function takeEvent(event: AriEvent): void {
    if (over.signal.aborted) return;
    if (event.type === 'ApplicationReplaced') {
      if (event.application === application) finish({ kind: 'ended', reason: 'replaced', detail: '' });
      return;
    }
    busy.happened(event);
    if (!inbox.take(event)) finish({ kind: 'ended', reason: 'overrun', detail: 'too many events while reconciling' });
  }

  return {
    http,
    socket,
    busy,
    inbox,
    signal: over.signal,
    end,
    finish,
    takeFrame: (text) => {
      const frame = parseAriFrame(text);
      if (frame.kind === 'event') takeEvent(frame.event);
      else if (frame.kind === 'response') socket.receive(frame.response);
      else if (frame.kind === 'malformed') handlers.malformed(frame.reason);
    },
    use: (opened) => {
      link = opened;
    },
    release: async (sessionEnd) => {
      const lost = new AriError('connection-lost', toWords(sessionEnd));
      socket.close(lost);
      if (sessionEnd.kind === 'ended' && sessionEnd.reason === 'frozen') link?.drop();
      await Promise.all([link?.close(), http.close(lost)]);
    },
  };
}

async function establishSafely(session: Session, options: SessionOptions, handlers: SessionHandlers): Promise<void> {
  try {
    await establish(session, options, handlers);
  } catch (error) {
    session.finish({ kind: 'unusable', problem: toNetworkProblem(asError(error), options.counterpart) });
  }
}

async function establish(session: Session, options: SessionOptions, handlers: SessionHandlers): Promise<void> {
  const link = await openSessionLink(session, options);
  if ('cause' in link) {
    session.finish({ kind: 'unusable', problem: link });
    return;
  }
  session.use(link);
  // It may have ended while the link was being opened; then nobody else closes it.
  if (hasEnded(session)) {
    await link.close();
    return;
  }
  const client = await prepare(session, options);
  if ('cause' in client) {
    session.finish({ kind: 'unusable', problem: client });
    return;
  }
  if (!hasEnded(session)) await reconcile(session, handlers, client);
}

function openSessionLink(session: Session, options: SessionOptions): Promise<AriLink | ConnectProblem> {
  const url = new URL(`${options.base.href}/events`);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.search = new URLSearchParams({ app: options.application, subscribeAll: 'false' }).toString();
  return openLink(
    { ...options, url, signal: session.signal },
    {
      frame: session.takeFrame,
      ended: (reason, detail) => {
        session.finish({ kind: 'ended', reason, detail });
      },
    },
    options.clock,
  );
}

/** Sees that this Asterisk will do, sets the event filter and finds out how to ask. */
async function prepare(session: Session, options: SessionOptions): Promise<AriClient | ConnectProblem> {
  const { http, socket, busy } = session;
  const { counterpart, clock, application, log } = options;
  const deadlineMs = options.openWithinMs;
  const info = await http.request('GET', 'asterisk/info', { query: { only: 'system' }, deadlineMs });
  if (info.status !== 200) return toStatusProblem(info.status, counterpart);
  const version = parseAsteriskInfo(info.body)?.version ?? '';
  if (!isUsableVersion(version)) return toVersionProblem(version, counterpart);
  // Over HTTP: an older filter that is still in force would swallow the answer on the socket.
  const filter = { allowed: options.frameTypes.map((type) => ({ type })), disallowed: [] };
  const filtered = await http.request('PUT', ['applications', application, 'eventFilter'], {
    body: filter,
    deadlineMs,
  });
  if (filtered.status >= 300) return toStatusProblem(filtered.status, counterpart);
  const answersOnSocket = await probe(socket, options.probeWithinMs);
  log.info({ version, requests: answersOnSocket ? 'websocket' : 'http' }, 'connected to Asterisk');
  return answersOnSocket ? createLanes({ socket, http, busy, clock }) : http;
}

/** An Asterisk without REST over its socket reads our frame and says nothing. */
async function probe(socket: WebSocketTransport, deadlineMs: number): Promise<boolean> {
  try {
    const { status } = await socket.request('GET', 'asterisk/ping', { deadlineMs });
    return status === 200;
  } catch (error) {
    if (error instanceof AriError && error.reason === 'deadline-passed') return false;
    throw error;
  }
}

async function reconcile(session: Session, handlers: SessionHandlers, client: AriClient): Promise<void> {
  try {
    await handlers.connected(client, session.signal);
  } catch (error) {
    session.finish({ kind: 'ended', reason: 'resync-failed', detail: asError(error).message });
  }
  if (!hasEnded(session)) session.inbox.open();
}

function hasEnded(session: Session): boolean {
  return session.signal.aborted;
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

function toWords(end: SessionEnd): string {
  return end.kind === 'unusable'
    ? end.problem.message
    : `the connection to Asterisk has ended: ${end.reason} ${end.detail}`.trim();
}
