/** A call arrives: it is routed, and goes where the route leads. */

import type { Command } from '../telephony/commands.ts';
import type { Addressed, DomainEvent } from '../telephony/events.ts';
import { callerLeg, cause } from '../telephony/model.ts';
import { callerOf } from './display.ts';
import { finish, speak } from './machine-ending.ts';
import { beginRinging } from './machine-ringing.ts';
import { disposed, withCommandsBefore, withEvents } from './machine-state.ts';
import type { RoutingState, RoutingStep, Scene } from './machine-state.ts';
import { decideRoute, type DialRoute, type Route, type ServiceRoute } from './policy.ts';

/** All that decides stands in the call: it can be routed anew after a restart. */
export function arrive(scene: Scene, state: RoutingState): RoutingStep {
  const { setup, call } = scene;
  const caller = callerLeg(call);
  if (!caller || state.phase.kind !== 'new') return { state };
  const { directory, availability, matches } = setup;
  const { origin, dialled } = call;
  const route = decideRoute(directory, availability, matches, {
    origin,
    dialled,
    caller: call.caller,
    endpoint: caller.endpoint,
  });
  return withEvents(follow(scene, { ...state, route }, route), [routed(scene, route)], 'first');
}

function follow(scene: Scene, state: RoutingState, route: Route): RoutingStep {
  switch (route.kind) {
    case 'refuse': {
      const disposition = route.reason === 'overload' ? 'overload' : 'refused';
      return withEvents(finish(scene, state, route.cause), disposed(scene, disposition));
    }
    case 'service':
      return serve(scene, state, route);
    case 'dial':
      return admit(scene, state, route);
  }
}

function routed({ setup, call, at }: Scene, route: Route): DomainEvent {
  const callerUser = route.kind === 'service' ? route.user : route.callerUser;
  return {
    kind: 'routed',
    at,
    caller: callerOf(setup.directory, callerUser, call.caller),
    direction: route.kind === 'dial' ? route.direction : call.direction,
    callee: route.kind === 'dial' ? route.callee : call.callee,
    addressed: addressedBy(route),
    emergency: route.kind === 'dial' && route.emergency,
    ...(callerUser === undefined ? {} : { callerUser }),
    ...(route.kind === 'dial' && route.hotline !== undefined ? { hotline: route.hotline } : {}),
  };
}

function addressedBy(route: Route): Addressed {
  if (route.kind === 'dial') return route.addressed;
  return route.kind === 'service' ? { kind: 'service', code: route.code } : { kind: 'nobody' };
}

/** Nothing holds up a call for help. */
function admit(scene: Scene, state: RoutingState, route: DialRoute): RoutingStep {
  const waiting = route.emergency ? [] : scene.setup.gates.ringing;
  const admitting: RoutingState = { ...state, phase: { kind: 'admitting', waiting } };
  if (waiting.length === 0) return beginRinging(scene, admitting);
  const legs = scene.call.legs.map((leg) => leg.id);
  return { state: admitting, events: [{ kind: 'gateReached', at: scene.at, point: 'ringing', legs }] };
}

/** A gate before ringing was passed. */
export function passRingingGate(scene: Scene, state: RoutingState, gate: string): RoutingStep {
  const { phase } = state;
  if (phase.kind !== 'admitting' || !phase.waiting.includes(gate)) return { state };
  const waiting = phase.waiting.filter((one) => one !== gate);
  const admitting: RoutingState = { ...state, phase: { ...phase, waiting } };
  return waiting.length > 0 ? { state: admitting } : beginRinging(scene, admitting);
}

/** Written down before it is said. */
function serve(scene: Scene, state: RoutingState, route: ServiceRoute): RoutingStep {
  const { call, at } = scene;
  const { user, groups } = route;
  const active = route.service === 'groupLogin';
  const memberships: Command[] = groups.map((group) => ({ kind: 'setMembership', group, user, active }));
  const changed: DomainEvent[] = groups.map((group) => ({ kind: 'membershipChanged', at, group, user, active }));
  const answer: Command[] = call.legs.map((leg) => ({ kind: 'answerLeg', leg: leg.id }));
  const spoken = speak(scene, state, { prompt: promptOf(route), cause: cause.normal, disposition: 'service' });
  return withEvents(withCommandsBefore(spoken, [...memberships, ...answer]), changed, 'first');
}

function promptOf({ service, groups }: ServiceRoute): string {
  if (groups.length === 0) return 'not-a-group-member';
  return service === 'groupLogin' ? 'group-login-done' : 'group-logout-done';
}
