import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createConfigurationKeeping } from '../../../src/wiring/configuration-keeping.ts';
import { createManualClock } from '../../support/manual-clock.ts';

test('a configuration that cannot be kept is told, and kept as soon as it can be', () => {
  const clock = createManualClock();
  const kept: string[] = [];
  const told: unknown[] = [];
  const disk = { isFull: true };
  const keeping = createConfigurationKeeping({
    clock,
    configurations: {
      keep: (hash) => {
        if (disk.isFull) throw new Error('database or disk is full');
        kept.push(hash);
      },
    },
    failed: (error) => void told.push(error),
  });
  keeping.keep({ hash: 'one', effective: {} });
  clock.advance(10_000);
  assert.deepEqual([kept, told.length], [[], 2]);
  disk.isFull = false;
  clock.advance(10_000);
  clock.advance(10_000);
  assert.deepEqual([kept, told.length], [['one'], 2]);
});
