import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { allowedFrameTypes, parseAriFrame, type AriEvent } from '../../../src/ari/schema.ts';
import { parseAsteriskInfo, parseBridges, parseChannels, parseRecording } from '../../../src/ari/schema-resources.ts';
import { fakeChannel, fakeEvent } from '../../support/fake-ari.ts';

const at = Date.UTC(2026, 10, 21, 1, 55, 48, 243);
const channel = {
  id: 'a',
  name: 'PJSIP/1001-a',
  state: 'Up',
  caller: { number: '1001', name: 'Olivia' },
  connected: { number: '', name: '' },
  dialplan: { context: 'fernamt-phones', exten: '600', appName: 'Stasis', appData: 'fernamt,phone' },
  createdAt: Date.UTC(2026, 10, 21, 1, 55, 47, 808),
  protocolId: 'abc@host',
};
const fakeBridge = {
  id: 'fernamt-b',
  technology: 'simple_bridge',
  bridge_type: 'mixing',
  bridge_class: 'stasis',
  creator: 'Stasis',
  name: '',
  channels: ['a'],
  creationtime: '2026-11-21T01:55:48.247+0000',
  video_mode: 'talker',
};
const bridge = {
  id: 'fernamt-b',
  name: '',
  technology: 'simple_bridge',
  bridgeType: 'mixing',
  bridgeClass: 'stasis',
  creator: 'Stasis',
  channelIds: ['a'],
};
const fakePlayback = { id: 'p', media_uri: 'sound:beep', target_uri: 'channel:a', language: 'en', state: 'done' };
const playback = { id: 'p', state: 'done', mediaUri: 'sound:beep', targetUri: 'channel:a' };
const fakeRecording = { name: 'r', format: 'wav', state: 'done', target_uri: 'channel:s', duration: 3 };
const recording = {
  name: 'r',
  format: 'wav',
  state: 'done',
  targetUri: 'channel:s',
  durationSeconds: 3,
  cause: undefined,
};
const onChannel = { channel: fakeChannel('a') };
const onBridge = { ...onChannel, bridge: fakeBridge };

/** Every event once: what Asterisk sends, and what becomes of it. */
const events: readonly (readonly [object, AriEvent])[] = [
  [
    fakeEvent('StasisStart', { args: ['phone'], ...onChannel }),
    { type: 'StasisStart', at, args: ['phone'], channel, replacedChannel: undefined },
  ],
  [
    fakeEvent('StasisStart', { args: [], ...onChannel, replace_channel: fakeChannel('a') }),
    { type: 'StasisStart', at, args: [], channel, replacedChannel: channel },
  ],
  [fakeEvent('StasisEnd', onChannel), { type: 'StasisEnd', at, channel }],
  [fakeEvent('ChannelStateChange', onChannel), { type: 'ChannelStateChange', at, channel }],
  [fakeEvent('ChannelConnectedLine', onChannel), { type: 'ChannelConnectedLine', at, channel }],
  [fakeEvent('ChannelHold', { musicclass: 'default', ...onChannel }), { type: 'ChannelHold', at, channel }],
  [fakeEvent('ChannelUnhold', onChannel), { type: 'ChannelUnhold', at, channel }],
  [
    fakeEvent('ChannelHangupRequest', { cause: 32, soft: true, ...onChannel }),
    { type: 'ChannelHangupRequest', at, channel, cause: 32, techCause: undefined, soft: true },
  ],
  [
    fakeEvent('ChannelDestroyed', { cause: 17, cause_txt: 'User busy', tech_cause: 486, ...onChannel }),
    { type: 'ChannelDestroyed', at, channel, cause: 17, causeText: 'User busy', techCause: 486 },
  ],
  [
    fakeEvent('ChannelDtmfReceived', { digit: '5', duration_ms: 100, ...onChannel }),
    { type: 'ChannelDtmfReceived', at, channel, digit: '5', durationMs: 100 },
  ],
  [
    fakeEvent('Dial', { dialstatus: 'ANSWER', forward: '', dialstring: '1002', peer: fakeChannel('a') }),
    { type: 'Dial', at, dialStatus: 'ANSWER', peer: channel, caller: undefined },
  ],
  [
    fakeEvent('ChannelTransfer', {
      refer_to: { requested_destination: { destination: '1002', protocol_id: 'id@host' }, bridge: fakeBridge },
      referred_by: { source_channel: fakeChannel('a'), connected_channel: fakeChannel('a') },
    }),
    {
      type: 'ChannelTransfer',
      at,
      state: undefined,
      referTo: {
        destination: '1002',
        protocolId: 'id@host',
        destinationChannel: undefined,
        connectedChannel: undefined,
        bridge,
      },
      referredBy: { sourceChannel: channel, connectedChannel: channel, bridge: undefined },
    },
  ],
  [fakeEvent('ChannelEnteredBridge', onBridge), { type: 'ChannelEnteredBridge', at, channel, bridge }],
  [fakeEvent('ChannelLeftBridge', onBridge), { type: 'ChannelLeftBridge', at, channel, bridge }],
  [fakeEvent('BridgeDestroyed', { bridge: fakeBridge }), { type: 'BridgeDestroyed', at, bridge }],
  [fakeEvent('PlaybackStarted', { playback: fakePlayback }), { type: 'PlaybackStarted', at, playback }],
  [fakeEvent('PlaybackFinished', { playback: fakePlayback }), { type: 'PlaybackFinished', at, playback }],
  [fakeEvent('RecordingStarted', { recording: fakeRecording }), { type: 'RecordingStarted', at, recording }],
  [fakeEvent('RecordingFinished', { recording: fakeRecording }), { type: 'RecordingFinished', at, recording }],
  [fakeEvent('RecordingFailed', { recording: fakeRecording }), { type: 'RecordingFailed', at, recording }],
  [fakeEvent('ApplicationReplaced'), { type: 'ApplicationReplaced', at, application: 'fernamt' }],
];

for (const [sent, event] of events) {
  test(`${event.type} is read with the fields we use`, () => {
    assert.deepEqual(parseAriFrame(JSON.stringify(sent)), { kind: 'event', event });
  });
}

test('every event that is read is let through by the filter, and so are the answers to our requests', () => {
  const types = new Set(events.map(([, { type }]) => type));
  assert.deepEqual([...allowedFrameTypes].sort(), [...types, 'RESTResponse'].sort());
});

test('an answer on the socket is read with its body as text, which may be missing', () => {
  const answer = {
    type: 'RESTResponse',
    transaction_id: '',
    request_id: '7',
    status_code: 404,
    message_body: '{"message":"no"}',
  };
  assert.deepEqual(parseAriFrame(JSON.stringify(answer)), {
    kind: 'response',
    response: { requestId: '7', status: 404, body: '{"message":"no"}' },
  });
  assert.deepEqual(parseAriFrame('{"type":"RESTResponse","request_id":"8","status_code":204}'), {
    kind: 'response',
    response: { requestId: '8', status: 204, body: undefined },
  });
});

test('the time of an event is right in whatever offset Asterisk writes it', () => {
  const times: readonly (readonly [string, number])[] = [
    ['2026-11-21T03:55:48.243+0200', at],
    ['2026-11-20T19:25:48.243-0630', at],
    ['2026-11-21T01:55:48.243Z', at],
    ['2026-11-21T03:55:48.243+02:00', at],
  ];
  for (const [timestamp, expected] of times) {
    const frame = parseAriFrame(JSON.stringify({ ...fakeEvent('StasisEnd', onChannel), timestamp }));
    assert.equal(frame.kind === 'event' && frame.event.at, expected, timestamp);
  }
});

test('an event that we have no use for is unknown, whatever its name', () => {
  for (const type of ['ChannelVarset', 'constructor', '__proto__', 'toString', '']) {
    assert.deepEqual(parseAriFrame(JSON.stringify({ type, timestamp: 1 })), { kind: 'unknown' }, type);
  }
});

const broken: readonly (readonly [string, string])[] = [
  ['no JSON', 'no JSON'],
  ['', 'no JSON'],
  ['[]', 'frame is no object'],
  ['null', 'frame is no object'],
  ['{}', 'type is no text'],
  [JSON.stringify(fakeEvent('StasisEnd')), 'channel is no object'],
  [JSON.stringify(fakeEvent('StasisEnd', { channel: fakeChannel('') })), 'id is empty'],
  [JSON.stringify(fakeEvent('StasisEnd', { channel: fakeChannel('a', { caller: 'Olivia' }) })), 'caller is no object'],
  [JSON.stringify(fakeEvent('StasisEnd', { ...onChannel, timestamp: 'yesterday' })), 'timestamp is no timestamp'],
  [JSON.stringify(fakeEvent('StasisStart', { ...onChannel, args: [1] })), 'args holds no texts'],
  [JSON.stringify(fakeEvent('ChannelDestroyed', { ...onChannel, cause: '16' })), 'cause is no number'],
  [JSON.stringify(fakeEvent('ChannelHangupRequest', { ...onChannel, soft: 1 })), 'soft is neither true nor false'],
  ['{"type":"RESTResponse","request_id":"1"}', 'status_code is no number'],
  [JSON.stringify(fakeEvent('StasisEnd', { channel: fakeChannel('a', { name: 'x'.repeat(1_000_001) }) })), 'too long'],
  ['['.repeat(900_000), 'no JSON'],
];

for (const [frame, reason] of broken) {
  test(`a frame is malformed and nothing worse: ${reason}, ${frame.slice(0, 30)}`, () => {
    assert.deepEqual(parseAriFrame(frame), { kind: 'malformed', reason });
  });
}

test('a malformed frame is described without a word of its contents', () => {
  const frame = parseAriFrame(
    JSON.stringify(fakeEvent('StasisEnd', { channel: fakeChannel('', { name: 'PJSIP/secret' }) })),
  );
  assert.equal(frame.kind, 'malformed');
  assert.doesNotMatch(JSON.stringify(frame), /secret|Olivia/);
});

test('no text whatever makes the parser throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) =>
      ['unknown', 'malformed'].includes(parseAriFrame(text).kind),
    ),
  );
});

test('an event with any one field replaced by anything is read or malformed, and never throws', () => {
  const source = fc.constantFrom(...events.map(([sent]) => sent));
  fc.assert(
    fc.property(source, fc.nat(), fc.jsonValue(), (sent, place, value) => {
      const { kind } = parseAriFrame(JSON.stringify(replaceLeaf(sent, place, value)));
      return ['event', 'unknown', 'malformed', 'response'].includes(kind);
    }),
    { numRuns: 500 },
  );
});

/** The same tree with the n-th of its values, counted round, replaced. */
function replaceLeaf(tree: object, place: number, value: unknown): unknown {
  const paths: string[][] = [];
  const walk = (node: unknown, path: string[]): void => {
    if (path.length > 0) paths.push(path);
    if (typeof node === 'object' && node !== null)
      for (const [key, item] of Object.entries(node)) walk(item, [...path, key]);
  };
  walk(tree, []);
  const copy = structuredClone(tree) as Record<string, unknown>;
  const path = paths[place % paths.length]!;
  let node = copy;
  for (const key of path.slice(0, -1)) node = node[key] as Record<string, unknown>;
  node[path.at(-1)!] = value;
  return copy;
}

test('lists of channels and bridges are read whole or not at all', () => {
  assert.deepEqual(parseChannels([fakeChannel('a')]), [channel]);
  assert.deepEqual(parseBridges([fakeBridge]), [bridge]);
  assert.deepEqual(parseChannels([]), []);
  assert.equal(parseChannels([fakeChannel('a'), { id: 7 }]), undefined);
  assert.equal(parseChannels({ message: 'no' }), undefined);
  assert.equal(parseBridges(undefined), undefined);
});

test('a recording and the version are read from the answers to their requests', () => {
  assert.deepEqual(parseRecording(fakeRecording), recording);
  assert.equal(parseRecording({ message: 'Recording not found' }), undefined);
  const info = { system: { version: '22.10.1', entity_id: 'e' } };
  assert.deepEqual(parseAsteriskInfo(info), { version: '22.10.1', entityId: 'e' });
  assert.equal(parseAsteriskInfo({}), undefined);
});
