import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'node:test';
import { type BusyChannels, createBusyChannels } from '../../../src/ari/busy-channels.ts';
import { AriError, type AriClient, type AriResponse } from '../../../src/ari/client.ts';
import { createLanes } from '../../../src/ari/lanes.ts';
import { createWebSocketTransport } from '../../../src/ari/transport-websocket.ts';
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts';

interface Bench {
  readonly busy: BusyChannels;
  readonly client: AriClient;
  readonly clock: ManualClock;
  /** What was sent, by which way, in order. */
  readonly sent: string[];
  answerSocket(id: number, status?: number): void;
  answerHttp(path: string, outcome?: AriResponse | AriError): void;
}

function openBench(): Bench {
  const sent: string[] = [];
  const clock = createManualClock();
  const waiting = new Map<string, (outcome: AriResponse | AriError) => void>();
  const socket = createWebSocketTransport(
    (frame) => sent.push(`socket ${(JSON.parse(frame) as { uri: string }).uri}`),
    clock,
  );
  const http: AriClient = {
    ordered: false,
    request: (_method, path) =>
      new Promise((resolve, reject) => {
        sent.push(`http ${String(path)}`);
        waiting.set(String(path), (outcome) => {
          if (outcome instanceof AriError) reject(outcome);
          else resolve(outcome);
        });
      }),
  };
  const busy = createBusyChannels();
  return {
    busy,
    client: createLanes({ socket, http, busy, clock }),
    clock,
    sent,
    answerSocket: (id, status = 204) => {
      socket.receive({ requestId: String(id), status, body: undefined });
    },
    answerHttp: (path, outcome = { status: 204, body: undefined }) => waiting.get(path)?.(outcome),
  };
}

test('everything goes over the socket, in the order sent, without waiting for answers', () => {
  const { client, sent } = openBench();
  for (const path of ['channels/a/answer', 'bridges', 'channels/b'])
    client.request('POST', path).catch(() => undefined);
  assert.deepEqual(sent, ['socket channels/a/answer', 'socket bridges', 'socket channels/b']);
});

test('what would wait for a playback goes over HTTP, after everything sent before it', async () => {
  const { client, sent, answerSocket, answerHttp } = openBench();
  const play = client.request('POST', 'channels/a/play/p');
  const variable = client.request('POST', 'channels/a/variable', { query: { variable: 'X', value: '1' } });
  const other = client.request('POST', 'channels/b/answer');
  await turn();
  assert.deepEqual(sent, ['socket channels/a/play/p', 'socket channels/b/answer']);
  answerSocket(1, 201);
  answerSocket(2);
  await turn();
  assert.equal(sent[2], 'http channels/a/variable');
  answerHttp('channels/a/variable');
  assert.deepEqual([(await play).status, (await other).status, (await variable).status], [201, 204, 204]);
});

test('two requests that wait for the same channel keep their order', async () => {
  const { client, sent, answerSocket, answerHttp } = openBench();
  const play = client.request('POST', 'channels/a/play/p');
  const answer = client.request('POST', 'channels/a/answer');
  const join = client.request('POST', 'bridges/b/addChannel', { query: { channel: 'a' } });
  answerSocket(1, 201);
  await play;
  await turn();
  assert.deepEqual(sent.slice(1), ['http channels/a/answer']);
  answerHttp('channels/a/answer');
  await answer;
  await turn();
  assert.deepEqual(sent.slice(1), ['http channels/a/answer', 'http bridges/b/addChannel']);
  answerHttp('bridges/b/addChannel');
  assert.equal((await join).status, 204);
});

test('what follows on the same channel does not overtake it when the playback is over', async () => {
  const { client, busy, sent, answerSocket, answerHttp } = openBench();
  const play = client.request('POST', 'channels/a/play/p');
  answerSocket(1, 201);
  await play;
  const answer = client.request('POST', 'channels/a/answer');
  await turn();
  const playback = { id: 'p', state: 'done', mediaUri: '', targetUri: 'channel:a' };
  busy.happened({ type: 'PlaybackFinished', at: 0, playback });
  const join = client.request('POST', 'bridges/b/addChannel', { query: { channel: 'a' } });
  await turn();
  assert.deepEqual(sent.slice(1), ['http channels/a/answer']);
  answerHttp('channels/a/answer');
  await answer;
  await turn();
  answerHttp('bridges/b/addChannel');
  await join;
  client.request('POST', 'channels/a/answer').catch(() => undefined);
  assert.deepEqual(sent.slice(2), ['http bridges/b/addChannel', 'socket channels/a/answer']);
});

test('after a refused playback the channel is at rest', async () => {
  const { client, sent, answerSocket } = openBench();
  const play = client.request('POST', 'channels/a/play/p');
  answerSocket(1, 412);
  await play;
  client.request('POST', 'channels/a/answer').catch(() => undefined);
  assert.deepEqual(sent, ['socket channels/a/play/p', 'socket channels/a/answer']);
});

test('while the socket is held up the rest goes over HTTP one by one, and back to the socket when it is free', async () => {
  const { client, clock, sent, answerSocket, answerHttp } = openBench();
  const held = client.request('POST', 'channels/x/variable', { deadlineMs: 60_000 });
  clock.advance(251);
  const first = client.request('DELETE', 'channels/1');
  const second = client.request('DELETE', 'channels/2');
  await turn();
  assert.deepEqual(sent.slice(1), [], 'it might just be late');
  clock.advance(250);
  await turn();
  assert.deepEqual(sent.slice(1), ['http channels/1']);
  answerSocket(1);
  await held;
  const third = client.request('DELETE', 'channels/3');
  answerHttp('channels/1', new AriError('deadline-passed', 'late'));
  await assert.rejects(first);
  await turn();
  answerHttp('channels/2');
  await second;
  await turn();
  answerHttp('channels/3');
  await third;
  client.request('DELETE', 'channels/4').catch(() => undefined);
  assert.deepEqual(sent.slice(1), ['http channels/1', 'http channels/2', 'http channels/3', 'socket channels/4']);
  assert.equal(clock.waiting(), 1, 'only the deadline of the last request');
});
