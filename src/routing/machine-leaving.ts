/** A leg ends, a gate refuses, a request fails: what that means for the call. */

import type { CallEvent, DomainEvent } from '../telephony/events.ts';
import { callerLeg, cause, type Leg } from '../telephony/model.ts';
import { finish, speak } from './machine-ending.ts';
import { loseEarlyMedia, noteUnanswered, ringAgain } from './machine-ringing.ts';
import { disposed, isEmergency, isOut, withEvents } from './machine-state.ts';
import type { RoutingState, RoutingStep, Scene } from './machine-state.ts';

export function noteEnd(scene: Scene, state: RoutingState, leg: Leg | undefined): RoutingStep {
  const { phase } = state;
  if (!leg || phase.kind === 'ending') return { state };
  if (leg.role === 'caller') return noteCallerEnd(scene, state, leg);
  if (phase.kind === 'talking' && phase.peer === leg.id) {
    return withEvents(finish(scene, state, cause.normal), parted(scene, state));
  }
  if (phase.kind === 'connecting' && phase.winner === leg.id) return noteWinnerEnd(scene, state, leg);
  return isOut(state, leg.id) ? noteUnanswered(scene, state, leg) : { state };
}

function noteCallerEnd(scene: Scene, state: RoutingState, caller: Leg): RoutingStep {
  const how = disposed(scene, caller.cause === cause.lost ? 'lost' : 'abandoned');
  return withEvents(finish(scene, state, cause.normal), [...parted(scene, state), ...how]);
}

/** Gone again before the parties heard each other. */
function noteWinnerEnd(scene: Scene, state: RoutingState, winner: Leg): RoutingStep {
  if (winner.cause === cause.lost) return ringAgain(scene, state);
  return withEvents(finish(scene, state, cause.noAnswer), disposed(scene, 'no-answer'));
}

/** Whoever of the two left first, the talk is over for both. */
function parted({ call, at }: Scene, { phase }: RoutingState): readonly DomainEvent[] {
  const caller = callerLeg(call);
  if (phase.kind !== 'talking' || !caller) return [];
  return [{ kind: 'parted', at, legs: [caller.id, phase.peer] }];
}

/** Before anybody talks a gate may turn the call away; a call for help it may not. */
export function turnAway(scene: Scene, state: RoutingState, prompt: string): RoutingStep {
  const { kind } = state.phase;
  const isOpen = kind === 'admitting' || kind === 'ringing' || kind === 'connecting';
  if (!isOpen || isEmergency(state)) return { state };
  return speak(scene, state, { prompt, cause: cause.rejected, disposition: 'refused' });
}

const joiningCommands = ['answerLeg', 'createBridge', 'joinBridge'];

/** Parties that cannot be put together would wait in silence for ever. */
export function noteFailure(
  scene: Scene,
  state: RoutingState,
  event: Extract<CallEvent, { kind: 'commandFailed' }>,
): RoutingStep {
  const ours: readonly (string | undefined)[] = [state.bridge, callerLeg(scene.call)?.id];
  if (!joiningCommands.includes(event.command) || !ours.includes(event.subject)) return { state };
  if (state.phase.kind === 'talking') return finish(scene, state, cause.failure);
  return state.phase.kind === 'ringing' ? loseEarlyMedia(state) : { state };
}
