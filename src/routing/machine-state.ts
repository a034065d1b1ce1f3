/** What the routing of one call remembers, and the small changes that every step makes to it. */

import type { Command } from '../telephony/commands.ts';
import type { DomainEvent } from '../telephony/events.ts';
import type { BridgeId, LegId, PlaybackId } from '../telephony/ids.ts';
import type { Step } from '../telephony/machine.ts';
import { callerLeg, type Call, type Disposition } from '../telephony/model.ts';
import type { Directory } from './directory.ts';
import type { Attempt, HuntState } from './hunt.ts';
import type { Route } from './policy.ts';
import type { Availability, PatternTest } from './ports.ts';

export type Phase =
  | { readonly kind: 'new' }
  /** Waiting for gates before the first telephone rings. */
  | { readonly kind: 'admitting'; readonly waiting: readonly string[] }
  | { readonly kind: 'ringing' }
  /** Somebody answered; waiting for gates before the parties hear each other. */
  | { readonly kind: 'connecting'; readonly winner: LegId; readonly waiting: readonly string[] }
  | { readonly kind: 'talking'; readonly peer: LegId }
  | { readonly kind: 'speaking'; readonly prompt: string; readonly playback: PlaybackId; readonly cause: number }
  | { readonly kind: 'ending' };

export interface RoutingState {
  readonly phase: Phase;
  readonly route?: Route;
  readonly hunt?: HuntState;
  readonly attempt?: Attempt;
  /** Legs of the attempt that are still out. */
  readonly ringing: readonly LegId[];
  /** Those of them that wait to be dialled. Asterisk ends a leg that is dialled twice (seen in 22.10). */
  readonly undialled: readonly LegId[];
  /** Legs that we have hung up. A second request could give another cause before the first has taken effect. */
  readonly dismissed: readonly LegId[];
  /** The leg whose early media the caller hears, or will as soon as the gates are passed. */
  readonly early?: { readonly leg: LegId; readonly waiting: readonly string[] };
  readonly bridge?: BridgeId;
  /** Legs in it whose digits come to us alone. */
  readonly absorbing: readonly LegId[];
  /** The caller has been told that it rings. */
  readonly indicated: boolean;
  readonly legCount: number;
  readonly bridgeCount: number;
  readonly playCount: number;
}

export interface RoutingSetup {
  readonly application: string;
  readonly directory: Directory;
  readonly availability: Availability;
  readonly matches: PatternTest;
  /** Recordings are paused, resumed and discarded by codes on the telephone. */
  readonly takesCodes: boolean;
  /** Names of the gates that stand before ringing and before connecting. */
  readonly gates: { readonly ringing: readonly string[]; readonly connecting: readonly string[] };
}

export const initialState: RoutingState = {
  phase: { kind: 'new' },
  ringing: [],
  undialled: [],
  dismissed: [],
  absorbing: [],
  indicated: false,
  legCount: 0,
  bridgeCount: 0,
  playCount: 0,
};

/** What every part of a step looks at and none of them changes. */
export interface Scene {
  readonly setup: RoutingSetup;
  readonly call: Call;
  readonly at: number;
}

export type RoutingStep = Step<RoutingState>;

export function isOut(state: RoutingState, leg: LegId): boolean {
  return state.phase.kind === 'ringing' && state.ringing.includes(leg);
}

/** The leg that answered, or none. */
export function peerOf({ phase }: RoutingState): LegId | undefined {
  if (phase.kind === 'talking') return phase.peer;
  return phase.kind === 'connecting' ? phase.winner : undefined;
}

export function isEmergency({ route }: RoutingState): boolean {
  return route?.kind === 'dial' && route.emergency;
}

/** Ends the ringing tone that we make for a caller whom we have answered before. */
export function quiet({ call }: Scene, { indicated }: RoutingState): readonly Command[] {
  const caller = callerLeg(call);
  return indicated && caller?.state === 'up' ? [{ kind: 'stopRinging', leg: caller.id }] : [];
}

export function withoutEarly(state: RoutingState): RoutingState {
  const { early: _, ...rest } = state;
  return rest;
}

export function withoutBridge(state: RoutingState): RoutingState {
  const { bridge: _, ...rest } = state;
  return rest;
}

/** How a call ended is said once. */
export function disposed({ call, at }: Scene, disposition: Disposition): readonly DomainEvent[] {
  return call.disposition === undefined ? [{ kind: 'disposed', at, disposition }] : [];
}

export function withEvents(
  given: RoutingStep,
  events: readonly DomainEvent[],
  where: 'first' | 'last' = 'last',
): RoutingStep {
  const own = given.events ?? [];
  return { ...given, events: where === 'first' ? [...events, ...own] : [...own, ...events] };
}

export function withCommandsBefore(given: RoutingStep, commands: readonly Command[]): RoutingStep {
  return { ...given, commands: [...commands, ...(given.commands ?? [])] };
}
