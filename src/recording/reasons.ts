/** The kebab-case words of decisions, consent and reconciliation, as people say them. Each is a clause of its own. */

import type { Obligation } from '../telephony/ledger-entry.ts';
import type { ConsentOutcome, Verdict } from '../telephony/recording-plan.ts';
import type { MatchReason, SkipReason } from './policy.ts';
import type { Fault, Outcome } from './ledger/reconciliation.ts';

export type Language = 'en' | 'de';

interface Wording {
  readonly en: string;
  readonly de: string;
}

const reasons: Readonly<Record<MatchReason | SkipReason, Wording> & Record<string, Wording>> = {
  // why a setting takes a call
  'all-calls': { en: 'the setting takes every call', de: 'die Einstellung nimmt jedes Gespräch' },
  'call-from-user': { en: 'a selected user calls', de: 'ein ausgewählter Benutzer ruft an' },
  'call-to-user': { en: 'a selected user is called', de: 'ein ausgewählter Benutzer wird angerufen' },
  'call-to-group': { en: 'a selected group is called', de: 'eine ausgewählte Gruppe wird angerufen' },
  'call-to-active-member': {
    en: 'a member who is logged in to a selected group is called directly',
    de: 'ein in einer ausgewählten Gruppe angemeldetes Mitglied wird direkt angerufen',
  },
  'call-from-active-member': {
    en: 'a member who is logged in to a selected group calls',
    de: 'ein in einer ausgewählten Gruppe angemeldetes Mitglied ruft an',
  },
  // why nothing is recorded
  'no-setting-matches': { en: 'no recording setting takes this call', de: 'keine Aufnahmeeinstellung trifft zu' },
  'service-code': { en: 'a service code was dialled', de: 'ein Steuercode wurde gewählt' },
  'not-connected': { en: 'the call was sent to nobody', de: 'der Anruf ging an niemanden' },
  exception: {
    en: 'the number is on an exception list of the setting',
    de: 'die Nummer steht auf einer Ausnahmeliste der Einstellung',
  },
  'never-record': {
    en: 'the number is on a list that is never recorded',
    de: 'die Nummer steht auf einer Liste, die nie aufgenommen wird',
  },
  'internal-not-asked': {
    en: 'a colleague calls, and the setting neither asks nor records colleagues',
    de: 'ein Kollege ruft an, und die Einstellung fragt und nimmt Kollegen nicht auf',
  },
  'not-asked': {
    en: 'the setting needs an answer of the caller, who could no longer be asked',
    de: 'die Einstellung braucht eine Antwort des Anrufers, der nicht mehr gefragt werden konnte',
  },
  'not-decided': { en: 'the decision failed', de: 'die Entscheidung ist fehlgeschlagen' },
  'refused-before': { en: 'the caller had refused before', de: 'der Anrufer hatte schon abgelehnt' },
  emergency: { en: 'it is an emergency call', de: 'es ist ein Notruf' },
  'not-announced': {
    en: 'the setting announces the recording, and nothing may hold up an emergency call',
    de: 'die Einstellung kündigt die Aufnahme an, und nichts darf einen Notruf aufhalten',
  },
  'consent-refused': { en: 'the caller refused', de: 'der Anrufer hat abgelehnt' },
  'consent-silent': { en: 'the caller did not agree', de: 'der Anrufer hat nicht zugestimmt' },
  'consent-hung-up': {
    en: 'the caller hung up before it was decided',
    de: 'der Anrufer hat vor der Entscheidung aufgelegt',
  },
  'announcement-unheard': {
    en: 'the announcement could not be played to its end',
    de: 'die Ansage konnte nicht bis zum Ende abgespielt werden',
  },
  withdrawn: { en: 'the recording was withdrawn', de: 'die Aufnahme wurde verworfen' },
  // why a setting passes a call over
  disabled: { en: 'the setting is switched off', de: 'die Einstellung ist ausgeschaltet' },
  'direction-not-selected': {
    en: 'the setting does not take calls of this direction',
    de: 'die Einstellung nimmt Gespräche dieser Richtung nicht',
  },
  'internal-calls-not-selected': {
    en: 'the setting does not take internal calls',
    de: 'die Einstellung nimmt interne Gespräche nicht',
  },
  'selection-does-not-match': {
    en: 'none of those selected takes part',
    de: 'keiner der Ausgewählten ist beteiligt',
  },
  // why a recording exists without a decision of ours
  fallback: {
    en: 'Asterisk recorded it while fernamt was away',
    de: 'Asterisk hat aufgenommen, während fernamt nicht lief',
  },
  'found-file': { en: 'the file was found', de: 'die Datei wurde gefunden' },
};

const consentOutcomes: Readonly<Record<ConsentOutcome, Wording>> = {
  granted: { en: 'the caller agreed by a digit', de: 'der Anrufer hat durch eine Taste zugestimmt' },
  refused: { en: 'the caller refused by a digit', de: 'der Anrufer hat durch eine Taste abgelehnt' },
  silent: { en: 'no digit came in time', de: 'es kam rechtzeitig keine Taste' },
  told: { en: 'the announcement was heard', de: 'die Ansage wurde gehört' },
  unheard: {
    en: 'the announcement could not be played to its end',
    de: 'die Ansage konnte nicht bis zum Ende abgespielt werden',
  },
  hungUp: { en: 'the party hung up before it was decided', de: 'vor der Entscheidung wurde aufgelegt' },
};

const obligations: Readonly<Record<Obligation, Wording>> = {
  must: { en: 'must be recorded', de: 'muss aufgenommen werden' },
  mayNot: { en: 'may not be recorded', de: 'darf nicht aufgenommen werden' },
  needNot: { en: 'need not be recorded', de: 'braucht nicht aufgenommen zu werden' },
};

const decisions: Readonly<Record<Verdict, Wording>> = {
  record: { en: 'record', de: 'aufnehmen' },
  optIn: { en: 'record if the caller agrees', de: 'aufnehmen, wenn der Anrufer zustimmt' },
  optOut: { en: 'record unless the caller refuses', de: 'aufnehmen, wenn der Anrufer nicht ablehnt' },
  skip: { en: 'do not record', de: 'nicht aufnehmen' },
};

const reconciliations: Readonly<Record<Outcome, Wording>> = {
  ok: { en: 'as it should be', de: 'wie es sein soll' },
  open: { en: 'not finished yet', de: 'noch nicht abgeschlossen' },
  missing: { en: 'a recording is missing', de: 'eine Aufnahme fehlt' },
  madeInError: { en: 'recorded in error', de: 'zu Unrecht aufgenommen' },
};

const faults: Readonly<Record<Fault, Wording>> = {
  'no-recording': { en: 'nothing was recorded', de: 'es wurde nichts aufgenommen' },
  'no-audio': { en: 'the recording has no audio', de: 'die Aufnahme hat keinen Ton' },
  'file-gone': { en: 'the file is gone', de: 'die Datei ist verschwunden' },
  'may-not': { en: 'it may not be recorded', de: 'es darf nicht aufgenommen werden' },
  'need-not': { en: 'nothing asked for it', de: 'nichts hat es verlangt' },
  discarded: {
    en: 'the recording was discarded and is still there',
    de: 'die Aufnahme wurde verworfen und ist noch da',
  },
  twice: { en: 'the call was recorded twice', de: 'das Gespräch wurde doppelt aufgenommen' },
  'other-setting': {
    en: 'it was recorded under another setting than decided',
    de: 'es wurde unter einer anderen Einstellung aufgenommen als entschieden',
  },
  'not-in-ledger': { en: 'the call is not in the ledger', de: 'das Gespräch steht nicht im Erwartungsbuch' },
};

/** A word that is not known is given back as it is. */
export function reasonText(reason: string, language: Language): string {
  return (Object.hasOwn(reasons, reason) ? reasons[reason] : undefined)?.[language] ?? reason;
}

export function consentText(outcome: ConsentOutcome, language: Language): string {
  return consentOutcomes[outcome][language];
}

export function obligationText(obligation: Obligation, language: Language): string {
  return obligations[obligation][language];
}

export function decisionText(decision: Verdict, language: Language): string {
  return decisions[decision][language];
}

export function reconciliationText(outcome: Outcome, language: Language): string {
  return reconciliations[outcome][language];
}

export function faultText(fault: Fault, language: Language): string {
  return faults[fault][language];
}
