/** Who is rung, in what order, and what comes of it. Pure: the state is data, the availability is asked anew at every attempt. */

import type { Party } from '../telephony/model.ts';
import { cause } from '../telephony/model.ts';
import { endpointsOf, type Directory, type RingGroup, type Trunk } from './directory.ts';
import { configuredDestination, shownInside, shownOutside, trunkDial, type Destination, type DialRoute } from './policy.ts';
import type { Availability } from './ports.ts';

/** One telephone or trunk line to dial. */
export interface Target {
  readonly dial: string;
  readonly endpoint: string;
  readonly from: Party;
  readonly user?: string;
}

/** Telephones that ring at the same time. */
export interface Attempt {
  readonly targets: readonly Target[];
  readonly seconds: number;
  readonly group?: string;
  /** The far end's own ringing tone or announcement may reach the caller. */
  readonly earlyMedia: boolean;
  /** The member to remember as rung first, for `roundRobin`. */
  readonly hunted?: string;
}

type Pending =
  | { readonly kind: 'destination'; readonly destination: Destination }
  | { readonly kind: 'all'; readonly group: string }
  | { readonly kind: 'member'; readonly group: string; readonly user: string; readonly first: boolean }
  | { readonly kind: 'trunk'; readonly trunk: string; readonly number: string; readonly emergency: boolean };

export interface HuntState {
  readonly pending: readonly Pending[];
  /** Groups that had their turn; a circle of overflows ends. */
  readonly visited: readonly string[];
  /** How the telephones that were tried, or passed over as busy, ended. */
  readonly causes: readonly number[];
  /** Through trunks the next one is tried only if this one could not carry the call. */
  readonly lastWasTrunk: boolean;
}

export interface HuntContext {
  readonly directory: Directory;
  readonly availability: Availability;
  readonly route: DialRoute;
  readonly caller: Party;
  readonly callId: string;
}

/** A telephone that nobody limits otherwise rings this long. */
export const extensionRingSeconds = 120;
export const trunkRingSeconds = 180;

export function beginHunt(destination: Destination): HuntState {
  return { pending: [{ kind: 'destination', destination }], visited: [], causes: [], lastWasTrunk: false };
}

/** The next attempt, or none when everybody was tried. */
export function nextAttempt(context: HuntContext, state: HuntState): { readonly state: HuntState; readonly attempt?: Attempt } {
  let current = state;
  for (;;) {
    const [next, ...rest] = current.pending;
    if (next === undefined) return { state: current };
    const taken = take(context, { ...current, pending: rest }, next);
    if (taken.attempt && taken.attempt.targets.length > 0) return { state: taken.state, attempt: taken.attempt };
    current = taken.state;
  }
}

/** A telephone ended without answering. */
export function noteCause(state: HuntState, ended: number): HuntState {
  const noted = { ...state, causes: [...state.causes, ended] };
  return state.lastWasTrunk && !trunkCauses.has(ended) ? { ...noted, pending: [] } : noted;
}

/** Causes that speak of the trunk and not of the person called: the next trunk may do better. */
const trunkCauses: ReadonlySet<number> = new Set([
  0,
  3,
  cause.subscriberAbsent,
  27,
  cause.congestion,
  cause.failure,
  41,
  42,
  44,
  58,
  cause.recoveryOnTimeout,
  127,
]);

export function isGroupHunt(state: HuntState): boolean {
  return state.visited.length > 0;
}

/** The cause for the caller when nobody answered: of one telephone its own, of a group busy or no answer. */
export function outcomeOf(state: HuntState): number {
  const last = state.causes.at(-1);
  if (!isGroupHunt(state)) return userOutcome(state.causes) ?? cause.noAnswer;
  const allBusy = state.causes.length > 0 && state.causes.every((one) => one === cause.busy);
  return allBusy && last !== undefined ? cause.busy : cause.noAnswer;
}

/** Of several devices of one user the most telling cause counts. */
function userOutcome(causes: readonly number[]): number | undefined {
  const telling = [cause.rejected, cause.busy, cause.noAnswer].find((one) => causes.includes(one));
  return telling ?? causes.at(-1);
}

function take(context: HuntContext, state: HuntState, next: Pending): { state: HuntState; attempt?: Attempt } {
  switch (next.kind) {
    case 'destination':
      return enter(context, state, next.destination);
    case 'all':
      return ringAll(context, state, next.group);
    case 'member':
      return ringMember(context, state, next);
    case 'trunk':
      return dialTrunk(context, state, next);
  }
}

function enter(context: HuntContext, state: HuntState, destination: Destination): { state: HuntState; attempt?: Attempt } {
  switch (destination.kind) {
    case 'user':
      return {
        state: { ...state, lastWasTrunk: false },
        attempt: { targets: userTargets(context, destination.extension), seconds: extensionRingSeconds, earlyMedia: true },
      };
    case 'outside':
      return { state: { ...state, pending: [...destination.trunks.map((trunk) => toTrunk(destination, trunk)), ...state.pending] } };
    case 'group':
      return { state: enterGroup(context, state, destination.number) };
  }
}

function toTrunk(destination: Extract<Destination, { kind: 'outside' }>, trunk: string): Pending {
  return { kind: 'trunk', trunk, number: destination.number, emergency: destination.emergency };
}

function enterGroup(context: HuntContext, state: HuntState, number: string): HuntState {
  const group = context.directory.groups.get(number);
  if (!group || state.visited.includes(number)) return state;
  const overflow: Pending[] =
    group.overflow === undefined
      ? []
      : [{ kind: 'destination', destination: configuredDestination(context.directory, group.overflow) }];
  return {
    ...state,
    visited: [...state.visited, number],
    lastWasTrunk: false,
    pending: [...groupSteps(context, group), ...overflow, ...state.pending],
  };
}

function groupSteps(context: HuntContext, group: RingGroup): Pending[] {
  if (group.strategy === 'ringAll') return [{ kind: 'all', group: group.number }];
  const order = huntOrder(context, group);
  const rounds = Array.from({ length: group.rounds }, () => order).flat();
  return rounds.map((user, index) => ({ kind: 'member', group: group.number, user, first: index === 0 }));
}

function huntOrder(context: HuntContext, group: RingGroup): readonly string[] {
  const active = context.availability.activeMembers(group.number);
  if (group.strategy !== 'roundRobin') return active;
  const last = active.indexOf(context.availability.lastHunted(group.number) ?? '');
  return [...active.slice(last + 1), ...active.slice(0, last + 1)];
}

function ringAll(context: HuntContext, state: HuntState, number: string): { state: HuntState; attempt?: Attempt } {
  const group = context.directory.groups.get(number);
  if (!group) return { state };
  const active = context.availability.activeMembers(number);
  const free = active.filter((user) => isRung(context, group, user));
  const busy = active.filter((user) => !free.includes(user) && isOther(context, user));
  const targets = free.flatMap((user) => userTargets(context, user));
  return {
    state: { ...state, causes: [...state.causes, ...busy.map(() => cause.busy)] },
    attempt: { targets, seconds: group.ringSeconds, group: number, earlyMedia: false },
  };
}

function ringMember(
  context: HuntContext,
  state: HuntState,
  next: Extract<Pending, { kind: 'member' }>,
): { state: HuntState; attempt?: Attempt } {
  const group = context.directory.groups.get(next.group);
  if (!group || !context.availability.activeMembers(next.group).includes(next.user)) return { state };
  if (!isRung(context, group, next.user)) {
    return { state: isOther(context, next.user) ? noteCause(state, cause.busy) : state };
  }
  return {
    state,
    attempt: {
      targets: userTargets(context, next.user),
      seconds: group.memberRingSeconds,
      group: next.group,
      earlyMedia: false,
      ...(next.first ? { hunted: next.user } : {}),
    },
  };
}

function isRung(context: HuntContext, group: RingGroup, user: string): boolean {
  return isOther(context, user) && (group.ringBusyMembers || !context.availability.isBusy(user, context.callId));
}

/** Nobody's own telephone rings for a call of his. */
function isOther(context: HuntContext, user: string): boolean {
  return user !== context.route.callerUser;
}

function dialTrunk(
  context: HuntContext,
  state: HuntState,
  next: Extract<Pending, { kind: 'trunk' }>,
): { state: HuntState; attempt?: Attempt } {
  const trunk = context.directory.trunks.get(next.trunk);
  if (!trunk) return { state };
  const full = trunk.maxCalls !== undefined && context.availability.trunkCalls(trunk.name) >= trunk.maxCalls;
  if (full && !next.emergency) return { state: { ...state, lastWasTrunk: true, causes: [...state.causes, cause.congestion] } };
  return {
    state: { ...state, lastWasTrunk: true },
    attempt: { targets: [trunkTarget(context, trunk, next)], seconds: trunkRingSeconds, earlyMedia: true },
  };
}

function trunkTarget(context: HuntContext, trunk: Trunk, next: Extract<Pending, { kind: 'trunk' }>): Target {
  return {
    dial: trunkDial(context.directory, trunk, next.number, next.emergency),
    endpoint: trunk.endpoint,
    from: shownOutside(context.directory, trunk, context.route.callerUser, context.caller),
  };
}

function userTargets(context: HuntContext, extension: string): readonly Target[] {
  const user = context.directory.users.get(extension);
  if (!user) return [];
  const from = shownInside(context.directory, context.route.hotline, context.caller);
  return endpointsOf(user).map((endpoint) => ({ dial: endpoint, endpoint, user: extension, from }));
}
