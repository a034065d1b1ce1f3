/** A stand-in for Asterisk's ARI on loopback: speaks the real frames, answers as told, and can misbehave. */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

export interface FakeRequest {
  readonly via: 'socket' | 'http';
  readonly method: string;
  /** Below `/ari/`, with its query, as it was sent. */
  readonly uri: string;
  readonly body: unknown;
}

export interface FakeAnswer {
  readonly status: number;
  readonly body?: unknown;
}

export interface FakeAri {
  readonly url: string;
  /** Requests in the order of their arrival. */
  readonly requests: readonly FakeRequest[];
  /** Of every WebSocket that was opened, in order. */
  readonly upgrades: readonly { readonly url: string; readonly authorization: string | undefined }[];
  /** WebSockets that are open now. */
  socketCount(): number;
  /** HTTP connections that were open at once at most. */
  mostHttpConnections(): number;
  send(event: object): void;
  sendText(frame: string): void;
  /** From now on nothing is answered any more, pings included; the sockets stay open. */
  freeze(): void;
  thaw(): void;
  dropSockets(): void;
  stop(): Promise<void>;
}

export interface FakeAriOptions {
  readonly port?: number;
  readonly password?: string;
  readonly version?: string;
  /** Whether requests on the socket are answered; an old Asterisk ignores them. */
  readonly answersOnSocket?: boolean;
  /** Answers the upgrade with this status instead of opening a socket. */
  readonly refusesWith?: () => number | undefined;
  /** The answer of everything that is not part of connecting; none at all for `undefined`. */
  readonly answer?: (request: FakeRequest) => FakeAnswer | undefined | Promise<FakeAnswer | undefined>;
}

export async function startFakeAri(options: FakeAriOptions = {}): Promise<FakeAri> {
  const {
    password = 'secret',
    version = '22.10.1',
    answersOnSocket = true,
    answer = () => ({ status: 204 }),
  } = options;
  const requests: FakeRequest[] = [];
  const upgrades: { url: string; authorization: string | undefined }[] = [];
  const connections = new Set<Socket>();
  const authorization = `Basic ${Buffer.from(`fernamt:${password}`).toString('base64')}`;
  const webSockets = new WebSocketServer({ noServer: true, autoPong: false });
  let isFrozen = false;
  let mostHttp = 0;

  async function decide(request: FakeRequest): Promise<FakeAnswer | undefined> {
    requests.push(request);
    if (request.uri.startsWith('asterisk/info')) return { status: 200, body: { system: { version, entity_id: 'x' } } };
    if (request.uri === 'asterisk/ping') return { status: 200, body: { ping: 'pong' } };
    if (request.uri.endsWith('/eventFilter')) return { status: 200, body: {} };
    return await answer(request);
  }

  async function answerHttp(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    mostHttp = Math.max(mostHttp, connections.size - webSockets.clients.size);
    if (incoming.headers.authorization !== authorization) {
      outgoing.writeHead(401).end('{"message":"Authentication required"}');
      return;
    }
    const text = await readText(incoming);
    const uri = (incoming.url ?? '').replace('/ari/', '');
    const result = await decide({
      via: 'http',
      method: incoming.method ?? '',
      uri,
      body: text ? JSON.parse(text) : undefined,
    });
    if (!result || isFrozen) return;
    outgoing.writeHead(result.status, { 'content-type': 'application/json' });
    outgoing.end(result.body === undefined ? undefined : JSON.stringify(result.body));
  }

  async function answerFrame(socket: WebSocket, text: string): Promise<void> {
    if (!answersOnSocket || isFrozen) return;
    const frame = JSON.parse(text) as Record<string, string | undefined>;
    const body: unknown = frame['message_body'] === undefined ? undefined : JSON.parse(frame['message_body']);
    const result = await decide({ via: 'socket', method: frame['method'] ?? '', uri: frame['uri'] ?? '', body });
    if (!result) return;
    const content = result.body === undefined ? {} : { message_body: JSON.stringify(result.body) };
    const head = { type: 'RESTResponse', request_id: frame['request_id'], status_code: result.status };
    socket.send(
      JSON.stringify({ ...head, ...content, application: 'fernamt', timestamp: '2026-11-21T01:30:56.828+0000' }),
    );
  }

  const server = createServer((incoming, outgoing) => {
    void answerHttp(incoming, outgoing);
  });
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
  });
  server.on('upgrade', (incoming, socket, head) => {
    upgrades.push({ url: incoming.url ?? '', authorization: incoming.headers.authorization });
    const refusal = incoming.headers.authorization === authorization ? options.refusesWith?.() : 401;
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${String(refusal)} Refused\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    webSockets.handleUpgrade(incoming, socket, head, (webSocket) => {
      webSocket.on('ping', () => {
        if (!isFrozen) webSocket.pong();
      });
      webSocket.on('message', (data: Buffer) => {
        void answerFrame(webSocket, data.toString());
      });
    });
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${String(port)}`,
    requests,
    upgrades,
    socketCount: () => webSockets.clients.size,
    mostHttpConnections: () => mostHttp,
    send: (event) => {
      for (const client of webSockets.clients) client.send(JSON.stringify(event));
    },
    sendText: (frame) => {
      for (const client of webSockets.clients) client.send(frame);
    },
    freeze: () => {
      isFrozen = true;
    },
    thaw: () => {
      isFrozen = false;
    },
    dropSockets: () => {
      for (const client of webSockets.clients) client.terminate();
    },
    stop: async () => {
      for (const connection of connections) connection.destroy();
      if (!server.listening) return;
      server.close();
      await once(server, 'close');
    },
  };
}

/** A channel as ARI describes it. */
export function fakeChannel(id: string, fields: object = {}): object {
  return {
    id,
    name: `PJSIP/1001-${id}`,
    state: 'Up',
    protocol_id: 'abc@host',
    caller: { name: 'Olivia', number: '1001' },
    connected: { name: '', number: '' },
    accountcode: '',
    dialplan: { context: 'fernamt-phones', exten: '600', priority: 1, app_name: 'Stasis', app_data: 'fernamt,phone' },
    creationtime: '2026-11-21T01:55:47.808+0000',
    language: 'en',
    ...fields,
  };
}

/** An event as ARI sends it; `type` first, as Asterisk does. */
export function fakeEvent(type: string, fields: object = {}): object {
  return { type, timestamp: '2026-11-21T01:55:48.243+0000', ...fields, asterisk_id: 'x', application: 'fernamt' };
}

async function readText(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
