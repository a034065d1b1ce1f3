import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { AriError, type AriClient } from '../../../src/ari/client.ts';
import { allowedFrameTypes, frameTypesFor } from '../../../src/ari/schema.ts';
import { connect, openAriBench, quickly, stasisEnd, toLine, until } from '../../support/ari-bench.ts';
import { fakeEvent, startFakeAri } from '../../support/fake-ari.ts';

const isLost = (error: unknown): boolean => error instanceof AriError && error.reason === 'connection-lost';

test('it connects for our application alone, with the password in a header and nowhere else', async (context) => {
  const bench = await openAriBench(context);
  await connect(bench);
  const [upgrade] = bench.fake.upgrades;
  assert.equal(upgrade?.url, '/ari/events?app=fernamt&subscribeAll=false');
  assert.equal(upgrade?.authorization, `Basic ${Buffer.from('fernamt:secret').toString('base64')}`);
  assert.doesNotMatch(bench.logged.join('\n'), /secret|Basic/);
});

test('nothing happens before it is started', async (context) => {
  const { connection, fake } = await openAriBench(context);
  assert.equal(connection.state, 'stopped');
  assert.equal(fake.upgrades.length, 0);
  await assert.rejects(connection.client.request('GET', 'channels'), isLost);
});

test('the event filter is put over HTTP, before the socket is tried, at every connection anew', async (context) => {
  const bench = await openAriBench(context);
  await connect(bench);
  bench.fake.dropSockets();
  await until(() => bench.told.filter((line) => line.startsWith('connected')).length === 2);
  const uris = bench.fake.requests.map(({ via, method, uri }) => `${via} ${method} ${uri}`);
  const once = [
    'http GET asterisk/info?only=system',
    'http PUT applications/fernamt/eventFilter',
    'socket GET asterisk/ping',
  ];
  assert.deepEqual(uris, [...once, ...once]);
  const filter = { allowed: allowedFrameTypes.map((type) => ({ type })), disallowed: [] };
  assert.deepEqual(bench.fake.requests[1]?.body, filter);
});

for (const [who, types] of [
  ['everybody', frameTypesFor(undefined)],
  ['one who heeds a single event', frameTypesFor(['Dial'])],
] as const) {
  test(`the answers to our requests and the loss of our name pass the event filter of ${who}`, () => {
    for (const type of ['RESTResponse', 'ApplicationReplaced', 'Dial']) assert.ok(types.includes(type), type);
  });
}

test('the event filter of one who heeds a single event holds back the others', () => {
  assert.ok(!frameTypesFor(['Dial']).includes('ChannelStateChange'));
});

test('events that arrive while reconciling are kept back and delivered in order before the later ones', async (context) => {
  let finish: () => void = () => undefined;
  const told: string[] = [];
  const bench = await openAriBench(context, {
    handlers: {
      connected: async () => {
        bench.fake.send(stasisEnd('1'));
        bench.fake.send(stasisEnd('2'));
        await new Promise<void>((resolve) => {
          finish = resolve;
        });
        told.push('reconciled');
      },
      event: (event) => told.push(toLine(event)),
    },
  });
  bench.connection.start();
  await until(() => bench.connection.state === 'reconciling');
  // Whatever the server sent before this answer has arrived, too.
  await bench.connection.client.request('GET', 'channels');
  assert.deepEqual(told, []);
  finish();
  await until(() => bench.connection.state === 'connected');
  bench.fake.send(stasisEnd('3'));
  await until(() => told.length === 4);
  assert.deepEqual(told, ['reconciled', 'StasisEnd 1', 'StasisEnd 2', 'StasisEnd 3']);
});

test('a lost connection is told once and made anew', async (context) => {
  const bench = await openAriBench(context);
  await connect(bench);
  bench.fake.dropSockets();
  await until(() => bench.told.length === 3);
  assert.deepEqual(bench.told, ['connected ordered', 'disconnected closed', 'connected ordered']);
  assert.equal(bench.fake.socketCount(), 1);
});

test('requests that wait are settled when the connection is lost, over the socket and over HTTP', async (context) => {
  for (const answersOnSocket of [true, false]) {
    const bench = await openAriBench(context, { answersOnSocket, answer: () => undefined });
    await connect(bench);
    const waiting = assert.rejects(bench.connection.client.request('GET', 'channels'), isLost);
    bench.fake.dropSockets();
    await waiting;
  }
});

test('a client serves the one connection it was made for', async (context) => {
  const clients: AriClient[] = [];
  const bench = await openAriBench(context, {
    handlers: {
      connected: (client) => {
        clients.push(client);
        return Promise.resolve();
      },
    },
  });
  await connect(bench);
  bench.fake.dropSockets();
  await until(() => clients.length === 2 && bench.connection.state === 'connected');
  await assert.rejects(clients[0]!.request('GET', 'channels'), isLost);
  assert.equal((await clients[1]!.request('GET', 'channels')).status, 204);
  assert.equal((await bench.connection.client.request('GET', 'channels')).status, 204);
});

test('when another server takes our name it is told, and there is no reconnecting', async (context) => {
  const bench = await openAriBench(context);
  await connect(bench);
  bench.fake.send(fakeEvent('ApplicationReplaced'));
  await until(() => bench.connection.state === 'replaced');
  await until(() => bench.fake.socketCount() === 0);
  assert.deepEqual(bench.told, ['connected ordered', 'disconnected replaced', 'replaced']);
  assert.equal(bench.fake.upgrades.length, 1);
});

test('that another application was replaced is none of our business', async (context) => {
  const bench = await openAriBench(context);
  await connect(bench);
  bench.fake.send({ ...fakeEvent('ApplicationReplaced'), application: 'other' });
  bench.fake.send(stasisEnd('1'));
  await until(() => bench.told.length === 2);
  assert.deepEqual(bench.told, ['connected ordered', 'StasisEnd 1']);
});

test('an Asterisk that does not answer on the socket is asked over HTTP', async (context) => {
  const bench = await openAriBench(context, { answersOnSocket: false, answer: () => ({ status: 200, body: [] }) });
  await connect(bench);
  assert.deepEqual(await bench.connection.client.request('GET', 'channels'), { status: 200, body: [] });
  assert.deepEqual(bench.told, ['connected unordered']);
  assert.deepEqual(bench.fake.requests.at(-1), { via: 'http', method: 'GET', uri: 'channels', body: undefined });
});

test('when reconciling fails the connection is made anew', async (context) => {
  let attempts = 0;
  const bench = await openAriBench(context, {
    handlers: {
      connected: () => {
        attempts += 1;
        return attempts < 3 ? Promise.reject(new Error('no answer')) : Promise.resolve();
      },
    },
  });
  await connect(bench);
  assert.deepEqual(bench.told, ['disconnected resync-failed', 'disconnected resync-failed']);
});

test('who reconciles is told when the connection is lost meanwhile', async (context) => {
  let aborted = 0;
  const bench = await openAriBench(context, {
    handlers: {
      connected: (_client, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            aborted += 1;
            resolve();
          });
        }),
    },
  });
  bench.connection.start();
  await until(() => bench.connection.state === 'reconciling');
  bench.fake.send(stasisEnd('1'));
  bench.fake.dropSockets();
  await until(() => aborted === 1);
  await until(() => bench.connection.state === 'reconciling');
  assert.deepEqual(bench.told, ['disconnected closed'], 'the event kept back was of a connection that is gone');
});

test('a handler that throws does not cost the next event or the connection', async (context) => {
  const seen: string[] = [];
  const bench = await openAriBench(context, {
    handlers: {
      event: (event) => {
        seen.push(toLine(event));
        throw new Error('a fault');
      },
      disconnected: () => {
        throw new Error('another fault');
      },
    },
  });
  await connect(bench);
  bench.fake.send(stasisEnd('1'));
  bench.fake.send(stasisEnd('2'));
  await until(() => seen.length === 2);
  bench.fake.dropSockets();
  await until(() => bench.fake.upgrades.length === 2 && bench.connection.state === 'connected');
  assert.equal(bench.logged.filter((line) => line.startsWith('error')).length, 3);
});

test('malformed frames are counted, logged once, and nothing worse', async (context) => {
  const bench = await openAriBench(context);
  await connect(bench);
  for (const frame of ['no JSON', '[]', '{"type":"StasisEnd"}', 'x'.repeat(2_000_000)]) bench.fake.sendText(frame);
  bench.fake.send(stasisEnd('1'));
  await until(() => bench.told.includes('StasisEnd 1'));
  assert.deepEqual(bench.told.slice(1, -1), [
    'malformed no JSON',
    'malformed frame is no object',
    'malformed timestamp is no text',
    'malformed too long',
  ]);
  assert.equal(bench.logged.filter((line) => line.includes('malformed')).length, 1);
});

test('starting and stopping twice is as good as once, and it can be started again', async (context) => {
  const bench = await openAriBench(context);
  bench.connection.start();
  await connect(bench);
  await Promise.all([bench.connection.stop(), bench.connection.stop()]);
  await bench.connection.stop();
  assert.equal(bench.connection.state, 'stopped');
  assert.equal(bench.fake.socketCount(), 0);
  await connect(bench);
  assert.deepEqual(bench.told, ['connected ordered', 'disconnected stopped', 'connected ordered']);
});

const neverResolves = new Promise<void>(() => {});

test('it can be stopped at every step of connecting', async (context) => {
  const states = ['connecting', 'reconciling', 'waiting'] as const;
  for (const state of states) {
    const bench = await openAriBench(context, {
      refusesWith: () => (state === 'waiting' ? 503 : undefined),
      connection: { random: () => 1, timing: { ...quickly, firstRetryMs: 60_000, longestRetryMs: 60_000 } },
      handlers: { connected: () => neverResolves },
    });
    bench.connection.start();
    await until(() => bench.connection.state === state);
    await bench.connection.stop();
    assert.equal(bench.connection.state, 'stopped', state);
    await until(() => bench.fake.socketCount() === 0);
  }
});

test('after stopping nothing keeps the process alive', async (context) => {
  const fake = await startFakeAri();
  context.after(() => fake.stop());
  const script = `
    import { openAriConnection } from './src/ari/connection.ts';
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const handlers = { connected: async (client) => { await client.request('GET', 'channels'); setImmediate(() => connection.stop()); }, event() {}, disconnected() {}, replaced() {} };
    const connection = openAriConnection({ url: '${fake.url}', username: 'fernamt', password: 'secret', application: 'fernamt', log }, handlers);
    connection.start();`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script], {
    stdio: 'inherit',
  });
  const signal = AbortSignal.timeout(5_000);
  signal.addEventListener('abort', () => {
    child.kill('SIGKILL');
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  assert.equal(code, 0);
});
