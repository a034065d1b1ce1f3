/** Nobody is on the phone, everybody is logged in, every line is free; and what a test says otherwise. */

import type { Availability } from '../../src/routing/ports.ts';
import type { RoutingSource } from '../../src/routing/directory.ts';

export interface Situation {
  readonly busy?: readonly string[];
  /** As `600/1001`. */
  readonly loggedOut?: readonly string[];
  readonly lastHunted?: Readonly<Record<string, string>>;
  readonly trunkCalls?: Readonly<Record<string, number>>;
  readonly outsideCalls?: Readonly<Record<string, number>>;
  readonly overloaded?: boolean;
}

export function availabilityIn(source: RoutingSource, situation: Situation = {}): Availability {
  const { busy = [], loggedOut = [], lastHunted = {}, trunkCalls = {}, outsideCalls = {} } = situation;
  const membersOf = (number: string): readonly string[] =>
    source.ringGroups.find((group) => group.number === number)?.members ?? [];
  return {
    activeMembers: (group) => membersOf(group).filter((user) => !loggedOut.includes(`${group}/${user}`)),
    isBusy: (extension) => busy.includes(extension),
    lastHunted: (group) => lastHunted[group],
    trunkCalls: (trunk) => trunkCalls[trunk] ?? 0,
    outsideCallsLastMinute: (extension) => outsideCalls[extension] ?? 0,
    isOverloaded: () => situation.overloaded === true,
  };
}
