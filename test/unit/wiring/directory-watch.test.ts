import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger } from '../../../src/observability/logger.ts';
import type { DirectoryProblem } from '../../../src/recording/files/directories.ts';
import { createDirectoryWatch } from '../../../src/wiring/directory-watch.ts';
import { collectLogLines } from '../../support/log-lines.ts';
import { createManualClock } from '../../support/manual-clock.ts';

const full: DirectoryProblem = { severity: 'error', directory: '/calls', message: 'The directory lies on a full disk' };

function watchOf(found: readonly DirectoryProblem[][]) {
  const clock = createManualClock();
  const log = collectLogLines();
  let looks = 0;
  const check = () => Promise.resolve(found[Math.min(looks++, found.length - 1)] ?? []);
  const watch = createDirectoryWatch({
    check,
    clock,
    logger: createLogger({ level: 'info', personalData: 'plain' }, log.stream),
  });
  return { clock, log, watch, looks: () => looks };
}

test('the directories are looked at at the start and every half a minute, more often in trouble, which is told once', async () => {
  const { clock, log, watch, looks } = watchOf([[], [full], [full], []]);
  await watch.start();
  assert.deepEqual(watch.problems(), []);
  for (const [ms, expected] of [
    [30_000, [full]],
    [5_000, [full]],
    [5_000, []],
    [25_000, []],
  ] as const) {
    clock.advance(ms);
    await Promise.resolve();
    assert.deepEqual(watch.problems(), expected);
  }
  assert.equal(looks(), 4);
  clock.advance(5_000);
  assert.equal(looks(), 5);
  assert.equal(log.lines.filter((line) => line['explanation'] === full.message).length, 1);
});

test('when recordings fail the directories are looked at soon, once for all of them', async () => {
  const { clock, watch, looks } = watchOf([[], [full]]);
  await watch.start();
  for (let failed = 0; failed < 50; failed += 1) {
    watch.suspect();
    clock.advance(10);
  }
  await Promise.resolve();
  assert.equal(looks(), 2);
  assert.deepEqual(watch.problems(), [full]);
});

test('once stopped nothing is looked at any more', async () => {
  const { clock, watch, looks } = watchOf([[]]);
  await watch.start();
  watch.stop();
  watch.suspect();
  clock.advance(60_000);
  assert.equal(looks(), 1);
  assert.equal(clock.waiting(), 0);
});
