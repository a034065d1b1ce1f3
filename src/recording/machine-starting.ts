/** The files are begun when somebody answers, before the parties hear each other. */

import type { Command, RecordingOpening } from '../telephony/commands.ts';
import type { DomainEvent } from '../telephony/events.ts';
import { resourceId, type LegId, type RecordingId, type RecordingName, type SnoopId } from '../telephony/ids.ts';
import { earsFor, listen, type Ear } from './machine-listening.ts';
import { changed, discards, joined, viewOf } from './machine-state.ts';
import type { Part, RecordingMachineState, RecordingSetup, RecordingStep, Scene, Snoop } from './machine-state.ts';

export const recordingGate = 'recording';

/** A recording that cannot be begun holds up nobody for longer. */
const startTimeoutMs = 1500;

export function passed(at: number): DomainEvent {
  return { kind: 'gatePassed', at, point: 'connecting', gate: recordingGate };
}

export function begin(scene: Scene, state: RecordingMachineState, legs: readonly LegId[]): RecordingStep {
  if (state.phase === 'starting') return { state };
  if (state.phase === 'asking') return { state: { ...state, waiting: legs } };
  if (state.phase !== 'armed') return { state, events: [passed(scene.at)] };
  const ears = earsFor(scene, legs);
  const missing = ears.filter((ear) => !state.snoops.some((one) => hears(one, ear)));
  const heard = listen(scene, { ...state, phase: 'starting', legs }, missing);
  const timer: Command = { kind: 'startTimer', timer: 'recording-start', ms: startTimeoutMs };
  const opened = openIfReady(scene, withParts(scene, heard.state, ears));
  return { ...joined(heard, { state, commands: [timer] }, opened), state: opened.state };
}

function hears(one: Snoop, { leg, ear }: Ear): boolean {
  return one.leg === leg && one.ear === ear;
}

function withParts({ setup, call }: Scene, state: RecordingMachineState, ears: readonly Ear[]): RecordingMachineState {
  const wanted = ears.flatMap((ear) => state.snoops.filter((one) => hears(one, ear)).slice(-1));
  const parts = wanted.map(({ id, leg, ear }, index): Part => {
    const name = resourceId(setup.application, call.id, 'rec', state.partCount + index + 1) as RecordingName;
    return { name, snoop: id, leg, ear, state: 'asked' };
  });
  return {
    ...state,
    parts,
    layout: layoutOf(setup, parts),
    partCount: state.partCount + parts.length,
    recording: `${call.id}-${String(state.partCount + 1)}` as RecordingId,
  };
}

function layoutOf(setup: RecordingSetup, parts: readonly Part[]): RecordingOpening['layout'] {
  if (setup.channels === 'stereo') return 'lanes';
  return parts.length > 1 ? 'mixed' : 'single';
}

export function noteSnoop(scene: Scene, state: RecordingMachineState, id: SnoopId): RecordingStep {
  const snoops = state.snoops.map((one) => (one.id === id ? { ...one, ready: true } : one));
  return openIfReady(scene, { ...state, snoops });
}

/** The durable entry first, then all files at once, so that they run level. */
function openIfReady(scene: Scene, state: RecordingMachineState): RecordingStep {
  const isReady = ({ snoop }: Part): boolean => state.snoops.some((one) => one.id === snoop && one.ready);
  if (state.phase !== 'starting' || state.opened || !state.parts.every(isReady)) return { state };
  const opening = openingOf(scene, state);
  if (!opening) return { state };
  const { sampleRate } = scene.setup;
  const starts = state.parts.map(({ name, snoop }): Command => ({
    kind: 'startRecording',
    recording: name,
    snoop,
    sampleRate,
  }));
  const made = [...state.made, opening.id];
  return { state: { ...state, opened: true, made }, commands: [{ kind: 'openRecording', opening }, ...starts] };
}

function openingOf({ call, at }: Scene, state: RecordingMachineState): RecordingOpening | undefined {
  const { plan, recording, evidence } = state;
  if (plan?.setting === undefined || plan.direction === undefined || recording === undefined) return undefined;
  const { setting, reason, direction } = plan;
  return {
    id: recording,
    call: call.id,
    setting,
    reason,
    direction,
    caller: call.caller.number,
    callerName: call.caller.name,
    callee: call.callee.number,
    users: call.users,
    startedAt: at,
    parts: state.parts.map(({ name, snoop, leg, ear }) => ({ name, snoop, leg, ear })),
    layout: state.layout,
    ...(plan.configuration === undefined ? {} : { configuration: plan.configuration }),
    ...(evidence === undefined ? {} : { consent: evidence }),
    ...(call.group === undefined ? {} : { group: call.group }),
    ...(call.hotline === undefined ? {} : { hotline: call.hotline }),
  };
}

/** Asterisk writes the file. Of one that was given up before that, it does not know. */
export function noteStarted({ at }: Scene, state: RecordingMachineState, name: RecordingName): RecordingStep {
  if (state.discarded.includes(name)) return { state, commands: discards([name]) };
  const part = state.parts.find((one) => one.name === name);
  if (part?.state !== 'asked') return { state };
  // A stop that is sent before the beginning is forgotten.
  if (state.phase === 'closing') return { state, commands: [{ kind: 'stopRecording', recording: name }] };
  if (state.phase !== 'starting') return { state };
  const parts = state.parts.map((one) => (one.name === name ? { ...one, state: 'running' as const } : one));
  const started: RecordingMachineState = { ...state, parts, startedAt: at };
  return parts.some((one) => one.state === 'asked') ? { state: started } : run(started, at);
}

function run(state: RecordingMachineState, at: number): RecordingStep {
  const isHeard = state.joinedAt !== undefined;
  return {
    state: { ...state, phase: 'running' },
    commands: [{ kind: 'stopTimer', timer: 'recording-start' }],
    events: [passed(at), ...(isHeard ? [changed(viewOf(state, 'recording'), at)] : [])],
  };
}

/** Those that may be running. */
export function stopTimers({ phase, parts }: RecordingMachineState): readonly Command[] {
  if (phase === 'starting') return [{ kind: 'stopTimer', timer: 'recording-start' }];
  const isLosing = phase === 'running' && parts.some((part) => part.state === 'finished');
  return isLosing ? [{ kind: 'stopTimer', timer: 'recording-lost' }] : [];
}

/** The parties were never joined: nothing of it is kept, and the next attempt begins anew. */
export function abandon(state: RecordingMachineState): RecordingStep {
  const { recording, startedAt: _, ...rest } = state;
  const names = state.opened ? state.parts.map((part) => part.name) : [];
  const isMade = state.opened && recording !== undefined;
  const drop: Command[] = isMade ? [{ kind: 'dropRecording', recording }] : [];
  return {
    state: {
      ...rest,
      phase: 'armed',
      parts: [],
      legs: [],
      opened: false,
      interrupted: false,
      made: isMade ? state.made.filter((one) => one !== recording) : state.made,
      discarded: [...state.discarded, ...names],
    },
    commands: [...discards(names), ...drop, ...stopTimers(state)],
  };
}
