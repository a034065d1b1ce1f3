/** Who is rung, and in what order. Pure: the state is data, the availability is asked anew at every attempt. */

import { cause } from '../telephony/model.ts';
import type { RingGroup } from './directory.ts';
import { configuredDestination, type Destination } from './policy.ts';
import type { Availability } from './ports.ts';
import { trunkTarget, userTargets, type OutsideNumber, type Target, type TargetContext } from './targets.ts';

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
  /** `first`: nobody was rung in this group yet. */
  | { readonly kind: 'member'; readonly group: string; readonly user: string; readonly first: boolean }
  | ({ readonly kind: 'trunk'; readonly trunk: string } & OutsideNumber);

type Member = Extract<Pending, { kind: 'member' }>;

export interface HuntState {
  readonly pending: readonly Pending[];
  /** Groups that had their turn; a circle of overflows ends. */
  readonly visited: readonly string[];
  /** How the telephones that were tried, or passed over as busy, ended. */
  readonly causes: readonly number[];
  /** Through trunks the next one is tried only if this one could not carry the call. */
  readonly lastWasTrunk: boolean;
  /** Where the call was sent last. */
  readonly destination?: Destination;
}

export interface HuntContext extends TargetContext {
  readonly availability: Availability;
  readonly callId: string;
}

export interface Hunted {
  readonly state: HuntState;
  /** Missing when everybody was tried. */
  readonly attempt?: Attempt;
}

/** A telephone that nobody limits otherwise rings this long. */
export const extensionRingSeconds = 120;
export const trunkRingSeconds = 180;

export function beginHunt(destination: Destination): HuntState {
  return { pending: [{ kind: 'destination', destination }], visited: [], causes: [], lastWasTrunk: false };
}

/** The next attempt, or none when everybody was tried. */
export function nextAttempt(context: HuntContext, state: HuntState): Hunted {
  let current = state;
  for (;;) {
    const [next, ...rest] = current.pending;
    if (next === undefined) return { state: current };
    const taken = take(context, { ...current, pending: rest }, next);
    if (taken.attempt && taken.attempt.targets.length > 0) return taken;
    current = taken.state;
  }
}

function take(context: HuntContext, state: HuntState, next: Pending): Hunted {
  switch (next.kind) {
    case 'destination':
      return enter(context, { ...state, destination: next.destination }, next.destination);
    case 'all':
      return ringAll(context, state, next.group);
    case 'member':
      return ringMember(context, state, next);
    case 'trunk':
      return dialTrunk(context, state, next);
  }
}

function enter(context: HuntContext, state: HuntState, destination: Destination): Hunted {
  switch (destination.kind) {
    case 'user':
      return ringUser(context, { ...state, lastWasTrunk: false }, destination.extension);
    case 'outside':
      return { state: { ...state, pending: [...toTrunks(destination), ...state.pending] } };
    case 'group':
      return { state: enterGroup(context, state, destination.number) };
  }
}

/** Whoever calls himself is on the telephone, unless he has another one. */
function ringUser(context: HuntContext, state: HuntState, extension: string): Hunted {
  const targets = userTargets(context, extension);
  const isCallingHimself = targets.length === 0 && extension === context.route.callerUser;
  return {
    state: isCallingHimself ? withCauses(state, [cause.busy]) : state,
    attempt: { targets, seconds: extensionRingSeconds, earlyMedia: true },
  };
}

function toTrunks({ trunks, ...called }: Extract<Destination, { kind: 'outside' }>): readonly Pending[] {
  return trunks.map((trunk) => ({ ...called, kind: 'trunk', trunk }));
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

function groupSteps(context: HuntContext, group: RingGroup): readonly Pending[] {
  if (group.strategy === 'ringAll') return [{ kind: 'all', group: group.number }];
  const order = huntOrder(context, group);
  const rounds = Array.from({ length: group.rounds }, () => order).flat();
  return rounds.map((user, index) => ({ kind: 'member', group: group.number, user, first: index === 0 }));
}

function huntOrder(context: HuntContext, group: RingGroup): readonly string[] {
  const active = context.availability.activeMembers(group.number);
  if (group.strategy !== 'roundRobin') return active;
  return inTurn(group.members, context.availability.lastHunted(group.number)).filter((user) => active.includes(user));
}

/** All members, beginning with the one after the last. */
function inTurn(members: readonly string[], last: string | undefined): readonly string[] {
  const next = members.indexOf(last ?? '') + 1;
  return [...members.slice(next), ...members.slice(0, next)];
}

function ringAll(context: HuntContext, state: HuntState, number: string): Hunted {
  const group = context.directory.groups.get(number);
  if (!group) return { state };
  const active = context.availability.activeMembers(number);
  const busy = active.filter((user) => isPassedOver(context, group, user));
  const rung = active.filter((user) => isOther(context, user) && !busy.includes(user));
  return {
    state: withCauses(
      state,
      busy.map(() => cause.busy),
    ),
    attempt: {
      targets: rung.flatMap((user) => userTargets(context, user)),
      seconds: group.ringSeconds,
      group: number,
      earlyMedia: false,
    },
  };
}

function ringMember(context: HuntContext, state: HuntState, next: Member): Hunted {
  const group = context.directory.groups.get(next.group);
  const isActive = context.availability.activeMembers(next.group).includes(next.user);
  if (!group || !isActive || !isOther(context, next.user)) return { state: handOn(state, next) };
  if (isPassedOver(context, group, next.user)) return { state: handOn(withCauses(state, [cause.busy]), next) };
  const targets = userTargets(context, next.user);
  if (targets.length === 0) return { state: handOn(state, next) };
  const isNoted = next.first && group.strategy === 'roundRobin';
  return {
    state,
    attempt: {
      targets,
      seconds: group.memberRingSeconds,
      group: next.group,
      earlyMedia: false,
      ...(isNoted ? { hunted: next.user } : {}),
    },
  };
}

/** Where the first one is not rung, the next one is the first. */
function handOn(state: HuntState, passed: Member): HuntState {
  const [next, ...rest] = state.pending;
  if (!passed.first || next?.kind !== 'member' || next.group !== passed.group) return state;
  return { ...state, pending: [{ ...next, first: true }, ...rest] };
}

function isPassedOver(context: HuntContext, group: RingGroup, user: string): boolean {
  return !group.ringBusyMembers && isOther(context, user) && context.availability.isBusy(user, context.callId);
}

/** Nobody's own telephone rings for a group call of his. */
function isOther(context: HuntContext, user: string): boolean {
  return user !== context.route.callerUser;
}

function dialTrunk(context: HuntContext, state: HuntState, next: Extract<Pending, { kind: 'trunk' }>): Hunted {
  const trunk = context.directory.trunks.get(next.trunk);
  if (!trunk) return { state };
  const tried = { ...state, lastWasTrunk: true };
  const isFull = trunk.maxCalls !== undefined && context.availability.trunkCalls(trunk.name) >= trunk.maxCalls;
  if (isFull && !next.emergency) return { state: withCauses(tried, [cause.congestion]) };
  const target = trunkTarget(context, trunk, next);
  return { state: tried, attempt: { targets: [target], seconds: trunkRingSeconds, earlyMedia: true } };
}

function withCauses(state: HuntState, causes: readonly number[]): HuntState {
  return { ...state, causes: [...state.causes, ...causes] };
}
