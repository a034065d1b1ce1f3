/** Requests over HTTP: for an Asterisk without REST over its socket, and beside the socket for what would hold it up. */

import { Pool } from 'undici';
import {
  AriError,
  type AriClient,
  type AriMethod,
  type AriPath,
  type AriRequestOptions,
  type AriResponse,
  defaultDeadlineMs,
  fromJson,
  toJson,
  toUri,
} from './client.ts';
import type { AriClock } from './clock.ts';

export interface HttpTransport extends AriClient {
  /** Rejects what waits and everything that follows; resolves when no connection is left. */
  close(error: AriError): Promise<void>;
}

export interface HttpTransportOptions {
  /** Ends in `/ari`. */
  readonly base: URL;
  readonly authorization: string;
  /** Connections at most, well below Asterisk's `sessionlimit` of 100, as others need some too. */
  readonly connections: number;
}

/** Below Asterisk's own 15 s, so that no request meets a connection which the other side is just closing. */
const keepAliveMs = 10_000;

export function createHttpTransport(options: HttpTransportOptions, clock: AriClock): HttpTransport {
  const { base, authorization, connections } = options;
  const pool = new Pool(base.origin, { connections, pipelining: 1, keepAliveTimeout: keepAliveMs });
  let closed: AriError | undefined;

  async function exchange(method: AriMethod, uri: string, body: unknown, signal: AbortSignal): Promise<AriResponse> {
    const content = body === undefined ? {} : { body: toJson(body) };
    const headers = { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    const answer = await pool.request({ method, path: `${base.pathname}/${uri}`, headers, signal, ...content });
    return { status: answer.statusCode, body: fromJson(await answer.body.text()) };
  }

  async function request(method: AriMethod, path: AriPath, options: AriRequestOptions = {}): Promise<AriResponse> {
    if (closed) throw closed;
    const uri = toUri(path, options.query);
    const deadlineMs = options.deadlineMs ?? defaultDeadlineMs;
    const abort = new AbortController();
    const cancel = clock.after(deadlineMs, () => {
      abort.abort();
    });
    try {
      return await exchange(method, uri, options.body, abort.signal);
    } catch (error) {
      throw toAriError(error, abort.signal, deadlineMs);
    } finally {
      cancel();
    }
  }

  return {
    ordered: false,
    request,
    close: async (error) => {
      closed ??= error;
      await pool.destroy(error);
    },
  };
}

function toAriError(error: unknown, signal: AbortSignal, deadlineMs: number): AriError {
  if (error instanceof AriError) return error;
  if (signal.aborted) return new AriError('deadline-passed', `no answer within ${String(deadlineMs)} ms`);
  return new AriError('connection-lost', 'the HTTP connection to Asterisk failed', error);
}
