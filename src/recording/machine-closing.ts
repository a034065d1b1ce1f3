/** From the moment the parties hear each other until the files are finished. */

import type { Command, RecordingClosing } from '../telephony/commands.ts';
import type { CallEvent, DomainEvent } from '../telephony/events.ts';
import type { LegId } from '../telephony/ids.ts';
import { cause } from '../telephony/model.ts';
import { abandon, stopTimers } from './machine-starting.ts';
import { changed, joined, viewOf, withoutControl } from './machine-state.ts';
import type { RecordingMachineState, RecordingSetup, RecordingStep, Scene } from './machine-state.ts';

/** Files that Asterisk does not report as finished are looked for on the disk. */
const closeTimeoutMs = 3000;
/** How often the packets of a recorded leg are counted, and when at the latest for the first time. */
const measureMs = 30_000;
const firstMeasureMs = 8000;
/** Before that hardly anybody has said anything. */
const soonestMeasureMs = 500;

export function noteJoined({ setup, at }: Scene, state: RecordingMachineState, legs: readonly LegId[]): RecordingStep {
  if (state.phase !== 'running' && state.phase !== 'starting') return { state };
  const commands = startMeasuring(setup, state);
  const events = state.phase === 'running' ? [changed(viewOf(state, 'recording'), at)] : [];
  return { state: { ...state, joinedAt: at, legs }, commands, events };
}

/** Where both directions are in one file, only the packets tell whether one party was never heard. */
export function startMeasuring(setup: RecordingSetup, { parts }: RecordingMachineState): readonly Command[] {
  return parts.length === 1 ? [{ kind: 'startTimer', timer: 'measure', ms: firstMeasureOf(setup) }] : [];
}

/** A talk that is long enough to be judged has been counted at least once. */
function firstMeasureOf({ oneSidedSeconds }: RecordingSetup): number {
  return Math.max(soonestMeasureMs, Math.min(firstMeasureMs, Math.round(oneSidedSeconds * 800)));
}

/** Counted while the leg is there: afterwards Asterisk knows nothing of it. */
export function measure(state: RecordingMachineState): RecordingStep {
  const [part] = state.parts;
  if (state.phase !== 'running' || !part) return { state };
  return {
    state,
    commands: [
      { kind: 'measureLeg', leg: part.leg },
      { kind: 'startTimer', timer: 'measure', ms: measureMs },
    ],
  };
}

export function noteLegEnded(
  scene: Scene,
  state: RecordingMachineState,
  event: Extract<CallEvent, { kind: 'legEnded' }>,
): RecordingStep {
  const without = withoutLeg(state, event.leg);
  const isOurs = (state.phase === 'running' || state.phase === 'starting') && state.legs.includes(event.leg);
  if (!isOurs) return noteCallEnd(scene, without);
  if (state.joinedAt === undefined) {
    const abandoned = abandon(without);
    const ended = noteCallEnd(scene, abandoned.state);
    return { ...joined(abandoned, ended), state: ended.state };
  }
  return state.opened ? beginClosing(scene, without, event.cause) : neverBegun(scene, without);
}

/** Routing does not wait with a leg that has ended. */
function withoutLeg({ waiting, ...state }: RecordingMachineState, leg: LegId): RecordingMachineState {
  const without = { ...state, snoops: state.snoops.filter((one) => one.leg !== leg) };
  return waiting === undefined || waiting.includes(leg) ? without : { ...without, waiting };
}

/** A call that ends without an answer had nothing to record. */
function noteCallEnd({ call, at }: Scene, state: RecordingMachineState): RecordingStep {
  const isOver =
    (state.phase === 'armed' || state.phase === 'asking') &&
    call.state === 'ended' &&
    call.recording.state === 'waiting';
  return isOver ? { state, events: [changed(viewOf(state, 'none'), at)] } : { state };
}

/** A talk that was over before a file could be begun. */
function neverBegun({ at }: Scene, state: RecordingMachineState): RecordingStep {
  const abandoned = abandon(state);
  return {
    ...abandoned,
    state: { ...abandoned.state, phase: 'closed' },
    events: [changed(viewOf(state, 'failed'), at)],
  };
}

/** The end of one leg ends the talk. */
function beginClosing(scene: Scene, state: RecordingMachineState, endedBy: number): RecordingStep {
  const cutAt = cutAtOf(state);
  const closing: RecordingMachineState = {
    ...state,
    phase: 'closing',
    partedAt: cutAt ?? scene.at,
    ...(cutAt === undefined ? {} : { cutAt }),
    // Whether it was cut off when nobody was listening, its files tell.
    endUnheard: endedBy === cause.lost,
    interrupted: state.interrupted || state.phase === 'starting',
  };
  const closed = closeIfComplete(scene, closing);
  const wait: Command[] = isComplete(closing)
    ? []
    : [{ kind: 'startTimer', timer: 'recording-close', ms: closeTimeoutMs }];
  const commands = [...stopParts(state), ...stopTimers(state), ...stopMeasuring(state), ...wait];
  return { ...joined({ state, commands }, closed), state: closed.state };
}

/** From there on somebody wanted silence, and nobody knows whether it was. */
function cutAtOf({ cutAt, control }: RecordingMachineState): number | undefined {
  return cutAt ?? (control?.action === 'pause' ? control.askedAt : undefined);
}

/** The files end here although the parties go on talking. */
export function endSegment(scene: Scene, state: RecordingMachineState): RecordingStep {
  return beginClosing(scene, state, cause.normal);
}

function stopMeasuring({ parts }: RecordingMachineState): readonly Command[] {
  return parts.length === 1 ? [{ kind: 'stopTimer', timer: 'measure' }] : [];
}

export function stopParts(state: RecordingMachineState): readonly Command[] {
  const going = state.parts.filter((one) => one.state !== 'finished');
  return going.map((one) => ({ kind: 'stopRecording', recording: one.name }));
}

export function closeIfComplete(scene: Scene, state: RecordingMachineState): RecordingStep {
  return isComplete(state) ? close(scene, state) : { state };
}

function isComplete({ parts }: RecordingMachineState): boolean {
  return parts.every((part) => part.state === 'finished');
}

/** Not all files were told to be finished in time. */
export function closeLate(scene: Scene, state: RecordingMachineState): RecordingStep {
  if (state.phase !== 'closing') return { state };
  return close(scene, { ...state, interrupted: state.interrupted || !isComplete(state) });
}

export function close({ call, at }: Scene, state: RecordingMachineState): RecordingStep {
  const closing = closingOf(call.users, state, at);
  const closed: RecordingMachineState = { ...withoutControl(state), phase: 'closed', opened: false, pauses: [] };
  if (!closing) return { state: closed };
  const told: DomainEvent[] = [
    changed(viewOf(state, 'done'), at),
    { kind: 'recordingClosed', at, recording: closing.id },
  ];
  return {
    state: closed,
    commands: [
      { kind: 'stopTimer', timer: 'recording-close' },
      { kind: 'closeRecording', closing },
    ],
    events: told,
  };
}

function closingOf(users: readonly string[], state: RecordingMachineState, at: number): RecordingClosing | undefined {
  const { recording, joinedAt, partedAt = at, startedAt, packets, interrupted, pauses, cutAt } = state;
  if (!state.opened || recording === undefined || joinedAt === undefined) return undefined;
  const leadMs = Math.max(0, joinedAt - (startedAt ?? joinedAt));
  const counted = packets === undefined ? {} : { packets };
  const unheard = state.endUnheard === true ? { endUnheard: true } : {};
  const paused = pauses.length === 0 ? {} : { pauses };
  const cut = cutAt === undefined ? {} : { cut: true };
  return { id: recording, joinedAt, partedAt, leadMs, users, interrupted, ...paused, ...cut, ...unheard, ...counted };
}
