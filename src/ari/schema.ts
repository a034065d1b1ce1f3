/** ARI's frames as typed values. Hand-written, as every event of every call passes through here; a frame never makes it throw. */

import {
  asFields,
  FieldError,
  type Fields,
  flag,
  instant,
  number,
  optionalNumber,
  optionalPart,
  optionalText,
  part,
  text,
  textOrEmpty,
  texts,
} from './schema-fields.ts';
import {
  type AriBridge,
  type AriChannel,
  type AriPlayback,
  type AriRecording,
  readBridge,
  readChannel,
  readPlayback,
  readRecording,
} from './schema-resources.ts';

/** `at` is Unix time in milliseconds by Asterisk's clock. */
interface Happened<Type extends string> {
  readonly type: Type;
  readonly at: number;
}

interface OnChannel<Type extends string> extends Happened<Type> {
  readonly channel: AriChannel;
}

interface OnBridge<Type extends string> extends OnChannel<Type> {
  readonly bridge: AriBridge;
}

interface OnPlayback<Type extends string> extends Happened<Type> {
  readonly playback: AriPlayback;
}

interface OnRecording<Type extends string> extends Happened<Type> {
  readonly recording: AriRecording;
}

export interface StasisStart extends OnChannel<'StasisStart'> {
  readonly args: readonly string[];
  /** Set when Asterisk put this channel in the place of one of ours; then it is no new call. */
  readonly replacedChannel: AriChannel | undefined;
}

export interface ChannelDestroyed extends OnChannel<'ChannelDestroyed'> {
  /** Q.850. */
  readonly cause: number;
  readonly causeText: string;
  /** The SIP status, where there was one. */
  readonly techCause: number | undefined;
}

export interface ChannelHangupRequest extends OnChannel<'ChannelHangupRequest'> {
  readonly cause: number | undefined;
  readonly techCause: number | undefined;
  readonly soft: boolean;
}

export interface ChannelDtmfReceived extends OnChannel<'ChannelDtmfReceived'> {
  readonly digit: string;
  /** The event comes at the digit's end, so it began at `at - durationMs`. */
  readonly durationMs: number;
}

export interface Dial extends Happened<'Dial'> {
  /** Empty at the start, then `RINGING`, `PROGRESS`, `ANSWER`; a failure shows only in ChannelDestroyed. */
  readonly dialStatus: string;
  readonly peer: AriChannel;
  readonly caller: AriChannel | undefined;
}

export interface ChannelTransfer extends Happened<'ChannelTransfer'> {
  /** Absent on the request itself; set on the echoes of our own answers. */
  readonly state: string | undefined;
  readonly referTo: {
    readonly destination: string;
    /** The Call-ID to be replaced, on an attended transfer. */
    readonly protocolId: string | undefined;
    readonly destinationChannel: AriChannel | undefined;
    readonly connectedChannel: AriChannel | undefined;
    readonly bridge: AriBridge | undefined;
  };
  readonly referredBy: {
    readonly sourceChannel: AriChannel;
    readonly connectedChannel: AriChannel | undefined;
    readonly bridge: AriBridge | undefined;
  };
}

export interface ApplicationReplaced extends Happened<'ApplicationReplaced'> {
  readonly application: string;
}

export type AriEvent =
  | StasisStart
  | OnChannel<'StasisEnd'>
  | OnChannel<'ChannelStateChange'>
  | OnChannel<'ChannelConnectedLine'>
  | OnChannel<'ChannelHold'>
  | OnChannel<'ChannelUnhold'>
  | ChannelHangupRequest
  | ChannelDestroyed
  | ChannelDtmfReceived
  | ChannelTransfer
  | Dial
  | OnBridge<'ChannelEnteredBridge'>
  | OnBridge<'ChannelLeftBridge'>
  | (Happened<'BridgeDestroyed'> & { readonly bridge: AriBridge })
  | OnPlayback<'PlaybackStarted'>
  | OnPlayback<'PlaybackFinished'>
  | OnRecording<'RecordingStarted'>
  | OnRecording<'RecordingFinished'>
  | OnRecording<'RecordingFailed'>
  | ApplicationReplaced;

export type AriEventType = AriEvent['type'];

/** The answer to a request sent over the socket. `body` is JSON as text, undefined when there is none. */
export interface AriRestResponse {
  readonly requestId: string;
  readonly status: number;
  readonly body: string | undefined;
}

export type AriFrame =
  | { readonly kind: 'event'; readonly event: AriEvent }
  | { readonly kind: 'response'; readonly response: AriRestResponse }
  /** An event that we have no use for. */
  | { readonly kind: 'unknown' }
  /** `reason` says what is wrong without quoting the frame, which may hold personal data. */
  | { readonly kind: 'malformed'; readonly reason: string };

/** No event is anywhere near this; only answers, such as the list of all channels, may be longer. */
const longestEventCharacters = 1_000_000;

/** Reads one frame of the events socket. Never throws. */
export function parseAriFrame(frame: string): AriFrame {
  try {
    if (frame.length > longestEventCharacters && !frame.slice(0, 40).includes('RESTResponse')) {
      return { kind: 'malformed', reason: 'too long' };
    }
    return readFrame(asFields(JSON.parse(frame), 'frame'));
  } catch (error) {
    return { kind: 'malformed', reason: error instanceof FieldError ? error.message : 'no JSON' };
  }
}

function readFrame(fields: Fields): AriFrame {
  const type = text(fields, 'type');
  if (type === 'RESTResponse') return { kind: 'response', response: readResponse(fields) };
  const read = readers.get(type);
  return read === undefined
    ? { kind: 'unknown' }
    : { kind: 'event', event: read(fields, instant(fields, 'timestamp')) };
}

function readResponse(fields: Fields): AriRestResponse {
  return {
    requestId: textOrEmpty(fields, 'request_id'),
    status: number(fields, 'status_code'),
    body: optionalText(fields, 'message_body'),
  };
}

type Reader<Type extends AriEventType> = (fields: Fields, at: number) => Extract<AriEvent, { type: Type }>;

const readerOf: { readonly [Type in AriEventType]: Reader<Type> } = {
  StasisStart: (fields, at) => ({
    type: 'StasisStart',
    at,
    args: texts(fields, 'args'),
    channel: channel(fields),
    replacedChannel: optionalPart(fields, 'replace_channel', readChannel),
  }),
  StasisEnd: (fields, at) => ({ type: 'StasisEnd', at, channel: channel(fields) }),
  ChannelStateChange: (fields, at) => ({ type: 'ChannelStateChange', at, channel: channel(fields) }),
  ChannelConnectedLine: (fields, at) => ({ type: 'ChannelConnectedLine', at, channel: channel(fields) }),
  ChannelHold: (fields, at) => ({ type: 'ChannelHold', at, channel: channel(fields) }),
  ChannelUnhold: (fields, at) => ({ type: 'ChannelUnhold', at, channel: channel(fields) }),
  ChannelHangupRequest: (fields, at) => ({
    type: 'ChannelHangupRequest',
    at,
    channel: channel(fields),
    cause: optionalNumber(fields, 'cause'),
    techCause: optionalNumber(fields, 'tech_cause'),
    soft: flag(fields, 'soft'),
  }),
  ChannelDestroyed: (fields, at) => ({
    type: 'ChannelDestroyed',
    at,
    channel: channel(fields),
    cause: number(fields, 'cause'),
    causeText: textOrEmpty(fields, 'cause_txt'),
    techCause: optionalNumber(fields, 'tech_cause'),
  }),
  ChannelDtmfReceived: (fields, at) => ({
    type: 'ChannelDtmfReceived',
    at,
    channel: channel(fields),
    digit: text(fields, 'digit'),
    durationMs: number(fields, 'duration_ms'),
  }),
  ChannelTransfer: (fields, at) => ({
    type: 'ChannelTransfer',
    at,
    state: optionalText(fields, 'state'),
    referTo: part(fields, 'refer_to', readReferTo),
    referredBy: part(fields, 'referred_by', readReferredBy),
  }),
  Dial: (fields, at) => ({
    type: 'Dial',
    at,
    dialStatus: text(fields, 'dialstatus'),
    peer: part(fields, 'peer', readChannel),
    caller: optionalPart(fields, 'caller', readChannel),
  }),
  ChannelEnteredBridge: (fields, at) => ({
    type: 'ChannelEnteredBridge',
    at,
    channel: channel(fields),
    bridge: bridge(fields),
  }),
  ChannelLeftBridge: (fields, at) => ({
    type: 'ChannelLeftBridge',
    at,
    channel: channel(fields),
    bridge: bridge(fields),
  }),
  BridgeDestroyed: (fields, at) => ({ type: 'BridgeDestroyed', at, bridge: bridge(fields) }),
  PlaybackStarted: (fields, at) => ({ type: 'PlaybackStarted', at, playback: playback(fields) }),
  PlaybackFinished: (fields, at) => ({ type: 'PlaybackFinished', at, playback: playback(fields) }),
  RecordingStarted: (fields, at) => ({ type: 'RecordingStarted', at, recording: recording(fields) }),
  RecordingFinished: (fields, at) => ({ type: 'RecordingFinished', at, recording: recording(fields) }),
  RecordingFailed: (fields, at) => ({ type: 'RecordingFailed', at, recording: recording(fields) }),
  ApplicationReplaced: (fields, at) => ({ type: 'ApplicationReplaced', at, application: text(fields, 'application') }),
};

const readers: ReadonlyMap<string, (fields: Fields, at: number) => AriEvent> = new Map(Object.entries(readerOf));

/** All that we can read. Asterisk's event filter holds back the answers to our requests as well, unless they are named. */
export const allowedFrameTypes: readonly string[] = [...readers.keys(), 'RESTResponse'];

/** What the connection itself lives on: answers, the loss of our name, and which channels are busy. */
const neededFrameTypes = [
  'RESTResponse',
  'ApplicationReplaced',
  'PlaybackStarted',
  'PlaybackFinished',
  'RecordingStarted',
  'RecordingFinished',
  'RecordingFailed',
] as const;

/** What the event filter must let through for somebody who heeds these events alone. */
export function frameTypesFor(heeded: readonly AriEventType[] | undefined): readonly string[] {
  return heeded === undefined ? allowedFrameTypes : [...new Set<string>([...neededFrameTypes, ...heeded])];
}

const channel = (fields: Fields): AriChannel => part(fields, 'channel', readChannel);
const bridge = (fields: Fields): AriBridge => part(fields, 'bridge', readBridge);
const playback = (fields: Fields): AriPlayback => part(fields, 'playback', readPlayback);
const recording = (fields: Fields): AriRecording => part(fields, 'recording', readRecording);

function readReferTo(fields: Fields): ChannelTransfer['referTo'] {
  const requested = optionalPart(fields, 'requested_destination', readRequestedDestination);
  return {
    destination: requested?.destination ?? '',
    protocolId: requested?.protocolId,
    destinationChannel: optionalPart(fields, 'destination_channel', readChannel),
    connectedChannel: optionalPart(fields, 'connected_channel', readChannel),
    bridge: optionalPart(fields, 'bridge', readBridge),
  };
}

function readRequestedDestination(fields: Fields): {
  readonly destination: string;
  readonly protocolId: string | undefined;
} {
  return { destination: textOrEmpty(fields, 'destination'), protocolId: optionalText(fields, 'protocol_id') };
}

function readReferredBy(fields: Fields): ChannelTransfer['referredBy'] {
  return {
    sourceChannel: part(fields, 'source_channel', readChannel),
    connectedChannel: optionalPart(fields, 'connected_channel', readChannel),
    bridge: optionalPart(fields, 'bridge', readBridge),
  };
}
