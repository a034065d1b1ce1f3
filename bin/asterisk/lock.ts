import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Progress } from './installation.ts';

const POLL_MS = 250;

/**
 * Runs `work` while no other process on this machine runs work under the same name. The lock is a socket in Linux's
 * abstract namespace: the kernel removes it with its holder, so a killed process leaves no stale lock.
 */
export async function withLock<Result>(name: string, progress: Progress, work: () => Promise<Result>): Promise<Result> {
  const address = `\0fernamt-${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
  const held = (await listen(address)) ?? (await waitFor(address, progress));
  try {
    return await work();
  } finally {
    await new Promise((resolve) => held.close(resolve));
  }
}

async function waitFor(address: string, progress: Progress): Promise<Server> {
  progress('Another process is preparing Asterisk; waiting for it.');
  for (;;) {
    await delay(POLL_MS);
    const held = await listen(address);
    if (held !== undefined) return held;
  }
}

function listen(address: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(address, () => resolve(server));
  });
}
