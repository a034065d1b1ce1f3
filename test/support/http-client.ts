/** A client that says exactly what a test wants it to say, `Host` and odd methods included. */

import { request } from 'node:http';
import { WebSocket } from 'ws';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly json: () => Record<string, unknown>;
}

export function ask(
  url: string,
  method = 'GET',
  headers: Readonly<Record<string, string>> = {},
  body?: string | Buffer,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers, agent: false, signal: AbortSignal.timeout(5000) }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const body = Buffer.concat(parts);
        const json = () => JSON.parse(body.toString()) as Record<string, unknown>;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body, json });
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

export interface Listening {
  readonly socket: WebSocket;
  readonly messages: readonly Record<string, unknown>[];
  /** Waits until so many messages have come. */
  until(count: number): Promise<void>;
  /** Waits for the server's goodbye. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

export function listenTo(url: string, headers: Readonly<Record<string, string>> = {}): Listening {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), { headers });
  const messages: Record<string, unknown>[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  socket.on('message', (data: Buffer) => {
    messages.push(JSON.parse(data.toString()) as Record<string, unknown>);
    for (const { count, resolve } of waiting) if (messages.length >= count) resolve();
  });
  socket.on('error', () => undefined);
  return {
    socket,
    messages,
    until: (count) =>
      withDeadline(
        `${count} messages`,
        new Promise((resolve) => {
          if (messages.length >= count) resolve();
          else waiting.push({ count, resolve });
        }),
      ),
    closed: new Promise((resolve) => {
      socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    }),
  };
}

/** The status with which a WebSocket was refused. */
export function refusalOf(url: string, headers: Readonly<Record<string, string>>): Promise<number | undefined> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), { headers });
  return withDeadline(
    'refusal',
    new Promise((resolve, reject) => {
      socket.on('unexpected-response', (_request, response) => {
        resolve(response.statusCode);
        socket.terminate();
      });
      socket.on('open', () => reject(new Error('the WebSocket was accepted')));
      socket.on('error', () => undefined);
    }),
  );
}

export async function withDeadline<Result>(what: string, promise: Promise<Result>, ms = 5000): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no ${what} within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
