import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AriClock, monotonicClock } from '../../../src/ari/clock.ts';
import { connect, openAriBench, quickly, until } from '../../support/ari-bench.ts';
import { startFakeAri } from '../../support/fake-ari.ts';

const refusals: readonly (readonly [number, string])[] = [
  [401, 'unauthorised'],
  [404, 'no-ari'],
  [503, 'not-ready'],
];

for (const [status, cause] of refusals) {
  test(`a refusal with ${String(status)} is told once, in plain words, and tried again until it is mended`, async (context) => {
    let refusal: number | undefined = status;
    const bench = await openAriBench(context, { refusesWith: () => refusal });
    bench.connection.start();
    await until(() => bench.fake.upgrades.length >= 4);
    assert.deepEqual(bench.told, [`problem ${cause}`]);
    const lines = bench.logged.filter((line) => line.includes('cannot connect'));
    assert.equal(lines.length, 1);
    assert.doesNotMatch(lines.join(), /secret/);
    refusal = undefined;
    await until(() => bench.connection.state === 'connected');
    refusal = status;
    bench.fake.dropSockets();
    await until(() => bench.told.length === 4);
    assert.deepEqual(bench.told.slice(1), ['connected ordered', 'disconnected closed', `problem ${cause}`]);
  });
}

test('an Asterisk that is not running is told once and found when it comes back', async (context) => {
  const bench = await openAriBench(context);
  await connect(bench);
  const port = Number(new URL(bench.fake.url).port);
  await bench.fake.stop();
  await until(() => bench.told.includes('problem refused'));
  const revived = await startFakeAri({ port });
  context.after(() => revived.stop());
  await until(() => bench.connection.state === 'connected');
  assert.equal(bench.told.filter((line) => line === 'problem refused').length, 1);
});

test('an Asterisk that is too old is named with its version', async (context) => {
  const problems: string[] = [];
  const bench = await openAriBench(context, {
    version: '20.9.3',
    handlers: { problem: ({ message }) => problems.push(message) },
  });
  bench.connection.start();
  await until(() => bench.fake.upgrades.length >= 2);
  assert.deepEqual(problems, [
    `Asterisk at ${bench.fake.url} is version 20.9.3; fernamt needs 20.13, 21.8, 22.3 or newer`,
  ]);
});

test('a link on which nothing comes back is noticed and replaced', async (context) => {
  const bench = await openAriBench(context);
  await connect(bench);
  bench.fake.freeze();
  await until(() => bench.told.includes('disconnected frozen'));
  bench.fake.thaw();
  await until(() => bench.connection.state === 'connected');
});

test('a quiet link that answers pings is left alone', async (context) => {
  const bench = await openAriBench(context);
  const recorded = recordWaits(monotonicClock);
  const other = await openAriBench(context, { connection: { clock: recorded.clock } });
  await connect(bench);
  await connect(other);
  await until(() => recorded.waits.filter((ms) => ms === quickly.pongWithinMs).length >= 5);
  assert.deepEqual(bench.told, ['connected ordered']);
  assert.deepEqual(other.told, ['connected ordered']);
});

test('the wait before a new attempt doubles up to a limit, and is a random part of that', async (context) => {
  const recorded = recordWaits(monotonicClock);
  const timing = { ...quickly, firstRetryMs: 4, longestRetryMs: 16 };
  const bench = await openAriBench(context, {
    refusesWith: () => 503,
    connection: { clock: recorded.clock, random: () => 0.75, timing },
  });
  bench.connection.start();
  const retries = (): readonly number[] => recorded.waits.filter((ms) => ms < 20);
  await until(() => retries().length >= 5);
  assert.deepEqual(retries().slice(0, 5), [3, 6, 12, 12, 12]);
});

function recordWaits(clock: AriClock): { readonly clock: AriClock; readonly waits: number[] } {
  const waits: number[] = [];
  return {
    waits,
    clock: {
      now: () => clock.now(),
      after: (ms, callback) => {
        waits.push(ms);
        return clock.after(ms, callback);
      },
    },
  };
}
