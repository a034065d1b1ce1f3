/** Telephones ring, one attempt after the other, until somebody answers or everybody was tried. */

import type { Command } from '../telephony/commands.ts';
import type { Addressed, DomainEvent } from '../telephony/events.ts';
import { resourceId, type LegId } from '../telephony/ids.ts';
import { callerLeg, cause, legOf, type Leg, type Party } from '../telephony/model.ts';
import type { Directory } from './directory.ts';
import { callerOf } from './display.ts';
import { beginHunt, nextAttempt, type Attempt, type HuntState } from './hunt.ts';
import { noteCause } from './hunt-outcome.ts';
import { destroyBridge, dismiss, giveUp } from './machine-ending.ts';
import { isOut, withCommandsBefore, withEvents, withoutBridge, withoutEarly } from './machine-state.ts';
import type { RoutingState, RoutingStep, Scene } from './machine-state.ts';
import type { Destination } from './policy.ts';
import type { Target } from './targets.ts';

/** After this long without us Asterisk ends a leg that is not in talk, beyond the time that it may ring. */
const graceSeconds = 30;

export function beginRinging(scene: Scene, state: RoutingState): RoutingStep {
  if (state.route?.kind !== 'dial') return { state };
  return ringNext(scene, { ...state, phase: { kind: 'ringing' }, hunt: beginHunt(state.route.destination) });
}

function ringNext(scene: Scene, state: RoutingState): RoutingStep {
  const { setup, call } = scene;
  const caller = callerLeg(call);
  if (state.route?.kind !== 'dial' || !state.hunt || !caller) return { state };
  const { directory, availability } = setup;
  const { route } = state;
  const who = { caller: callerOf(directory, route.callerUser, call.caller), callerEndpoint: caller.endpoint };
  const next = nextAttempt({ ...who, directory, availability, route, callId: call.id }, state.hunt);
  const hunted: RoutingState = { ...state, hunt: next.state };
  if (!next.attempt) return giveUp(scene, hunted);
  const told = redirected(scene, state.hunt.destination ?? route.destination, next.state);
  return withEvents(ringAttempt(scene, hunted, next.attempt), told, 'first');
}

/** Nobody answered at the first destination, or nobody is there at all, and the call goes on to another one. */
function redirected({ setup, at }: Scene, from: Destination, { destination }: HuntState): readonly DomainEvent[] {
  if (!destination || destination === from) return [];
  return [{ kind: 'redirected', at, ...whereTo(setup.directory, destination) }];
}

function whereTo(directory: Directory, to: Destination): { readonly addressed: Addressed; readonly callee: Party } {
  switch (to.kind) {
    case 'user':
      return {
        addressed: { kind: 'user', extension: to.extension },
        callee: { number: to.extension, name: directory.users.get(to.extension)?.name ?? '' },
      };
    case 'group':
      return {
        addressed: { kind: 'group', number: to.number },
        callee: { number: to.number, name: directory.groups.get(to.number)?.name ?? '' },
      };
    case 'outside':
      return { addressed: { kind: 'outside', number: to.number }, callee: { number: to.number, name: '' } };
  }
}

/** All telephones of the attempt at once. */
export function ringAttempt(scene: Scene, state: RoutingState, attempt: Attempt): RoutingStep {
  const caller = callerLeg(scene.call);
  if (!caller) return { state };
  const limitSeconds = attempt.seconds + graceSeconds;
  const legs = attempt.targets.map((_, index) => legId(scene, state.legCount + index + 1));
  const created = attempt.targets.map((target, index) => createLeg(legs[index], target, caller.id, limitSeconds));
  return {
    state: {
      ...withoutEarly(state),
      phase: { kind: 'ringing' },
      attempt,
      ringing: legs,
      undialled: legs,
      legCount: state.legCount + legs.length,
    },
    commands: [{ kind: 'limitLeg', leg: caller.id, seconds: limitSeconds }, ...noteHunt(attempt), ...created.flat()],
    events: [
      ringingStarted(scene, attempt),
      ...attempt.targets.flatMap((target, index) => legAdded(scene, legs[index], target)),
    ],
  };
}

function legId({ setup, call }: Scene, number: number): LegId {
  return resourceId(setup.application, call.id, 'leg', number) as LegId;
}

function createLeg(
  leg: LegId | undefined,
  target: Target,
  originator: LegId,
  limitSeconds: number,
): readonly Command[] {
  const { dial, from } = target;
  return leg === undefined ? [] : [{ kind: 'createLeg', leg, dial, from, originator, limitSeconds }];
}

function legAdded({ at }: Scene, leg: LegId | undefined, { endpoint, user }: Target): readonly DomainEvent[] {
  if (leg === undefined) return [];
  return [{ kind: 'legAdded', at, leg, endpoint, ...(user === undefined ? {} : { user }) }];
}

function noteHunt({ group, hunted }: Attempt): readonly Command[] {
  return group === undefined || hunted === undefined ? [] : [{ kind: 'noteHunt', group, user: hunted }];
}

function ringingStarted({ at }: Scene, { group }: Attempt): DomainEvent {
  return { kind: 'ringingStarted', at, ...(group === undefined ? {} : { group }) };
}

/** The channel stands. One that nobody waits for any more goes at once. */
export function noteReady({ call }: Scene, state: RoutingState, leg: LegId): RoutingStep {
  const known = legOf(call, leg);
  const isOver = !known || known.role === 'caller' || known.state === 'up' || known.state === 'ended';
  if (!isOut(state, leg)) return isOver ? { state } : dismiss(state, [leg], cause.normal);
  if (!state.undialled.includes(leg)) return { state };
  const undialled = state.undialled.filter((one) => one !== leg);
  return { state: { ...state, undialled }, commands: [{ kind: 'dialLeg', leg, seconds: state.attempt?.seconds ?? 0 }] };
}

/** The first telephone that rings is told to the caller, unless he hears it himself. */
export function noteRinging({ call }: Scene, state: RoutingState, leg: LegId): RoutingStep {
  const caller = callerLeg(call);
  if (!caller || !isOut(state, leg) || state.indicated || state.early) return { state };
  return { state: { ...state, indicated: true }, commands: [{ kind: 'indicateRinging', leg: caller.id }] };
}

/** A telephone ended without answering. */
export function noteUnanswered(scene: Scene, state: RoutingState, ended: Leg): RoutingStep {
  const declined = declinedWith(scene, state, ended);
  const gone = dismiss(withoutLegs(state, [ended.id, ...declined]), declined, cause.answeredElsewhere);
  const rest = gone.state;
  if (ended.cause === cause.doubtful) return ringAnew(scene, rest, ended);
  // Of one that ended while we were away nobody knows how; when none is left it rings once more.
  if (ended.cause === cause.lost) return rest.ringing.length > 0 ? { state: rest } : ringAgain(scene, rest);
  const hasRung = ended.ringingAt !== undefined || state.early?.leg === ended.id;
  const noted = rest.hunt ? { ...rest, hunt: noteCause(rest.hunt, ended.cause ?? 0, hasRung) } : rest;
  if (rest.ringing.length > 0) return { ...gone, state: noted };
  const closed = closeEarlyMedia(noted);
  const next = ringNext(scene, closed.state);
  return withCommandsBefore(next, [...(gone.commands ?? []), ...(closed.commands ?? [])]);
}

/** One who declines on one device does not want his others to go on ringing. */
function declinedWith({ call }: Scene, state: RoutingState, ended: Leg): readonly LegId[] {
  if (ended.cause !== cause.rejected || ended.user === undefined) return [];
  return state.ringing.filter((leg) => leg !== ended.id && legOf(call, leg)?.user === ended.user);
}

function withoutLegs(state: RoutingState, legs: readonly LegId[]): RoutingState {
  const without = (all: readonly LegId[]): readonly LegId[] => all.filter((leg) => !legs.includes(leg));
  const left: RoutingState = { ...state, ringing: without(state.ringing), undialled: without(state.undialled) };
  return state.early && legs.includes(state.early.leg) ? withoutEarly(left) : left;
}

/** One telephone of the attempt once more, with a new leg; the others ring on. */
function ringAnew(scene: Scene, state: RoutingState, given: Leg): RoutingStep {
  const { attempt } = state;
  const caller = callerLeg(scene.call);
  const target = attempt?.targets.find((one) => one.endpoint === given.endpoint && one.user === given.user);
  if (!attempt || !target || !caller) return state.ringing.length > 0 ? { state } : ringAgain(scene, state);
  const limitSeconds = attempt.seconds + graceSeconds;
  const leg = legId(scene, state.legCount + 1);
  return {
    state: {
      ...state,
      ringing: [...state.ringing, leg],
      undialled: [...state.undialled, leg],
      legCount: state.legCount + 1,
    },
    commands: [
      { kind: 'limitLeg', leg: caller.id, seconds: limitSeconds },
      ...createLeg(leg, target, caller.id, limitSeconds),
    ],
    events: legAdded(scene, leg, target),
  };
}

/** The attempt once more, with new legs. */
export function ringAgain(scene: Scene, state: RoutingState): RoutingStep {
  const closed = closeEarlyMedia(state);
  if (!state.attempt) return withCommandsBefore(ringNext(scene, closed.state), closed.commands ?? []);
  return withCommandsBefore(ringAttempt(scene, closed.state, state.attempt), closed.commands ?? []);
}

/** The bridge of a leg that sent early media and then failed; the caller goes back to hearing it ring. */
function closeEarlyMedia(state: RoutingState): RoutingStep {
  if (state.bridge === undefined) return { state };
  return { state: { ...withoutBridge(state), indicated: false }, commands: destroyBridge(state) };
}

/** The bridge for early media could not be made: the caller hears the callee only when he answers. */
export function loseEarlyMedia(state: RoutingState): RoutingStep {
  const closed = closeEarlyMedia(state);
  return { ...closed, state: withoutEarly(closed.state) };
}
