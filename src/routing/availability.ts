/** Who can be rung now: asked of the running calls and of the stored group memberships. */

import type { Call } from '../telephony/model.ts';
import type { Directory } from './directory.ts';
import type { Availability } from './ports.ts';

export interface AvailabilitySource {
  readonly directory: Directory;
  readonly maxCalls: number;
  now(): number;
  calls(): readonly Call[];
  /** Undefined for a member who never logged in or out. */
  membership(group: string, extension: string): boolean | undefined;
  lastHunted(group: string): string | undefined;
  /** When the user's outside calls of late began, in milliseconds. */
  outsideCalls(extension: string): readonly number[];
}

const minuteMs = 60_000;

export function createAvailability(source: AvailabilitySource): Availability {
  const { directory } = source;
  const isActive = (group: string, extension: string): boolean =>
    source.membership(group, extension) ?? directory.groups.get(group)?.startActive ?? false;
  return {
    activeMembers: (group) => (directory.groups.get(group)?.members ?? []).filter((user) => isActive(group, user)),
    isBusy: (extension, exceptCall) =>
      source.calls().some((call) => call.id !== exceptCall && isInvolved(call, extension)),
    lastHunted: (group) => source.lastHunted(group),
    trunkCalls: (trunk) => {
      const endpoint = directory.trunks.get(trunk)?.endpoint;
      return source
        .calls()
        .filter((call) => call.legs.some((leg) => leg.endpoint === endpoint && leg.state !== 'ended')).length;
    },
    outsideCallsLastMinute: (extension) =>
      source.outsideCalls(extension).filter((at) => at > source.now() - minuteMs).length,
    // The call that asks is one of them already.
    isOverloaded: () => source.calls().length > source.maxCalls,
  };
}

/** On a call, or making one; a telephone that only rings for a call is not busy. */
function isInvolved(call: Call, extension: string): boolean {
  return call.legs.some(
    (leg) => leg.user === extension && (leg.state === 'up' || (leg.role === 'caller' && leg.state !== 'ended')),
  );
}
