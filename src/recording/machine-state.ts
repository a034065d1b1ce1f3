/** What the recording of one call remembers, and how it is shown. */

import type { Command, RecordingOpening, RecordingPart, SnoopEar } from '../telephony/commands.ts';
import type { DomainEvent } from '../telephony/events.ts';
import type { LegId, RecordingId, RecordingName, SnoopId } from '../telephony/ids.ts';
import type { Step } from '../telephony/machine.ts';
import { legOf, type Call, type CallRecording } from '../telephony/model.ts';
import type { Actor, ConsentEvidence, Pause, RecordingAction, RecordingPlan } from '../telephony/recording-plan.ts';
import type { RecordingRules, SelectionPorts } from './policy.ts';

export interface RecordingSetup {
  readonly application: string;
  /** Hash of the configuration that the rules come from. */
  readonly configuration?: string;
  readonly rules: RecordingRules;
  readonly channels: 'mono' | 'stereo';
  /** In Hz. */
  readonly sampleRate: 8000 | 16_000;
  /** A pause ends by itself after this time. */
  readonly maxPauseSeconds: number;
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

/** A pause, its end or the withdrawal that Asterisk has not confirmed for these files yet. */
export interface Control {
  readonly action: RecordingAction;
  readonly by: Actor;
  readonly askedAt: number;
  readonly unconfirmed: readonly RecordingName[];
}

export interface Erased {
  readonly recording: RecordingId;
  readonly at: number;
  readonly by: Actor;
}

export interface RecordingMachineState {
  /**
   * idle: not to be recorded · asking: not before the caller has answered, or somebody was told · armed: will be, when
   * somebody answers · starting: files asked for · running · closing: the parties have parted, the files are not
   * finished yet · closed: nothing more comes
   */
  readonly phase: 'idle' | 'asking' | 'armed' | 'starting' | 'running' | 'closing' | 'closed';
  readonly plan?: RecordingPlan;
  /** What the outside party heard and answered. */
  readonly evidence?: ConsentEvidence;
  /** An objection or a withdrawal holds to the end of the call, whatever other settings say. */
  readonly isBarred: boolean;
  /** Routing waits with these legs until the asking is settled. */
  readonly waiting?: readonly LegId[];
  readonly pauses: readonly Pause[];
  readonly control?: Control;
  /** A pause was not confirmed, so that the recording ended; after the pause another one begins. */
  readonly endedByPause?: boolean;
  /** Where a pause was asked for that is not confirmed: nothing of the recording behind it is kept. */
  readonly cutAt?: number;
  /** Recordings of this call that were written down. */
  readonly made: readonly RecordingId[];
  /** Those of them that were withdrawn: asked for again after a restart, as nobody knows whether it was done. */
  readonly erased: readonly Erased[];
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
  isBarred: false,
  pauses: [],
  made: [],
  erased: [],
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
  return state.phase !== 'starting' && state.phase !== 'running' && state.phase !== 'closing';
}

export function changed(recording: CallRecording, at: number): DomainEvent {
  return { kind: 'recordingChanged', at, recording };
}

export function viewOf(state: RecordingMachineState, shown: CallRecording['state']): CallRecording {
  return {
    state: shown,
    ...(state.plan?.setting === undefined ? {} : { setting: state.plan.setting }),
    ...(state.plan ? { reason: state.plan.reason } : {}),
  };
}

/** A pause that has begun and not ended. */
export function openPause({ pauses }: RecordingMachineState): Pause | undefined {
  const last = pauses.at(-1);
  return last?.toAt === undefined ? last : undefined;
}

export function withoutControl(state: RecordingMachineState): RecordingMachineState {
  const { control: _, ...rest } = state;
  return rest;
}

/** The leg of the one who is no user of ours; if both are not, the caller's. */
export function outsideLeg(call: Call, legs: readonly LegId[]): LegId | undefined {
  const outside = legs.map((id) => legOf(call, id)).filter((leg) => leg !== undefined && leg.user === undefined);
  return (outside.find((leg) => leg?.role === 'caller') ?? outside[0])?.id;
}

/** Asterisk stops them and deletes the files. */
export function discards(names: readonly RecordingName[]): readonly Command[] {
  return names.map((recording) => ({ kind: 'discardRecording', recording }));
}

export function endSnoops({ snoops }: Pick<RecordingMachineState, 'snoops'>): readonly Command[] {
  return snoops.map(({ id }) => ({ kind: 'endSnoop', snoop: id }));
}

export function joined(...steps: readonly RecordingStep[]): Pick<RecordingStep, 'commands' | 'events'> {
  return {
    commands: steps.flatMap((step) => step.commands ?? []),
    events: steps.flatMap((step) => step.events ?? []),
  };
}
