/** Who is recorded: the first setting that matches takes the call. Says why, in words that stay the same everywhere. */

import type { Addressed } from '../telephony/events.ts';
import type { Direction } from '../telephony/model.ts';
import type { Asking, RecordingPlan, RuleLook } from '../telephony/recording-plan.ts';

export interface Selection {
  readonly all?: boolean | undefined;
  readonly allUsers?: boolean | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly users?: readonly string[] | undefined;
}

export interface ConsentSetting extends Asking {
  readonly mode: 'none' | 'optIn' | 'optOut';
  readonly internal: 'ask' | 'skip';
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
  readonly consent: ConsentSetting;
  readonly announcements: { readonly in?: string | undefined; readonly out?: string | undefined };
}

/** What is known of the call when it is decided. */
export interface CallFacts {
  readonly direction: Direction;
  readonly addressed: Addressed;
  readonly callerUser?: string;
  /** The numbers in every valid reading and as received. */
  readonly callerNumbers: readonly string[];
  readonly calledNumbers: readonly string[];
  /** A call for help: nothing is announced to anybody. */
  readonly emergency?: boolean;
  /** The call goes on to somebody else: whoever was not asked by then is not asked any more. */
  readonly redirected?: boolean;
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

export type MatchReason =
  | 'all-calls'
  | 'call-from-user'
  | 'call-to-user'
  | 'call-to-group'
  | 'call-to-active-member'
  | 'call-from-active-member';

export type SkipReason =
  | 'no-setting-matches'
  | 'service-code'
  /** The call was turned away before it was sent to anybody. */
  | 'not-connected'
  | 'exception'
  | 'never-record'
  /** A colleague calls, and the setting neither asks nor records colleagues. */
  | 'internal-not-asked'
  /** The setting needs an answer of the caller, who can no longer be asked. */
  | 'not-asked'
  /** The setting announces, and nothing may hold up a call for help. */
  | 'not-announced';

type PassReason = 'disabled' | 'internal-calls-not-selected' | 'direction-not-selected' | 'selection-does-not-match';

/** What one setting says: it passes the call over, leaves it to later settings but says why, or takes it. */
type Answer =
  | { readonly kind: 'passes'; readonly reason: PassReason }
  | { readonly kind: 'excepts'; readonly reason: 'exception' | 'never-record'; readonly detail: string }
  | { readonly kind: 'takes'; readonly plan: Omit<RecordingPlan, 'looks'> };

export function planRecording(rules: RecordingRules, ports: SelectionPorts, facts: CallFacts): RecordingPlan {
  if (facts.addressed.kind === 'service') return skip('service-code');
  if (facts.addressed.kind === 'nobody') return skip('not-connected');
  const looks: RuleLook[] = [];
  let excepted: Omit<RecordingPlan, 'looks'> | undefined;
  for (const setting of rules.settings) {
    const answer = askSetting(rules, ports, facts, setting);
    looks.push(toLook(setting, answer));
    if (answer.kind === 'takes') return { ...answer.plan, looks };
    if (answer.kind === 'excepts') excepted ??= toExcepted(setting, answer);
  }
  return { ...(excepted ?? skip('no-setting-matches')), looks };
}

function skip(reason: SkipReason): RecordingPlan {
  return { verdict: 'skip', reason, required: false, looks: [] };
}

function toExcepted(
  { name }: RecordingSetting,
  { reason, detail }: Extract<Answer, { kind: 'excepts' }>,
): Omit<RecordingPlan, 'looks'> {
  return { verdict: 'skip', setting: name, reason, detail, required: false };
}

function toLook({ name: setting }: RecordingSetting, answer: Answer): RuleLook {
  switch (answer.kind) {
    case 'passes':
      return { setting, result: answer.reason };
    case 'excepts':
      return { setting, result: answer.reason, detail: answer.detail };
    case 'takes':
      return { setting, result: answer.plan.reason };
  }
}

function askSetting(rules: RecordingRules, ports: SelectionPorts, facts: CallFacts, setting: RecordingSetting): Answer {
  if (!setting.enabled) return { kind: 'passes', reason: 'disabled' };
  if (facts.direction === 'internal' && !setting.internalCalls)
    return { kind: 'passes', reason: 'internal-calls-not-selected' };
  const directions = directionsOf(facts.direction).filter((direction) => setting.directions.includes(direction));
  if (directions.length === 0) return { kind: 'passes', reason: 'direction-not-selected' };
  for (const direction of directions) {
    const reason = matchSelection(setting, ports, facts, direction);
    if (reason === undefined) continue;
    // An exception holds for the setting as a whole: it does not take the call in its other direction instead.
    return matchExceptions(rules, ports, facts, setting, direction) ?? take(setting, facts, direction, reason);
  }
  return { kind: 'passes', reason: 'selection-does-not-match' };
}

/** Callers are asked, called parties never. */
function take(setting: RecordingSetting, facts: CallFacts, direction: 'in' | 'out', matched: MatchReason): Answer {
  const { name, required, consent, announcements } = setting;
  const mode = direction === 'in' ? consent.mode : 'none';
  const announcement = announcements[direction];
  const plan = { setting: name, direction, required } as const;
  const isQuiet = mode === 'none' && announcement === undefined;
  const reason = isQuiet ? undefined : hindrance(facts, direction, mode, consent.internal);
  if (reason !== undefined) return { kind: 'takes', plan: { ...plan, verdict: 'skip', reason, required: false } };
  const { seconds, ringMeanwhile, whenUnheard } = consent;
  return {
    kind: 'takes',
    plan: {
      ...plan,
      verdict: mode === 'none' ? 'record' : mode,
      reason: matched,
      ...(announcement === undefined ? {} : { announcement, asking: { seconds, ringMeanwhile, whenUnheard } }),
    },
  };
}

/** Why somebody who would have to be asked or told is not, so that the call is not recorded. */
function hindrance(
  facts: CallFacts,
  direction: 'in' | 'out',
  mode: ConsentSetting['mode'],
  internal: ConsentSetting['internal'],
): SkipReason | undefined {
  if (facts.emergency === true) return 'not-announced';
  if (mode !== 'none' && facts.direction === 'internal' && internal === 'skip') return 'internal-not-asked';
  // The caller hears it before the first ring or not at all; the called party hears it after the answer.
  return direction === 'in' && facts.redirected === true ? 'not-asked' : undefined;
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
): Answer | undefined {
  const numbers = direction === 'in' ? facts.callerNumbers : facts.calledNumbers;
  const find = (lists: readonly string[]): string | undefined => {
    for (const list of lists) {
      const entry = ports.matchException(list, numbers);
      if (entry !== undefined) return entry;
    }
    return undefined;
  };
  const never = find(rules.neverRecord);
  if (never !== undefined) return { kind: 'excepts', reason: 'never-record', detail: never };
  const own = find(setting.exceptionLists);
  return own === undefined ? undefined : { kind: 'excepts', reason: 'exception', detail: own };
}
