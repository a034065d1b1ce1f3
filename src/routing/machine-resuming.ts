/** After a reconnection, and after a fault of ours: the call goes on from where it stands. */

import type { Command } from '../telephony/commands.ts';
import type { CallEvent } from '../telephony/events.ts';
import type { LegId } from '../telephony/ids.ts';
import { callerLeg, cause, legOf, liveLegs } from '../telephony/model.ts';
import { arrive } from './machine-arriving.ts';
import { join, liftLimits, pair } from './machine-connecting.ts';
import { finish, hangUp, speak } from './machine-ending.ts';
import { disposed, peerOf, withCommandsBefore, withEvents } from './machine-state.ts';
import type { RoutingState, RoutingStep, Scene } from './machine-state.ts';

export type Resynced = Extract<CallEvent, { kind: 'resynced' }>;

/** What was missed has been told already; what we sent before the connection was lost may not have arrived. */
export function resume(scene: Scene, state: RoutingState, event: Resynced): RoutingStep {
  const { phase } = state;
  switch (phase.kind) {
    case 'new':
      return arrive(scene, state);
    case 'admitting':
      return { state };
    case 'ringing':
      return { state, commands: hangUpStrays(scene, state) };
    case 'connecting': {
      const strays = hangUpStrays(scene, state);
      return phase.waiting.length > 0
        ? { state, commands: strays }
        : withCommandsBefore(join(scene, state, phase.winner), strays);
    }
    case 'talking':
      return { state, commands: [...hangUpStrays(scene, state), ...mendBridge(scene, state, phase.peer, event)] };
    case 'speaking': {
      const again = speak(scene, state, { prompt: phase.prompt, cause: phase.cause, disposition: 'lost' });
      return withCommandsBefore(again, [{ kind: 'stopPlayback', playback: phase.playback }]);
    }
    case 'ending':
      return finish(scene, state, cause.normal);
  }
}

/** Legs that lost the call to another one, and whose end was not heard of. */
function hangUpStrays({ call }: Scene, state: RoutingState): readonly Command[] {
  const wanted = [callerLeg(call)?.id, peerOf(state), ...state.ringing];
  const strays = liveLegs(call).filter((leg) => !wanted.includes(leg.id));
  return hangUp(
    strays.map((leg) => leg.id),
    cause.answeredElsewhere,
  );
}

function mendBridge({ call }: Scene, { bridge }: RoutingState, peer: LegId, event: Resynced): readonly Command[] {
  const caller = callerLeg(call);
  const other = legOf(call, peer);
  if (!caller || !other || bridge === undefined) return [];
  const standing = event.bridges.find((one) => one.id === bridge);
  const missing = [caller.id, peer].filter((leg) => standing?.members.includes(leg) !== true);
  // The limit would end the talk, so it is lifted in any case.
  const lifted = liftLimits([caller.id, peer]);
  if (missing.length === 0) return lifted;
  return [
    { kind: 'answerLeg', leg: caller.id },
    ...(standing ? [] : [{ kind: 'createBridge', bridge } as const]),
    { kind: 'joinBridge', bridge, legs: missing },
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
