import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AriError } from '../../../src/ari/client.ts';
import { monotonicClock } from '../../../src/ari/clock.ts';
import { createHttpTransport, type HttpTransport } from '../../../src/ari/transport-http.ts';
import { startFakeAri, type FakeAri, type FakeAriOptions } from '../../support/fake-ari.ts';

const failsWith = (reason: string) => (error: unknown) => error instanceof AriError && error.reason === reason;

async function withTransport(
  options: FakeAriOptions,
  use: (transport: HttpTransport, fake: FakeAri) => Promise<void>,
): Promise<void> {
  const fake = await startFakeAri(options);
  const authorization = `Basic ${Buffer.from('fernamt:secret').toString('base64')}`;
  const transport = createHttpTransport(
    { base: new URL(`${fake.url}/ari`), authorization, connections: 3 },
    monotonicClock,
  );
  try {
    await use(transport, fake);
  } finally {
    await transport.close(new AriError('connection-lost', 'over'));
    await fake.stop();
  }
}

test('a request carries its query encoded and its body as JSON, and any status is an answer', async () => {
  await withTransport({ answer: () => ({ status: 409, body: { message: 'no' } }) }, async (transport, fake) => {
    const answer = await transport.request('POST', 'channels/create', {
      query: { app: 'a&b' },
      body: { variables: { X: 'é' } },
    });
    assert.deepEqual(answer, { status: 409, body: { message: 'no' } });
    assert.deepEqual(fake.requests, [
      { via: 'http', method: 'POST', uri: 'channels/create?app=a%26b', body: { variables: { X: 'é' } } },
    ]);
  });
});

test('an answer without a body and one that is no JSON are answers too', async () => {
  await withTransport({}, async (transport) => {
    assert.deepEqual(await transport.request('DELETE', 'channels/a'), { status: 204, body: undefined });
  });
  await withTransport({ password: 'other' }, async (transport) => {
    assert.equal((await transport.request('GET', 'channels')).status, 401);
  });
});

test('a request without an answer is given up at its deadline', async () => {
  await withTransport({ answer: () => undefined }, async (transport) => {
    await assert.rejects(transport.request('GET', 'channels', { deadlineMs: 50 }), failsWith('deadline-passed'));
  });
});

test('what waits and what follows is rejected when the connection is closed', async () => {
  await withTransport({ answer: () => undefined }, async (transport) => {
    const waiting = transport.request('GET', 'channels');
    const checked = assert.rejects(waiting, failsWith('connection-lost'));
    await transport.close(new AriError('connection-lost', 'gone'));
    await checked;
    await assert.rejects(transport.request('GET', 'bridges'), failsWith('connection-lost'));
  });
});

test('a server that is not there is a lost connection', async () => {
  await withTransport({}, async (transport, fake) => {
    await fake.stop();
    await assert.rejects(transport.request('GET', 'channels'), failsWith('connection-lost'));
  });
});

test('a hundred requests at once share the few connections that are allowed', async () => {
  await withTransport({}, async (transport, fake) => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => transport.request('GET', 'channels')));
    assert.equal(answers.length, 100);
    assert.equal(fake.mostHttpConnections(), 3);
  });
});

test('a path with an empty part is refused without being sent', async () => {
  await withTransport({}, async (transport, fake) => {
    await assert.rejects(transport.request('DELETE', 'channels/'), failsWith('unusable-request'));
    assert.equal(fake.requests.length, 0);
  });
});
