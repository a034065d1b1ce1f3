/** The trace of a call in plain words, for the terminal. */

import {
  consentText,
  decisionText,
  faultText,
  obligationText,
  reasonText,
  reconciliationText,
  type Language,
} from '../reasons.ts';
import type { Trace } from './trace.ts';

export interface TraceText {
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** Each setting that was looked at, and what became of it. */
  readonly looks: readonly (readonly [setting: string, result: string])[];
  readonly timeline: readonly (readonly [time: string, event: string, detail: string])[];
}

const labels = {
  en: {
    call: 'call',
    parties: 'from, to',
    began: 'began',
    ended: 'ended',
    running: 'still running',
    decision: 'decision',
    setting: 'setting',
    because: 'because',
    consent: 'consent',
    therefore: 'therefore',
    recording: 'recording',
    reconciled: 'reconciled',
    configuration: 'configuration',
    discarded: 'discarded',
    after: 'after the announcement',
    digit: 'digit',
    notAsked: 'nobody was asked',
  },
  de: {
    call: 'Gespräch',
    parties: 'von, an',
    began: 'Beginn',
    ended: 'Ende',
    running: 'läuft noch',
    decision: 'Entscheidung',
    setting: 'Einstellung',
    because: 'weil',
    consent: 'Zustimmung',
    therefore: 'also',
    recording: 'Aufnahme',
    reconciled: 'Abgleich',
    configuration: 'Konfiguration',
    discarded: 'verworfen',
    after: 'nach der Ansage',
    digit: 'Taste',
    notAsked: 'niemand wurde gefragt',
  },
} as const satisfies Record<Language, Readonly<Record<string, string>>>;

/** German for what the timeline calls its events; English is the words themselves. */
const germanEvents: Readonly<Record<string, string>> = {
  arrived: 'angekommen',
  routed: 'vermittelt',
  ringing: 'klingelt',
  redirected: 'weitergeleitet',
  answered: 'angenommen',
  joined: 'verbunden',
  parted: 'getrennt',
  disposed: 'Ausgang',
  ended: 'beendet',
  'turned-away': 'abgewiesen',
  'server-restarted-or-reconnected': 'Server neu gestartet oder verbunden',
  'transfer-asked': 'Weitergabe verlangt',
  failed: 'misslungen',
  decided: 'entschieden',
  'announcement-started': 'Ansage beginnt',
  'announcement-ended': 'Ansage endet',
  digit: 'Taste',
  'consent-settled': 'Zustimmung geklärt',
  'recording-none': 'keine Aufnahme',
  'recording-waiting': 'Aufnahme vorbereitet',
  'recording-running': 'Aufnahme läuft',
  'recording-paused': 'Aufnahme pausiert',
  'recording-failed': 'Aufnahme misslungen',
  'recording-done': 'Aufnahme fertig',
  'recording-closed': 'Aufnahme abgeschlossen',
  'pause-asked': 'Pause verlangt',
  'pause-done': 'Pause begonnen',
  'pause-failed': 'Pause misslungen',
  'resume-asked': 'Fortsetzen verlangt',
  'resume-done': 'fortgesetzt',
  'resume-failed': 'Fortsetzen misslungen',
  'discard-asked': 'Verwerfen verlangt',
  'discard-done': 'verworfen',
  'discard-failed': 'Verwerfen misslungen',
  'left-out': 'ausgelassen',
};

export interface TraceTextOptions {
  readonly language: Language;
  /** ISO 8601 to the local time of the reader, with the day or without. */
  localTime(iso: string, form: 'day' | 'moment'): string;
}

export function toTraceText(trace: Trace, { language, localTime }: TraceTextOptions): TraceText {
  const words = labels[language];
  const day = (iso: string | null): string | undefined => (iso === null ? undefined : localTime(iso, 'day'));
  const facts: readonly (readonly [name: string, value: string | undefined])[] = [
    [words.call, trace.callid],
    [words.parties, `${trace.caller} → ${trace.callee}`],
    [words.began, day(trace.startedAt)],
    [words.ended, trace.endedAt === null ? words.running : `${day(trace.endedAt)} (${trace.disposition ?? '-'})`],
    [words.decision, decisionText(trace.decision, language)],
    [words.setting, trace.setting ?? undefined],
    [words.because, withDetail(reasonText(trace.reason, language), trace.detail)],
    [words.consent, consentLine(trace, language)],
    [words.therefore, obligationText(trace.obligation, language)],
    ...trace.recordings.map((one) => [words.recording, recordingLine(one)] as const),
    [words.discarded, day(trace.discardedAt)],
    [words.reconciled, reconciliationLine(trace, language)],
    [words.configuration, trace.configuration],
  ];
  return {
    facts: facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
    looks: trace.looks.map((one) => [one.setting, withDetail(reasonText(one.result, language), one.detail)]),
    timeline: trace.timeline.map(({ at, event, detail }) => [
      localTime(at, 'moment'),
      language === 'de' ? (germanEvents[event] ?? event) : event.replaceAll('-', ' '),
      detail,
    ]),
  };
}

function withDetail(text: string, detail: string | null): string {
  return detail === null ? text : `${text}: ${detail}`;
}

function consentLine({ consent }: Trace, language: Language): string {
  const words = labels[language];
  if (!consent) return words.notAsked;
  const digit = consent.digit === null ? '' : `, ${words.digit} ${consent.digit}`;
  const after = consent.afterMs === null ? '' : `, ${(consent.afterMs / 1000).toFixed(1)} s ${words.after}`;
  return `${consentText(consent.outcome, language)}${digit}${after} (${consent.announcement.name})`;
}

function recordingLine({ id, state, judgement, seconds }: Trace['recordings'][number]): string {
  const length = seconds === null ? '' : `, ${seconds.toFixed(1)} s`;
  return `${id}: ${state}${length}${judgement === null ? '' : `, ${judgement}`}`;
}

function reconciliationLine({ reconciliation: { outcome, fault } }: Trace, language: Language): string {
  return withDetail(reconciliationText(outcome, language), fault === null ? null : faultText(fault, language));
}
