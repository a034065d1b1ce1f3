import { randomUUID } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { Heard } from './heard.ts';

/** Takes in what the phones hear. Asterisk sends it by AudioSocket: frames of kind, length and payload over TCP. */
export interface AudioInlet {
  readonly port: number;
  /** A place for one listener; `id` is what Asterisk has to name. */
  expect(): { readonly id: string; readonly heard: Heard };
  close(): Promise<void>;
}

const KIND_ID = 0x01;
const KIND_AUDIO = 0x10;
const HEADER_BYTES = 3;

export async function openAudioInlet(): Promise<AudioInlet> {
  const expected = new Map<string, Heard>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // The far end is killed in some tests; a reset says no more than an end.
    socket.on('error', () => socket.destroy());
    takeFrames(socket, expected);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the inlet has no port');

  return {
    port: address.port,
    expect: () => {
      const id = randomUUID();
      const heard = new Heard();
      expected.set(id, heard);
      return { id, heard };
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function takeFrames(socket: Socket, expected: ReadonlyMap<string, Heard>): void {
  let pending = Buffer.alloc(0);
  let heard: Heard | undefined;
  socket.on('data', (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    while (pending.length >= HEADER_BYTES) {
      const end = HEADER_BYTES + pending.readUInt16BE(1);
      if (pending.length < end) break;
      const payload = pending.subarray(HEADER_BYTES, end);
      if (pending[0] === KIND_ID) heard = expected.get(toUuid(payload));
      else if (pending[0] === KIND_AUDIO) heard?.add(payload);
      pending = pending.subarray(end);
    }
  });
}

function toUuid(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
