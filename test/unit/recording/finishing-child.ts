/** A process of its own that finishes the recordings of a workshop, so that it can be killed. */

import { aClosing, makeWorkshop, nothingLive, startUnattended } from './workshop.ts';

/** Every second end was told before the death, the others are read from the files. */
async function finishAll(root: string): Promise<void> {
  const running = await startUnattended(makeWorkshop(root), { ownThread: true });
  const open = running.catalogue.unfinished().filter((one) => one.state === 'recording');
  process.stdout.write('begins\n');
  for (const [i, { opening }] of open.entries()) if (i % 2 === 0) running.finisher.close(aClosing(opening, 0.5));
  await running.finisher.recover(nothingLive);
  await running.finisher.drained();
  await running.finisher.stop();
  await running.database.close();
  process.stdout.write(`ends ${running.failures.length}\n`);
}

await finishAll(process.argv[2] ?? '');
