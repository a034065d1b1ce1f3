/** A link between server and Asterisk that a test can cut, freeze and mend. */

import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface TcpLink {
  /** `http://127.0.0.1:PORT`, instead of the address behind it. */
  readonly url: string;
  /** Breaks every connection and refuses new ones. */
  cut(): void;
  /** Nothing passes any more, in either direction, and nobody is told; new connections hang as well. */
  freeze(): void;
  /** New connections pass again. What was frozen is gone: such a link is mended by a new connection alone. */
  mend(): void;
  close(): Promise<void>;
}

export async function openTcpLink(to: string): Promise<TcpLink> {
  const { hostname, port } = new URL(to);
  const sockets = new Set<Socket>();
  let state: 'whole' | 'cut' | 'frozen' = 'whole';

  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    // A broken connection is what this is for.
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    return socket;
  };
  const breakAll = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  const server = createServer((near) => {
    keep(near);
    if (state === 'cut') near.resetAndDestroy();
    if (state !== 'whole') return;
    const far = keep(connect(Number(port), hostname));
    near.pipe(far).pipe(near);
    near.once('close', () => far.destroy());
    far.once('close', () => near.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the link has no port');

  return {
    url: `http://127.0.0.1:${String(address.port)}`,
    cut: () => {
      state = 'cut';
      breakAll();
    },
    freeze: () => {
      state = 'frozen';
      for (const socket of sockets) socket.unpipe().pause();
    },
    mend: () => {
      if (state === 'frozen') breakAll();
      state = 'whole';
    },
    close: async () => {
      breakAll();
      server.close();
      await once(server, 'close');
    },
  };
}
