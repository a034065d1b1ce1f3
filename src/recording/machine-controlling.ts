/**
 * Pause, resume and withdrawal. In a pause Asterisk goes on writing, but silence. A pause that it does not confirm fails
 * safe: the recording ends there, and when the pause is over another one begins.
 */

import type { Command } from '../telephony/commands.ts';
import type { CallEvent, DomainEvent } from '../telephony/events.ts';
import { legOf } from '../telephony/model.ts';
import type { Actor, Pause, RecordingAction } from '../telephony/recording-plan.ts';
import { closeLate, endSegment, startMeasuring } from './machine-closing.ts';
import { erase } from './machine-deciding.ts';
import { abandon, begin } from './machine-starting.ts';
import { changed, joined, openPause, viewOf, withoutControl } from './machine-state.ts';
import type { Control, RecordingMachineState, RecordingStep, Scene } from './machine-state.ts';

/** Asterisk confirms within a few milliseconds, or not at all. */
const confirmMs = 1000;

export function control(scene: Scene, state: RecordingMachineState, action: RecordingAction, by: Actor): RecordingStep {
  // A withdrawal waits for nothing.
  if (action === 'discard') return discard(scene, state, by);
  const { control: pending } = state;
  if (pending?.action === 'resume' && action === 'pause') {
    // Nobody knows whether the files are silent still.
    const pauses = endPause(state, pending.askedAt, pending.by);
    return endForPause(scene, { ...state, pauses }, [pending, asking(scene, by)]);
  }
  if (pending) return { state, events: [answered(scene, { action, by }, false)] };
  return action === 'pause' ? pause(scene, state, by) : resume(scene, state, by);
}

function answered({ at }: Scene, { action, by }: Pick<Control, 'action' | 'by'>, ok: boolean): DomainEvent {
  return { kind: 'recordingControlled', at, action, by, ok };
}

function asking({ at }: Scene, by: Actor): Control {
  return { action: 'pause', by, askedAt: at, unconfirmed: [] };
}

function pause(scene: Scene, state: RecordingMachineState, by: Actor): RecordingStep {
  if (state.phase === 'starting' && state.joinedAt !== undefined) return beginLater(scene, state, by);
  const isRunning = state.phase === 'running' && state.joinedAt !== undefined;
  if (!isRunning || openPause(state)) return { state, events: [answered(scene, { action: 'pause', by }, false)] };
  return ask(state, asking(scene, by), 'muteRecording');
}

function resume(scene: Scene, state: RecordingMachineState, by: Actor): RecordingStep {
  if (state.endedByPause === true && state.phase === 'closed') return beginAgain(scene, state, by);
  if (state.endedByPause === true && state.phase === 'closing') return closeAndBeginAgain(scene, state, by);
  if (!openPause(state) || state.phase !== 'running')
    return { state, events: by.kind === 'time-limit' ? [] : [answered(scene, { action: 'resume', by }, false)] };
  return ask(state, { action: 'resume', by, askedAt: scene.at, unconfirmed: [] }, 'unmuteRecording');
}

function discard(scene: Scene, state: RecordingMachineState, by: Actor): RecordingStep {
  const isThere = state.made.length > 0;
  const told = answered(scene, { action: 'discard', by }, isThere);
  if (!isThere) return { state, events: [told] };
  const erased = erase(scene, withoutControl(state), { by, reason: 'withdrawn' });
  const given = state.control ? [answered(scene, state.control, false)] : [];
  return { ...erased, events: [...given, ...(erased.events ?? []), told] };
}

function ask(state: RecordingMachineState, asked: Control, kind: 'muteRecording' | 'unmuteRecording'): RecordingStep {
  const names = state.parts.filter((part) => part.state === 'running').map((part) => part.name);
  return {
    state: { ...state, control: { ...asked, unconfirmed: names } },
    commands: [
      ...names.map((recording): Command => ({ kind, recording })),
      { kind: 'startTimer', timer: 'pause-confirm', ms: confirmMs },
    ],
  };
}

/** All files are silent, or none is any more. */
export function confirm(
  scene: Scene,
  state: RecordingMachineState,
  event: Extract<CallEvent, { kind: 'recordingMuted' }>,
): RecordingStep {
  const asked = state.control;
  if (!asked || state.phase !== 'running' || event.muted !== (asked.action === 'pause')) return { state };
  if (!asked.unconfirmed.includes(event.recording)) return { state };
  const unconfirmed = asked.unconfirmed.filter((name) => name !== event.recording);
  if (unconfirmed.length > 0) return { state: { ...state, control: { ...asked, unconfirmed } } };
  return asked.action === 'pause' ? paused(scene, state, asked) : resumed(scene, state, asked);
}

function paused(scene: Scene, state: RecordingMachineState, asked: Control): RecordingStep {
  const { at } = scene;
  return {
    state: { ...withoutControl(state), pauses: [...state.pauses, { fromAt: at, by: asked.by }] },
    commands: [{ kind: 'stopTimer', timer: 'pause-confirm' }, endLater(scene)],
    events: [changed(viewOf(state, 'paused'), at), answered(scene, asked, true)],
  };
}

function resumed(scene: Scene, state: RecordingMachineState, asked: Control): RecordingStep {
  const { at } = scene;
  return {
    state: { ...withoutControl(state), pauses: endPause(state, at, asked.by) },
    commands: [
      { kind: 'stopTimer', timer: 'pause-confirm' },
      { kind: 'stopTimer', timer: 'pause-end' },
    ],
    events: [changed(viewOf(state, 'recording'), at), answered(scene, asked, true)],
  };
}

function endPause({ pauses }: RecordingMachineState, toAt: number, resumedBy: Actor): readonly Pause[] {
  return pauses.map((one, index) => (index === pauses.length - 1 ? { ...one, toAt, resumedBy } : one));
}

/** Of a file that has ended nothing needs to be confirmed. */
export function noteMuteFailure(scene: Scene, state: RecordingMachineState, subject: string): RecordingStep {
  return state.control?.unconfirmed.some((name) => name === subject) === true ? confirmLate(scene, state) : { state };
}

/** A pause that was not confirmed ends the recording; after the end of one that was not another one begins. */
export function confirmLate(scene: Scene, state: RecordingMachineState): RecordingStep {
  const asked = state.control;
  if (!asked || state.phase !== 'running') return { state: withoutControl(state) };
  return asked.action === 'pause' ? endForPause(scene, state, [asked]) : goOnAnew(scene, withoutControl(state), asked);
}

/** What was asked and is not confirmed, the pause last: the recording ends where that was asked. */
function endForPause(scene: Scene, state: RecordingMachineState, asked: readonly Control[]): RecordingStep {
  const cutAt = asked.at(-1)?.askedAt ?? scene.at;
  const ended = endSegment(scene, { ...withoutControl(state), endedByPause: true, cutAt });
  return {
    state: ended.state,
    commands: [{ kind: 'stopTimer', timer: 'pause-confirm' }, ...(ended.commands ?? []), endLater(scene)],
    events: [
      ...(ended.events ?? []),
      changed(viewOf(state, 'failed'), scene.at),
      ...asked.map((one) => answered(scene, one, false)),
    ],
  };
}

function endLater({ setup }: Scene): Command {
  return { kind: 'startTimer', timer: 'pause-end', ms: setup.maxPauseSeconds * 1000 };
}

/** They talk, and the files are just being begun: nothing of them is kept, and after the pause others begin. */
function beginLater(scene: Scene, state: RecordingMachineState, by: Actor): RecordingStep {
  const undone = abandon(state);
  return {
    state: { ...undone.state, phase: 'closed', legs: state.legs, endedByPause: true },
    commands: [...(undone.commands ?? []), endLater(scene)],
    events: [changed(viewOf(state, 'failed'), scene.at), answered(scene, asking(scene, by), false)],
  };
}

/** Nobody knows whether the files are silent still; what is said from now on must not be lost. */
function goOnAnew(scene: Scene, state: RecordingMachineState, asked: Control): RecordingStep {
  const ended = endSegment(scene, { ...state, pauses: endPause(state, asked.askedAt, asked.by) });
  const again = closeAndBeginAgain(scene, ended.state, asked.by);
  const stop: Command = { kind: 'stopTimer', timer: 'pause-confirm' };
  return { ...joined({ state, commands: [stop] }, ended, again), state: again.state };
}

/** Asterisk has not told the end of the files yet. */
function closeAndBeginAgain(scene: Scene, state: RecordingMachineState, by: Actor): RecordingStep {
  const closed = closeLate(scene, state);
  const begun = beginAgain(scene, closed.state, by);
  return { ...joined(closed, begun), state: begun.state };
}

/** After a pause that ended the recording: another one, if they still talk. */
function beginAgain(scene: Scene, state: RecordingMachineState, by: Actor): RecordingStep {
  const { endedByPause: _, cutAt: _cut, partedAt: _parted, packets: _packets, ...rest } = state;
  const isUp = state.legs.every((leg) => legOf(scene.call, leg)?.state === 'up');
  const told = answered(scene, { action: 'resume', by }, isUp);
  if (!isUp) return { state: rest, events: by.kind === 'time-limit' ? [] : [told] };
  const begun = begin(
    scene,
    { ...rest, phase: 'armed', parts: [], joinedAt: scene.at, interrupted: false },
    state.legs,
  );
  const measuring = startMeasuring(scene.setup, begun.state);
  const stop: Command = { kind: 'stopTimer', timer: 'pause-end' };
  return {
    ...joined({ state, commands: [stop] }, begun, { state, commands: measuring, events: [told] }),
    state: begun.state,
  };
}
