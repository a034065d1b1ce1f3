/** Call control: from the first leg's arrival to the last leg's end. */

import type { Command } from '../telephony/commands.ts';
import type { CallEvent, DomainEvent } from '../telephony/events.ts';
import { resourceId, type BridgeId, type LegId, type PlaybackId } from '../telephony/ids.ts';
import type { Machine, Step } from '../telephony/machine.ts';
import { callerLeg, cause, legOf, liveLegs, type Call, type Disposition } from '../telephony/model.ts';
import type { Directory } from './directory.ts';
import { beginHunt, isGroupHunt, nextAttempt, noteCause, outcomeOf, type Attempt, type HuntState } from './hunt.ts';
import { decideRoute, type DialRoute, type Route } from './policy.ts';
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
  /** The leg whose early media the caller hears already. */
  readonly early?: { readonly leg: LegId; readonly waiting: readonly string[] };
  readonly bridge?: BridgeId;
  /** The caller has been told that it rings. */
  readonly indicated: boolean;
  readonly legCount: number;
  readonly playCount: number;
}

export interface RoutingSetup {
  readonly application: string;
  readonly directory: Directory;
  readonly availability: Availability;
  readonly matches: PatternTest;
  /** Names of the gates that stand before ringing and before connecting. */
  readonly gates: { readonly ringing: readonly string[]; readonly connecting: readonly string[] };
}

/** After this long without us Asterisk ends a leg that is not in talk, beyond the time that it may ring. */
const graceSeconds = 30;
const promptLimitSeconds = 40;
/** The caller's jitter buffer still plays when Asterisk has sent the last packet of a prompt. */
const farewellMs = 200;

const initial: RoutingState = { phase: { kind: 'new' }, ringing: [], indicated: false, legCount: 0, playCount: 0 };

export function routingMachine(setup: RoutingSetup): Machine<RoutingState> {
  return { name: 'routing', initial, step: (state, call, event) => step(setup, state, call, event) };
}

type RoutingStep = Step<RoutingState>;

function step(setup: RoutingSetup, state: RoutingState, call: Call, event: CallEvent): RoutingStep {
  switch (event.kind) {
    case 'callArrived':
      return arrive(setup, state, call, event);
    case 'gatePassed':
      return passGate(setup, state, call, event);
    case 'gateRefused':
      return speak(setup, hangUpOut(state), call, event.prompt, cause.failure, 'refused', event.at);
    case 'legReady':
      return isOut(state, event.leg) ? dial(state, event.leg) : { state };
    case 'legRinging':
      return isOut(state, event.leg) ? indicateRinging(state, call) : { state };
    case 'legProgressed':
      return openEarlyMedia(setup, state, call, event.leg, event.at);
    case 'legAnswered':
      return answered(setup, state, call, event.leg, event.at);
    case 'legEnded':
      return ended(setup, state, call, event);
    case 'playbackFinished':
      return isSpeaking(state, event.playback) ? { state, commands: [{ kind: 'startTimer', timer: 'farewell', ms: farewellMs }] } : { state };
    case 'timerFired':
      return event.timer === 'farewell' && state.phase.kind === 'speaking' ? finish(state, call, state.phase.cause) : { state };
    case 'transferRequested':
      return { state, commands: [{ kind: 'refuseTransfer', leg: event.leg }] };
    case 'resynced':
      return resume(setup, state, call, event);
    default:
      return { state };
  }
}

// ── arriving ────────────────────────────────────────────────────────────────

function arrive(setup: RoutingSetup, state: RoutingState, call: Call, event: Extract<CallEvent, { kind: 'callArrived' }>): RoutingStep {
  const route = decideRoute(setup.directory, setup.availability, setup.matches, event);
  const routed: DomainEvent = {
    kind: 'routed',
    at: event.at,
    direction: route.kind === 'dial' ? route.direction : call.direction,
    callee: route.kind === 'dial' ? route.callee : call.callee,
    addressed: addressedBy(route),
    emergency: route.kind === 'dial' && route.emergency,
    ...(callerUserOf(route) === undefined ? {} : { callerUser: callerUserOf(route) ?? '' }),
    ...(route.kind === 'dial' && route.hotline !== undefined ? { hotline: route.hotline } : {}),
  };
  const routedState = { ...state, route };
  switch (route.kind) {
    case 'refuse': {
      const disposition = route.reason === 'overload' ? 'overload' : 'refused';
      return withEvents(finish(routedState, call, route.cause), [routed, disposed(disposition, event.at)]);
    }
    case 'service':
      return withEvents(serve(setup, routedState, call, route, event.at), [routed], 'first');
    case 'dial': {
      const waiting = route.emergency ? [] : setup.gates.ringing;
      const admitting: RoutingState = { ...routedState, phase: { kind: 'admitting', waiting } };
      if (waiting.length === 0) return withEvents(beginRinging(setup, admitting, call, event.at), [routed], 'first');
      return { state: admitting, events: [routed, { kind: 'gateReached', at: event.at, point: 'ringing', legs: [event.leg] }] };
    }
  }
}

function addressedBy(route: Route): Extract<DomainEvent, { kind: 'routed' }>['addressed'] {
  if (route.kind === 'dial') return route.addressed;
  return route.kind === 'service' ? { kind: 'service', code: route.code } : { kind: 'nobody' };
}

function callerUserOf(route: Route): string | undefined {
  return route.kind === 'service' ? route.user : route.callerUser;
}

function serve(setup: RoutingSetup, state: RoutingState, call: Call, route: Extract<Route, { kind: 'service' }>, at: number): RoutingStep {
  const caller = callerLeg(call);
  if (!caller) return { state };
  const active = route.service === 'groupLogin';
  const memberships: Command[] = route.groups.map((group) => ({ kind: 'setMembership', group, user: route.user, active }));
  const prompt = route.groups.length === 0 ? 'not-a-group-member' : active ? 'group-login-done' : 'group-logout-done';
  const spoken = speak(setup, state, call, prompt, cause.normal, 'service', at);
  return {
    ...spoken,
    commands: [...memberships, { kind: 'answerLeg', leg: caller.id }, ...(spoken.commands ?? [])],
    events: [
      ...route.groups.map((group): DomainEvent => ({ kind: 'membershipChanged', at, group, user: route.user, active })),
      ...(spoken.events ?? []),
    ],
  };
}

function passGate(setup: RoutingSetup, state: RoutingState, call: Call, event: Extract<CallEvent, { kind: 'gatePassed' }>): RoutingStep {
  const { phase } = state;
  const without = (waiting: readonly string[]): readonly string[] => waiting.filter((gate) => gate !== event.gate);
  if (event.point === 'ringing') {
    if (phase.kind !== 'admitting') return { state };
    const admitting: RoutingState = { ...state, phase: { ...phase, waiting: without(phase.waiting) } };
    return without(phase.waiting).length > 0 ? { state: admitting } : beginRinging(setup, admitting, call, event.at);
  }
  if (phase.kind === 'connecting') {
    const connecting: RoutingState = { ...state, phase: { ...phase, waiting: without(phase.waiting) } };
    return without(phase.waiting).length > 0 ? { state: connecting } : join(setup, connecting, call, phase.winner, event.at);
  }
  if (phase.kind !== 'ringing' || !state.early) return { state };
  const early = { ...state.early, waiting: without(state.early.waiting) };
  return early.waiting.length > 0 ? { state: { ...state, early } } : bridgeEarly(setup, { ...state, early }, call, event.at);
}

// ── ringing ─────────────────────────────────────────────────────────────────

function beginRinging(setup: RoutingSetup, state: RoutingState, call: Call, at: number): RoutingStep {
  if (state.route?.kind !== 'dial') return { state };
  return ringNext(setup, { ...state, phase: { kind: 'ringing' }, hunt: beginHunt(state.route.destination) }, call, at);
}

function ringNext(setup: RoutingSetup, state: RoutingState, call: Call, at: number): RoutingStep {
  if (state.route?.kind !== 'dial' || !state.hunt) return { state };
  const context = { ...setup, route: state.route, caller: call.caller, callId: call.id };
  const next = nextAttempt(context, state.hunt);
  const hunted: RoutingState = { ...state, hunt: next.state };
  return next.attempt ? ringAttempt(setup, hunted, call, next.attempt, at) : giveUp(setup, hunted, call, state.route, at);
}

function ringAttempt(setup: RoutingSetup, state: RoutingState, call: Call, attempt: Attempt, at: number): RoutingStep {
  const caller = callerLeg(call);
  if (!caller) return { state };
  const limitSeconds = attempt.seconds + graceSeconds;
  const commands: Command[] = [{ kind: 'limitLeg', leg: caller.id, seconds: limitSeconds }];
  const events: DomainEvent[] = [{ kind: 'ringingStarted', at, ...(attempt.group === undefined ? {} : { group: attempt.group }) }];
  if (attempt.hunted !== undefined && attempt.group !== undefined) {
    commands.push({ kind: 'noteHunt', group: attempt.group, user: attempt.hunted });
  }
  const legs = attempt.targets.map((target, index) => {
    const leg = resourceId(setup.application, call.id, 'leg', state.legCount + index + 1) as LegId;
    commands.push({ kind: 'createLeg', leg, dial: target.dial, from: target.from, originator: caller.id, limitSeconds });
    events.push({ kind: 'legAdded', at, leg, endpoint: target.endpoint, ...(target.user === undefined ? {} : { user: target.user }) });
    return leg;
  });
  return { state: { ...withoutEarly(state), attempt, ringing: legs, legCount: state.legCount + legs.length }, commands, events };
}

function dial(state: RoutingState, leg: LegId): RoutingStep {
  return { state, commands: [{ kind: 'dialLeg', leg, seconds: state.attempt?.seconds ?? 0 }] };
}

function indicateRinging(state: RoutingState, call: Call): RoutingStep {
  const caller = callerLeg(call);
  if (!caller || state.indicated) return { state };
  return { state: { ...state, indicated: true }, commands: [{ kind: 'indicateRinging', leg: caller.id }] };
}

function openEarlyMedia(setup: RoutingSetup, state: RoutingState, call: Call, leg: LegId, at: number): RoutingStep {
  const alone = state.phase.kind === 'ringing' && state.ringing.length === 1 && isOut(state, leg);
  const caller = callerLeg(call);
  if (!alone || !caller || state.early || state.attempt?.earlyMedia !== true) return { state };
  const waiting = connectingGates(setup, state);
  const opened: RoutingState = { ...state, early: { leg, waiting } };
  const reached: DomainEvent = { kind: 'gateReached', at, point: 'connecting', legs: [caller.id, leg] };
  return waiting.length === 0 ? withEvents(bridgeEarly(setup, opened, call, at), [reached], 'first') : { state: opened, events: [reached] };
}

function bridgeEarly(setup: RoutingSetup, state: RoutingState, call: Call, at: number): RoutingStep {
  const caller = callerLeg(call);
  if (!caller || !state.early) return { state };
  const put = putTogether(setup, state, call, [caller.id, state.early.leg], at);
  return { ...put, commands: [...(put.commands ?? []), { kind: 'indicateProgress', leg: caller.id }] };
}

// ── answered ────────────────────────────────────────────────────────────────

function answered(setup: RoutingSetup, state: RoutingState, call: Call, leg: LegId, at: number): RoutingStep {
  if (leg === callerLeg(call)?.id) return { state };
  if (state.phase.kind !== 'ringing' || !isOut(state, leg)) {
    return isPeer(state, leg) ? { state } : { state, commands: [{ kind: 'hangupLeg', leg, cause: cause.answeredElsewhere }] };
  }
  const caller = callerLeg(call);
  if (!caller) return { state };
  const losers = state.ringing.filter((one) => one !== leg);
  const cancel: Command[] = losers.map((one) => ({ kind: 'hangupLeg', leg: one, cause: cause.answeredElsewhere }));
  // Where the early media was let through, the gates were passed, or are being passed, already.
  const waiting = state.early?.leg === leg ? state.early.waiting : connectingGates(setup, state);
  const connecting: RoutingState = { ...state, ringing: [], phase: { kind: 'connecting', winner: leg, waiting } };
  const reached: DomainEvent[] =
    state.early?.leg === leg ? [] : [{ kind: 'gateReached', at, point: 'connecting', legs: [caller.id, leg] }];
  if (waiting.length === 0) return withEvents(withCommands(join(setup, connecting, call, leg, at), cancel), reached, 'first');
  return { state: connecting, commands: cancel, events: reached };
}

function join(setup: RoutingSetup, state: RoutingState, call: Call, peer: LegId, at: number): RoutingStep {
  const caller = callerLeg(call);
  const other = legOf(call, peer);
  if (!caller || !other) return { state };
  const put = putTogether(setup, state, call, [caller.id, peer], at);
  const commands: Command[] = [{ kind: 'answerLeg', leg: caller.id }, ...(put.commands ?? [])];
  if (caller.channelName !== undefined && other.channelName !== undefined) {
    commands.push({ kind: 'pairLegs', legs: [caller.id, peer], names: [caller.channelName, other.channelName] });
  }
  commands.push({ kind: 'limitLeg', leg: caller.id, seconds: 0 }, { kind: 'limitLeg', leg: peer, seconds: 0 });
  return {
    state: { ...put.state, phase: { kind: 'talking', peer } },
    commands,
    events: [...(put.events ?? []), { kind: 'joined', at, legs: [caller.id, peer] }, disposed('answered', at)],
  };
}

/** Into one bridge, unless they are in it already. */
function putTogether(setup: RoutingSetup, state: RoutingState, call: Call, legs: readonly LegId[], at: number): RoutingStep {
  if (call.bridge !== undefined && state.bridge === call.bridge) return { state };
  const bridge = resourceId(setup.application, call.id, 'bridge', state.legCount) as BridgeId;
  return {
    state: { ...state, bridge },
    commands: [
      { kind: 'createBridge', bridge },
      { kind: 'joinBridge', bridge, legs },
    ],
    events: [{ kind: 'bridged', at, bridge, legs }],
  };
}

// ── ending ──────────────────────────────────────────────────────────────────

function ended(setup: RoutingSetup, state: RoutingState, call: Call, event: Extract<CallEvent, { kind: 'legEnded' }>): RoutingStep {
  const { phase } = state;
  if (event.leg === callerLeg(call)?.id) return callerEnded(state, call, event.at);
  if (phase.kind === 'talking' && phase.peer === event.leg) {
    return withEvents(finish(state, call, cause.normal), [{ kind: 'parted', at: event.at, legs: [event.leg] }]);
  }
  if (phase.kind === 'connecting' && phase.winner === event.leg) {
    return withEvents(finish(state, call, cause.normal), [disposed('no-answer', event.at)]);
  }
  if (phase.kind !== 'ringing' || !isOut(state, event.leg) || !state.hunt) return { state };
  return calleeUnanswered(setup, state, call, event);
}

function callerEnded(state: RoutingState, call: Call, at: number): RoutingStep {
  const events: DomainEvent[] = [disposed('abandoned', at)];
  if (state.phase.kind === 'talking') events.unshift({ kind: 'parted', at, legs: [state.phase.peer] });
  return withEvents(finish(state, call, cause.normal), events);
}

function calleeUnanswered(setup: RoutingSetup, state: RoutingState, call: Call, event: Extract<CallEvent, { kind: 'legEnded' }>): RoutingStep {
  const hunt = noteCause(state.hunt ?? beginHunt({ kind: 'group', number: '' }), event.cause);
  const user = legOf(call, event.leg)?.user;
  // One who declines on one device does not want the others to go on ringing.
  const declined = event.cause === cause.rejected && user !== undefined ? state.ringing.filter((leg) => legOf(call, leg)?.user === user) : [];
  const ringing = state.ringing.filter((leg) => leg !== event.leg && !declined.includes(leg));
  const cancel: Command[] = declined
    .filter((leg) => leg !== event.leg)
    .map((leg) => ({ kind: 'hangupLeg', leg, cause: cause.answeredElsewhere }));
  const rung: RoutingState = { ...withoutEarlyOf(state, event.leg), hunt, ringing };
  if (ringing.length > 0) return { state: rung, commands: cancel };
  // It ended while we were away and nobody knows how: it rings once more.
  if (event.cause === cause.lost && state.attempt) return ringAttempt(setup, rung, call, state.attempt, event.at);
  const closed = closeEarlyBridge(rung);
  return withCommands(ringNext(setup, closed.state, call, event.at), [...cancel, ...(closed.commands ?? [])]);
}

function giveUp(setup: RoutingSetup, state: RoutingState, call: Call, route: DialRoute, at: number): RoutingStep {
  const outcome = state.hunt ? outcomeOf(state.hunt) : cause.noAnswer;
  const disposition = dispositionOf(outcome);
  const spoken = !route.emergency && (route.hotline !== undefined || (state.hunt !== undefined && isGroupHunt(state.hunt)));
  if (spoken) {
    const prompt = outcome === cause.busy ? 'everybody-busy' : 'nobody-there';
    return speak(setup, state, call, prompt, outcome, disposition, at);
  }
  return withEvents(finish(state, call, outcome === 0 ? cause.failure : outcome), [disposed(disposition, at)]);
}

function dispositionOf(outcome: number): Disposition {
  if (outcome === cause.busy || outcome === cause.rejected) return 'busy';
  return outcome === cause.noAnswer || outcome === 18 ? 'no-answer' : 'unreachable';
}

/** Tells the caller why, as early media where the call is not answered, and hangs up with the cause. */
function speak(
  setup: RoutingSetup,
  state: RoutingState,
  call: Call,
  prompt: string,
  causeAfter: number,
  disposition: Disposition,
  at: number,
): RoutingStep {
  const caller = callerLeg(call);
  if (!caller || caller.state === 'ended') return withEvents(finish(state, call, causeAfter), [disposed(disposition, at)]);
  const playback = resourceId(setup.application, call.id, 'play', state.playCount + 1) as PlaybackId;
  const language = state.route?.language ?? setup.directory.source.language;
  return {
    state: { ...state, ringing: [], playCount: state.playCount + 1, phase: { kind: 'speaking', prompt, playback, cause: causeAfter } },
    commands: [
      ...hangUpAll(call, caller.id, cause.normal),
      ...(state.bridge === undefined ? [] : [{ kind: 'destroyBridge', bridge: state.bridge } as const]),
      { kind: 'limitLeg', leg: caller.id, seconds: promptLimitSeconds },
      { kind: 'playPrompt', playback, leg: caller.id, prompt, language },
    ],
    events: [disposed(disposition, at)],
  };
}

/** Hangs up every leg that is left and takes the bridge away. */
function finish(state: RoutingState, call: Call, causeGiven: number): RoutingStep {
  const commands: Command[] = hangUpAll(call, undefined, causeGiven);
  if (state.bridge !== undefined) commands.push({ kind: 'destroyBridge', bridge: state.bridge });
  return { state: { ...state, ringing: [], phase: { kind: 'ending' } }, commands };
}

function hangUpAll(call: Call, except: LegId | undefined, causeGiven: number): Command[] {
  return liveLegs(call)
    .filter((leg) => leg.id !== except)
    .map((leg) => ({ kind: 'hangupLeg', leg: leg.id, cause: causeGiven }));
}

// ── after a reconnection ────────────────────────────────────────────────────

function resume(setup: RoutingSetup, state: RoutingState, call: Call, event: Extract<CallEvent, { kind: 'resynced' }>): RoutingStep {
  const { phase } = state;
  switch (phase.kind) {
    case 'speaking': {
      const again = speak(setup, state, call, phase.prompt, phase.cause, 'refused', event.at);
      return withCommands(again, [{ kind: 'stopPlayback', playback: phase.playback }]);
    }
    case 'talking':
      return { state, commands: mendBridge(state, call, phase.peer, event) };
    case 'connecting':
      return phase.waiting.length === 0 ? join(setup, state, call, phase.winner, event.at) : { state };
    case 'ending':
      return finish(state, call, cause.normal);
    case 'ringing':
    case 'new':
    case 'admitting':
      return { state };
  }
}

function mendBridge(state: RoutingState, call: Call, peer: LegId, event: Extract<CallEvent, { kind: 'resynced' }>): readonly Command[] {
  const caller = callerLeg(call);
  const { bridge } = state;
  if (!caller || bridge === undefined) return [];
  const standing = event.bridges.find((one) => one.id === bridge);
  const missing = [caller.id, peer].filter((leg) => standing?.members.includes(leg) !== true);
  if (missing.length === 0) return [];
  return [
    { kind: 'answerLeg', leg: caller.id },
    ...(standing ? [] : [{ kind: 'createBridge', bridge } as const]),
    { kind: 'joinBridge', bridge, legs: missing },
    ...missing.map((leg): Command => ({ kind: 'limitLeg', leg, seconds: 0 })),
  ];
}

// ── small helpers ───────────────────────────────────────────────────────────

function isOut(state: RoutingState, leg: LegId): boolean {
  return state.ringing.includes(leg);
}

function isPeer(state: RoutingState, leg: LegId): boolean {
  const { phase } = state;
  return (phase.kind === 'talking' && phase.peer === leg) || (phase.kind === 'connecting' && phase.winner === leg);
}

function isSpeaking(state: RoutingState, playback: PlaybackId): boolean {
  return state.phase.kind === 'speaking' && state.phase.playback === playback;
}

function connectingGates(setup: RoutingSetup, state: RoutingState): readonly string[] {
  return state.route?.kind === 'dial' && state.route.emergency ? [] : setup.gates.connecting;
}

function hangUpOut(state: RoutingState): RoutingState {
  return { ...state, ringing: [] };
}

function withoutEarly(state: RoutingState): RoutingState {
  const { early: _, ...rest } = state;
  return rest;
}

function withoutEarlyOf(state: RoutingState, leg: LegId): RoutingState {
  return state.early?.leg === leg ? withoutEarly(state) : state;
}

/** The bridge of a leg that sent early media and then failed; the caller goes back to waiting. */
function closeEarlyBridge(state: RoutingState): RoutingStep {
  if (state.bridge === undefined) return { state };
  const { bridge, ...rest } = state;
  return { state: rest, commands: [{ kind: 'destroyBridge', bridge }] };
}

function disposed(disposition: Disposition, at: number): DomainEvent {
  return { kind: 'disposed', at, disposition };
}

function withEvents(given: RoutingStep, events: readonly DomainEvent[], where: 'first' | 'last' = 'last'): RoutingStep {
  const own = given.events ?? [];
  return { ...given, events: where === 'first' ? [...events, ...own] : [...own, ...events] };
}

function withCommands(given: RoutingStep, before: readonly Command[]): RoutingStep {
  return { ...given, commands: [...before, ...(given.commands ?? [])] };
}
