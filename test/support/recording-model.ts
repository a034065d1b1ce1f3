/**
 * Who is recorded, written a second time: from what was promised to users, not from the program, and in another way
 * (whole lists are made and narrowed down, where the program goes step by step). It knows a small world of numbers by
 * heart, so that it needs no library to read them.
 */

export interface ModelSetting {
  readonly name: string;
  readonly enabled: boolean;
  readonly required: boolean;
  readonly select: {
    readonly all?: true;
    readonly allUsers?: true;
    readonly groups?: readonly string[];
    readonly users?: readonly string[];
  };
  readonly directions: readonly ('in' | 'out')[];
  readonly internalCalls: boolean;
  readonly directCallsToActiveMembers: boolean;
  readonly exceptionLists: readonly string[];
  readonly consent: {
    readonly mode: 'none' | 'optIn' | 'optOut';
    readonly internal: 'ask' | 'skip';
    readonly ringMeanwhile: boolean;
  };
  readonly announcements: { readonly in?: string; readonly out?: string };
}

export interface ModelEntry {
  readonly number?: string;
  readonly pattern?: string;
  readonly not: boolean;
}

export interface ModelRules {
  readonly settings: readonly ModelSetting[];
  readonly neverRecord: readonly string[];
  readonly lists: Readonly<Record<string, readonly ModelEntry[]>>;
}

export type Goal =
  | { readonly to: 'user' | 'group'; readonly number: string }
  | { readonly to: 'outside'; readonly number: string }
  | { readonly to: 'service' | 'nobody' };

/** A call as somebody who watches it would tell of it. */
export interface ModelCall {
  readonly goal: Goal;
  /** The user who calls; none: from outside, or from a telephone that is no user's. */
  readonly by?: string;
  /** As the caller's number was received. */
  readonly from: string;
  /** What the caller's display says is called, in every notation that is known: as dialled, and outside in full. */
  readonly called: readonly string[];
  readonly help?: boolean;
  /** Between telephones of the house, as it was dialled; wherever it goes on to. */
  readonly internal?: boolean;
  readonly goesOn?: boolean;
}

export interface ModelPlan {
  readonly decision: 'record' | 'optIn' | 'optOut' | 'skip';
  readonly setting: string | null;
  readonly reason: string;
  readonly hears?: 'caller' | 'called';
  readonly ringsMeanwhile?: boolean;
}

/** Numbers that can be read, each with all that it may mean in Berlin. Whatever is not here means nothing but itself. */
const meanings: Readonly<Record<string, readonly string[]>> = {
  '+4930111222': ['+4930111222'],
  '030111222': ['+4930111222'],
  '004930111222': ['+4930111222'],
  '4930111222': ['+4930111222', '+49304930111222'],
  '+491711234567': ['+491711234567'],
  '01711234567': ['+491711234567'],
  '00491711234567': ['+491711234567'],
  '+43123456789': ['+43123456789'],
  '0043123456789': ['+43123456789'],
  '4711222': ['+49304711222', '+494711222'],
  '+49304711222': ['+49304711222'],
  '+494711222': ['+494711222'],
  '+4930555010': ['+4930555010'],
  '030555010': ['+4930555010'],
  '+4930555020': ['+4930555020'],
  '+4930555030': ['+4930555030'],
  '+4930555040': ['+4930555040'],
  '+4930555011': ['+4930555011'],
};

const withheld = ['', 'anonymous', 'Restricted'];

/** Everything a number may be called in an exception list. */
function namesOf(numbers: readonly string[]): readonly string[] {
  return numbers.flatMap((one) => (withheld.includes(one) ? ['anonymous'] : [one, ...(meanings[one] ?? [])]));
}

function isExcepted(entry: ModelEntry, numbers: readonly string[]): boolean {
  const names = namesOf(numbers);
  const digits = (text: string): string => text.replaceAll(/[^\d*#]/g, '');
  const wanted = entry.number === undefined ? [] : namesOf([entry.number]);
  const isUnreadable = entry.number !== undefined && entry.number !== 'anonymous' && !(entry.number in meanings);
  const hit =
    entry.pattern === undefined
      ? names.some((name) => wanted.includes(name) || (isUnreadable && digits(name) === digits(wanted[0] ?? '')))
      : names.some((name) => new RegExp(entry.pattern ?? '').test(name));
  return hit !== entry.not;
}

interface Match {
  readonly setting: ModelSetting;
  readonly direction: 'in' | 'out';
  readonly reason: string;
}

type Membership = (group: string, user: string) => boolean;

function reasonOf(
  { select, directCallsToActiveMembers }: ModelSetting,
  side: 'in' | 'out',
  { goal, by }: ModelCall,
  isActive: Membership,
): string | undefined {
  const { groups = [], users = [] } = select;
  if (select.all) return 'all-calls';
  const called = goal.to === 'user' ? goal.number : undefined;
  const one = side === 'in' ? called : by;
  const isSelected = one !== undefined && (select.allUsers === true || users.includes(one));
  const isMember = one !== undefined && groups.some((group) => isActive(group, one));
  const found: readonly (readonly [boolean, string])[] =
    side === 'out'
      ? [
          [isSelected, 'call-from-user'],
          [isMember, 'call-from-active-member'],
        ]
      : [
          [goal.to === 'group' && groups.includes(goal.number), 'call-to-group'],
          [isSelected, 'call-to-user'],
          [isMember && directCallsToActiveMembers, 'call-to-active-member'],
        ];
  return found.find(([holds]) => holds)?.[1];
}

/** What the rules say. `isActive`: is this user a member of the group, and logged in? */
export function modelPlan(rules: ModelRules, call: ModelCall, isActive: Membership): ModelPlan {
  if (call.goal.to === 'service') return { decision: 'skip', setting: null, reason: 'service-code' };
  if (call.goal.to === 'nobody') return { decision: 'skip', setting: null, reason: 'not-connected' };

  const isInternal = call.internal === true;
  const isOutgoing = call.goal.to === 'outside' && (call.by !== undefined || call.help === true);
  const sides: readonly ('in' | 'out')[] = isInternal ? ['in', 'out'] : [isOutgoing ? 'out' : 'in'];

  const matches: readonly Match[] = rules.settings
    .filter((setting) => setting.enabled && (setting.internalCalls || !isInternal))
    .map((setting) =>
      sides
        .filter((side) => setting.directions.includes(side))
        .map((direction) => ({ setting, direction, reason: reasonOf(setting, direction, call, isActive) }))
        .find((one) => one.reason !== undefined),
    )
    .filter((one): one is Match => one !== undefined);

  const forbidden = ({ setting, direction }: Match): 'never-record' | 'exception' | undefined => {
    const numbers = direction === 'in' ? [call.from] : call.called;
    const stands = (lists: readonly string[]): boolean =>
      lists.flatMap((list) => rules.lists[list] ?? []).some((entry) => isExcepted(entry, numbers));
    if (stands(rules.neverRecord)) return 'never-record';
    return stands(setting.exceptionLists) ? 'exception' : undefined;
  };

  const taker = matches.find((match) => forbidden(match) === undefined);
  if (!taker) {
    const [first] = matches;
    if (!first) return { decision: 'skip', setting: null, reason: 'no-setting-matches' };
    return { decision: 'skip', setting: first.setting.name, reason: forbidden(first) ?? '' };
  }
  return settle(taker, call, isInternal);
}

/** The setting has the call; now whether its announcement can be heard, and by whom. */
function settle({ setting, direction, reason }: Match, call: ModelCall, isInternal: boolean): ModelPlan {
  const { name, consent, announcements } = setting;
  const mode = direction === 'in' ? consent.mode : 'none';
  const isAnnounced = announcements[direction] !== undefined;
  const not = (why: string): ModelPlan => ({ decision: 'skip', setting: name, reason: why });
  if (isAnnounced && call.help) return not('not-announced');
  if (mode !== 'none' && isInternal && consent.internal === 'skip') return not('internal-not-asked');
  if (isAnnounced && direction === 'in' && call.goesOn) return not('not-asked');
  return {
    decision: mode === 'none' ? 'record' : mode,
    setting: name,
    reason,
    ...(isAnnounced ? { hears: direction === 'in' ? 'caller' : 'called', ringsMeanwhile: consent.ringMeanwhile } : {}),
  };
}

export interface ModelOutcome {
  readonly recorded: boolean;
  readonly reason: string;
}

/**
 * What comes of it when somebody would answer the call. `isReached`: somebody is there to answer, at the first goal or
 * where the call goes on to.
 */
export function modelOutcome(
  plan: ModelPlan,
  answer: 'digit' | 'silence' | 'hangup',
  isReached: boolean,
): ModelOutcome {
  const is = (recorded: boolean, reason: string): ModelOutcome => ({ recorded, reason });
  if (plan.decision === 'skip') return is(false, plan.reason);
  const isHeard = plan.hears !== undefined && (isReached || (plan.hears === 'caller' && plan.ringsMeanwhile === false));
  if (isHeard && answer === 'hangup') return is(false, 'consent-hung-up');
  if (isHeard && plan.decision === 'optOut' && answer === 'digit') return is(false, 'consent-refused');
  if (isHeard && plan.decision === 'optIn' && answer === 'silence') return is(false, 'consent-silent');
  return isReached ? is(true, plan.reason) : is(false, 'not-connected');
}
