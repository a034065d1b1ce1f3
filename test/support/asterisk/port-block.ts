import { createServer, type Server } from 'node:net';
import { createSocket } from 'node:dgram';

/** Ports that belong to one Asterisk instance as long as this process lives. */
export interface PortBlock {
  /** The phones need several: where a call arrives tells whom it is for. */
  readonly sip: readonly [number, number, number];
  readonly http: number;
  readonly rtpFirst: number;
  readonly rtpLast: number;
  release(): Promise<void>;
}

// Below the range from which the kernel hands out ports of its own accord.
const FIRST_BLOCK = 11_000;
const LAST_BLOCK = 31_000;
const BLOCK_SIZE = 1_000;

/**
 * Claims a block of ports by listening on its first one: the kernel gives the claim up when this process ends,
 * however it ends, so there is no stale lock to clear away.
 */
export async function claimPortBlock(): Promise<PortBlock> {
  const blocks = (LAST_BLOCK - FIRST_BLOCK) / BLOCK_SIZE;
  const offset = process.pid % blocks;
  for (let tried = 0; tried < blocks; tried += 1) {
    const base = FIRST_BLOCK + ((offset + tried) % blocks) * BLOCK_SIZE;
    const claim = await listen(base);
    if (claim === undefined) continue;
    if (await portsAreFree(base)) return toBlock(base, claim);
    await close(claim);
  }
  throw new Error('every block of ports for Asterisk instances is taken');
}

function toBlock(base: number, claim: Server): PortBlock {
  return {
    sip: sipPorts(base),
    http: base + 6,
    rtpFirst: base + 10,
    rtpLast: base + BLOCK_SIZE - 1,
    release: () => close(claim),
  };
}

async function portsAreFree(base: number): Promise<boolean> {
  const http = await listen(base + 6);
  if (http === undefined) return false;
  await close(http);
  const free = await Promise.all(sipPorts(base).map(udpPortIsFree));
  return free.every(Boolean);
}

function sipPorts(base: number): readonly [number, number, number] {
  return [base + 2, base + 3, base + 4];
}

function listen(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.unref();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

function udpPortIsFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => resolve(false));
    socket.bind(port, '127.0.0.1', () => socket.close(() => resolve(true)));
  });
}
