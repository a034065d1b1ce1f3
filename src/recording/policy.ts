/** Who is recorded: the first setting that matches takes the call. Says why, in words that stay the same everywhere. */

import type { Addressed } from '../telephony/events.ts';
import type { Direction } from '../telephony/model.ts';

export interface Selection {
  readonly all?: boolean | undefined;
  readonly allUsers?: boolean | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly users?: readonly string[] | undefined;
}

export interface RecordingSetting {
  readonly name: string;
  readonly enabled: boolean;
  readonly required: boolean;
  readonly select: Selection;
  readonly directions: readonly ('in' | 'out')[];
  readonly internalCalls: boolean;
  readonly directCallsToActiveMembers: boolean;
  readonly exceptionLists: readonly string[];
  readonly consent: { readonly mode: 'none' | 'optIn' | 'optOut' };
  readonly announcements?: { readonly in?: string | undefined; readonly out?: string | undefined } | undefined;
}

/** What is known of the call when it is decided, before anybody is rung. */
export interface CallFacts {
  readonly direction: Direction;
  readonly addressed: Addressed;
  readonly callerUser?: string;
  /** The numbers in every valid reading and as received. */
  readonly callerNumbers: readonly string[];
  readonly calledNumbers: readonly string[];
}

export interface SelectionPorts {
  isActiveMember(group: string, user: string): boolean;
  /** The entry of the list that matches one of the numbers, described for the trace; none: no match. */
  matchException(list: string, numbers: readonly string[]): string | undefined;
}

export interface RecordingRules {
  readonly settings: readonly RecordingSetting[];
  readonly neverRecord: readonly string[];
}

export type SkipReason =
  | 'no-setting-matches'
  | 'service-code'
  /** The call was turned away before it was sent to anybody. */
  | 'not-connected'
  | 'exception'
  | 'never-record'
  | 'consent-not-available';

export type RecordingDecision =
  | {
      readonly record: true;
      readonly setting: string;
      readonly required: boolean;
      readonly direction: 'in' | 'out';
      readonly reason: MatchReason;
    }
  | { readonly record: false; readonly setting?: string; readonly reason: SkipReason; readonly detail?: string };

export type MatchReason =
  | 'all-calls'
  | 'call-from-user'
  | 'call-to-user'
  | 'call-to-group'
  | 'call-to-active-member'
  | 'call-from-active-member';

export function decideRecording(rules: RecordingRules, ports: SelectionPorts, facts: CallFacts): RecordingDecision {
  if (facts.addressed.kind === 'service') return { record: false, reason: 'service-code' };
  if (facts.addressed.kind === 'nobody') return { record: false, reason: 'not-connected' };
  let passedOver: RecordingDecision | undefined;
  for (const setting of rules.settings) {
    const decision = decideBySetting(rules, ports, facts, setting);
    if (decision === undefined) continue;
    if (decision.record || decision.reason === 'consent-not-available') return decision;
    passedOver ??= decision;
  }
  return passedOver ?? { record: false, reason: 'no-setting-matches' };
}

function decideBySetting(
  rules: RecordingRules,
  ports: SelectionPorts,
  facts: CallFacts,
  setting: RecordingSetting,
): RecordingDecision | undefined {
  if (!setting.enabled) return undefined;
  if (facts.direction === 'internal' && !setting.internalCalls) return undefined;
  for (const direction of directionsOf(facts.direction)) {
    const reason = setting.directions.includes(direction)
      ? matchSelection(setting, ports, facts, direction)
      : undefined;
    if (reason === undefined) continue;
    // An exception holds for the setting as a whole: it does not take the call in its other direction instead.
    return matchExceptions(rules, ports, facts, setting, direction) ?? decideMatched(setting, direction, reason);
  }
  return undefined;
}

/** Until callers can be asked, a setting that would ask or announce records nothing, and no later one records in its place. */
function decideMatched(setting: RecordingSetting, direction: 'in' | 'out', reason: MatchReason): RecordingDecision {
  const { announcements, consent } = setting;
  if (consent.mode !== 'none' || announcements?.in !== undefined || announcements?.out !== undefined) {
    return { record: false, setting: setting.name, reason: 'consent-not-available' };
  }
  return { record: true, setting: setting.name, required: setting.required, direction, reason };
}

/** An internal call is incoming for the called one and outgoing for the calling one. */
function directionsOf(direction: Direction): readonly ('in' | 'out')[] {
  return direction === 'internal' ? ['in', 'out'] : [direction];
}

function matchSelection(
  setting: RecordingSetting,
  ports: SelectionPorts,
  facts: CallFacts,
  direction: 'in' | 'out',
): MatchReason | undefined {
  if (setting.select.all === true) return 'all-calls';
  return direction === 'in' ? matchIncoming(setting, ports, facts) : matchOutgoing(setting, ports, facts);
}

function matchIncoming(setting: RecordingSetting, ports: SelectionPorts, facts: CallFacts): MatchReason | undefined {
  const { addressed } = facts;
  const { allUsers, groups, users } = setting.select;
  if (addressed.kind === 'group') return groups?.includes(addressed.number) === true ? 'call-to-group' : undefined;
  if (addressed.kind !== 'user') return undefined;
  if (allUsers === true || users?.includes(addressed.extension) === true) return 'call-to-user';
  const active = groups?.some((group) => ports.isActiveMember(group, addressed.extension)) === true;
  return active && setting.directCallsToActiveMembers ? 'call-to-active-member' : undefined;
}

function matchOutgoing(setting: RecordingSetting, ports: SelectionPorts, facts: CallFacts): MatchReason | undefined {
  const { callerUser } = facts;
  const { allUsers, groups, users } = setting.select;
  if (callerUser === undefined) return undefined;
  if (allUsers === true || users?.includes(callerUser) === true) return 'call-from-user';
  return groups?.some((group) => ports.isActiveMember(group, callerUser)) === true
    ? 'call-from-active-member'
    : undefined;
}

function matchExceptions(
  rules: RecordingRules,
  ports: SelectionPorts,
  facts: CallFacts,
  setting: RecordingSetting,
  direction: 'in' | 'out',
): RecordingDecision | undefined {
  const numbers = direction === 'in' ? facts.callerNumbers : facts.calledNumbers;
  const find = (lists: readonly string[]): string | undefined => {
    for (const list of lists) {
      const entry = ports.matchException(list, numbers);
      if (entry !== undefined) return entry;
    }
    return undefined;
  };
  const never = find(rules.neverRecord);
  if (never !== undefined) return { record: false, setting: setting.name, reason: 'never-record', detail: never };
  const own = find(setting.exceptionLists);
  return own === undefined ? undefined : { record: false, setting: setting.name, reason: 'exception', detail: own };
}
