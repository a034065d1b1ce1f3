/** A recording that cannot be begun, or breaks off. The call goes on without it, unless its setting forbids that. */

import type { Command } from '../telephony/commands.ts';
import type { CallEvent, DomainEvent } from '../telephony/events.ts';
import type { SnoopId } from '../telephony/ids.ts';
import { legOf } from '../telephony/model.ts';
import type { RecordingPlan } from '../telephony/recording-plan.ts';
import { close } from './machine-closing.ts';
import { withoutSnoop } from './machine-listening.ts';
import { abandon, passed, recordingGate } from './machine-starting.ts';
import { changed, discards, endSnoops, joined, viewOf } from './machine-state.ts';
import type { RecordingMachineState, RecordingStep, Scene } from './machine-state.ts';

export function noteFailure(
  scene: Scene,
  state: RecordingMachineState,
  event: Extract<CallEvent, { kind: 'commandFailed' }>,
): RecordingStep {
  const { subject } = event;
  const isOfPart = state.parts.some((part) => part.name === subject || part.snoop === subject);
  if (state.phase === 'starting' && isOfPart) return fail(scene, withoutSnoop(state, subject));
  // A listener that could not be put up while it rings is tried once more when somebody answers.
  return { state: withoutSnoop(state, subject) };
}

/** If its leg has ended too that is told in a moment; otherwise the files do not begin, or break off, and that is told. */
export function noteSnoopEnded(state: RecordingMachineState, snoop: SnoopId): RecordingStep {
  return { state: withoutSnoop(state, snoop) };
}

/** Before the parties hear each other. Where nothing may hold up the call they hear each other already. */
export function fail(scene: Scene, state: RecordingMachineState): RecordingStep {
  if (state.joinedAt !== undefined) return carryOn(scene, state);
  const { at } = scene;
  const stopped = stop(state);
  return { ...stopped, events: [changed(viewOf(state, 'failed'), at), gateOf(scene, state)] };
}

function gateOf({ call, at }: Scene, { plan }: RecordingMachineState): DomainEvent {
  if (plan?.required !== true || call.emergency) return passed(at);
  return { kind: 'gateRefused', at, point: 'connecting', gate: recordingGate, prompt: 'cannot-be-recorded' };
}

/** For good: the listeners go too. */
function stop(state: RecordingMachineState): RecordingStep {
  const dropped = abandon(state);
  return {
    state: { ...dropped.state, phase: 'closed', snoops: [] },
    commands: [...(dropped.commands ?? []), ...endSnoops(state)],
  };
}

/** In the talk what runs is kept, even if it is only one of two files. */
function carryOn({ at }: Scene, state: RecordingMachineState): RecordingStep {
  const isRunning = state.parts.some((part) => part.state === 'running');
  const told = [changed(viewOf(state, 'failed'), at)];
  if (!isRunning) return { ...stop(state), events: told };
  const missing = state.parts.filter((part) => part.state === 'asked').map((part) => part.name);
  const parts = state.parts.map((part) => (part.state === 'asked' ? { ...part, state: 'finished' as const } : part));
  return {
    state: { ...state, phase: 'running', parts, interrupted: true, discarded: [...state.discarded, ...missing] },
    commands: [...discards(missing), { kind: 'stopTimer', timer: 'recording-start' }],
    events: told,
  };
}

/** Another gate turned the call away: from then on nothing is recorded. */
export function noteRefusal(scene: Scene, state: RecordingMachineState): RecordingStep {
  const isOver = state.phase === 'idle' || state.phase === 'closing' || state.phase === 'closed';
  if (isOver || state.joinedAt !== undefined || scene.call.emergency) return { state };
  return { ...stop(state), events: [changed(viewOf(state, 'none'), scene.at)] };
}

/** Files that ended while nobody hung up, and the leg has not ended since. */
export function noteLost(scene: Scene, state: RecordingMachineState): RecordingStep {
  if (state.phase !== 'running') return { state };
  if (state.joinedAt === undefined) return fail(scene, state);
  return { state: { ...state, interrupted: true }, events: [changed(viewOf(state, 'failed'), scene.at)] };
}

function passedAt(event: CallEvent): readonly DomainEvent[] {
  return event.kind === 'gateReached' && event.point === 'connecting' ? [passed(event.at)] : [];
}

/** Whoever waits for the decision goes on. */
const undecided: RecordingPlan = { verdict: 'skip', reason: 'not-decided', required: false, looks: [] };

/** After a fault of ours. A talk is left alone; before it nobody may wait for us. */
export function recover(scene: Scene, state: RecordingMachineState, event: CallEvent): RecordingStep {
  const { phase } = state;
  if (event.kind === 'routed') return { state, events: [{ kind: 'recordingDecided', at: scene.at, plan: undecided }] };
  if (phase === 'idle' || phase === 'closed') return { state, events: passedAt(event) };
  if (state.joinedAt === undefined) return fail(scene, state);
  const isOver = state.legs.some((leg) => legOf(scene.call, leg)?.state === 'ended');
  if (!isOver) return { state };
  const closed = close(scene, { ...state, interrupted: true });
  const stops = state.parts.map((part): Command => ({ kind: 'stopRecording', recording: part.name }));
  return { ...joined({ state, commands: stops }, closed), state: closed.state };
}
