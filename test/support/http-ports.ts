/** Stand-ins for what the HTTP side asks: calls and recordings that a test sets and changes. */

import { Readable } from 'node:stream';
import type {
  AudioFile,
  CallView,
  HealthReason,
  HttpPorts,
  RecordingControlProblem,
  RecordingQuery,
  RecordingView,
  SettingView,
} from '../../src/http/ports.ts';

export interface FakeHttpPorts extends HttpPorts {
  /** Sets a call and tells the listeners; one that has ended is listed no more. */
  change(call: CallView): void;
  record(recording: RecordingView): void;
  readonly state: {
    reasons: readonly HealthReason[];
    /** By id of the recording. */
    readonly audio: Map<string, Buffer>;
    readonly queries: RecordingQuery[];
    readonly readings: AudioFile[];
    /** What was asked to be changed, in order. */
    readonly changes: unknown[];
    /** What the calls answer. */
    recordingProblem: RecordingControlProblem | undefined;
    readonly overrides: Map<string, boolean>;
  };
  readonly listeners: () => number;
}

export function fakeHttpPorts(): FakeHttpPorts {
  const calls = new Map<string, CallView>();
  const recordings = new Map<string, RecordingView>();
  const onCall = new Set<(call: CallView) => void>();
  const onRecording = new Set<(recording: RecordingView) => void>();
  const state: FakeHttpPorts['state'] = {
    ...{ reasons: [], audio: new Map(), queries: [], readings: [] },
    ...{ changes: [], recordingProblem: undefined, overrides: new Map() },
  };
  return {
    state,
    listeners: () => onCall.size + onRecording.size,
    change(call) {
      if (call.state === 'ended') calls.delete(call.id);
      else calls.set(call.id, call);
      for (const listener of onCall) listener(call);
    },
    record(recording) {
      recordings.set(recording.id, recording);
      for (const listener of onRecording) listener(recording);
    },
    calls: { list: () => [...calls.values()], subscribe: subscriber(onCall) },
    recordings: {
      list: (query) => {
        state.queries.push(query);
        if (query.cursor === 'nonsense') return undefined;
        return { recordings: [...recordings.values()].reverse().slice(0, query.limit), nextCursor: null };
      },
      get: (id) => recordings.get(id),
      openAudio: (id) => audioOf(state.audio.get(id), id),
      subscribe: subscriber(onRecording),
    },
    health: { reasons: () => state.reasons },
    ledger: emptyLedger,
    announcements: emptyShelf,
    system: {
      read: () => ({
        version: '0.1.0',
        startedAt: '2026-05-04T08:00:00.000Z',
        asterisk: { connected: true, version: '22.10.1', transport: 'websocket' },
        configuration: { hash: 'abc', loadedAt: '2026-05-04T08:00:00.000Z' },
        calls: calls.size,
        recordingsOpen: 0,
      }),
    },
    metrics: { contentType: 'text/plain; version=0.0.4', render: () => Promise.resolve('fernamt_calls_up 1\n') },
    ...fakeControlPorts(state),
  };
}

type ControlPorts = Pick<HttpPorts, 'directory' | 'memberships' | 'settings' | 'recordingControl' | 'simulator'>;

/** One group 600 with one member 1001, and one setting. */
function fakeControlPorts(state: FakeHttpPorts['state']): ControlPorts {
  const member = { extension: '1001', name: 'Olivia Brandt', active: true };
  const group = { number: '600', name: 'Support', strategy: 'ringAll', members: [member] };
  const settings = (): readonly SettingView[] => [
    aSetting(settingName, { override: state.overrides.get(settingName) ?? null }),
  ];
  return {
    directory: {
      users: () => [{ name: 'Olivia Brandt', extension: '1001', language: 'en', did: [], groups: ['600'] }],
      hotlines: () => [{ did: 'any', name: 'Muster GmbH', destination: '600', language: 'en', fallback: 'open' }],
      serviceCodes: () => ({ pauseRecording: '*1' }),
      exceptionLists: () => [
        { name: 'doctors', neverRecord: true, settings: [], entries: [{ number: '1', not: false }] },
      ],
    },
    memberships: {
      groups: () => [group],
      set: (...change) => {
        if (change[0] !== '600') return 'unknown-group';
        if (change[1] !== '1001') return 'unknown-member';
        state.changes.push(change);
        return undefined;
      },
    },
    settings: {
      list: settings,
      set: (name, enabled) => {
        if (name !== settingName) return undefined;
        if (enabled === null) state.overrides.delete(name);
        else state.overrides.set(name, enabled);
        return settings()[0];
      },
    },
    simulator: { simulate: () => ({ problem: 'There is nobody' }) },
    recordingControl: {
      control: (...change) => {
        state.changes.push(change);
        return Promise.resolve(state.recordingProblem);
      },
    },
  };
}

export const settingName = 'Support / incoming 100 %';

export function aSetting(name: string, change: Partial<SettingView> = {}): SettingView {
  return {
    name,
    enabled: change.override ?? true,
    override: null,
    select: { groups: ['600'] },
    directions: ['in', 'out'],
    exceptionLists: [],
    sentence: 'All calls are recorded.',
    ...change,
  };
}

const nowhere = { refused: 'not-found', message: 'There is no such announcement.' };

const emptyShelf: HttpPorts['announcements'] = {
  list: () => [],
  get: () => undefined,
  put: () => Promise.resolve(nowhere),
  remove: () => Promise.resolve(nowhere),
  openAudio: () => Promise.resolve(undefined),
};

const emptyLedger: HttpPorts['ledger'] = {
  list: () => ({ calls: [], nextCursor: null }),
  trace: () => undefined,
  traceOfRecording: () => undefined,
  reconciliation: () => ({ counts: { missing: 0, madeInError: 0, open: 0 }, missing: [], madeInError: [] }),
};

function subscriber<Item>(listeners: Set<(item: Item) => void>) {
  return (listener: (item: Item) => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
}

function audioOf(content: Buffer | undefined, id: string): AudioFile | undefined {
  if (!content) return undefined;
  return {
    bytes: content.length,
    contentType: 'audio/wav',
    fileName: `${id} Müller.wav`,
    version: `v-${id}`,
    read: (first, last) => Readable.from([content.subarray(first, last + 1)]),
  };
}

export function aCall(id: string, change: Partial<CallView> = {}): CallView {
  return {
    id,
    direction: 'in',
    state: 'ringing',
    startedAt: '2026-05-04T09:00:00.000Z',
    answeredAt: null,
    caller: { number: '+491711234567', name: 'Olivia Brandt', contactId: null },
    callee: { number: '600', name: 'Support' },
    hotline: 'Muster GmbH',
    group: '600',
    users: ['1001'],
    recording: { state: 'none', setting: null, reason: null },
    supervisors: [],
    ...change,
  };
}

export function aRecording(id: string, change: Partial<RecordingView> = {}): RecordingView {
  return {
    id,
    callid: `call-of-${id}`,
    base: `20260504-110000_in_${id}`,
    direction: 'in',
    caller: '+491711234567',
    callee: '+4930555010',
    setting: 'Support incoming',
    startedAt: '2026-05-04T09:00:00.000Z',
    seconds: 61.2,
    state: 'kept',
    judgement: 'ok',
    erased: null,
    ...change,
  };
}
