/** What ARI tells of channels, bridges, playbacks and recordings, with the fields we use. */

import {
  asFields,
  FieldError,
  type Fields,
  id,
  instant,
  optionalNumber,
  optionalPart,
  optionalText,
  part,
  text,
  textOrEmpty,
  texts,
} from './schema-fields.ts';

export interface AriParty {
  readonly number: string;
  readonly name: string;
}

export interface AriChannel {
  readonly id: string;
  /** As in `PJSIP/1001-0000002a`. */
  readonly name: string;
  /** `Down`, `Ring`, `Ringing`, `Up`, … */
  readonly state: string;
  readonly caller: AriParty;
  readonly connected: AriParty;
  readonly dialplan: AriDialplan;
  /** Unix time in milliseconds. */
  readonly createdAt: number;
  /** The SIP Call-ID; empty where the channel has none or Asterisk does not tell. */
  readonly protocolId: string;
}

/** `appName` is `Stasis` while an application holds the channel; `appData` then begins with the application's name. */
export interface AriDialplan {
  readonly context: string;
  readonly exten: string;
  readonly appName: string;
  readonly appData: string;
}

export interface AriBridge {
  readonly id: string;
  readonly name: string;
  /** `simple_bridge`, `native_rtp`, `softmix`, `holding_bridge`. */
  readonly technology: string;
  readonly bridgeType: string;
  /** `stasis` for bridges made through ARI, `basic` for those of Dial. */
  readonly bridgeClass: string;
  readonly creator: string;
  readonly channelIds: readonly string[];
}

export interface AriPlayback {
  readonly id: string;
  /** `playing`, `done`, `failed`, … A playback that was stopped reports `done` too. */
  readonly state: string;
  readonly mediaUri: string;
  /** `channel:<id>` or `bridge:<id>`. */
  readonly targetUri: string;
}

export interface AriRecording {
  readonly name: string;
  readonly format: string;
  /** `queued`, `recording`, `paused`, `done`, `failed`, `canceled`. A muted one reports `recording`. */
  readonly state: string;
  readonly targetUri: string;
  /** Whole seconds of the file, pauses excluded. */
  readonly durationSeconds: number | undefined;
  /** Why it failed. */
  readonly cause: string | undefined;
}

export interface AsteriskInfo {
  readonly version: string;
  readonly entityId: string;
}

export function readChannel(fields: Fields): AriChannel {
  return {
    id: id(fields, 'id'),
    name: text(fields, 'name'),
    state: text(fields, 'state'),
    caller: optionalPart(fields, 'caller', readParty) ?? nobody,
    connected: optionalPart(fields, 'connected', readParty) ?? nobody,
    dialplan: optionalPart(fields, 'dialplan', readDialplan) ?? nowhere,
    createdAt: instant(fields, 'creationtime'),
    protocolId: textOrEmpty(fields, 'protocol_id'),
  };
}

export function readBridge(fields: Fields): AriBridge {
  return {
    id: id(fields, 'id'),
    name: textOrEmpty(fields, 'name'),
    technology: textOrEmpty(fields, 'technology'),
    bridgeType: textOrEmpty(fields, 'bridge_type'),
    bridgeClass: textOrEmpty(fields, 'bridge_class'),
    creator: textOrEmpty(fields, 'creator'),
    channelIds: texts(fields, 'channels'),
  };
}

export function readPlayback(fields: Fields): AriPlayback {
  return {
    id: id(fields, 'id'),
    state: text(fields, 'state'),
    mediaUri: textOrEmpty(fields, 'media_uri'),
    targetUri: textOrEmpty(fields, 'target_uri'),
  };
}

export function readRecording(fields: Fields): AriRecording {
  return {
    name: id(fields, 'name'),
    format: textOrEmpty(fields, 'format'),
    state: text(fields, 'state'),
    targetUri: textOrEmpty(fields, 'target_uri'),
    durationSeconds: optionalNumber(fields, 'duration'),
    cause: optionalText(fields, 'cause'),
  };
}

/** The answer of `GET channels`; undefined where it is not what ARI promises. */
export function parseChannels(body: unknown): readonly AriChannel[] | undefined {
  return parseList(body, readChannel);
}

/** The answer of `GET bridges`. */
export function parseBridges(body: unknown): readonly AriBridge[] | undefined {
  return parseList(body, readBridge);
}

/** The answer of `GET recordings/live/{name}`. */
export function parseRecording(body: unknown): AriRecording | undefined {
  return parseOne(body, readRecording);
}

/** The answer of `GET asterisk/info`, at least its part `system`. */
export function parseAsteriskInfo(body: unknown): AsteriskInfo | undefined {
  return parseOne(body, (fields) => part(fields, 'system', readSystem));
}

function parseList<T>(body: unknown, read: (fields: Fields) => T): readonly T[] | undefined {
  if (!Array.isArray(body)) return undefined;
  const items = body.map((item) => parseOne(item, read));
  return items.every((item) => item !== undefined) ? items : undefined;
}

function parseOne<T>(body: unknown, read: (fields: Fields) => T): T | undefined {
  try {
    return read(asFields(body, 'answer'));
  } catch (error) {
    if (error instanceof FieldError) return undefined;
    throw error;
  }
}

const nobody: AriParty = { number: '', name: '' };
const nowhere: AriDialplan = { context: '', exten: '', appName: '', appData: '' };

function readParty(fields: Fields): AriParty {
  return { number: textOrEmpty(fields, 'number'), name: textOrEmpty(fields, 'name') };
}

function readDialplan(fields: Fields): AriDialplan {
  return {
    context: textOrEmpty(fields, 'context'),
    exten: textOrEmpty(fields, 'exten'),
    appName: textOrEmpty(fields, 'app_name'),
    appData: textOrEmpty(fields, 'app_data'),
  };
}

function readSystem(fields: Fields): AsteriskInfo {
  return { version: text(fields, 'version'), entityId: textOrEmpty(fields, 'entity_id') };
}
