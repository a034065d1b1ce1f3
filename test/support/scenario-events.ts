/** The lines of a scenario that say what happens, as events. */

import { resync, type Resync } from '../../src/ari/resync.ts';
import type { AriBridge, AriChannel } from '../../src/ari/schema-resources.ts';
import type { CallEvent, SwitchEvent } from '../../src/telephony/events.ts';
import type { CallId, LegId, PlaybackId, RecordingName, SnoopId } from '../../src/telephony/ids.ts';
import type { Call } from '../../src/telephony/model.ts';
import { application } from './scenario-setup.ts';

export const callId = 'c1' as CallId;
const callerChannel = '1700000000.1';
const prefix = `${application}-${callId}-`;

/** `leg1` and `caller` as Asterisk knows them. */
export function toId<Id extends string>(short: string): Id {
  return (short === 'caller' ? callerChannel : prefix + short) as Id;
}

/** Every id in a text in its short form. */
export function shorten(text: string): string {
  return text.replaceAll(prefix, '').replaceAll(callerChannel, 'caller');
}

type Rest = readonly string[];
type Reader = (at: number, rest: Rest) => readonly CallEvent[];

/** The words after the time. */
export function toEvents(at: number, line: string): readonly CallEvent[] {
  const [verb = '', ...rest] = line.match(/"[^"]*"|\S+/g) ?? [];
  const read = readers[verb];
  if (!read) throw new Error(`nobody knows what "${verb}" means`);
  return read(at, rest);
}

const readers: Readonly<Record<string, Reader>> = {
  arrives: (at, rest) => [arrival(at, rest)],
  ready: (at, rest) => rest.map((leg) => ({ kind: 'legReady', at, leg: toId(leg), channelName: `channel of ${leg}` })),
  rings: legs('legRinging'),
  progresses: legs('legProgressed'),
  answers: legs('legAnswered'),
  holds: legs('legHeld'),
  unholds: legs('legUnheld'),
  ends: (at, [leg = '', cause = '16']) => [{ kind: 'legEnded', at, leg: toId(leg), cause: Number(cause) }],
  presses: (at, [leg = '', digit = '', ms = '100']) => [
    { kind: 'digitReceived', at, leg: toId(leg), digit, durationMs: Number(ms) },
  ],
  plays: (at, [play = '']) => [{ kind: 'playbackStarted', at, playback: toId<PlaybackId>(play) }],
  muted: muted(true),
  unmuted: muted(false),
  asks: (at, [action]) => [
    {
      kind: 'recordingControlAsked',
      at,
      action: action === 'pause' || action === 'resume' ? action : 'discard',
      by: { kind: 'api', name: 'test' },
    },
  ],
  transfers: (at, [leg = '', to = '']) => [{ kind: 'transferRequested', at, leg: toId(leg), to }],
  played: (at, [play = '']) => [{ kind: 'playbackFinished', at, playback: toId<PlaybackId>(play), ok: true }],
  'not-played': (at, [play = '']) => [{ kind: 'playbackFinished', at, playback: toId<PlaybackId>(play), ok: false }],
  'snoop-ready': (at, rest) => rest.map((snoop) => ({ kind: 'snoopReady', at, snoop: toId<SnoopId>(snoop) })),
  'snoop-ended': (at, rest) => rest.map((snoop) => ({ kind: 'snoopEnded', at, snoop: toId<SnoopId>(snoop) })),
  'recording-started': (at, rest) =>
    rest.map((name) => ({ kind: 'recordingStarted', at, recording: toId<RecordingName>(name) })),
  'recording-finished': recordingFinished(true),
  'recording-failed': recordingFinished(false),
  measured: (at, [leg = '', received, sent]) => [
    { kind: 'legMeasured', at, leg: toId(leg), received: Number(received), sent: Number(sent) },
  ],
  fails: (at, [command = '', subject = '', ...reason]) => [
    { kind: 'commandFailed', at, command, subject: toId(subject), reason: reason.join(' ') },
  ],
};

function legs(kind: 'legRinging' | 'legProgressed' | 'legAnswered' | 'legHeld' | 'legUnheld'): Reader {
  return (at, rest) => rest.map((leg) => ({ kind, at, leg: toId<LegId>(leg) }));
}

function muted(isMuted: boolean): Reader {
  return (at, rest) => rest.map((name) => ({ kind: 'recordingMuted', at, recording: toId(name), muted: isMuted }));
}

function recordingFinished(ok: boolean): Reader {
  return (at, rest) => rest.map((name) => ({ kind: 'recordingFinished', at, recording: toId(name), ok }));
}

/** `trunk +4930555010 from +49171 "Name"`, `phone 600 from 1001`; `at PJSIP/x` where the endpoint is another one. */
function arrival(at: number, rest: Rest): CallEvent {
  const [origin, dialled = '', , number = '', ...more] = rest;
  if (origin !== 'trunk' && origin !== 'phone') throw new Error('a call arrives from a trunk or a phone');
  const endpoint = more.includes('at') ? more[more.indexOf('at') + 1] : undefined;
  const name = more.find((word) => word.startsWith('"'))?.slice(1, -1) ?? '';
  return {
    kind: 'callArrived',
    at,
    call: callId,
    leg: toId('caller'),
    origin,
    endpoint: endpoint ?? (origin === 'trunk' ? 'PJSIP/carrier' : `PJSIP/${number}`),
    channelName: 'channel of caller',
    dialled,
    caller: { number: number === 'anonymous' ? '' : number, name },
  };
}

/** `resynced caller=Up leg1=Ringing bridge1=caller+leg1 rec1`: what stands in Asterisk; all else is gone. */
export function toResync(at: number, line: string, call: Call): { events: readonly SwitchEvent[]; found: Resync } {
  const words = line.split(/\s+/).slice(1);
  const live = {
    channels: words.filter((word) => /^(caller|leg\d+)=/.test(word)).map(toChannel),
    bridges: words.filter((word) => word.startsWith('bridge')).map(toBridge),
    recordings: words.filter((word) => word.startsWith('rec')).map((word) => toId(word)),
  };
  const found = resync(application, [call], live, at);
  return { events: found.events.get(call.id) ?? [], found };
}

function toChannel(word: string): AriChannel {
  const [short = '', state = ''] = word.split('=');
  const nobody = { number: '', name: '' };
  const dialplan = { context: '', exten: '', appName: 'Stasis', appData: `${application},trunk` };
  const name = `channel of ${short}`;
  return { id: toId(short), name, state, caller: nobody, connected: nobody, dialplan, createdAt: 0, protocolId: '' };
}

function toBridge(word: string): AriBridge {
  const [short = '', members = ''] = word.split('=');
  const channelIds = members.split('+').filter((one) => one !== '');
  return {
    id: toId(short),
    name: '',
    technology: 'simple_bridge',
    bridgeType: 'mixing',
    bridgeClass: 'stasis',
    creator: 'Stasis',
    channelIds: channelIds.map((one) => toId(one)),
  };
}
