/** One of two processes that work on the same store: adds, replaces and removes the same few things. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isRefusal } from '../../../src/announcements/model.ts';
import { readShipped } from '../../../src/announcements/shipped.ts';
import { createAnnouncementStore } from '../../../src/announcements/service.ts';
import { openDatabase } from '../../../src/store/database.ts';

const [root = '', file = ''] = process.argv.slice(2);
const database = await openDatabase(join(root, 'fernamt.db'));
const ports = { now: () => Date.now(), language: () => 'en' as const, usedBy: () => [], isEvidence: () => false };
const shipped = readShipped(fileURLToPath(new URL('../../../sounds/announcements', import.meta.url)));
const store = createAnnouncementStore({ database, dataDirectory: root, shipped, ports });
const audio = readFileSync(file);
for (let round = 0; round < 4; round++) {
  const answer = await store.add({ name: `name-${round % 2}`, audio, replace: round % 3 > 0 });
  if (isRefusal(answer) && answer.refused !== 'name-taken') throw new Error(answer.message);
  await store.remove(`name-${(round + 1) % 2}`);
}
await database.close();
