/** After a reconnection: what was being begun is begun again, and files that ended meanwhile are noted. */

import type { Command } from '../telephony/commands.ts';
import type { CallEvent } from '../telephony/events.ts';
import { closeIfComplete, stopParts } from './machine-closing.ts';
import { erasing } from './machine-deciding.ts';
import { listenOutside } from './machine-listening.ts';
import { abandon, begin } from './machine-starting.ts';
import { changed, discards, endSnoops, joined, viewOf } from './machine-state.ts';
import type { RecordingMachineState, RecordingStep, Scene } from './machine-state.ts';

type Resynced = Extract<CallEvent, { kind: 'resynced' }>;

export function resume(scene: Scene, state: RecordingMachineState, event: Resynced): RecordingStep {
  const resumed = follow(scene, state, event);
  return { ...joined({ state, commands: stopStrays(state, event) }, resumed), state: resumed.state };
}

/** Files that go on although their recording is over for us: the stop was lost with the connection. */
function stopStrays(state: RecordingMachineState, { recordings }: Resynced): readonly Command[] {
  const own = state.phase === 'closed' ? [] : state.parts.map((part) => part.name);
  return recordings
    .filter((name) => !own.includes(name) && !state.discarded.includes(name))
    .map((recording) => ({ kind: 'stopRecording', recording }));
}

function follow(scene: Scene, state: RecordingMachineState, event: Resynced): RecordingStep {
  switch (state.phase) {
    case 'asking':
      return { state };
    case 'armed':
      return listenAgain(scene, state);
    case 'starting':
      return beginAgain(scene, state);
    case 'running':
      return noteMissing(scene, withFinished(state, event));
    case 'closing': {
      const closed = closeIfComplete(scene, withFinished(state, event));
      return { ...joined({ state, commands: stopParts(withFinished(state, event)) }, closed), state: closed.state };
    }
    case 'idle':
      return { state };
    case 'closed':
      return { state, commands: eraseAgain(state) };
  }
}

/** What was withdrawn in the last moment before may not be gone. */
function eraseAgain({ erased, discarded }: RecordingMachineState): readonly Command[] {
  if (erased.length === 0) return [];
  return [...discards(discarded), ...erasing(erased)];
}

/** Whether the listeners stand and are ready was not heard: they are put up anew. */
function listenAgain(scene: Scene, state: RecordingMachineState): RecordingStep {
  const again = listenOutside(scene, { ...state, snoops: [] });
  return { ...joined({ state, commands: endSnoops(state) }, again), state: again.state };
}

function beginAgain(scene: Scene, state: RecordingMachineState): RecordingStep {
  const undone = abandon(state);
  const listening = listenAgain(scene, undone.state);
  const again = begin(scene, listening.state, state.legs);
  return { ...joined(undone, listening, again), state: again.state };
}

function withFinished(state: RecordingMachineState, { recordings }: Resynced): RecordingMachineState {
  const parts = state.parts.map((one) =>
    recordings.includes(one.name) ? one : { ...one, state: 'finished' as const },
  );
  return { ...state, parts };
}

function noteMissing({ at }: Scene, state: RecordingMachineState): RecordingStep {
  const finished = state.parts.filter((part) => part.state === 'finished').length;
  if (finished === 0) return { state };
  const isBroken = finished === state.parts.length && !state.interrupted;
  return { state: { ...state, interrupted: true }, events: isBroken ? [changed(viewOf(state, 'failed'), at)] : [] };
}
