/**
 * Requests over the events socket (`RESTRequest` and `RESTResponse`). Asterisk carries out a socket's requests one
 * after the other and answers in that order, so nothing has to wait for an answer before it is sent.
 */

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
import type { AriRestResponse } from './schema.ts';

export interface WebSocketTransport extends AriClient {
  /** Hands over an answer that arrived on the socket. */
  receive(response: AriRestResponse): void;
  /** For how many milliseconds the oldest request has been without an answer, given up ones included; 0 when all are answered. */
  waitingMs(): number;
  /** Resolves when everything sent so far is answered. Never rejects. */
  drained(): Promise<void>;
  /** Rejects what waits and everything that follows. */
  close(error: AriError): void;
}

/** Asterisk closes a socket on which a longer frame than 65,535 bytes arrives. */
const longestFrameBytes = 60_000;

interface Pending {
  readonly sentAt: number;
  readonly answer: Promise<AriResponse>;
  settle(outcome: AriResponse | AriError): void;
}

/** `send` must not throw, also when the socket has just gone. */
export function createWebSocketTransport(send: (frame: string) => void, clock: AriClock): WebSocketTransport {
  // In the order sent. One whose deadline passed stays, as it still holds up those behind it.
  const pending = new Map<string, Pending>();
  let lastId = 0;
  let closed: AriError | undefined;

  function submit(method: AriMethod, path: AriPath, options: AriRequestOptions): Promise<AriResponse> {
    if (closed) throw closed;
    lastId += 1;
    const requestId = String(lastId);
    const frame = toFrame(requestId, method, toUri(path, options.query), options.body);
    const request = createPending(clock, options.deadlineMs ?? defaultDeadlineMs);
    pending.set(requestId, request);
    send(frame);
    return request.answer;
  }

  function receive(response: AriRestResponse): void {
    if (!pending.has(response.requestId)) return;
    for (const [requestId, request] of pending) {
      pending.delete(requestId);
      if (requestId === response.requestId) {
        const body = response.body === undefined ? undefined : fromJson(response.body);
        request.settle({ status: response.status, body });
        return;
      }
      request.settle(new AriError('unexpected-answer', 'a later request was answered first'));
    }
  }

  return {
    ordered: true,
    request: async (method, path, options = {}) => submit(method, path, options),
    receive,
    waitingMs: () => {
      const [oldest] = pending.values();
      return oldest === undefined ? 0 : clock.now() - oldest.sentAt;
    },
    drained: async () => {
      const youngest = [...pending.values()].at(-1);
      await youngest?.answer.catch(() => undefined);
    },
    close: (error) => {
      closed ??= error;
      for (const request of pending.values()) request.settle(error);
      pending.clear();
    },
  };
}

function createPending(clock: AriClock, deadlineMs: number): Pending {
  let settle: Pending['settle'] = () => undefined;
  const answer = new Promise<AriResponse>((resolve, reject) => {
    const cancel = clock.after(deadlineMs, () => {
      reject(new AriError('deadline-passed', `no answer within ${String(deadlineMs)} ms`));
    });
    settle = (outcome) => {
      cancel();
      if (outcome instanceof AriError) reject(outcome);
      else resolve(outcome);
    };
  });
  return { sentAt: clock.now(), answer, settle };
}

function toFrame(requestId: string, method: AriMethod, uri: string, body: unknown): string {
  const content = body === undefined ? {} : { content_type: 'application/json', message_body: toJson(body) };
  const frame = JSON.stringify({ type: 'RESTRequest', request_id: requestId, method, uri, ...content });
  if (Buffer.byteLength(frame) > longestFrameBytes) throw new AriError('unusable-request', 'the request is too long');
  return frame;
}
