/** What is to be said of one setting, with names in place of numbers. The languages make sentences of it. */

import type { RecordingSetting } from '../policy.ts';

/** A setting as it stands in the configuration. */
export interface WrittenSetting extends RecordingSetting {
  readonly storageTargets: readonly string[];
  readonly logTargets: readonly string[];
  readonly retentionDays?: number | undefined;
}

/** Who and what the names in a setting mean. */
export interface Surroundings {
  readonly users: readonly {
    readonly extension?: string | undefined;
    readonly login?: string | undefined;
    readonly name?: string | undefined;
  }[];
  readonly ringGroups: readonly {
    readonly number: string;
    readonly name?: string | undefined;
    readonly members: readonly string[];
  }[];
  readonly exceptionLists: readonly { readonly name: string; readonly entries: readonly unknown[] }[];
  /** Lists that hold for every setting. */
  readonly neverRecord: readonly string[];
  /** Settings that were switched at run time, whatever the file says, by name. */
  readonly switched?: ReadonlyMap<string, boolean>;
}

/** `name` is missing where it would only repeat the number. */
export interface Named {
  readonly name?: string;
  /** An extension or a group's number; none for a user without a telephone. */
  readonly number?: string;
}

export interface NamedGroup extends Named {
  readonly members: readonly Named[];
}

export type Who =
  | { readonly kind: 'all' | 'allUsers' }
  | { readonly kind: 'groups'; readonly groups: readonly NamedGroup[] }
  | { readonly kind: 'users'; readonly users: readonly Named[] };

export interface CountedList {
  readonly name: string;
  readonly entries: number;
}

export interface SettingFacts {
  /** Whether it counts now, and whether that was said at run time against the file. */
  readonly isOn: boolean;
  readonly isSwitched: boolean;
  readonly who: Who;
  readonly incoming: boolean;
  readonly outgoing: boolean;
  readonly internal: boolean;
  /** Calls to the own number of an active member count. */
  readonly direct: boolean;
  /** How callers are asked; `none` where no incoming call is recorded. */
  readonly mode: 'none' | 'optIn' | 'optOut';
  readonly seconds: number;
  readonly ringsMeanwhile: boolean;
  /** A call whose announcement cannot be played is refused. */
  readonly refusesUnheard: boolean;
  readonly asksColleagues: boolean;
  /** Announcements by name, only for directions that are recorded. */
  readonly toCaller?: string;
  readonly toCalled?: string;
  readonly exceptions: readonly CountedList[];
  readonly never: readonly CountedList[];
  readonly required: boolean;
  readonly targets: readonly string[];
  readonly databases: readonly string[];
  readonly retentionDays?: number;
}

export function toFacts(setting: WrittenSetting, surroundings: Surroundings): SettingFacts {
  const { consent, announcements, directions, retentionDays } = setting;
  const isOn = surroundings.switched?.get(setting.name) ?? setting.enabled;
  const [incoming, outgoing] = [directions.includes('in'), directions.includes('out')];
  const counted = (names: readonly string[]): readonly CountedList[] =>
    names.map((name) => ({ name, entries: entriesOf(surroundings, name) }));
  return {
    isOn,
    isSwitched: isOn !== setting.enabled,
    who: toWho(setting, surroundings),
    incoming,
    outgoing,
    internal: setting.internalCalls,
    direct: setting.directCallsToActiveMembers,
    mode: incoming ? consent.mode : 'none',
    seconds: consent.seconds,
    ringsMeanwhile: consent.ringMeanwhile,
    refusesUnheard: consent.whenUnheard === 'refuse',
    asksColleagues: consent.internal === 'ask',
    ...(incoming && announcements.in !== undefined ? { toCaller: announcements.in } : {}),
    ...(outgoing && announcements.out !== undefined ? { toCalled: announcements.out } : {}),
    exceptions: counted(setting.exceptionLists),
    never: counted(surroundings.neverRecord),
    required: setting.required,
    targets: setting.storageTargets,
    databases: setting.logTargets,
    ...(retentionDays === undefined ? {} : { retentionDays }),
  };
}

function entriesOf({ exceptionLists }: Surroundings, name: string): number {
  return exceptionLists.find((list) => list.name === name)?.entries.length ?? 0;
}

function toWho({ select }: WrittenSetting, surroundings: Surroundings): Who {
  if (select.all === true) return { kind: 'all' };
  if (select.allUsers === true) return { kind: 'allUsers' };
  if (select.groups) return { kind: 'groups', groups: select.groups.map((group) => toGroup(surroundings, group)) };
  return { kind: 'users', users: (select.users ?? []).map((user) => toUser(surroundings, user)) };
}

function toGroup(surroundings: Surroundings, number: string): NamedGroup {
  const group = surroundings.ringGroups.find((one) => one.number === number);
  const members = (group?.members ?? []).map((member) => toUser(surroundings, member));
  return { ...toNamed(group?.name, number), members };
}

/** Named by extension, or by login where that is what stands in the file. */
function toUser({ users }: Surroundings, reference: string): Named {
  const user = users.find((one) => one.extension === reference) ?? users.find((one) => one.login === reference);
  if (!user) return { number: reference };
  return user.extension === undefined ? { name: user.name ?? reference } : toNamed(user.name, user.extension);
}

function toNamed(name: string | undefined, number: string): Named {
  return name === undefined || name === number ? { number } : { name, number };
}
