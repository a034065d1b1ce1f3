import assert from 'node:assert/strict';
import { after, test, type TestContext } from 'node:test';
import type { AriClient } from '../../src/ari/client.ts';
import { type AriConnection, type AriHandlers, openAriConnection } from '../../src/ari/connection.ts';
import { readLiveState } from '../../src/ari/live-state.ts';
import { allowedFrameTypes, type AriEvent } from '../../src/ari/schema.ts';
import { type Asterisk, startAsterisk } from '../support/asterisk.ts';
import { eventually } from '../support/eventually.ts';

const dialplan = `
[lines]
exten => up,1,Answer()
 same => n,Wait(60)
exten => ring,1,Ringing()
 same => n,Wait(60)
`;

const asterisk: Asterisk = await startAsterisk({ name: 'ari', withoutFernamt: true, dialplan });

after(() => asterisk.stop());

interface Bench {
  readonly connection: AriConnection;
  readonly client: AriClient;
  readonly events: AriEvent[];
  readonly told: string[];
}

async function openBench(
  context: TestContext,
  application: string,
  handlers: Partial<AriHandlers> = {},
): Promise<Bench> {
  const events: AriEvent[] = [];
  const told: string[] = [];
  const nothing = (): void => undefined;
  const connection = openAriConnection(
    {
      url: asterisk.ariUrl,
      username: asterisk.username,
      password: asterisk.password,
      application,
      log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    },
    {
      connected: () => {
        told.push('connected');
        return Promise.resolve();
      },
      event: (event) => events.push(event),
      disconnected: (reason) => told.push(`disconnected ${reason}`),
      replaced: () => told.push('replaced'),
      problem: ({ cause }) => told.push(`problem ${cause}`),
      malformed: (reason) => told.push(`malformed ${reason}`),
      ...handlers,
    },
  );
  context.after(() => connection.stop());
  connection.start();
  await eventually('the connection stands', () => connection.state === 'connected');
  return { connection, client: connection.client, events, told };
}

function started(events: readonly AriEvent[], channel: string): boolean {
  return events.some((event) => event.type === 'StasisStart' && event.channel.id === channel);
}

/** A channel of ours in conversation with the dialplan. */
async function callUp({ client, events }: Bench, application: string, channel: string): Promise<void> {
  const query = { endpoint: 'Local/up@lines/n', app: application, channelId: channel };
  assert.equal((await client.request('POST', 'channels/create', { query })).status, 200);
  await eventually('it is in our application', () => started(events, channel));
  assert.equal((await client.request('POST', `channels/${channel}/dial`)).status, 204);
  await eventually('it is answered', () =>
    events.some((event) => event.type === 'Dial' && event.dialStatus === 'ANSWER' && event.peer.id === channel),
  );
}

test('requests go over the socket, in the order sent, and every status is an answer', async (context) => {
  const { client } = await openBench(context, 'order');
  assert.equal(client.ordered, true);
  const statuses = await Promise.all([
    client.request('POST', 'bridges', { query: { type: 'mixing', bridgeId: 'order-b' } }),
    client.request('GET', 'bridges/order-b'),
    client.request('DELETE', 'bridges/order-b'),
    client.request('POST', 'channels/nobody/answer'),
  ]);
  assert.deepEqual(
    statuses.map(({ status }) => status),
    [200, 200, 204, 404],
  );
  assert.deepEqual(statuses[3]?.body, { message: 'Channel not found' });
});

test('the event filter holds our list, also after a disconnect that it survived', async (context) => {
  const { connection, client } = await openBench(context, 'filter');
  await client.request('POST', 'bridges', { query: { bridgeId: 'filter-b' } });
  await client.request('POST', 'applications/filter/subscription', { query: { eventSource: 'bridge:filter-b' } });
  // As an older version of ours might have left it: without the answers to requests.
  const filter = { allowed: [{ type: 'StasisStart' }], disallowed: [{ type: 'Dial' }] };
  await client
    .request('PUT', 'applications/filter/eventFilter', { body: filter, deadlineMs: 100 })
    .catch(() => undefined);
  await connection.stop();
  connection.start();
  await eventually('the connection stands', () => connection.state === 'connected');
  assert.equal(connection.client.ordered, true);
  const { body } = await connection.client.request('GET', 'applications/filter');
  const { events_allowed: allowed, events_disallowed: disallowed } = body as Record<string, { type: string }[]>;
  assert.deepEqual(allowed?.map(({ type }) => type).sort(), [...allowedFrameTypes].sort());
  assert.deepEqual(disallowed, []);
  await connection.client.request('DELETE', 'bridges/filter-b');
});

test('what a caller could put into a name arrives as it was sent', async (context) => {
  const bench = await openBench(context, 'quoting');
  const value = 'a&value=b?c=d #e%26+f "g";\'h\' \u{1F600} é\u0001../';
  for (const variables of [{}, { INBODY: value }]) {
    const channelId = `quoting-${String(Object.keys(variables).length)}`;
    const query = { endpoint: 'Local/ring@lines/n', app: 'quoting', channelId };
    await bench.client.request('POST', 'channels/create', { query, body: { variables } });
    await eventually('it is in our application', () => started(bench.events, channelId));
    await bench.client.request('POST', `channels/${channelId}/variable`, { query: { variable: 'INQUERY', value } });
    for (const variable of ['INQUERY', ...Object.keys(variables)]) {
      const { body } = await bench.client.request('GET', `channels/${channelId}/variable`, { query: { variable } });
      assert.deepEqual(body, { value }, variable);
    }
    await bench.client.request('DELETE', `channels/${channelId}`);
  }
});

test('a request that has to wait for a playback holds up no other', async (context) => {
  const bench = await openBench(context, 'waiting');
  await callUp(bench, 'waiting', 'waiting-a');
  const play = { media: 'tone:busy', playbackId: 'waiting-p' };
  assert.equal((await bench.client.request('POST', 'channels/waiting-a/play', { query: play })).status, 201);
  await eventually('it plays', () => bench.events.some(({ type }) => type === 'PlaybackStarted'));
  const order: string[] = [];
  const note = (name: string) => (): number => order.push(name);
  const variable = bench.client.request('POST', 'channels/waiting-a/variable', {
    query: { variable: 'X', value: '1' },
  });
  const noted = variable.then(note('variable'));
  // Behind it on the socket the first of them would miss its deadline.
  for (let round = 0; round < 20; round += 1) await bench.client.request('GET', 'asterisk/ping', { deadlineMs: 200 });
  note('pings')();
  await bench.client.request('DELETE', 'playbacks/waiting-p');
  await noted;
  assert.deepEqual(order, ['pings', 'variable']);
  await bench.client.request('DELETE', 'channels/waiting-a');
});

test('the whole life of a recorded channel is told in order, and its state can be read', async (context) => {
  const bench = await openBench(context, 'life');
  await callUp(bench, 'life', 'life-a');
  await bench.client.request('POST', 'bridges', { query: { type: 'mixing,dtmf_events', bridgeId: 'life-b' } });
  await bench.client.request('POST', 'bridges/life-b/addChannel', { query: { channel: 'life-a' } });
  await bench.client.request('POST', 'channels/life-a/snoop/life-s', { query: { spy: 'both', app: 'life' } });
  await eventually('the listener is there', () => started(bench.events, 'life-s'));
  const record = { name: 'life-s', format: 'wav', ifExists: 'fail' };
  await bench.client.request('POST', 'channels/life-s/record', { query: record });
  await eventually('it records', () => bench.events.some(({ type }) => type === 'RecordingStarted'));

  const live = await readLiveState(bench.client, 'life');
  const ours = live.channels.find(({ id }) => id === 'life-a');
  assert.deepEqual([ours?.state, ours?.dialplan.appName, ours?.dialplan.appData], ['Up', 'Stasis', 'life']);
  assert.deepEqual(
    live.bridges.map(({ id, channelIds }) => [id, channelIds]),
    [['life-b', ['life-a']]],
  );
  assert.deepEqual(
    live.liveRecordings.map(({ name, state }) => [name, state]),
    [['life-s', 'recording']],
  );

  await bench.client.request('DELETE', 'channels/life-a');
  await eventually('all is over', () => bench.events.some(({ type }) => type === 'ChannelDestroyed'));
  await bench.client.request('DELETE', 'bridges/life-b');
  await eventually('the bridge is gone', () => bench.events.some(({ type }) => type === 'BridgeDestroyed'));
  const types = new Set(bench.events.map(({ type }) => type));
  for (const type of [
    'ChannelEnteredBridge',
    'ChannelLeftBridge',
    'RecordingFinished',
    'StasisEnd',
    'ChannelHangupRequest',
  ]) {
    assert.ok(types.has(type as AriEvent['type']), type);
  }
  const ofListener = bench.events.filter((event) => 'channel' in event && event.channel.id === 'life-s');
  assert.deepEqual(
    ofListener.map(({ type }) => type),
    ['StasisStart', 'StasisEnd'],
    'no ChannelDestroyed of a listener',
  );
  const ofChannel = bench.events.filter((event) => 'channel' in event && event.channel.id === 'life-a');
  assert.equal(ofChannel[0]?.type, 'StasisStart');
  assert.equal(ofChannel.at(-1)?.type, 'ChannelDestroyed');
  assert.ok(Math.abs(Date.now() - ofChannel[0].at) < 60_000, 'the time is right');
  assert.deepEqual(bench.told, ['connected']);
});

test('the older of two servers with one name is told that it was replaced, and stays away', async (context) => {
  const older = await openBench(context, 'twice');
  const newer = await openBench(context, 'twice');
  await eventually('the older one knows', () => older.told.includes('replaced'));
  assert.equal(older.connection.state, 'replaced');
  assert.equal(newer.connection.state, 'connected');
  assert.equal((await newer.client.request('GET', 'asterisk/ping')).status, 200);
});

test('a wrong password is named as what it is', async (context) => {
  const problems: string[] = [];
  const nothing = (): void => undefined;
  const connection = openAriConnection(
    {
      url: asterisk.ariUrl,
      username: asterisk.username,
      password: 'wrong',
      application: 'stranger',
      log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    },
    {
      connected: () => Promise.resolve(),
      event: nothing,
      disconnected: nothing,
      replaced: nothing,
      problem: ({ cause }) => problems.push(cause),
    },
  );
  context.after(() => connection.stop());
  connection.start();
  await eventually('the problem is told', () => problems.length > 0);
  assert.deepEqual(problems, ['unauthorised']);
});

test('an Asterisk that stands still is noticed within five seconds, and used again when it goes on', async (context) => {
  const { connection, told } = await openBench(context, 'frozen');
  process.kill(asterisk.pid, 'SIGSTOP');
  const stoppedAt = performance.now();
  try {
    await eventually('it is noticed', () => told.includes('disconnected frozen'));
    assert.ok(performance.now() - stoppedAt < 5_000);
  } finally {
    process.kill(asterisk.pid, 'SIGCONT');
  }
  await eventually('the connection stands again', () => connection.state === 'connected');
});

test('an Asterisk that was killed is used again when it is back', async (context) => {
  const { connection, client, told } = await openBench(context, 'killed');
  const waiting = Promise.allSettled(Array.from({ length: 50 }, () => client.request('GET', 'channels')));
  await asterisk.kill('SIGKILL');
  assert.equal((await waiting).length, 50);
  await eventually('the loss is told', () => told.includes('disconnected closed'));
  await asterisk.start();
  await eventually('the connection stands again', () => connection.state === 'connected');
  assert.equal((await connection.client.request('GET', 'channels')).status, 200);
});
