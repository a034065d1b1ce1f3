/** The call as facts tell it: one event after the other is applied to it. */

import type { CallEvent } from './events.ts';
import type { LegId } from './ids.ts';
import type { Call, CallState, Leg } from './model.ts';

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
      return {
        ...withUsers(call, event.callerUser),
        direction: event.direction,
        callee: event.callee,
        emergency: event.emergency,
        legs: call.legs.map((leg) => (leg.role === 'caller' && event.callerUser ? { ...leg, user: event.callerUser } : leg)),
        ...(event.hotline === undefined ? {} : { hotline: event.hotline }),
        ...(event.addressed.kind === 'group' ? { group: event.addressed.number } : {}),
      };
    case 'legAdded':
      return { ...call, legs: [...call.legs, addedLeg(event)] };
    case 'legReady':
      return withLeg(call, event.leg, { channelName: event.channelName, state: 'dialling' });
    case 'legRinging':
      return withLeg(call, event.leg, { state: 'ringing', ringingAt: event.at });
    case 'legAnswered':
      return withLeg(call, event.leg, { state: 'up', answeredAt: event.at });
    case 'legHeld':
      return rested(withLeg(call, event.leg, { held: true }));
    case 'legUnheld':
      return rested(withLeg(call, event.leg, { held: false }));
    case 'legEnded':
      return withEnd(withLeg(call, event.leg, { state: 'ended', endedAt: event.at, cause: event.cause }), event.at);
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
    case 'legProgressed':
    case 'digitReceived':
    case 'transferRequested':
    case 'playbackFinished':
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

function addedLeg(event: Extract<CallEvent, { kind: 'legAdded' }>): Leg {
  return {
    id: event.leg,
    role: 'callee',
    state: 'created',
    endpoint: event.endpoint,
    held: false,
    createdAt: event.at,
    ...(event.user === undefined ? {} : { user: event.user }),
  };
}

function withLeg(call: Call, id: LegId, change: Partial<Leg>): Call {
  return { ...call, legs: call.legs.map((leg) => (leg.id === id && leg.state !== 'ended' ? { ...leg, ...change } : leg)) };
}

function withUsers(call: Call, ...users: readonly (string | undefined)[]): Call {
  const known = users.filter((user) => user !== undefined && !call.users.includes(user)) as string[];
  return known.length === 0 ? call : { ...call, users: [...call.users, ...known] };
}

function withJoin(call: Call, legs: readonly LegId[], at: number): Call {
  const users = call.legs.filter((leg) => legs.includes(leg.id)).map((leg) => leg.user);
  return { ...withUsers(call, ...users), state: 'up', answeredAt: call.answeredAt ?? at };
}

function withEnd(call: Call, at: number): Call {
  return call.legs.every((leg) => leg.state === 'ended') ? { ...call, state: 'ended', endedAt: at } : call;
}

function rested(call: Call): Call {
  if (call.state !== 'up' && call.state !== 'held') return call;
  const state: CallState = call.legs.some((leg) => leg.held && leg.state === 'up') ? 'held' : 'up';
  return { ...call, state };
}
