import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 25;

/** Waits for something that comes by itself. The deadline is a watchdog and says nothing about speed. */
export async function eventually<Value>(
  what: string,
  look: () => Value | undefined | false | Promise<Value | undefined | false>,
  deadlineMs = 30_000,
): Promise<Value> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const value = await look();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`waited ${String(deadlineMs)} ms in vain until ${what}`);
    await delay(pollMs);
  }
}
