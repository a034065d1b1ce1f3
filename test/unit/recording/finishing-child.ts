/** A process of its own that finishes or erases the recordings of a workshop, so that it can be killed. */

import type { AudioFormat } from '../../../src/recording/model.ts';
import { aClosing, makeWorkshop, nothingLive, startUnattended, until, type Running } from './workshop.ts';

/** Every second end was told before the death, the others are read from the files. */
async function finishAll(running: Running): Promise<void> {
  const open = running.catalogue.unfinished().filter((one) => one.state === 'recording');
  for (const [i, { opening }] of open.entries()) if (i % 2 === 0) running.finisher.close(aClosing(opening, 0.5));
  await running.finisher.recover(nothingLive);
  await running.finisher.drained();
}

/** While what is unfinished is being finished. */
async function eraseAll({ catalogue, finisher }: Running): Promise<void> {
  const all = catalogue.list({ limit: 100 })?.recordings ?? [];
  const recovered = finisher.recover(nothingLive);
  for (const [i, { id }] of all.entries()) {
    if (i % 4 === 3) await new Promise(setImmediate);
    finisher.erase(id, { erasedAt: 1000 + i, by: { kind: 'user', extension: '1001' } });
  }
  await recovered;
  await until('everything is erased', () => catalogue.allErasing().length === 0, 60_000);
  await finisher.drained();
}

const [root = '', format = 'wav', what = 'finish'] = process.argv.slice(2);
const running = await startUnattended(makeWorkshop(root), { ownThread: true, format: format as AudioFormat });
process.stdout.write('begins\n');
await (what === 'erase' ? eraseAll(running) : finishAll(running));
await running.finisher.stop();
await running.database.close();
process.stdout.write(`ends ${running.failures.length}\n`);
