/** Stand-ins for what the HTTP side asks: calls and recordings that a test sets and changes. */

import { Readable } from 'node:stream';
import type {
  AudioFile,
  CallView,
  HealthReason,
  HttpPorts,
  RecordingQuery,
  RecordingView,
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
  };
  readonly listeners: () => number;
}

export function fakeHttpPorts(): FakeHttpPorts {
  const calls = new Map<string, CallView>();
  const recordings = new Map<string, RecordingView>();
  const onCall = new Set<(call: CallView) => void>();
  const onRecording = new Set<(recording: RecordingView) => void>();
  const state: FakeHttpPorts['state'] = { reasons: [], audio: new Map(), queries: [], readings: [] };
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
  };
}

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
    ...change,
  };
}
