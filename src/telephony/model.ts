/** What a call is, as everybody sees it. Facts only; why something happens is the machines' matter. */

import type { BridgeId, CallId, LegId } from './ids.ts';

/** Where a call enters: from a carrier's trunk or from a telephone. */
export type Origin = 'trunk' | 'phone';
export type Direction = 'in' | 'out' | 'internal';
export type CallState = 'dialling' | 'announcing' | 'asking' | 'ringing' | 'up' | 'held' | 'transferring' | 'ended';
export type RecordingState = 'none' | 'waiting' | 'recording' | 'paused' | 'failed' | 'done';

export interface Party {
  readonly number: string;
  readonly name: string;
}

export interface Leg {
  readonly id: LegId;
  readonly role: 'caller' | 'callee';
  /** `Down` until dialled; `up` once answered. */
  readonly state: 'created' | 'dialling' | 'ringing' | 'up' | 'ended';
  readonly endpoint: string;
  /** Asterisk's channel name, known once the channel exists. */
  readonly channelName?: string;
  /** The user's extension, or none for an outside party. */
  readonly user?: string;
  readonly held: boolean;
  readonly createdAt: number;
  readonly ringingAt?: number;
  /** It sent audio before it answered. */
  readonly progressedAt?: number;
  readonly answeredAt?: number;
  readonly endedAt?: number;
  readonly cause?: number;
}

export interface CallRecording {
  readonly state: RecordingState;
  readonly setting?: string;
  readonly reason?: string;
}

export interface Call {
  readonly id: CallId;
  readonly origin: Origin;
  readonly state: CallState;
  readonly startedAt: number;
  /** When a person answered. */
  readonly answeredAt?: number;
  readonly endedAt?: number;
  readonly direction: Direction;
  readonly caller: Party;
  readonly callee: Party;
  /** As it was dialled or received. */
  readonly dialled: string;
  readonly hotline?: string;
  readonly group?: string;
  /** Extensions of the users involved so far. */
  readonly users: readonly string[];
  readonly legs: readonly Leg[];
  readonly bridge?: BridgeId;
  readonly recording: CallRecording;
  readonly emergency: boolean;
  readonly disposition?: Disposition;
}

/** How a call ended. */
export type Disposition =
  'answered' | 'abandoned' | 'busy' | 'no-answer' | 'unreachable' | 'refused' | 'overload' | 'service' | 'lost';

/** Q.850 causes that we give or read. */
export const cause = {
  /** Not of Q.850: the leg ended while we were away. */
  lost: -1,
  /** Not of Q.850: nobody knows whether the leg was ever dialled, so that it was given up. */
  doubtful: -2,
  unallocated: 1,
  normal: 16,
  busy: 17,
  noResponse: 18,
  noAnswer: 19,
  subscriberAbsent: 20,
  rejected: 21,
  answeredElsewhere: 26,
  invalidNumber: 28,
  congestion: 34,
  failure: 38,
  recoveryOnTimeout: 102,
} as const;

export function legOf(call: Call, id: LegId): Leg | undefined {
  return call.legs.find((leg) => leg.id === id);
}

export function callerLeg(call: Call): Leg | undefined {
  return call.legs.find((leg) => leg.role === 'caller');
}

export function liveLegs(call: Call): readonly Leg[] {
  return call.legs.filter((leg) => leg.state !== 'ended');
}
