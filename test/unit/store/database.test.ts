import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openDatabase, type Database } from '../../../src/store/database.ts';
import { createHuntPositions } from '../../../src/store/hunt-positions.ts';
import { createLiveCalls } from '../../../src/store/live-calls.ts';
import { createMemberships } from '../../../src/store/memberships.ts';
import { DatabaseVersionError } from '../../../src/store/migrations.ts';

interface Bench {
  readonly path: string;
  readonly open: (readOnly?: boolean) => Promise<Database>;
}

function bench(t: TestContext): Bench {
  const directory = mkdtempSync(join(tmpdir(), 'fernamt-store-'));
  const path = join(directory, 'below', 'fernamt.db');
  const opened: Database[] = [];
  t.after(async () => {
    for (const database of opened) await database.close();
    rmSync(directory, { recursive: true });
  });
  return {
    path,
    open: async (readOnly = false) => {
      const database = await openDatabase(path, { readOnly });
      opened.push(database);
      return database;
    },
  };
}

test('a new database is made with its directory, for nobody else to read', async (t) => {
  const { path, open } = bench(t);
  await open();
  assert.equal(statSync(path).mode & 0o007, 0);
});

test('what was committed is there after a restart', async (t) => {
  const { open } = bench(t);
  const first = await open();
  createHuntPositions(first).set('600', '1001');
  await first.close();
  assert.equal(createHuntPositions(await open()).get('600'), '1001');
});

test('a transaction is whole or not at all, inside another one, too', async (t) => {
  const database = await bench(t).open();
  const positions = createHuntPositions(database);
  assert.throws(() =>
    database.transaction(() => {
      positions.set('600', '1001');
      database.transaction(() => {
        positions.set('601', '1002');
      });
      throw new Error('halt');
    }),
  );
  assert.deepEqual([positions.get('600'), positions.get('601')], [undefined, undefined]);
  database.transaction(() => {
    positions.set('600', '1001');
    assert.throws(() =>
      database.transaction(() => {
        positions.set('601', '1002');
        throw new Error('halt');
      }),
    );
  });
  assert.deepEqual([positions.get('600'), positions.get('601')], ['1001', undefined]);
});

test('flush resolves for all who wait, and again later', async (t) => {
  const database = await bench(t).open();
  const positions = createHuntPositions(database);
  for (let i = 0; i < 3; i++) {
    positions.set('600', String(i));
    await Promise.all(Array.from({ length: 20 }, () => database.flush()));
  }
  assert.equal(positions.get('600'), '2');
});

test('closing twice is closing once, and leaves one file', async (t) => {
  const { path, open } = bench(t);
  const database = await open();
  await Promise.all([database.close(), database.close()]);
  assert.equal(existsSync(`${path}-wal`), false);
});

test('a database of a newer version is refused in plain words', async (t) => {
  const { open } = bench(t);
  const database = await open();
  database.run('PRAGMA user_version = 4711');
  await database.close();
  for (const readOnly of [false, true]) {
    await assert.rejects(open(readOnly), (error) => {
      assert.ok(error instanceof DatabaseVersionError && error.permanent);
      assert.match(error.message, /version 4711.*newer fernamt/);
      return true;
    });
  }
});

test('a program that only reads makes no tables', async (t) => {
  const { open } = bench(t);
  await assert.rejects(open(true));
  const database = await open();
  database.run('PRAGMA user_version = 0');
  await database.close();
  await assert.rejects(open(true), /start the server once/);
});

test('a program that only reads sees what the server writes and writes nothing', async (t) => {
  const { open } = bench(t);
  const server = await open();
  const reader = await open(true);
  createHuntPositions(server).set('600', '1001');
  assert.equal(createHuntPositions(reader).get('600'), '1001');
  assert.throws(() => {
    createHuntPositions(reader).set('600', '1002');
  }, /readonly/);
});

test('running calls are saved, replaced and removed', async (t) => {
  const calls = createLiveCalls(await bench(t).open());
  calls.save('b', '{"x":1}', 1000.5);
  calls.save('a', '{"x":2}', 1001);
  calls.save('b', '{"x":3}', 1002);
  assert.deepEqual(calls.all(), [
    { callId: 'b', snapshot: '{"x":3}' },
    { callId: 'a', snapshot: '{"x":2}' },
  ]);
  calls.remove('b');
  calls.remove('b');
  assert.deepEqual(
    calls.all().map((one) => one.callId),
    ['a'],
  );
});

test('saving a call costs next to nothing', async (t) => {
  const calls = createLiveCalls(await bench(t).open());
  const snapshot = 'x'.repeat(4000);
  const costs = Array.from({ length: 4000 }, (_, i) => {
    const before = performance.now();
    calls.save(`call${i % 100}`, snapshot, i);
    return performance.now() - before;
  });
  const median = costs.sort((a, b) => a - b)[2000] ?? 0;
  t.diagnostic(`${(median * 1000).toFixed(1)} µs`);
  assert.ok(median < 0.04, `${median * 1000} µs`);
});

test('memberships are remembered by group and extension', async (t) => {
  const memberships = createMemberships(await bench(t).open());
  memberships.set('600', '1001', true);
  memberships.set('601', '1001', true);
  memberships.set('600', '1001', false);
  assert.deepEqual(memberships.all(), [
    { group: '600', extension: '1001', active: false },
    { group: '601', extension: '1001', active: true },
  ]);
});

test('whose turn it was is remembered by group', async (t) => {
  const positions = createHuntPositions(await bench(t).open());
  positions.set('600', '1001');
  positions.set('600', '1002');
  assert.deepEqual([positions.get('600'), positions.get('601')], ['1002', undefined]);
});
