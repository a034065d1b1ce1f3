/** What is dialled: the devices of a user, and a number through a trunk. */

import type { Party } from '../telephony/model.ts';
import { formatFor } from '../telephony/number.ts';
import { endpointsOf, toEndpoint, type Directory, type Trunk } from './directory.ts';
import { shownInside, shownOutside } from './display.ts';
import type { DialRoute } from './policy.ts';

/** One telephone or trunk line to dial. */
export interface Target {
  readonly dial: string;
  readonly endpoint: string;
  readonly from: Party;
  readonly user?: string;
}

export interface TargetContext {
  readonly directory: Directory;
  readonly route: DialRoute;
  readonly caller: Party;
  /** Of the telephone that calls. */
  readonly callerEndpoint: string;
}

/** All devices of a user, but never the one that calls. */
export function userTargets(context: TargetContext, extension: string): readonly Target[] {
  const { directory, route, caller } = context;
  const user = directory.users.get(extension);
  if (!user) return [];
  const from = shownInside(directory, route.hotline, caller);
  const isCalling = (device: string): boolean =>
    extension === route.callerUser && toEndpoint(device) === context.callerEndpoint;
  return endpointsOf(user)
    .filter((device) => !isCalling(device))
    .map((device) => ({ dial: device, endpoint: device, user: extension, from }));
}

export interface OutsideNumber {
  readonly number: string;
  /** For trunks that want it so. */
  readonly dialled: string;
  readonly emergency: boolean;
}

export function trunkTarget(context: TargetContext, trunk: Trunk, called: OutsideNumber): Target {
  return {
    dial: trunkDial(context.directory, trunk, called),
    endpoint: trunk.endpoint,
    from: shownThrough(context, trunk, called.emergency),
  };
}

/** How a number is dialled through a trunk: technology and resource. */
export function trunkDial(directory: Directory, trunk: Trunk, { number, dialled, emergency }: OutsideNumber): string {
  const meant = trunk.numberFormat === 'asDialled' ? dialled : number;
  const sent = emergency ? number : formatFor(trunk.numberFormat, meant, directory.source.numbering);
  const template = trunk.dial ?? `PJSIP/{number}@${trunk.endpoint.replace(/^PJSIP\//, '')}`;
  return template.replaceAll('{number}', sent.replace(/[^0-9+*#]/g, ''));
}

/** Whoever answers a call for help must be able to call back, also where the telephone that called is nobody's. */
function shownThrough({ directory, route, caller }: TargetContext, trunk: Trunk, emergency: boolean): Party {
  if (emergency && route.callerUser === undefined) return { number: trunk.callerId ?? '', name: '' };
  return shownOutside(directory, trunk, route.callerUser, caller);
}
