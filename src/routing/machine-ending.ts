/** How a call ends: with a word to the caller or without. */

import type { Command } from '../telephony/commands.ts';
import { resourceId, type LegId, type PlaybackId } from '../telephony/ids.ts';
import { callerLeg, cause, liveLegs, type Disposition } from '../telephony/model.ts';
import { dispositionOf, isGroupHunt, outcomeOf } from './hunt-outcome.ts';
import { disposed, isEmergency, quiet, withEvents, withoutBridge, withoutEarly } from './machine-state.ts';
import type { RoutingState, RoutingStep, Scene } from './machine-state.ts';

const promptLimitSeconds = 40;
/** The caller's jitter buffer still plays when Asterisk has sent the last packet of a prompt. */
const farewellMs = 200;

/** Nobody answered. Who called a hotline or a group is told so. */
export function giveUp(scene: Scene, state: RoutingState): RoutingStep {
  const outcome = state.hunt ? outcomeOf(state.hunt) : cause.noAnswer;
  const disposition = dispositionOf(outcome);
  if (!isSpoken(state)) return withEvents(finish(scene, state, outcome), disposed(scene, disposition));
  const prompt = disposition === 'busy' ? 'everybody-busy' : 'nobody-there';
  return speak(scene, state, { prompt, cause: outcome, disposition });
}

function isSpoken(state: RoutingState): boolean {
  const { route, hunt } = state;
  if (route?.kind !== 'dial' || isEmergency(state)) return false;
  return route.hotline !== undefined || (hunt !== undefined && isGroupHunt(hunt));
}

export interface Farewell {
  readonly prompt: string;
  /** Given to the caller afterwards. */
  readonly cause: number;
  readonly disposition: Disposition;
}

/**
 * Tells the caller why, as early media where the call is not answered, and hangs up with the cause. Nothing that sets a
 * variable or answers may come after the beginning of a prompt: Asterisk would carry it out when the prompt is over.
 */
export function speak(scene: Scene, state: RoutingState, farewell: Farewell): RoutingStep {
  const { call, setup } = scene;
  const caller = callerLeg(call);
  const events = disposed(scene, farewell.disposition);
  if (!caller || caller.state === 'ended') return withEvents(finish(scene, state, farewell.cause), events);
  const { prompt } = farewell;
  const playback = resourceId(setup.application, call.id, 'play', state.playCount + 1) as PlaybackId;
  const language = state.route?.language ?? setup.directory.source.language;
  const alone = leaveCaller(scene, state, caller.id);
  return {
    state: {
      ...alone.state,
      playCount: state.playCount + 1,
      phase: { kind: 'speaking', prompt, playback, cause: farewell.cause },
    },
    commands: [
      ...(alone.commands ?? []),
      ...quiet(scene, state),
      { kind: 'limitLeg', leg: caller.id, seconds: promptLimitSeconds },
      { kind: 'playPrompt', playback, leg: caller.id, prompt, language },
    ],
    events,
  };
}

/** Everybody but the caller is hung up, and the bridge goes. */
function leaveCaller(scene: Scene, state: RoutingState, caller: LegId): RoutingStep {
  const others = legsLeft(scene, state).filter((leg) => leg !== caller);
  const gone = dismiss(state, others, cause.normal);
  return {
    state: { ...withoutBridge(withoutEarly(gone.state)), ringing: [], undialled: [] },
    commands: [...(gone.commands ?? []), ...destroyBridge(state)],
  };
}

/** The prompt is over, or could not be played. */
export function notePromptEnd(state: RoutingState, playback: PlaybackId): RoutingStep {
  const { phase } = state;
  if (phase.kind !== 'speaking' || phase.playback !== playback) return { state };
  return { state, commands: [{ kind: 'startTimer', timer: 'farewell', ms: farewellMs }] };
}

export function noteFarewell(scene: Scene, state: RoutingState): RoutingStep {
  return state.phase.kind === 'speaking' ? finish(scene, state, state.phase.cause) : { state };
}

/** Hangs up every leg that is left and takes the bridge away. */
export function finish(scene: Scene, state: RoutingState, causeGiven: number): RoutingStep {
  const gone = dismiss(state, legsLeft(scene, state), causeGiven);
  return {
    state: { ...withoutEarly(gone.state), ringing: [], undialled: [], phase: { kind: 'ending' } },
    commands: [...(gone.commands ?? []), ...destroyBridge(state)],
  };
}

/** Also legs that the call model will hear of only after this step. */
function legsLeft({ call }: Scene, state: RoutingState): readonly LegId[] {
  const live = liveLegs(call).map((leg) => leg.id);
  const ended = call.legs.filter((leg) => leg.state === 'ended').map((leg) => leg.id);
  return [...new Set([...live, ...state.ringing.filter((leg) => !ended.includes(leg))])];
}

/** Hangs up those that were not hung up before. */
export function dismiss(state: RoutingState, legs: readonly LegId[], causeGiven: number): RoutingStep {
  const leaving = legs.filter((leg) => !state.dismissed.includes(leg));
  const commands = leaving.map((leg): Command => ({ kind: 'hangupLeg', leg, cause: causeGiven }));
  return { state: { ...state, dismissed: [...state.dismissed, ...leaving] }, commands };
}

export function destroyBridge({ bridge }: RoutingState): readonly Command[] {
  return bridge === undefined ? [] : [{ kind: 'destroyBridge', bridge }];
}
