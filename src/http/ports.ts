/** What the HTTP side shows of the others, and how it asks them. Instants are ISO 8601 texts in UTC. */

import type { Readable } from 'node:stream';
import type { CallState, Direction, RecordingState } from '../telephony/model.ts';

export interface PartyView {
  readonly number: string;
  readonly name: string;
}

/** A call as the interface shows it. */
export interface CallView {
  readonly id: string;
  readonly direction: Direction;
  readonly state: CallState;
  readonly startedAt: string;
  /** When a person answered. */
  readonly answeredAt: string | null;
  readonly caller: PartyView & { readonly contactId: string | null };
  readonly callee: PartyView;
  readonly hotline: string | null;
  readonly group: string | null;
  readonly users: readonly string[];
  readonly recording: {
    readonly state: RecordingState;
    readonly setting: string | null;
    readonly reason: string | null;
  };
  readonly supervisors: readonly string[];
}

export interface LiveCalls {
  /** The calls that are up now, the oldest first. */
  list(): readonly CallView[];
  /** Told of each call that changed; the last time with the state `ended`. Gives the way to end it. */
  subscribe(listener: (call: CallView) => void): () => void;
}

export interface RecordingView {
  readonly id: string;
  readonly callid: string;
  /** File name without ending. */
  readonly base: string;
  readonly direction: 'in' | 'out';
  readonly caller: string;
  readonly callee: string;
  readonly setting: string;
  readonly startedAt: string;
  /** Length of the audio; null while it is being made. */
  readonly seconds: number | null;
  readonly state: 'recording' | 'finishing' | 'waiting' | 'delivering' | 'delivered' | 'kept' | 'deleted';
  readonly judgement: 'ok' | 'short' | 'silent' | 'oneSided' | 'unreadable' | 'recovered' | null;
}

export interface RecordingQuery {
  /** Unix time in milliseconds: begun at or after. */
  readonly from?: number;
  /** Unix time in milliseconds: begun before. */
  readonly to?: number;
  readonly direction?: 'in' | 'out';
  /** Caller or callee, the whole number. */
  readonly party?: string;
  readonly setting?: string;
  readonly state?: RecordingView['state'];
  readonly limit: number;
  /** The `nextCursor` of the page before. */
  readonly cursor?: string;
}

export interface RecordingPage {
  /** The latest first. */
  readonly recordings: readonly RecordingView[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

/** Finished audio that can be read from any place. Nothing is open until it is read. */
export interface AudioFile {
  readonly bytes: number;
  readonly contentType: string;
  /** Offered for saving. */
  readonly fileName: string;
  /** Changes with the content, such as its hash. */
  readonly version: string;
  /** The bytes from `first` to `last`, both included. The reader may be destroyed early. */
  read(first: number, last: number): Readable;
}

export interface RecordingList {
  /** A cursor that cannot be read gives `undefined`. */
  list(query: RecordingQuery): RecordingPage | undefined | Promise<RecordingPage | undefined>;
  get(id: string): RecordingView | undefined | Promise<RecordingView | undefined>;
  /** Undefined if there is no such recording or its audio is not finished. */
  openAudio(id: string): AudioFile | undefined | Promise<AudioFile | undefined>;
  /** Told of each recording that is new or changed. Gives the way to end it. */
  subscribe(listener: (recording: RecordingView) => void): () => void;
}

export interface HealthReason {
  /** Kebab-case, for machines: `asterisk-disconnected`. */
  readonly code: string;
  readonly message: string;
}

export interface Health {
  /** Why the server is not ready; empty when it is. */
  reasons(): readonly HealthReason[];
}

export interface SystemView {
  readonly version: string;
  readonly startedAt: string;
  readonly asterisk: {
    readonly connected: boolean;
    readonly version: string | null;
    readonly transport: string | null;
  };
  readonly configuration: { readonly hash: string; readonly loadedAt: string };
  readonly calls: number;
  readonly recordingsOpen: number;
}

export interface SystemState {
  read(): SystemView;
}

/** The text that Prometheus reads. */
export interface MetricsText {
  readonly contentType: string;
  render(): Promise<string>;
}

export interface HttpPorts {
  readonly calls: LiveCalls;
  readonly recordings: RecordingList;
  readonly health: Health;
  readonly system: SystemState;
  readonly metrics: MetricsText;
}
