/** The listeners (snoops) are put up while it rings. */

import type { SnoopEar } from '../telephony/commands.ts';
import { resourceId, type LegId, type SnoopId } from '../telephony/ids.ts';
import { callerLeg, liveLegs } from '../telephony/model.ts';
import { outsideLeg } from './machine-state.ts';
import type { RecordingMachineState, RecordingSetup, RecordingStep, Scene, Snoop } from './machine-state.ts';

/** On an outgoing call the outside party's leg comes into being while it is dialled. */
export function noteLegReady(scene: Scene, state: RecordingMachineState, leg: LegId): RecordingStep {
  const { call, setup } = scene;
  if (state.phase !== 'armed' || state.snoops.some((one) => one.leg === leg)) return { state };
  const two = liveLegs(call)
    .filter((one) => one.role === 'caller' || one.id === leg)
    .map((one) => one.id);
  return outsideLeg(call, two) === leg ? listen(scene, state, earsOf(setup, leg)) : { state };
}

/** Puts up the listeners that can be put up now. */
export function listenOutside(scene: Scene, state: RecordingMachineState): RecordingStep {
  const { call, setup } = scene;
  if (callerLeg(call)?.state === 'ended') return { state };
  const standing = liveLegs(call).filter((leg) => leg.state !== 'created');
  const outside = outsideLeg(
    call,
    standing.map((leg) => leg.id),
  );
  return outside === undefined ? { state } : listen(scene, state, earsOf(setup, outside));
}

export interface Ear {
  readonly leg: LegId;
  readonly ear: SnoopEar;
}

/** Where one outside party's conversation is heard. */
function earsOf(setup: RecordingSetup, outside: LegId): readonly Ear[] {
  if (setup.channels === 'mono') return [{ leg: outside, ear: 'both' }];
  return [
    { leg: outside, ear: 'in' },
    { leg: outside, ear: 'out' },
  ];
}

/**
 * Where the conversation is heard. A spy does not hear what is whispered or said into the same leg, so the outside
 * party's leg tells what the outside party experiences. On an internal call either side may be supervised, and what
 * goes to each of the two is recorded: `out` of the callee's leg is the caller's voice.
 */
export function earsFor({ setup, call }: Scene, legs: readonly LegId[]): readonly Ear[] {
  const outside = outsideLeg(call, legs);
  if (outside !== undefined) return earsOf(setup, outside);
  const [caller, callee] = legs;
  if (caller === undefined || callee === undefined) return [];
  return [
    { leg: callee, ear: 'out' },
    { leg: caller, ear: 'out' },
  ];
}

export function listen({ setup, call }: Scene, state: RecordingMachineState, ears: readonly Ear[]): RecordingStep {
  const added = ears.map((ear, index): Snoop => {
    const id = resourceId(setup.application, call.id, 'snoop', state.snoopCount + index + 1) as SnoopId;
    return { ...ear, id, ready: false };
  });
  return {
    state: { ...state, snoops: [...state.snoops, ...added], snoopCount: state.snoopCount + added.length },
    commands: added.map(({ id, leg, ear }) => ({ kind: 'snoopLeg', snoop: id, leg, ear })),
  };
}

export function withoutSnoop(state: RecordingMachineState, id: string): RecordingMachineState {
  return { ...state, snoops: state.snoops.filter((one) => one.id !== id) };
}
