import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AriError, type AriClient } from '../../../src/ari/client.ts';
import { readLiveRecording, readLiveState } from '../../../src/ari/live-state.ts';
import { fakeChannel } from '../../support/fake-ari.ts';

const bridge = (id: string): object => ({ id, technology: 'simple_bridge', channels: ['a'] });
const recording = (name: string): object => ({ name, format: 'wav', state: 'paused', target_uri: `channel:${name}` });

/** Answers what it has, and 404 for the rest. */
function clientWith(resources: Readonly<Record<string, unknown>>): AriClient {
  return {
    ordered: true,
    request: (_method, path) => {
      const body = resources[typeof path === 'string' ? path : path.join('/')];
      return Promise.resolve(
        body === undefined ? { status: 404, body: { message: 'not found' } } : { status: 200, body },
      );
    },
  };
}

const busySwitch = clientWith({
  channels: [
    fakeChannel('1700.1'),
    fakeChannel('fernamt-s1', { name: 'Snoop/1700.1-00000001' }),
    fakeChannel('fernamt-s2', { name: 'Snoop/1700.1-00000002' }),
    fakeChannel('other-s3', { name: 'Snoop/9-00000003' }),
  ],
  bridges: [bridge('fernamt-b1'), bridge('other-b2'), bridge('fernamt2-b3')],
  'recordings/live/fernamt-s1': recording('fernamt-s1'),
  'recordings/live/fernamt-r9': recording('fernamt-r9'),
});

test('all channels are read, but of the bridges only ours', async () => {
  const { channels, bridges } = await readLiveState(busySwitch, 'fernamt');
  assert.deepEqual(
    channels.map(({ id }) => id),
    ['1700.1', 'fernamt-s1', 'fernamt-s2', 'other-s3'],
  );
  assert.deepEqual(
    bridges.map(({ id, channelIds }) => [id, channelIds]),
    [['fernamt-b1', ['a']]],
  );
});

test('live recordings are found by the ids of our listeners, or by the names given', async () => {
  const byListener = await readLiveState(busySwitch, 'fernamt');
  assert.deepEqual(
    byListener.liveRecordings.map(({ name, state }) => [name, state]),
    [['fernamt-s1', 'paused']],
  );
  const byName = await readLiveState(busySwitch, 'fernamt', ['fernamt-r9', 'fernamt-gone', 'fernamt-r9']);
  assert.deepEqual(
    byName.liveRecordings.map(({ name }) => name),
    ['fernamt-r9'],
  );
});

test('a recording that is not there is undefined', async () => {
  assert.equal(await readLiveRecording(busySwitch, 'nothing'), undefined);
  assert.equal((await readLiveRecording(busySwitch, 'fernamt-r9'))?.targetUri, 'channel:fernamt-r9');
});

test('an answer that is not what ARI promises is an error, never an empty switch', async () => {
  for (const resources of [{}, { channels: [] }, { channels: 'none', bridges: [] }, { channels: [{}], bridges: [] }]) {
    await assert.rejects(
      readLiveState(clientWith(resources), 'fernamt'),
      (error) => error instanceof AriError && error.reason === 'unexpected-answer',
    );
  }
});
