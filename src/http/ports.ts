/** What the HTTP side shows of the others, and how it asks them. Instants are ISO 8601 texts in UTC. */

import type { Readable } from 'node:stream';
import type { CallState, Direction, RecordingState } from '../telephony/model.ts';
import type { Actor, RecordingAction } from '../telephony/recording-plan.ts';

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
  /** When and by whom the audio was withdrawn; null if it was not. */
  readonly erased: { readonly at: string; readonly by: Actor } | null;
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

/** Why a recording could not be paused, resumed or discarded. */
export type RecordingControlProblem =
  | 'unknown-call'
  | 'not-recorded'
  | 'already-paused'
  | 'not-paused'
  | 'failed'
  /** Asked for, and no answer in time. */
  | 'not-confirmed';

export interface RecordingControl {
  /** Resolves when it is known what came of it: undefined if it was done. */
  control(call: string, action: RecordingAction, by: Actor): Promise<RecordingControlProblem | undefined>;
}

export interface GroupView {
  readonly number: string;
  readonly name: string;
  readonly strategy: string;
  readonly members: readonly { readonly extension: string; readonly name: string; readonly active: boolean }[];
}

export interface GroupMemberships {
  groups(): readonly GroupView[];
  /** Logs a member in or out. */
  set(group: string, extension: string, active: boolean): 'unknown-group' | 'unknown-member' | undefined;
}

export interface SettingView {
  readonly name: string;
  /** Whether it counts for new calls. */
  readonly enabled: boolean;
  /** What was switched at run time; it beats the file. Null: the file holds. */
  readonly override: boolean | null;
  readonly select: object;
  readonly directions: readonly ('in' | 'out')[];
  readonly exceptionLists: readonly string[];
  /** What it does, in sentences of the configuration's language. */
  readonly sentence: string;
}

export interface SettingSwitches {
  /** In the order in which they are asked. */
  list(): readonly SettingView[];
  /** Null gives the word back to the file. Undefined if there is no such setting. */
  set(name: string, enabled: boolean | null): SettingView | undefined;
}

export interface UserView {
  readonly name: string;
  readonly extension: string | null;
  readonly language: string;
  /** Outside numbers that ring this user. */
  readonly did: readonly string[];
  /** Groups that the user is a member of, logged in or not. */
  readonly groups: readonly string[];
}

export interface HotlineView {
  readonly did: string;
  readonly name: string;
  readonly destination: string;
  readonly language: string;
  readonly fallback: string;
}

export interface ExceptionListView {
  readonly name: string;
  /** It holds for every setting. */
  readonly neverRecord: boolean;
  /** Settings that name it. */
  readonly settings: readonly string[];
  readonly entries: readonly {
    readonly number?: string;
    readonly pattern?: string;
    readonly not: boolean;
    readonly comment?: string;
  }[];
}

/** The configuration in force, as far as everybody may see it. */
export interface DirectoryViews {
  users(): readonly UserView[];
  hotlines(): readonly HotlineView[];
  /** What is dialled, by function. */
  /** Null where there is no such code. */
  serviceCodes(): Readonly<Record<string, string | null>>;
  exceptionLists(): readonly ExceptionListView[];
}

export type Obligation = 'must' | 'mayNot' | 'needNot';
export type LedgerProblem = 'open' | 'missing' | 'madeInError';

/** A call's line in the expectation ledger. */
export interface LedgerLine {
  readonly callid: string;
  readonly startedAt: string;
  readonly direction: Direction;
  readonly caller: string;
  readonly callee: string;
  readonly obligation: Obligation;
  readonly decision: 'record' | 'optIn' | 'optOut' | 'skip';
  readonly setting: string | null;
  readonly reason: string;
  /** What came of it: `open` while the call or a recording of it is not finished. */
  readonly outcome: 'ok' | LedgerProblem;
  /** What is wrong, kebab-case. */
  readonly fault: string | null;
  /** Hash of the configuration that the call was decided by. */
  readonly configuration: string;
}

export interface LedgerQuery {
  /** Unix time in milliseconds: begun at or after. */
  readonly from?: number;
  /** Unix time in milliseconds: begun before. */
  readonly to?: number;
  readonly obligation?: Obligation;
  readonly problem?: LedgerProblem;
  readonly limit: number;
  /** The `nextCursor` of the page before. */
  readonly cursor?: string;
}

export interface LedgerPage {
  /** The latest first. */
  readonly calls: readonly LedgerLine[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

/** Everything that explains one call. */
export interface TraceView {
  readonly callid: string;
  readonly decision: LedgerLine['decision'];
  readonly setting: string | null;
  readonly reason: string;
  readonly consent: object | null;
  readonly timeline: readonly { readonly at: string; readonly event: string; readonly detail: string }[];
}

export interface ReconciliationView {
  readonly counts: { readonly missing: number; readonly madeInError: number; readonly open: number };
  /** The latest; all of them are in the ledger's list. */
  readonly missing: readonly LedgerLine[];
  readonly madeInError: readonly LedgerLine[];
}

export interface LedgerBook {
  /** A cursor that cannot be read gives `undefined`. */
  list(query: LedgerQuery): LedgerPage | undefined;
  /** Undefined if the call is in no ledger. */
  trace(call: string): TraceView | undefined;
  traceOfRecording(recording: string): TraceView | undefined;
  reconciliation(range: Pick<LedgerQuery, 'from' | 'to'>): ReconciliationView;
}

export interface AnnouncementView {
  readonly name: string;
  readonly language: 'en' | 'de';
  /** What it says, as far as somebody told. */
  readonly text: string;
  readonly seconds: number;
  /** Of the audio that is played. */
  readonly sha256: string;
  readonly addedAt: string | null;
  /** It came with the program, and nobody replaced it. */
  readonly shipped: boolean;
  /** Recording settings that play it. */
  readonly usedBy: readonly string[];
}

export interface AnnouncementUpload {
  readonly name: string;
  readonly audio: Buffer;
  readonly language?: 'en' | 'de';
  readonly text?: string;
  /** Takes the place of the one of that name, if there is one. */
  readonly replace: boolean;
}

/** Why it was not done: kebab-case for machines, and a sentence. */
export interface AnnouncementRefusal {
  readonly refused: string;
  readonly message: string;
}

export interface AnnouncementShelf {
  /** By name. */
  list(): readonly AnnouncementView[];
  get(name: string): AnnouncementView | undefined;
  put(
    upload: AnnouncementUpload,
  ): Promise<{ readonly announcement: AnnouncementView; readonly replaced: boolean } | AnnouncementRefusal>;
  /** `restored`: the name lives on with the audio that ships with the program. */
  remove(name: string): Promise<{ readonly removed: string; readonly restored: boolean } | AnnouncementRefusal>;
  /** Undefined if there is no such announcement, or its audio is not there. */
  openAudio(name: string): Promise<AudioFile | undefined>;
}

export interface AnnouncementPorts {
  readonly announcements: AnnouncementShelf;
}

/** A call that somebody asks about. */
export interface SimulatedCallView {
  readonly direction: 'in' | 'out';
  /** `anonymous`: withheld. */
  readonly caller?: string;
  readonly callee: string;
  /** The extension that calls. */
  readonly user?: string;
  /** `GROUP:EXTENSION`: members that are logged out. */
  readonly inactive?: readonly string[];
  readonly at?: string;
  readonly answer?: 'digit' | 'silence' | 'hangup';
}

export interface SimulationView {
  readonly decision: 'record' | 'optIn' | 'optOut' | 'skip';
  readonly setting: string | null;
  /** Where an answer was given, the reason after it. */
  readonly reason: string;
  readonly recorded?: boolean;
  /** The entry of an exception list that decided, with its comment. */
  readonly detail: string | null;
  readonly announcement: string | null;
  /** Every setting that was looked at, and what it said. */
  readonly looks: readonly { readonly setting: string; readonly result: string; readonly detail: string | null }[];
}

export interface Simulator {
  /** By the rules in force; nothing happens. A question that makes no sense comes back as a problem in words. */
  simulate(call: SimulatedCallView): SimulationView | { readonly problem: string };
}

export interface HttpPorts extends AnnouncementPorts {
  readonly calls: LiveCalls;
  readonly recordings: RecordingList;
  readonly health: Health;
  readonly system: SystemState;
  readonly metrics: MetricsText;
  readonly ledger: LedgerBook;
  readonly directory: DirectoryViews;
  readonly memberships: GroupMemberships;
  readonly settings: SettingSwitches;
  readonly recordingControl: RecordingControl;
  readonly simulator: Simulator;
}
