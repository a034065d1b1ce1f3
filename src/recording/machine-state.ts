/** What the recording of one call remembers, and how it is shown. */

import type { RecordingOpening, RecordingPart, SnoopEar } from '../telephony/commands.ts';
import type { DomainEvent } from '../telephony/events.ts';
import type { LegId, RecordingId, RecordingName, SnoopId } from '../telephony/ids.ts';
import type { Step } from '../telephony/machine.ts';
import { legOf, type Call, type CallRecording } from '../telephony/model.ts';
import type { RecordingDecision, RecordingRules, SelectionPorts } from './policy.ts';

export interface RecordingSetup {
  readonly application: string;
  readonly rules: RecordingRules;
  readonly channels: 'mono' | 'stereo';
  /** A talk of this length is judged by whether both could be heard. */
  readonly oneSidedSeconds: number;
  readonly ports: SelectionPorts;
  /** Every valid reading of a number and the number as it came. */
  readonly readings: (number: string) => readonly string[];
}

export interface Snoop {
  readonly id: SnoopId;
  readonly leg: LegId;
  readonly ear: SnoopEar;
  readonly ready: boolean;
}

/** A recorded file and how far it is. */
export interface Part extends RecordingPart {
  readonly state: 'asked' | 'running' | 'finished';
}

type Matched = Extract<RecordingDecision, { record: true }>;

export interface RecordingMachineState {
  /**
   * idle: not to be recorded · armed: will be, when somebody answers · starting: files asked for · running ·
   * closing: the parties have parted, the files are not finished yet · closed: nothing more comes
   */
  readonly phase: 'idle' | 'armed' | 'starting' | 'running' | 'closing' | 'closed';
  readonly decision?: Matched;
  readonly snoops: readonly Snoop[];
  readonly parts: readonly Part[];
  readonly layout: RecordingOpening['layout'];
  /** Between whom it is, or is to be. */
  readonly legs: readonly LegId[];
  readonly recording?: RecordingId;
  /** The durable entry was written: it must be closed or dropped. */
  readonly opened: boolean;
  /** When the last of its files began. */
  readonly startedAt?: number;
  readonly joinedAt?: number;
  readonly partedAt?: number;
  /** The first leg to end did so while we were away. */
  readonly endUnheard?: boolean;
  /** RTP packets from and to the recorded leg when they were last counted. */
  readonly packets?: { readonly received: number; readonly sent: number };
  readonly interrupted: boolean;
  /** Files given up before Asterisk told of their beginning. */
  readonly discarded: readonly RecordingName[];
  readonly snoopCount: number;
  readonly partCount: number;
}

export const initialState: RecordingMachineState = {
  phase: 'idle',
  snoops: [],
  parts: [],
  layout: 'single',
  legs: [],
  opened: false,
  interrupted: false,
  discarded: [],
  snoopCount: 0,
  partCount: 0,
};

/** What every part of a step looks at and none of them changes. */
export interface Scene {
  readonly setup: RecordingSetup;
  readonly call: Call;
  readonly at: number;
}

export type RecordingStep = Step<RecordingMachineState>;

/** Nothing of this call's recording is left to do. */
export function isAtRest(state: RecordingMachineState): boolean {
  return state.phase === 'idle' || state.phase === 'armed' || state.phase === 'closed';
}

export function changed(recording: CallRecording, at: number): DomainEvent {
  return { kind: 'recordingChanged', at, recording };
}

export function viewOf(state: RecordingMachineState, shown: CallRecording['state']): CallRecording {
  return {
    state: shown,
    ...(state.decision ? { setting: state.decision.setting, reason: state.decision.reason } : {}),
  };
}

/** The leg of the one who is no user of ours; if both are not, the caller's. */
export function outsideLeg(call: Call, legs: readonly LegId[]): LegId | undefined {
  const outside = legs.map((id) => legOf(call, id)).filter((leg) => leg !== undefined && leg.user === undefined);
  return (outside.find((leg) => leg?.role === 'caller') ?? outside[0])?.id;
}

export function joined(...steps: readonly RecordingStep[]): Pick<RecordingStep, 'commands' | 'events'> {
  return {
    commands: steps.flatMap((step) => step.commands ?? []),
    events: steps.flatMap((step) => step.events ?? []),
  };
}
