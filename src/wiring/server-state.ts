/** What outlives a reload: who is logged in to which group, and who called outside of late. */

import type { HuntPositions } from '../store/hunt-positions.ts';
import type { Memberships } from '../store/memberships.ts';
import type { RulesPorts } from './rules.ts';

export interface ServerState extends Pick<RulesPorts, 'membership' | 'lastHunted' | 'outsideCalls'> {
  setMembership(group: string, extension: string, active: boolean): void;
  noteHunt(group: string, extension: string): void;
  noteOutsideCall(extension: string, at: number): void;
}

const rememberedMs = 60_000;

export function createServerState(memberships: Memberships, huntPositions: HuntPositions): ServerState {
  const key = (group: string, extension: string): string => `${group} ${extension}`;
  const active = new Map(memberships.all().map((one) => [key(one.group, one.extension), one.active]));
  const outside = new Map<string, readonly number[]>();
  return {
    membership: (group, extension) => active.get(key(group, extension)),
    lastHunted: (group) => huntPositions.get(group),
    outsideCalls: (extension) => outside.get(extension) ?? [],
    setMembership: (group, extension, isActive) => {
      memberships.set(group, extension, isActive);
      active.set(key(group, extension), isActive);
    },
    noteHunt: (group, extension) => {
      huntPositions.set(group, extension);
    },
    noteOutsideCall: (extension, at) => {
      const recent = (outside.get(extension) ?? []).filter((one) => one > at - rememberedMs);
      outside.set(extension, [...recent, at]);
    },
  };
}
