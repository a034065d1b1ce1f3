/** Whether a call must, may not or need not be recorded: what the rules say of it, and what its caller said since. */

import type { Obligation } from '../../telephony/ledger-entry.ts';
import { asksNobody, isObjection, type ConsentEvidence, type RecordingPlan } from '../../telephony/recording-plan.ts';

/** Nobody forbade it: the rules just do not ask for it. */
const indifferentReasons: readonly string[] = ['no-setting-matches', 'service-code', 'not-connected'];

/** `consent` is all that the call's parties heard and answered so far, in the order that it was settled. */
export function obligationOf(plan: RecordingPlan, consent: readonly ConsentEvidence[]): Obligation {
  if (consent.some(isObjection)) return 'mayNot';
  if (plan.verdict === 'skip') return indifferentReasons.includes(plan.reason) ? 'needNot' : 'mayNot';
  const answer = consent.findLast((one) => one.setting === plan.setting && one.direction === plan.direction);
  const allowed = answer === undefined ? asksNobody(plan) : answer.recorded;
  return allowed ? 'must' : 'mayNot';
}

/** The evidence that counts: an objection, else what was settled last. */
export function decidingConsent(consent: readonly ConsentEvidence[]): ConsentEvidence | undefined {
  return consent.findLast(isObjection) ?? consent.at(-1);
}
