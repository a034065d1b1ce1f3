import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { createHttpServer, type HttpServer } from '../../src/http/server.ts';
import { silentLogger } from '../../src/observability/logger.ts';
import { ask, listenTo, refusalOf, withDeadline, type Listening } from '../support/http-client.ts';
import { aCall, aRecording, fakeHttpPorts } from '../support/http-ports.ts';

const ports = fakeHttpPorts();
const server: HttpServer = createHttpServer(
  ports,
  { listen: '127.0.0.1:0', outbox: { waitingBytes: 256 * 1024 } },
  silentLogger,
);

before(() => server.start());
after(() => server.stop());

async function joined(query = ''): Promise<Listening> {
  const listening = listenTo(`${server.url}/api/v1/events${query}`);
  await listening.until(1);
  return listening;
}

function seqsOf(listening: Listening): readonly number[] {
  return listening.messages.map((message) => Number(message['seq']));
}

test('a client first hears how everything stands, then every change with a number one higher', async () => {
  ports.change(aCall('c1'));
  const client = await joined();
  assert.deepEqual([client.messages[0]?.['type'], client.messages[0]?.['calls']], ['snapshot', [aCall('c1')]]);

  ports.change(aCall('c1', { state: 'up', answeredAt: '2026-05-04T09:00:05.000Z' }));
  ports.record(aRecording('r1'));
  ports.change(aCall('c1', { state: 'ended' }));
  await client.until(4);
  assert.deepEqual(
    client.messages.slice(1).map(({ type, call, recording }) => [type, call ?? recording]),
    [
      ['call', aCall('c1', { state: 'up', answeredAt: '2026-05-04T09:00:05.000Z' })],
      ['recording', aRecording('r1')],
      ['call', aCall('c1', { state: 'ended' })],
    ],
  );
  const [first = 0] = seqsOf(client);
  assert.deepEqual(seqsOf(client), [first, first + 1, first + 2, first + 3]);
  client.socket.close();
});

test('a client that was away hears only what it has missed', async () => {
  const early = await joined();
  const [seen = 0] = seqsOf(early);
  early.socket.close();
  ports.change(aCall('c2'));
  ports.change(aCall('c3'));
  const late = listenTo(`${server.url}/api/v1/events?after=${seen}`);
  await late.until(2);
  assert.deepEqual(seqsOf(late), [seen + 1, seen + 2]);
  ports.change(aCall('c2', { state: 'ended' }));
  await late.until(3);
  assert.deepEqual(seqsOf(late), [seen + 1, seen + 2, seen + 3]);
  late.socket.close();
});

test('a client that has missed nothing hears nothing until something changes', async () => {
  const early = await joined();
  const [seen = 0] = seqsOf(early);
  const again = listenTo(`${server.url}/api/v1/events?after=${seen}`);
  await withDeadline('open', once(again.socket, 'open'));
  // A ping is answered by the server after all that it had to say.
  again.socket.ping();
  await withDeadline('pong', once(again.socket, 'pong'));
  assert.deepEqual(again.messages, []);
  ports.change(aCall('c3', { state: 'ended' }));
  await again.until(1);
  assert.deepEqual(seqsOf(again), [seen + 1]);
  for (const client of [early, again]) client.socket.close();
});

for (const after of ['0', '99999999999999']) {
  test(`a number that this server never gave, ${after}, is answered with a snapshot`, async () => {
    const client = await joined(`?after=${after}`);
    assert.equal(client.messages[0]?.['type'], 'snapshot');
    client.socket.close();
  });
}

test('a client that was away for too long hears a snapshot', async () => {
  const early = await joined();
  const [seen = 0] = seqsOf(early);
  early.socket.close();
  for (let count = 0; count < 1001; count += 1) ports.change(aCall('c4', { users: [String(count)] }));
  const late = await joined(`?after=${seen}`);
  assert.deepEqual([late.messages[0]?.['type'], late.messages[0]?.['seq']], ['snapshot', seen + 1001]);
  const nearly = await joined(`?after=${seen + 1}`);
  await nearly.until(1000);
  assert.equal(nearly.messages[0]?.['seq'], seen + 2);
  for (const client of [late, nearly]) client.socket.close();
});

test('several clients hear the same', async () => {
  const clients = await Promise.all([joined(), joined(), joined()]);
  ports.change(aCall('c5'));
  await Promise.all(clients.map((client) => client.until(2)));
  assert.equal(new Set(clients.map((client) => JSON.stringify(client.messages[1]))).size, 1);
  for (const client of clients) client.socket.close();
});

test('a client that does not read is let go with the reason, and the others hear everything', async () => {
  const slow = await joined();
  const quick = await joined();
  const heard = quick.messages.length;
  slow.socket.pause();
  const users = [`${'9'.repeat(64 * 1024)}`];
  const changes = 400;
  for (let count = 0; count < changes; count += 1) {
    ports.change(aCall('big', { users }));
    if (count % 20 === 0) await quick.until(heard + count);
  }
  ports.change(aCall('big', { state: 'ended' }));
  await quick.until(heard + changes + 1);
  slow.socket.resume();
  assert.deepEqual(await withDeadline('goodbye', slow.closed), { code: 1013, reason: 'too slow' });
  assert.ok(slow.messages.length < changes);
  quick.socket.close();
});

const strangers: readonly (readonly [who: string, headers: Record<string, string>, status: number])[] = [
  ['a page of another site', { origin: 'https://attacker.example' }, 403],
  ['a rebound name', { host: 'attacker.example' }, 421],
];
for (const [who, headers, status] of strangers) {
  test(`${who} cannot open the stream`, async () => {
    assert.equal(await refusalOf(`${server.url}/api/v1/events`, headers), status);
  });
}

test('a stream that is asked for wrongly, or elsewhere, is refused', async () => {
  assert.equal(await refusalOf(`${server.url}/api/v1/events?after=yesterday`, {}), 400);
  assert.equal(await refusalOf(`${server.url}/api/v1/calls`, {}), 404);
});

test('the stream asked for without a WebSocket is a problem', async () => {
  const answer = await ask(`${server.url}/api/v1/events`);
  assert.deepEqual([answer.status, answer.json()['detail']], [426, 'This is a WebSocket.']);
});

test('a client that sends a flood is let go', async () => {
  const client = await joined();
  client.socket.send('x'.repeat(10_000));
  assert.equal((await withDeadline('end', client.closed)).code, 1009);
});

test('a stop says goodbye to every client, also to one that does not answer', async () => {
  const own = fakeHttpPorts();
  const short = createHttpServer(own, { listen: '127.0.0.1:0' }, silentLogger);
  await short.start();
  const polite = listenTo(`${short.url}/api/v1/events`);
  const deaf = listenTo(`${short.url}/api/v1/events`);
  await Promise.all([polite.until(1), deaf.until(1)]);
  deaf.socket.pause();
  await withDeadline('stop', short.stop());
  assert.deepEqual(await withDeadline('goodbye', polite.closed), { code: 1001, reason: 'the server stops' });
  deaf.socket.terminate();
  assert.equal(own.listeners(), 0);
});
