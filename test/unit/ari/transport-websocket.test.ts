import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AriError } from '../../../src/ari/client.ts';
import { createWebSocketTransport, type WebSocketTransport } from '../../../src/ari/transport-websocket.ts';
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts';

interface Bench {
  readonly transport: WebSocketTransport;
  readonly clock: ManualClock;
  readonly frames: Record<string, unknown>[];
}

function openBench(): Bench {
  const frames: Record<string, unknown>[] = [];
  const clock = createManualClock();
  const transport = createWebSocketTransport(
    (frame) => frames.push(JSON.parse(frame) as Record<string, unknown>),
    clock,
  );
  return { transport, clock, frames };
}

const failsWith = (reason: string) => (error: unknown) => error instanceof AriError && error.reason === reason;

test('a request is sent at once, in the form that Asterisk reads', () => {
  const { transport, frames } = openBench();
  transport
    .request('POST', 'channels/create', { query: { app: 'a b' }, body: { variables: { X: '1' } } })
    .catch(() => undefined);
  transport.request('DELETE', 'channels/x').catch(() => undefined);
  assert.deepEqual(frames, [
    {
      type: 'RESTRequest',
      request_id: '1',
      method: 'POST',
      uri: 'channels/create?app=a%20b',
      content_type: 'application/json',
      message_body: '{"variables":{"X":"1"}}',
    },
    { type: 'RESTRequest', request_id: '2', method: 'DELETE', uri: 'channels/x' },
  ]);
});

test('an answer reaches the request it belongs to, whatever its status', async () => {
  const { transport } = openBench();
  const first = transport.request('GET', 'channels/a');
  const second = transport.request('POST', 'channels/a/answer');
  transport.receive({ requestId: '1', status: 404, body: '{"message":"Channel not found"}' });
  transport.receive({ requestId: '2', status: 204, body: undefined });
  assert.deepEqual(await first, { status: 404, body: { message: 'Channel not found' } });
  assert.deepEqual(await second, { status: 204, body: undefined });
});

test('a request without an answer is given up at its deadline, and its late answer is ignored', async () => {
  const { transport, clock } = openBench();
  const short = transport.request('GET', 'a', { deadlineMs: 100 });
  const usual = transport.request('GET', 'b');
  clock.advance(100);
  await assert.rejects(short, failsWith('deadline-passed'));
  clock.advance(4_899);
  transport.receive({ requestId: '1', status: 200, body: undefined });
  transport.receive({ requestId: '2', status: 200, body: undefined });
  assert.equal((await usual).status, 200);
  assert.equal(clock.waiting(), 0);
});

test('how long the oldest request waits is known also after it was given up', async () => {
  const { transport, clock } = openBench();
  assert.equal(transport.waitingMs(), 0);
  const held = transport.request('GET', 'a', { deadlineMs: 100 });
  clock.advance(300);
  await assert.rejects(held);
  assert.equal(transport.waitingMs(), 300);
  transport.receive({ requestId: '1', status: 200, body: undefined });
  assert.equal(transport.waitingMs(), 0);
});

test('what waits and what follows is rejected when the connection is lost', async () => {
  const { transport, frames, clock } = openBench();
  const waiting = transport.request('GET', 'a');
  transport.close(new AriError('connection-lost', 'gone'));
  await assert.rejects(waiting, failsWith('connection-lost'));
  await assert.rejects(transport.request('GET', 'b'), failsWith('connection-lost'));
  assert.equal(frames.length, 1);
  assert.equal(clock.waiting(), 0);
});

test('an answer that overtook another shows that the other will never come', async () => {
  const { transport } = openBench();
  const lost = transport.request('GET', 'a');
  const answered = transport.request('GET', 'b');
  transport.receive({ requestId: '2', status: 200, body: undefined });
  await assert.rejects(lost, failsWith('unexpected-answer'));
  assert.equal((await answered).status, 200);
});

test('answers to nobody are ignored', async () => {
  const { transport } = openBench();
  const waiting = transport.request('GET', 'a');
  for (const requestId of ['', '0', '2', '__proto__']) transport.receive({ requestId, status: 400, body: undefined });
  transport.receive({ requestId: '1', status: 200, body: undefined });
  assert.equal((await waiting).status, 200);
});

test('a request that is too long for Asterisk is refused instead of costing the connection', async () => {
  const { transport, frames } = openBench();
  const long = transport.request('POST', 'channels/create', { body: { variables: { X: 'é'.repeat(31_000) } } });
  await assert.rejects(long, (error) => failsWith('unusable-request')(error) && (error as AriError).permanent);
  assert.deepEqual(frames, []);
});

test('drained resolves when everything sent so far is answered, well or not', async () => {
  const { transport, clock } = openBench();
  await transport.drained();
  const first = transport.request('GET', 'a').catch(() => 'gone');
  let isDrained = false;
  const drained = transport.drained().then(() => (isDrained = true));
  await Promise.resolve();
  assert.equal(isDrained, false);
  clock.advance(5_000);
  assert.equal(await first, 'gone');
  await drained;
});
