/** From early media or an answer, past the gates, to two parties that hear each other. */

import type { Command } from '../telephony/commands.ts';
import type { DomainEvent } from '../telephony/events.ts';
import { resourceId, type BridgeId, type LegId } from '../telephony/ids.ts';
import { callerLeg, cause, legOf, type Leg } from '../telephony/model.ts';
import { dismiss } from './machine-ending.ts';
import { disposed, isEmergency, isOut, peerOf, quiet, withCommandsBefore, withEvents } from './machine-state.ts';
import type { RoutingState, RoutingStep, Scene } from './machine-state.ts';

/** Nothing holds up a call for help. */
function connectingGates({ setup }: Scene, state: RoutingState): readonly string[] {
  return isEmergency(state) ? [] : setup.gates.connecting;
}

function gateReached({ at }: Scene, legs: readonly LegId[]): DomainEvent {
  return { kind: 'gateReached', at, point: 'connecting', legs };
}

/** The far end sends audio before it answers. Of one telephone alone the caller may hear it. */
export function noteProgress(scene: Scene, state: RoutingState, leg: LegId): RoutingStep {
  const caller = callerLeg(scene.call);
  const isAlone = isOut(state, leg) && state.ringing.length === 1;
  if (!isAlone || !caller || state.early || state.attempt?.earlyMedia !== true) return { state };
  const waiting = connectingGates(scene, state);
  const opened: RoutingState = { ...state, early: { leg, waiting } };
  const reached = [gateReached(scene, [caller.id, leg])];
  return waiting.length > 0
    ? { state: opened, events: reached }
    : withEvents(openEarlyMedia(scene, opened), reached, 'first');
}

function openEarlyMedia(scene: Scene, state: RoutingState): RoutingStep {
  const caller = callerLeg(scene.call);
  if (!caller || !state.early) return { state };
  const put = putTogether(scene, state, [caller.id, state.early.leg]);
  return { ...put, commands: [...(put.commands ?? []), { kind: 'indicateProgress', leg: caller.id }] };
}

/** A gate before connecting was passed. */
export function passConnectingGate(scene: Scene, state: RoutingState, gate: string): RoutingStep {
  const { phase, early } = state;
  if (phase.kind === 'connecting' && phase.waiting.includes(gate)) {
    const waiting = phase.waiting.filter((one) => one !== gate);
    const connecting: RoutingState = { ...state, phase: { ...phase, waiting } };
    return waiting.length > 0 ? { state: connecting } : join(scene, connecting, phase.winner);
  }
  if (phase.kind !== 'ringing' || early?.waiting.includes(gate) !== true) return { state };
  const waiting = early.waiting.filter((one) => one !== gate);
  const passing: RoutingState = { ...state, early: { ...early, waiting } };
  return waiting.length > 0 ? { state: passing } : openEarlyMedia(scene, passing);
}

/** The first one to answer has the call; all others are told that it was answered elsewhere. */
export function noteAnswer(scene: Scene, state: RoutingState, leg: LegId): RoutingStep {
  const caller = callerLeg(scene.call);
  const answering = legOf(scene.call, leg);
  if (!caller || leg === caller.id || !answering || answering.state === 'ended' || leg === peerOf(state))
    return { state };
  if (!isOut(state, leg)) return dismiss(state, [leg], cause.answeredElsewhere);
  const losers = state.ringing.filter((one) => one !== leg);
  const won = dismiss(state, losers, cause.answeredElsewhere);
  return withCommandsBefore(connect(scene, won.state, caller.id, leg), won.commands ?? []);
}

/** Where the leg's early media was let through the gates are passed, or being passed, already. */
function connect(scene: Scene, state: RoutingState, caller: LegId, winner: LegId): RoutingStep {
  const early = state.early?.leg === winner ? state.early : undefined;
  const waiting = early ? early.waiting : connectingGates(scene, state);
  const connecting: RoutingState = {
    ...state,
    ringing: [],
    undialled: [],
    phase: { kind: 'connecting', winner, waiting },
  };
  const reached = early ? [] : [gateReached(scene, [caller, winner])];
  if (waiting.length > 0) return { state: connecting, events: reached };
  return withEvents(join(scene, connecting, winner), reached, 'first');
}

/**
 * The parties are put together. From then on neither we nor a time limit of ours is needed for the talk: each leg ends
 * the other by itself.
 */
export function join(scene: Scene, state: RoutingState, peer: LegId): RoutingStep {
  const caller = callerLeg(scene.call);
  const other = legOf(scene.call, peer);
  if (!caller || !other) return { state };
  const legs = [caller.id, peer] as const;
  const put = putTogether(scene, state, legs);
  return {
    state: { ...put.state, phase: { kind: 'talking', peer } },
    commands: [
      // Also a caller who was announced to: whether that answer arrived was not told.
      { kind: 'answerLeg', leg: caller.id },
      ...(put.commands ?? []),
      ...pair(caller, other),
      ...liftLimits(legs),
    ],
    events: [...(put.events ?? []), { kind: 'joined', at: scene.at, legs }, ...disposed(scene, 'answered')],
  };
}

export function pair(one: Leg, other: Leg): readonly Command[] {
  if (one.channelName === undefined || other.channelName === undefined) return [];
  return [{ kind: 'pairLegs', legs: [one.id, other.id], names: [one.channelName, other.channelName] }];
}

export function liftLimits(legs: readonly LegId[]): readonly Command[] {
  return legs.map((leg) => ({ kind: 'limitLeg', leg, seconds: 0 }));
}

/** Into one bridge, unless early media brought them there already. */
function putTogether(scene: Scene, state: RoutingState, legs: readonly LegId[]): RoutingStep {
  if (state.bridge !== undefined) return { state };
  const { setup, call, at } = scene;
  const bridgeCount = state.bridgeCount + 1;
  const bridge = resourceId(setup.application, call.id, 'bridge', bridgeCount) as BridgeId;
  const absorbing = absorbed(scene, legs);
  return {
    state: { ...state, bridge, bridgeCount, absorbing },
    commands: [
      ...quiet(scene, state),
      { kind: 'createBridge', bridge },
      { kind: 'joinBridge', bridge, legs, absorbing },
    ],
    events: [{ kind: 'bridged', at, bridge, legs, absorbing }],
  };
}

/** Where a recording can be paused by a code, the users' digits are looked at before they are passed on. */
function absorbed({ call, setup }: Scene, legs: readonly LegId[]): readonly LegId[] {
  const { state } = call.recording;
  if (!setup.takesCodes || (state !== 'waiting' && state !== 'recording')) return [];
  return legs.filter((leg) => legOf(call, leg)?.user !== undefined);
}

/**
 * A gate takes its time: meanwhile the caller hears it ring, even if the far end sends audio already. Of one who hears
 * an announcement Asterisk lets it ring when that is over (seen in 22.10).
 */
export function noteGateHeld({ call }: Scene, state: RoutingState): RoutingStep {
  const caller = callerLeg(call);
  if (!caller || state.indicated) return { state };
  return { state: { ...state, indicated: true }, commands: [{ kind: 'indicateRinging', leg: caller.id }] };
}
