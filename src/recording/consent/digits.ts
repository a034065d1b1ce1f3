/** Which digit is an answer. Asterisk tells a digit at its end; what counts is when it began (seen in 22.10). */

import type { CallEvent } from '../../telephony/events.ts';
import { settle } from './settling.ts';
import { modeOf } from './state.ts';
import type { ConsentScene, ConsentState, ConsentStep } from './state.ts';

type Digit = Extract<CallEvent, { kind: 'digitReceived' }>;

export function noteDigit(scene: ConsentScene, state: ConsentState, event: Digit): ConsentStep {
  if (event.leg !== state.leg || modeOf(state) === 'none') return { state };
  const beganAt = event.at - event.durationMs;
  switch (state.phase) {
    case 'announcing':
      return answers(state, beganAt) ? take(scene, state, event.digit, beganAt) : { state };
    case 'doubtful':
      return modeOf(state) === 'optOut' ? take(scene, state, event.digit, beganAt) : { state };
    case 'listening':
      return isInTime(state, beganAt) ? take(scene, state, event.digit, beganAt) : { state };
    case 'settled':
      return isLateRefusal(state, beganAt) ? take(scene, state, event.digit, beganAt) : { state };
    default:
      return { state };
  }
}

function take(scene: ConsentScene, state: ConsentState, digit: string, digitAt: number): ConsentStep {
  const outcome = modeOf(state) === 'optIn' ? 'granted' : 'refused';
  return settle(scene, state, { outcome, digit, digitAt });
}

/** A digit from before the announcement is no answer to it; as an objection it counts all the same. */
function answers(state: ConsentState, beganAt: number): boolean {
  const { announcedAt } = state;
  return modeOf(state) === 'optOut' || (announcedAt !== undefined && beganAt >= announcedAt);
}

function isInTime({ announcementEndedAt = 0, plan }: ConsentState, beganAt: number): boolean {
  return beganAt <= announcementEndedAt + (plan?.asking?.seconds ?? 0) * 1000;
}

/** Held so long that silence was assumed meanwhile: in doubt it is an objection. */
function isLateRefusal(state: ConsentState, beganAt: number): boolean {
  return modeOf(state) === 'optOut' && state.evidence?.outcome === 'silent' && isInTime(state, beganAt);
}
