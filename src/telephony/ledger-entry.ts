/** One line of the book that says beforehand what must and what must not be recorded, and afterwards what was. */

import type { CallId } from './ids.ts';
import type { Direction, Disposition } from './model.ts';
import type { ConsentEvidence, RecordingPlan } from './recording-plan.ts';

/**
 * must: the rules say so and nobody objected · mayNot: it is forbidden (refused, unheard, an exception, not asked) or
 * not decided yet · needNot: no setting takes the call.
 */
export type Obligation = 'must' | 'mayNot' | 'needNot';

export interface TimelineEvent {
  /** Unix time in milliseconds. */
  readonly at: number;
  /** Kebab-case: `arrived`, `routed`, `decided`, `announcement-started`, `digit`, `consent-settled`, `ringing`, … */
  readonly event: string;
  readonly detail: string;
}

export interface LedgerEntry {
  readonly call: CallId;
  readonly startedAt: number;
  readonly direction: Direction;
  readonly caller: string;
  readonly callee: string;
  readonly hotline?: string;
  readonly group?: string;
  readonly users: readonly string[];
  readonly obligation: Obligation;
  readonly plan: RecordingPlan;
  readonly consent: readonly ConsentEvidence[];
  /** When the parties first heard each other. */
  readonly joinedAt?: number;
  readonly endedAt?: number;
  readonly disposition?: Disposition;
  /** It was recorded and then withdrawn: that there is no audio is right. */
  readonly discardedAt?: number;
  readonly timeline: readonly TimelineEvent[];
}
