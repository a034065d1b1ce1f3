import assert from 'node:assert/strict';
import { test } from 'node:test';
import { channelsNeededAtRest, createBusyChannels } from '../../../src/ari/busy-channels.ts';
import { parseAriFrame, type AriEvent } from '../../../src/ari/schema.ts';
import { fakeChannel, fakeEvent } from '../../support/fake-ari.ts';

function toEvent(type: string, fields: object): AriEvent {
  const frame = parseAriFrame(JSON.stringify(fakeEvent(type, fields)));
  assert.equal(frame.kind, 'event');
  return frame.kind === 'event' ? frame.event : assert.fail();
}

const playback = (type: string, target = 'channel:a'): AriEvent =>
  toEvent(type, { playback: { id: 'p', state: 'done', target_uri: target } });
const recording = (type: string): AriEvent =>
  toEvent(type, { recording: { name: 'r', state: 'done', target_uri: 'channel:a' } });

test('a channel is busy from the request to play until the playback has finished', () => {
  const busy = createBusyChannels();
  busy.sent('POST', 'channels/a/play/p', { media: 'sound:x' });
  assert.equal(busy.isBusy('a'), true);
  assert.equal(busy.isBusy('b'), false);
  busy.happened(playback('PlaybackStarted'));
  busy.happened(playback('PlaybackFinished'));
  assert.equal(busy.isBusy('a'), false);
});

test('a channel is busy while it is recorded, whoever asked for it', () => {
  const busy = createBusyChannels();
  busy.happened(recording('RecordingStarted'));
  assert.equal(busy.isBusy('a'), true);
  busy.happened(recording('RecordingFailed'));
  assert.equal(busy.isBusy('a'), false);
  busy.sent('POST', ['channels', 'a', 'record'], { name: 'r', format: 'wav' });
  assert.equal(busy.isBusy('a'), true);
  busy.happened(recording('RecordingFinished'));
  assert.equal(busy.isBusy('a'), false);
});

test('of two playbacks that queue up the channel is busy until the second is over', () => {
  const busy = createBusyChannels();
  busy.sent('POST', 'channels/a/play', { playbackId: 'p' });
  busy.sent('POST', 'channels/a/play', { playbackId: 'q' });
  busy.happened(playback('PlaybackFinished'));
  assert.equal(busy.isBusy('a'), true);
});

test('a refused request occupies nothing', () => {
  const busy = createBusyChannels();
  const takeBack = busy.sent('POST', 'channels/a/play/p', {});
  takeBack?.();
  assert.equal(busy.isBusy('a'), false);
});

test('a channel that is gone is no longer busy', () => {
  for (const type of ['StasisEnd', 'ChannelDestroyed']) {
    const busy = createBusyChannels();
    busy.sent('POST', 'channels/a/play/p', {});
    busy.happened(toEvent(type, { channel: fakeChannel('a'), cause: 16 }));
    assert.equal(busy.isBusy('a'), false, type);
  }
});

test('a playback on a bridge keeps no channel busy', () => {
  const busy = createBusyChannels();
  busy.sent('POST', 'bridges/b/play', { playbackId: 'p' });
  busy.happened(playback('PlaybackStarted', 'bridge:b'));
  assert.equal(busy.isBusy('b'), false);
});

test('setting a variable, answering and bridging need the channel at rest, and nothing else does', () => {
  assert.deepEqual(channelsNeededAtRest('POST', 'channels/a/variable', { variable: 'X' }), ['a']);
  assert.deepEqual(channelsNeededAtRest('POST', ['channels', 'a', 'answer'], undefined), ['a']);
  assert.deepEqual(channelsNeededAtRest('POST', 'bridges/b/addChannel', { channel: 'a,c' }), ['a', 'c']);
  assert.deepEqual(channelsNeededAtRest('POST', 'bridges/b/removeChannel', { channel: 'a' }), ['a']);
  assert.deepEqual(channelsNeededAtRest('GET', 'channels/a/variable', { variable: 'X' }), []);
  assert.deepEqual(channelsNeededAtRest('DELETE', 'channels/a', undefined), []);
  assert.deepEqual(channelsNeededAtRest('POST', 'channels/a/snoop/s', {}), []);
  assert.deepEqual(channelsNeededAtRest('POST', 'channels/create', {}), []);
});
