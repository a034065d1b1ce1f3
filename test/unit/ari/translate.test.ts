import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { allowedFrameTypes, parseAriFrame } from '../../../src/ari/schema.ts';
import { heededEvents, toEndpoint, translate, type Translation } from '../../../src/ari/translate.ts';

const at = '2026-03-01T12:00:00.000+0100';
const atMs = Date.parse('2026-03-01T11:00:00.000Z');

/** As Asterisk tells it, with the fields that matter. */
function told(type: string, fields: Readonly<Record<string, unknown>>): Translation {
  const frame = parseAriFrame(JSON.stringify({ type, timestamp: at, application: 'fernamt', ...fields }));
  assert.equal(frame.kind, 'event', frame.kind === 'malformed' ? frame.reason : '');
  return frame.kind === 'event' ? translate('fernamt', frame.event) : { kind: 'nothing' };
}

function channel(id: string, name = 'PJSIP/1001-0000002a', more: Readonly<Record<string, unknown>> = {}) {
  return {
    id,
    name,
    state: 'Up',
    caller: { number: '+491711234567', name: 'Kunde' },
    connected: { number: '', name: '' },
    dialplan: {
      context: 'fernamt-trunk',
      exten: '+4930555010',
      priority: 3,
      app_name: 'Stasis',
      app_data: 'fernamt,trunk',
    },
    creationtime: at,
    language: 'en',
    ...more,
  };
}

const leg = 'fernamt-c1-leg1';
const snoop = channel('fernamt-c1-snoop1', 'Snoop/fernamt-c1-leg1-00000003');
const playback = (state: string) => ({
  id: 'fernamt-c1-play1',
  state,
  media_uri: 'sound:x',
  target_uri: `channel:${leg}`,
});
const recording = {
  name: 'fernamt-c1-rec1',
  format: 'wav',
  state: 'recording',
  target_uri: 'channel:fernamt-c1-snoop1',
};
const transfer = {
  refer_to: { requested_destination: { destination: '1002' } },
  referred_by: { source_channel: channel(leg) },
};

const rows: readonly (readonly [
  says: string,
  type: string,
  fields: Readonly<Record<string, unknown>>,
  subject: string,
  event: object,
])[] = [
  [
    'a channel of ours that stands is a leg that is ready',
    'StasisStart',
    { args: ['leg'], channel: channel(leg) },
    leg,
    { kind: 'legReady', leg, channelName: 'PJSIP/1001-0000002a' },
  ],
  [
    'a listening channel of ours that stands is ready',
    'StasisStart',
    { args: ['snoop'], channel: snoop },
    snoop.id,
    { kind: 'snoopReady', snoop: snoop.id },
  ],
  [
    'a listening channel that goes has ended',
    'ChannelDestroyed',
    { cause: 16, cause_txt: '', channel: snoop },
    snoop.id,
    { kind: 'snoopEnded', snoop: snoop.id },
  ],
  [
    'a channel that goes is a leg that ended, with its cause',
    'ChannelDestroyed',
    { cause: 17, cause_txt: 'User busy', channel: channel(leg) },
    leg,
    { kind: 'legEnded', leg, cause: 17 },
  ],
  [
    'a caller’s channel ends like any other',
    'ChannelDestroyed',
    { cause: 16, cause_txt: '', channel: channel('1700000000.1') },
    '1700000000.1',
    { kind: 'legEnded', leg: '1700000000.1', cause: 16 },
  ],
  [
    'a caller’s channel that leaves the application has ended for us',
    'StasisEnd',
    { channel: channel('1700000000.1') },
    '1700000000.1',
    { kind: 'legEnded', leg: '1700000000.1', cause: 16 },
  ],
  [
    'the dialled channel rings',
    'Dial',
    { dialstatus: 'RINGING', peer: channel(leg) },
    leg,
    { kind: 'legRinging', leg },
  ],
  [
    'the dialled channel sends audio',
    'Dial',
    { dialstatus: 'PROGRESS', peer: channel(leg) },
    leg,
    { kind: 'legProgressed', leg },
  ],
  [
    'the dialled channel answers',
    'Dial',
    { dialstatus: 'ANSWER', peer: channel(leg) },
    leg,
    { kind: 'legAnswered', leg },
  ],
  [
    'a digit comes at its end',
    'ChannelDtmfReceived',
    { digit: '5', duration_ms: 120, channel: channel(leg) },
    leg,
    { kind: 'digitReceived', leg, digit: '5', durationMs: 120 },
  ],
  ['hold', 'ChannelHold', { channel: channel(leg) }, leg, { kind: 'legHeld', leg }],
  ['and the end of it', 'ChannelUnhold', { channel: channel(leg) }, leg, { kind: 'legUnheld', leg }],
  [
    'a transfer is asked for by the leg that sends it',
    'ChannelTransfer',
    transfer,
    leg,
    { kind: 'transferRequested', leg, to: '1002' },
  ],
  [
    'a playback that begins',
    'PlaybackStarted',
    { playback: playback('playing') },
    'fernamt-c1-play1',
    { kind: 'playbackStarted', playback: 'fernamt-c1-play1' },
  ],
  [
    'a playback that is done',
    'PlaybackFinished',
    { playback: playback('done') },
    'fernamt-c1-play1',
    { kind: 'playbackFinished', playback: 'fernamt-c1-play1', ok: true },
  ],
  [
    'a playback that failed',
    'PlaybackFinished',
    { playback: playback('failed') },
    'fernamt-c1-play1',
    { kind: 'playbackFinished', playback: 'fernamt-c1-play1', ok: false },
  ],
  [
    'a recording begins',
    'RecordingStarted',
    { recording },
    recording.name,
    { kind: 'recordingStarted', recording: recording.name },
  ],
  [
    'a recording is finished',
    'RecordingFinished',
    { recording: { ...recording, state: 'done', duration: 5 } },
    recording.name,
    { kind: 'recordingFinished', recording: recording.name, ok: true },
  ],
  [
    'a recording failed',
    'RecordingFailed',
    { recording: { ...recording, state: 'failed', cause: 'x' } },
    recording.name,
    { kind: 'recordingFinished', recording: recording.name, ok: false },
  ],
];

for (const [says, type, fields, subject, event] of rows) {
  test(`${type}: ${says}`, () => {
    assert.deepEqual(told(type, fields), { kind: 'event', subject, event: { ...event, at: atMs } });
  });
}

const nothing: readonly (readonly [says: string, type: string, fields: Readonly<Record<string, unknown>>])[] = [
  ['the beginning of dialling', 'Dial', { dialstatus: '', peer: channel(leg) }],
  ['a dialling that failed, for the channel’s end tells why', 'Dial', { dialstatus: 'BUSY', peer: channel(leg) }],
  ['the echo of our answer to a transfer', 'ChannelTransfer', { ...transfer, state: 'channel_declined' }],
  [
    'a channel that Asterisk put in the place of another',
    'StasisStart',
    { args: [], channel: channel('1700000000.9', 'Local/1002@phones-00000001;1'), replace_channel: channel(leg) },
  ],
  [
    'leaving the application, of a channel that we made, for the channel’s end follows',
    'StasisEnd',
    { channel: channel(leg) },
  ],
  ['a request to hang up, for the channel’s end follows', 'ChannelHangupRequest', { cause: 16, channel: channel(leg) }],
  ['a change of state', 'ChannelStateChange', { channel: channel(leg) }],
];

test('what Asterisk is asked to hold back means nothing', () => {
  const held = allowedFrameTypes.filter((type) => !(heededEvents as readonly string[]).includes(type));
  const needed = ['RESTResponse', 'ApplicationReplaced'];
  const bridge = { id: 'fernamt-c1-bridge1', technology: 'simple_bridge', bridge_type: 'mixing', channels: [leg] };
  const fields = { channel: channel(leg), bridge, playback: playback('playing'), soft: true };
  for (const type of held.filter((one) => !needed.includes(one))) {
    assert.deepEqual(told(type, fields), { kind: 'nothing' }, type);
  }
});

for (const [says, type, fields] of nothing) {
  test(`${type}: ${says} means nothing`, () => {
    assert.deepEqual(told(type, fields), { kind: 'nothing' });
  });
}

for (const args of [['supper'], []]) {
  test(`StasisStart: a channel that does not say from where it comes is a stray: ${args.join(',')}`, () => {
    const translation = told('StasisStart', { args, channel: channel('1700000000.9') });
    assert.deepEqual(translation, { kind: 'stray', channel: '1700000000.9' });
  });
}

const arrivals: readonly (readonly [
  says: string,
  args: readonly string[],
  more: Readonly<Record<string, unknown>>,
  arrived: object,
])[] = [
  [
    'from a trunk',
    ['trunk'],
    {},
    { origin: 'trunk', dialled: '+4930555010', caller: { number: '+491711234567', name: 'Kunde' } },
  ],
  ['from a telephone', ['phone'], {}, { origin: 'phone' }],
  ['with the dialled number as an argument', ['trunk', '600'], {}, { dialled: '600' }],
  [
    'with the caller’s number as an argument',
    ['trunk', '600', '030111'],
    {},
    { dialled: '600', caller: { number: '030111', name: 'Kunde' } },
  ],
  [
    'with arguments that are left empty',
    ['trunk', '', ''],
    {},
    { dialled: '+4930555010', caller: { number: '+491711234567', name: 'Kunde' } },
  ],
  [
    'from an endpoint with dashes',
    ['phone'],
    { name: 'PJSIP/desk-2-0000002a' },
    { endpoint: 'PJSIP/desk-2', channelName: 'PJSIP/desk-2-0000002a' },
  ],
  [
    'with an id that begins like ours, where Asterisk’s system name is our application’s',
    ['phone'],
    { id: 'fernamt-1700000000.12' },
    { leg: 'fernamt-1700000000.12' },
  ],
];

for (const [says, args, more, expected] of arrivals) {
  test(`a call arrives ${says}`, () => {
    const translation = told('StasisStart', { args, channel: { ...channel('1700000000.1'), ...more } });
    assert.equal(translation.kind, 'arrived');
    assert.deepEqual(
      translation.kind === 'arrived' && { ...translation.arrived, ...expected },
      translation.kind === 'arrived' && translation.arrived,
    );
  });
}

test('who hides the number is not known by name either', () => {
  const hidden = { ...channel('1700000000.1'), caller: { number: 'anonymous', name: 'Kunde' } };
  const translation = told('StasisStart', { args: ['trunk'], channel: hidden });
  assert.deepEqual(translation.kind === 'arrived' && translation.arrived.caller, { number: 'anonymous', name: '' });
});

const endpoints: readonly (readonly [name: string, endpoint: string])[] = [
  ['PJSIP/1001-00000000', 'PJSIP/1001'],
  ['PJSIP/1001-soft-0000001f', 'PJSIP/1001-soft'],
  ['PJSIP/1001-deadbeef-0000001f', 'PJSIP/1001-deadbeef'],
  ['Local/600@phones-00000001;2', 'Local/600@phones'],
  ['PJSIP/anonymous', 'PJSIP/anonymous'],
];

for (const [name, endpoint] of endpoints) {
  test(`the channel ${name} belongs to ${endpoint}`, () => {
    assert.equal(toEndpoint(name), endpoint);
  });
}

test('no channel, whatever its id and name, makes the translation throw', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.array(fc.string(), { maxLength: 5 }), (id, name, args) => {
      const frame = parseAriFrame(
        JSON.stringify({ type: 'StasisStart', timestamp: at, args, channel: channel(id, name) }),
      );
      if (frame.kind === 'event') translate('fernamt', frame.event);
    }),
    { numRuns: 500 },
  );
});
