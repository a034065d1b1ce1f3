/** What the telephones that did not answer mean: for the next one to try, and in the end for the caller. */

import { cause, type Disposition } from '../telephony/model.ts';
import type { HuntState } from './hunt.ts';

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
/** After ringing these are the called person's; before it they are those of a trunk that is dead or does not let us in. */
const trunkCausesBeforeRinging: ReadonlySet<number> = new Set([cause.noResponse, cause.rejected]);

/** A telephone ended without answering. `hasRung`: it told that it rings, or sent audio. */
export function noteCause(state: HuntState, ended: number, hasRung = false): HuntState {
  const noted = { ...state, causes: [...state.causes, ended] };
  if (!state.lastWasTrunk || speaksOfTrunk(ended, hasRung)) return noted;
  // A call for help is tried through every trunk, whatever the one before said.
  return { ...noted, pending: state.pending.filter((one) => one.kind === 'trunk' && one.emergency) };
}

function speaksOfTrunk(ended: number, hasRung: boolean): boolean {
  return trunkCauses.has(ended) || (!hasRung && trunkCausesBeforeRinging.has(ended));
}

export function isGroupHunt(state: HuntState): boolean {
  return state.visited.length > 0;
}

/** The cause for the caller when nobody answered: of one telephone its own, of a group that of all together. */
export function outcomeOf(state: HuntState): number {
  return isGroupHunt(state) ? groupOutcome(state.causes) : userOutcome(state.causes);
}

/** One who declines is as good as busy; telephones that cannot be reached say nothing of those that can. */
function groupOutcome(causes: readonly number[]): number {
  const told = causes.map(toTold).filter((one) => one !== undefined);
  if (told.length === 0) return cause.subscriberAbsent;
  return told.every((one) => one !== cause.noAnswer) ? cause.busy : cause.noAnswer;
}

/** Of several devices of one user, or several trunks, the most telling cause counts. */
function userOutcome(causes: readonly number[]): number {
  const told = causes.map(toTold);
  const telling = [cause.rejected, cause.busy, cause.noAnswer].find((one) => told.includes(one));
  return telling ?? (causes.at(-1) || cause.subscriberAbsent);
}

/** What a cause tells about the person called; undefined where it speaks of the way there. */
function toTold(ended: number): number | undefined {
  switch (ended) {
    case cause.busy:
    case cause.rejected:
      return ended;
    // A telephone that is hung up by its time limit, or elsewhere, was not answered.
    case cause.normal:
    case cause.noAnswer:
    case cause.answeredElsewhere:
    case 31:
      return cause.noAnswer;
    default:
      return undefined;
  }
}

export function dispositionOf(outcome: number): Disposition {
  if (outcome === cause.busy || outcome === cause.rejected) return 'busy';
  return outcome === cause.noAnswer || outcome === cause.noResponse ? 'no-answer' : 'unreachable';
}
