/** ARI's events in the words of telephony. Pure; what means nothing to a call becomes nothing. */

import type { SwitchEvent } from '../telephony/events.ts';
import { callOfResource, type LegId, type PlaybackId, type RecordingName, type SnoopId } from '../telephony/ids.ts';
import { cause, type Origin, type Party } from '../telephony/model.ts';
import { isWithheld } from '../telephony/number.ts';
import type { AriEvent, AriEventType, StasisStart } from './schema.ts';
import type { AriChannel } from './schema-resources.ts';

/** A channel that entered our application from the dialplan: the beginning of a call. */
export interface Arrived {
  readonly leg: LegId;
  readonly origin: Origin;
  readonly endpoint: string;
  readonly channelName: string;
  readonly dialled: string;
  readonly caller: Party;
  readonly at: number;
}

export type Translation =
  | { readonly kind: 'arrived'; readonly arrived: Arrived }
  /** `subject` is the id of the channel, playback or recording that the event is about. */
  | { readonly kind: 'event'; readonly subject: string; readonly event: SwitchEvent }
  /** In our application by a dialplan that does not say from where: no call that we could route. */
  | { readonly kind: 'stray'; readonly channel: string }
  | { readonly kind: 'nothing' };

const nothing: Translation = { kind: 'nothing' };

/** All that anything can follow from; the others, half of all events of a call, need not be sent at all. */
export const heededEvents: readonly AriEventType[] = [
  'StasisStart',
  'StasisEnd',
  'ChannelDestroyed',
  'Dial',
  'ChannelDtmfReceived',
  'ChannelHold',
  'ChannelUnhold',
  'ChannelTransfer',
  'PlaybackStarted',
  'PlaybackFinished',
  'RecordingStarted',
  'RecordingFinished',
  'RecordingFailed',
];

export function translate(application: string, event: AriEvent): Translation {
  switch (event.type) {
    case 'StasisStart':
      return translateStart(application, event);
    case 'ChannelDestroyed':
      return isSnoop(event.channel)
        ? about(event.channel.id, { kind: 'snoopEnded', at: event.at, snoop: event.channel.id as SnoopId })
        : about(event.channel.id, {
            kind: 'legEnded',
            at: event.at,
            leg: event.channel.id as LegId,
            cause: event.cause,
          });
    case 'Dial':
      return translateDial(event.peer.id as LegId, event.dialStatus, event.at);
    case 'ChannelDtmfReceived':
      return about(event.channel.id, {
        kind: 'digitReceived',
        at: event.at,
        leg: event.channel.id as LegId,
        digit: event.digit,
        durationMs: event.durationMs,
      });
    case 'ChannelHold':
      return about(event.channel.id, { kind: 'legHeld', at: event.at, leg: event.channel.id as LegId });
    case 'ChannelUnhold':
      return about(event.channel.id, { kind: 'legUnheld', at: event.at, leg: event.channel.id as LegId });
    case 'ChannelTransfer':
      // With a state it is the echo of an answer of ours.
      return event.state === undefined
        ? about(event.referredBy.sourceChannel.id, {
            kind: 'transferRequested',
            at: event.at,
            leg: event.referredBy.sourceChannel.id as LegId,
            to: event.referTo.destination,
          })
        : nothing;
    case 'PlaybackStarted':
      return about(event.playback.id, {
        kind: 'playbackStarted',
        at: event.at,
        playback: event.playback.id as PlaybackId,
      });
    case 'PlaybackFinished':
      return about(event.playback.id, {
        kind: 'playbackFinished',
        at: event.at,
        playback: event.playback.id as PlaybackId,
        ok: event.playback.state === 'done',
      });
    case 'RecordingStarted':
      return about(event.recording.name, {
        kind: 'recordingStarted',
        at: event.at,
        recording: event.recording.name as RecordingName,
      });
    case 'RecordingFinished':
    case 'RecordingFailed':
      return about(event.recording.name, {
        kind: 'recordingFinished',
        at: event.at,
        recording: event.recording.name as RecordingName,
        ok: event.type === 'RecordingFinished',
      });
    case 'StasisEnd':
      return translateLeaving(application, event.channel, event.at);
    case 'ChannelStateChange':
    case 'ChannelConnectedLine':
    case 'ChannelHangupRequest':
    case 'ChannelEnteredBridge':
    case 'ChannelLeftBridge':
    case 'BridgeDestroyed':
    case 'ApplicationReplaced':
      return nothing;
  }
}

function translateStart(application: string, event: StasisStart): Translation {
  const { channel } = event;
  if (event.replacedChannel) return nothing;
  if (callOfResource(application, channel.id) !== undefined) {
    return isSnoop(channel)
      ? about(channel.id, { kind: 'snoopReady', at: event.at, snoop: channel.id as SnoopId })
      : about(channel.id, { kind: 'legReady', at: event.at, leg: channel.id as LegId, channelName: channel.name });
  }
  const arrived = toArrived(channel, event.args, event.at);
  return arrived ? { kind: 'arrived', arrived } : { kind: 'stray', channel: channel.id };
}

/** The first argument says where it comes from; the dialled number and the caller's may follow. */
export function toArrived(channel: AriChannel, args: readonly string[], at: number): Arrived | undefined {
  const [origin, dialled, caller = ''] = args;
  if (origin !== 'trunk' && origin !== 'phone') return undefined;
  return {
    leg: channel.id as LegId,
    origin,
    endpoint: toEndpoint(channel.name),
    channelName: channel.name,
    dialled: dialled === undefined || dialled === '' ? channel.dialplan.exten : dialled,
    caller: toCaller(caller === '' ? channel.caller.number : caller, channel.caller.name),
    at,
  };
}

/** Who hides the number does not want to be known by name. */
function toCaller(number: string, name: string): Party {
  return { number, name: isWithheld(number) ? '' : name };
}

/** `PJSIP/desk-2-0000002a` belongs to the endpoint `PJSIP/desk-2`. */
export function toEndpoint(channelName: string): string {
  return channelName.replace(/-[0-9a-f]{8}(;[12])?$/, '');
}

/**
 * Of a channel that came from the dialplan nothing more is heard once it has left us, often not even its end; one that
 * we created ends with a cause, which comes with its destruction.
 */
function translateLeaving(application: string, channel: AriChannel, at: number): Translation {
  if (callOfResource(application, channel.id) !== undefined) return nothing;
  return about(channel.id, { kind: 'legEnded', at, leg: channel.id as LegId, cause: cause.normal });
}

function translateDial(leg: LegId, status: string, at: number): Translation {
  switch (status) {
    case 'RINGING':
      return about(leg, { kind: 'legRinging', at, leg });
    case 'PROGRESS':
      return about(leg, { kind: 'legProgressed', at, leg });
    case 'ANSWER':
      return about(leg, { kind: 'legAnswered', at, leg });
    default:
      return nothing;
  }
}

function isSnoop(channel: AriChannel): boolean {
  return channel.name.startsWith('Snoop/');
}

function about(subject: string, event: SwitchEvent): Translation {
  return { kind: 'event', subject, event };
}
