/**
 * Writes a call's line in the ledger: what must and must not be recorded, by which rule, and what happened. It only
 * listens. It stands first in the list of machines, because the commands that follow an event are carried out in the
 * order of the machines: the line stands in the book before a file is begun.
 *
 * Written at the decision, when consent is settled, when a recording is discarded, and at the end of the call.
 */

import type { CallEvent } from '../../telephony/events.ts';
import type { LegId } from '../../telephony/ids.ts';
import type { LedgerEntry, TimelineEvent } from '../../telephony/ledger-entry.ts';
import type { Machine, Step } from '../../telephony/machine.ts';
import type { Call } from '../../telephony/model.ts';
import type { ConsentEvidence, RecordingPlan } from '../../telephony/recording-plan.ts';
import { obligationOf } from './obligation.ts';
import { timelineEventOf } from './timeline.ts';

export interface LedgerMachineState {
  /** Beginning and end of the timeline; of a long one the middle is left out. */
  readonly first: readonly TimelineEvent[];
  readonly last: readonly TimelineEvent[];
  readonly leftOut: number;
  readonly plan?: RecordingPlan;
  readonly consent: readonly ConsentEvidence[];
  /** Who is being asked: only then are digits kept. */
  readonly asked?: LegId;
  readonly joinedAt?: number;
  readonly discardedAt?: number;
}

export type LedgerStep = Step<LedgerMachineState>;

const mostAtEachEnd = 100;

const initial: LedgerMachineState = { first: [], last: [], leftOut: 0, consent: [] };

/** Of a call that ended before anybody could decide. */
const undecided: RecordingPlan = { verdict: 'skip', reason: 'not-connected', required: false, looks: [] };

export function ledgerMachine(): Machine<LedgerMachineState> {
  return { name: 'ledger', initial, step };
}

function step(state: LedgerMachineState, call: Call, event: CallEvent): LedgerStep {
  const noted = note(take(state, event), timelineEventOf(call, event, state.asked));
  const isWritten = isTurningPoint(event) || (call.state === 'ended' && noted !== state && !isForetold(event));
  if (!isWritten) return { state: noted };
  return { state: noted, commands: [{ kind: 'enterLedger', entry: toEntry(noted, call) }] };
}

/** After these the line is written anew. What comes after the end of the call is written as it comes. */
function isTurningPoint(event: CallEvent): boolean {
  if (event.kind === 'recordingControlled') return event.action === 'discard';
  return event.kind === 'recordingDecided' || event.kind === 'consentSettled';
}

/** What is written by what follows at once, or says nothing new. */
function isForetold(event: CallEvent): boolean {
  if (event.kind !== 'recordingChanged') return false;
  return event.recording.state === 'done' || event.recording.state === 'none';
}

function take(state: LedgerMachineState, event: CallEvent): LedgerMachineState {
  switch (event.kind) {
    case 'recordingDecided':
      return { ...state, plan: event.plan };
    case 'announcementStarted':
      return event.asks ? { ...state, asked: event.leg } : state;
    case 'consentSettled':
      return withConsent(state, event.evidence);
    case 'joined':
      return state.joinedAt === undefined ? { ...state, joinedAt: event.at } : state;
    case 'recordingControlled':
      return event.action === 'discard' && event.ok ? { ...state, discardedAt: event.at } : state;
    default:
      return state;
  }
}

function withConsent({ asked: _, ...state }: LedgerMachineState, evidence: ConsentEvidence): LedgerMachineState {
  return { ...state, consent: [...state.consent, evidence] };
}

function note(state: LedgerMachineState, event: TimelineEvent | undefined): LedgerMachineState {
  if (event === undefined) return state;
  if (state.first.length < mostAtEachEnd) return { ...state, first: [...state.first, event] };
  const last = [...state.last, event];
  if (last.length <= mostAtEachEnd) return { ...state, last };
  return { ...state, last: last.slice(1), leftOut: state.leftOut + 1 };
}

function toEntry(state: LedgerMachineState, call: Call): LedgerEntry {
  const { plan = undecided, consent, joinedAt, discardedAt } = state;
  const { hotline, group, endedAt, disposition } = call;
  return {
    call: call.id,
    startedAt: call.startedAt,
    direction: call.direction,
    caller: call.caller.number,
    callee: call.callee.number,
    ...(hotline === undefined ? {} : { hotline }),
    ...(group === undefined ? {} : { group }),
    users: call.users,
    obligation: obligationOf(plan, consent),
    plan,
    consent,
    ...(joinedAt === undefined ? {} : { joinedAt }),
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(disposition === undefined ? {} : { disposition }),
    ...(discardedAt === undefined ? {} : { discardedAt }),
    timeline: timelineOf(state),
  };
}

function timelineOf({ first, last, leftOut }: LedgerMachineState): readonly TimelineEvent[] {
  const at = first.at(-1)?.at;
  if (leftOut === 0 || at === undefined) return [...first, ...last];
  return [...first, { at, event: 'left-out', detail: `${leftOut} events` }, ...last];
}
