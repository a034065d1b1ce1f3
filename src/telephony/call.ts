/** The call as facts tell it: one event after the other is applied to it. */

import type { CallEvent } from './events.ts';
import type { LegId } from './ids.ts';
import { legOf, type Call, type CallState, type Leg } from './model.ts';

export type CallArrived = Extract<CallEvent, { kind: 'callArrived' }>;

/** A call begins with the arrival of its first leg. */
export function beginCall(event: CallArrived): Call {
  return {
    id: event.call,
    origin: event.origin,
    state: 'dialling',
    startedAt: event.at,
    direction: event.origin === 'trunk' ? 'in' : 'internal',
    caller: event.caller,
    callee: { number: event.dialled, name: '' },
    dialled: event.dialled,
    users: [],
    legs: [
      {
        id: event.leg,
        role: 'caller',
        state: 'ringing',
        endpoint: event.endpoint,
        channelName: event.channelName,
        held: false,
        createdAt: event.at,
      },
    ],
    recording: { state: 'none' },
    emergency: false,
  };
}

export function applyEvent(call: Call, event: CallEvent): Call {
  switch (event.kind) {
    case 'routed':
      return withRoute(call, event);
    case 'legAdded':
      return { ...call, legs: [...call.legs, addedLeg(event)] };
    case 'legReady':
      return withLegState(withLeg(call, event.leg, { channelName: event.channelName }), event.leg, 'dialling');
    case 'legRinging':
      return withLegState(call, event.leg, 'ringing', { ringingAt: event.at });
    case 'legProgressed':
      return withLeg(call, event.leg, { progressedAt: event.at });
    case 'legAnswered':
      return withLegState(call, event.leg, 'up', { answeredAt: event.at });
    case 'legHeld':
      return rested(withLeg(call, event.leg, { held: true }));
    case 'legUnheld':
      return rested(withLeg(call, event.leg, { held: false }));
    case 'legEnded':
      return withEnd(call, event);
    case 'announcementStarted':
      return withAnnouncement(call, event);
    case 'ringingStarted':
      return { ...call, state: 'ringing', ...(event.group === undefined ? {} : { group: event.group }) };
    case 'bridged':
      return { ...call, bridge: event.bridge };
    case 'joined':
      return withJoin(call, event.legs, event.at);
    case 'recordingChanged':
      return { ...call, recording: event.recording };
    case 'disposed':
      return call.disposition ? call : { ...call, disposition: event.disposition };
    case 'callArrived':
    case 'digitReceived':
    case 'transferRequested':
    case 'playbackStarted':
    case 'playbackFinished':
    case 'announcementEnded':
    case 'recordingDecided':
    case 'consentSettled':
    case 'redirected':
    case 'recordingMuted':
    case 'recordingControlAsked':
    case 'recordingControlled':
    case 'gateHeld':
    case 'snoopReady':
    case 'snoopEnded':
    case 'recordingStarted':
    case 'recordingFinished':
    case 'recordingClosed':
    case 'legMeasured':
    case 'commandFailed':
    case 'resynced':
    case 'timerFired':
    case 'gateReached':
    case 'gatePassed':
    case 'gateRefused':
    case 'parted':
    case 'membershipChanged':
      return call;
  }
}

function withRoute(call: Call, event: Extract<CallEvent, { kind: 'routed' }>): Call {
  const { callerUser, hotline, addressed } = event;
  const isOfUser = (leg: Leg): boolean => leg.role === 'caller' && callerUser !== undefined;
  return {
    ...withUsers(call, callerUser),
    direction: event.direction,
    caller: event.caller,
    callee: event.callee,
    emergency: event.emergency,
    legs: call.legs.map((leg) => (isOfUser(leg) ? withUser(leg, callerUser) : leg)),
    ...(hotline === undefined ? {} : { hotline }),
    ...(addressed.kind === 'group' ? { group: addressed.number } : {}),
  };
}

/** The leg is up because we answer it; nobody tells us. A call that rings meanwhile goes on ringing. */
function withAnnouncement(call: Call, event: Extract<CallEvent, { kind: 'announcementStarted' }>): Call {
  const answered = withLegState(call, event.leg, 'up', { answeredAt: event.at });
  return call.state === 'dialling' ? { ...answered, state: event.asks ? 'asking' : 'announcing' } : answered;
}

function withUser(leg: Leg, user: string | undefined): Leg {
  return user === undefined ? leg : { ...leg, user };
}

function addedLeg(event: Extract<CallEvent, { kind: 'legAdded' }>): Leg {
  const { leg: id, endpoint, at: createdAt, user } = event;
  return withUser({ id, role: 'callee', state: 'created', endpoint, held: false, createdAt }, user);
}

function withLeg(call: Call, id: LegId, change: Partial<Leg>): Call {
  return {
    ...call,
    legs: call.legs.map((leg) => (leg.id === id && leg.state !== 'ended' ? { ...leg, ...change } : leg)),
  };
}

/** What a leg goes through. News that come late do not turn it back. */
const legStates: readonly Leg['state'][] = ['created', 'dialling', 'ringing', 'up', 'ended'];

function withLegState(call: Call, id: LegId, state: Leg['state'], change: Partial<Leg> = {}): Call {
  const leg = legOf(call, id);
  const isNews = leg !== undefined && legStates.indexOf(leg.state) < legStates.indexOf(state);
  return isNews ? withLeg(call, id, { ...change, state }) : call;
}

function withUsers(call: Call, ...users: readonly (string | undefined)[]): Call {
  const known = users.filter((user) => user !== undefined).filter((user) => !call.users.includes(user));
  return known.length === 0 ? call : { ...call, users: [...call.users, ...new Set(known)] };
}

/** The caller's leg is up because we answer it; nobody tells us. */
function withJoin(call: Call, legs: readonly LegId[], at: number): Call {
  const users = call.legs.filter((leg) => legs.includes(leg.id)).map((leg) => leg.user);
  const answered = legs.reduce((sum, leg) => withLegState(sum, leg, 'up', { answeredAt: at }), call);
  return rested({ ...withUsers(answered, ...users), state: 'up', answeredAt: call.answeredAt ?? at });
}

function withEnd(call: Call, event: Extract<CallEvent, { kind: 'legEnded' }>): Call {
  const { leg, at: endedAt, cause } = event;
  const changed = rested(withLegState(call, leg, 'ended', { endedAt, cause }));
  const isOver = call.state !== 'ended' && changed.legs.every((one) => one.state === 'ended');
  return isOver ? { ...changed, state: 'ended', endedAt } : changed;
}

/** Held as long as one of the parties keeps the others waiting. */
function rested(call: Call): Call {
  if (call.state !== 'up' && call.state !== 'held') return call;
  const state: CallState = call.legs.some((leg) => leg.held && leg.state === 'up') ? 'held' : 'up';
  return { ...call, state };
}
