import { once } from 'node:events';
import { Pool } from 'undici';
import WebSocket from 'ws';
import type { AriLogin } from '../asterisk/common-files.ts';

/** The parts of ARI's events that the phones look at. */
export interface PhoneEvent {
  readonly type: string;
  readonly channelId: string;
  readonly args: readonly string[];
  readonly caller: { readonly name: string; readonly number: string };
  readonly dialStatus: string;
  readonly digit: string;
  readonly digitMs: number;
  readonly cause: number;
  readonly sipStatus: number | undefined;
}

export type Query = Readonly<Record<string, string | number>>;

/** Asterisk's remote control, as far as phones need it. Written for the tests alone: it shares nothing with fernamt's. */
export interface Control {
  /** Throws unless the answer is a success. */
  request(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, query?: Query, body?: unknown): Promise<unknown>;
  onEvent(listener: (event: PhoneEvent) => void): void;
  close(): Promise<void>;
}

/** A request that Asterisk refused. */
export class RefusedError extends Error {
  readonly status: number;

  constructor(what: string, status: number, body: string) {
    super(`${what}: ${status} ${body}`);
    this.name = 'RefusedError';
    this.status = status;
  }
}

const EVENT_TYPES = ['StasisStart', 'Dial', 'ChannelDtmfReceived', 'ChannelHold', 'ChannelUnhold', 'ChannelDestroyed'];

/**
 * Opens it and listens to every channel there is: a channel that left the application for a moment is heard of no more
 * otherwise.
 */
export async function openControl(url: string, login: AriLogin, application: string): Promise<Control> {
  const credentials = `api_key=${login.username}:${login.password}`;
  const pool = new Pool(url, { connections: 16, keepAliveTimeout: 30_000 });
  const socket = new WebSocket(
    `${url.replace('http', 'ws')}/ari/events?app=${application}&subscribeAll=true&${credentials}`,
  );
  await once(socket, 'open');

  const request: Control['request'] = async (method, path, query = {}, body) => {
    const parameters = Object.entries(query).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
    const target = `/ari${path}?${[...parameters, credentials].join('&')}`;
    const content =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const answer = await pool.request({ method, path: target, ...content });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new RefusedError(`${method} ${path}`, answer.statusCode, text);
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  };
  const allowed = EVENT_TYPES.map((type) => ({ type }));
  await request('PUT', `/applications/${application}/eventFilter`, {}, { allowed });

  return {
    request,
    onEvent: (listener) => {
      socket.on('message', (frame: Buffer) => listener(toEvent(JSON.parse(frame.toString()) as Frame)));
    },
    close: async () => {
      socket.terminate();
      await pool.destroy();
    },
  };
}

interface Frame {
  readonly type: string;
  readonly channel?: FrameChannel;
  readonly peer?: FrameChannel;
  readonly args?: readonly string[];
  readonly dialstatus?: string;
  readonly digit?: string;
  readonly duration_ms?: number;
  readonly cause?: number;
  readonly tech_cause?: number;
}

interface FrameChannel {
  readonly id: string;
  readonly caller: { readonly name: string; readonly number: string };
}

function toEvent(frame: Frame): PhoneEvent {
  const channel = frame.channel ?? frame.peer;
  return {
    type: frame.type,
    channelId: channel?.id ?? '',
    args: frame.args ?? [],
    caller: channel?.caller ?? { name: '', number: '' },
    dialStatus: frame.dialstatus ?? '',
    digit: frame.digit ?? '',
    digitMs: frame.duration_ms ?? 0,
    cause: frame.cause ?? 0,
    sipStatus: frame.tech_cause,
  };
}
