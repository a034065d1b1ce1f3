/** What must be left after a test: nothing. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Site } from './site.ts';

const PATIENCE_MS = 10_000;

/** Nothing is left in Asterisk and in the server. What is left all the same is ended, so that the next test can begin. */
export async function leavesNothing(site: Site): Promise<void> {
  const watchdog = new AbortController();
  const tooLate = delay(PATIENCE_MS, undefined, { signal: watchdog.signal, ref: false }).then(() => sweep(site));
  try {
    await Promise.race([site.isEmpty(), tooLate]);
  } finally {
    watchdog.abort();
  }
}

async function sweep(site: Site): Promise<never> {
  const channels = await site.asterisk.cli('core show channels concise');
  const bridges = await site.asterisk.cli('bridge show all');
  const calls = await site.server.calls().catch(() => []);
  await site.asterisk.cli('channel request hangup all');
  throw new Error(`left over:\n${channels}${bridges}${JSON.stringify(calls, null, 2)}`);
}
