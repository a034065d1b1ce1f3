/** Everything that explains one call: what was decided and why, what was heard and answered, and what came of it. */

import type { LedgeredCall } from './ledger.ts';
import type { TimelineEvent } from '../../telephony/ledger-entry.ts';
import type { ConsentEvidence } from '../../telephony/recording-plan.ts';
import type { StoredRecording } from '../model.ts';
import { decidingConsent } from './obligation.ts';

export type Trace = ReturnType<typeof toTrace>;

/** Instants are ISO 8601 texts in UTC; what is not known is null. */
export function toTrace(
  { entry, configuration, reconciliation }: LedgeredCall,
  recordings: readonly StoredRecording[],
) {
  const { plan, consent } = entry;
  const deciding = decidingConsent(consent);
  return {
    callid: entry.call,
    decision: plan.verdict,
    setting: plan.setting ?? null,
    reason: plan.reason,
    detail: plan.detail ?? null,
    /** As which the call matched. */
    matched: plan.direction ?? null,
    required: plan.required,
    announcement: plan.announcement ?? null,
    consent: deciding === undefined ? null : toConsentView(deciding),
    /** All that was asked and answered, in order. */
    evidence: consent.map(toConsentView),
    obligation: entry.obligation,
    reconciliation: { outcome: reconciliation.outcome, fault: reconciliation.fault ?? null },
    configuration,
    looks: plan.looks.map(({ setting, result, detail }) => ({ setting, result, detail: detail ?? null })),
    ...toParties(entry),
    startedAt: toIso(entry.startedAt),
    joinedAt: isoOrNull(entry.joinedAt),
    endedAt: isoOrNull(entry.endedAt),
    disposition: entry.disposition ?? null,
    discardedAt: isoOrNull(entry.discardedAt),
    recordings: recordings.map(toRecordingView),
    timeline: entry.timeline.map(toTimelineView),
  };
}

function toParties({ direction, caller, callee, hotline, group, users }: LedgeredCall['entry']) {
  return { direction, caller, callee, hotline: hotline ?? null, group: group ?? null, users };
}

function toConsentView({ announcement, announcedAt, announcementEndedAt, ...evidence }: ConsentEvidence) {
  const { name, sha256, language } = announcement;
  return {
    ...{ setting: evidence.setting, direction: evidence.direction, mode: evidence.mode },
    ...{ outcome: evidence.outcome, recorded: evidence.recorded },
    announcement: { name, sha256: sha256 ?? null, language: language ?? null },
    announcedAt: isoOrNull(announcedAt),
    announcementEndedAt: isoOrNull(announcementEndedAt),
    digit: evidence.digit ?? null,
    digitAt: isoOrNull(evidence.digitAt),
    afterMs: evidence.afterMs ?? null,
    decidedAt: toIso(evidence.decidedAt),
  };
}

function toRecordingView({ id, state, base, opening, outcome }: StoredRecording) {
  return {
    ...{ id, state, setting: opening.setting, base: base ?? null },
    seconds: outcome?.audio?.seconds ?? null,
    judgement: outcome?.verdict.judgement ?? null,
    method: outcome?.verdict.method ?? null,
  };
}

function toTimelineView({ at, event, detail }: TimelineEvent) {
  return { at: toIso(at), event, detail };
}

function isoOrNull(at: number | undefined): string | null {
  return at === undefined ? null : toIso(at);
}

function toIso(at: number): string {
  return new Date(at).toISOString();
}
