/** After a reconnection, and after a fault of ours: the call goes on from where it stands. */

import type { Command } from '../telephony/commands.ts';
import type { CallEvent } from '../telephony/events.ts';
import type { BridgeId, LegId } from '../telephony/ids.ts';
import { callerLeg, cause, legOf, liveLegs } from '../telephony/model.ts';
import { arrive } from './machine-arriving.ts';
import { join, liftLimits, pair } from './machine-connecting.ts';
import { dismiss, finish, speak } from './machine-ending.ts';
import { loseEarlyMedia } from './machine-ringing.ts';
import { disposed, peerOf, withCommandsBefore, withEvents } from './machine-state.ts';
import type { RoutingState, RoutingStep, Scene } from './machine-state.ts';

export type Resynced = Extract<CallEvent, { kind: 'resynced' }>;

/** What was missed has been told already; what we sent before the connection was lost may not have arrived. */
export function resume(scene: Scene, before: RoutingState, event: Resynced): RoutingStep {
  const state: RoutingState = { ...before, dismissed: [] };
  const { phase } = state;
  switch (phase.kind) {
    case 'new':
      return arrive(scene, state);
    case 'admitting':
      return { state };
    case 'ringing': {
      const mended = mendEarlyMedia(scene, state, event);
      return withCommandsBefore(dismissStrays(scene, mended.state), [
        ...(mended.commands ?? []),
        ...ringOn(scene, mended.state),
      ]);
    }
    case 'connecting': {
      const alone = dismissStrays(scene, state);
      if (phase.waiting.length > 0) return withCommandsBefore(alone, ringOn(scene, state));
      return withCommandsBefore(join(scene, alone.state, phase.winner), alone.commands ?? []);
    }
    case 'talking': {
      const alone = dismissStrays(scene, state);
      return { ...alone, commands: [...(alone.commands ?? []), ...mendBridge(scene, state, phase.peer, event)] };
    }
    case 'speaking': {
      const again = speak(scene, state, { prompt: phase.prompt, cause: phase.cause, disposition: 'lost' });
      return withCommandsBefore(again, [{ kind: 'stopPlayback', playback: phase.playback }]);
    }
    case 'ending':
      return finish(scene, state, cause.normal);
  }
}

/** Legs that lost the call to another one, and whose end was not heard of. */
function dismissStrays({ call }: Scene, state: RoutingState): RoutingStep {
  const wanted = [callerLeg(call)?.id, peerOf(state), ...state.ringing];
  const strays = liveLegs(call).filter((leg) => !wanted.includes(leg.id));
  return dismiss(
    state,
    strays.map((leg) => leg.id),
    cause.answeredElsewhere,
  );
}

/** Early media that may never have been let through is given up: at the answer the parties must be put together. */
function mendEarlyMedia({ call }: Scene, state: RoutingState, event: Resynced): RoutingStep {
  const caller = callerLeg(call);
  if (state.bridge === undefined || !state.early || !caller) return { state };
  const isWhole = missingIn(state.bridge, [caller.id, state.early.leg], event).length === 0;
  return isWhole ? { state } : loseEarlyMedia(state);
}

/** Whether the caller was told that it rings nobody knows; once more does no harm. */
function ringOn({ call }: Scene, { indicated, bridge }: RoutingState): readonly Command[] {
  const caller = callerLeg(call);
  return indicated && bridge === undefined && caller ? [{ kind: 'indicateRinging', leg: caller.id }] : [];
}

function missingIn(bridge: BridgeId, legs: readonly LegId[], { bridges }: Resynced): readonly LegId[] {
  const members = bridges.find((one) => one.id === bridge)?.members ?? [];
  return legs.filter((leg) => !members.includes(leg));
}

function mendBridge(
  { call }: Scene,
  { bridge, absorbing }: RoutingState,
  peer: LegId,
  event: Resynced,
): readonly Command[] {
  const caller = callerLeg(call);
  const other = legOf(call, peer);
  if (!caller || !other || bridge === undefined) return [];
  const isStanding = event.bridges.some((one) => one.id === bridge);
  const missing = missingIn(bridge, [caller.id, peer], event);
  // The limit would end the talk, so it is lifted in any case.
  const lifted = liftLimits([caller.id, peer]);
  if (missing.length === 0) return lifted;
  return [
    { kind: 'answerLeg', leg: caller.id },
    ...(isStanding ? [] : [{ kind: 'createBridge', bridge } as const]),
    { kind: 'joinBridge', bridge, legs: missing, absorbing: absorbing.filter((leg) => missing.includes(leg)) },
    ...pair(caller, other),
    ...lifted,
  ];
}

/** A talk is left alone; whatever else the call was doing ends with it, so that nobody waits for ever. */
export function recover(scene: Scene, state: RoutingState): RoutingStep {
  const { phase } = state;
  const isUp = (leg: LegId | undefined): boolean => liveLegs(scene.call).some((one) => one.id === leg);
  if (phase.kind === 'talking' && isUp(phase.peer) && isUp(callerLeg(scene.call)?.id)) return { state };
  return withEvents(finish(scene, state, cause.failure), disposed(scene, 'lost'));
}
