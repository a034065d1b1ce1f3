/** Where a call goes: the stateless decisions of routing. */

import type { Addressed } from '../telephony/events.ts';
import { cause, type Direction, type Origin, type Party } from '../telephony/model.ts';
import { emergencyNumber, outsideNumber, toE164, type Numbering } from '../telephony/number.ts';
import { endpointsOf, lookUp, toEndpoint, type Directory, type Hotline, type OutboundRoute } from './directory.ts';
import type { Availability, PatternTest } from './ports.ts';
import { serviceOf } from './service-codes.ts';

export interface Arrival {
  readonly origin: Origin;
  readonly endpoint: string;
  readonly dialled: string;
  readonly caller: Party;
}

/** Where a call is sent, before anybody is rung. */
export type Destination =
  | { readonly kind: 'user'; readonly extension: string }
  | { readonly kind: 'group'; readonly number: string }
  | {
      readonly kind: 'outside';
      readonly number: string;
      /** For trunks that want it so, without the outside line. */
      readonly dialled: string;
      readonly trunks: readonly string[];
      readonly emergency: boolean;
    };

export interface DialRoute {
  readonly kind: 'dial';
  readonly direction: Direction;
  readonly addressed: Addressed;
  readonly callee: Party;
  readonly destination: Destination;
  readonly callerUser?: string;
  readonly hotline?: string;
  readonly language: string;
  readonly emergency: boolean;
}

export interface ServiceRoute {
  readonly kind: 'service';
  readonly service: 'groupLogin' | 'groupLogout';
  readonly user: string;
  readonly groups: readonly string[];
  readonly code: string;
  readonly language: string;
}

export interface RefusedRoute {
  readonly kind: 'refuse';
  readonly reason: RefusalReason;
  readonly cause: number;
  readonly callerUser?: string;
  readonly language: string;
}

export type RefusalReason =
  'number-unknown' | 'not-allowed' | 'service-not-available' | 'no-route' | 'too-many-outside-calls' | 'overload';

export type Route = DialRoute | ServiceRoute | RefusedRoute;

export function decideRoute(
  directory: Directory,
  availability: Availability,
  matches: PatternTest,
  arrival: Arrival,
): Route {
  if (arrival.origin === 'trunk') {
    return availability.isOverloaded() ? refuse(directory, 'overload') : decideTrunkRoute(directory, arrival);
  }
  const user = userOf(directory, arrival);
  const emergency = emergencyNumber(arrival.dialled, directory.source.numbering);
  if (emergency !== undefined) return emergencyRoute(directory, emergency, user);
  if (availability.isOverloaded()) return refuse(directory, 'overload', user);
  return (
    serviceRoute(directory, arrival.dialled, user) ??
    insideRoute(directory, arrival.dialled, user) ??
    outsideRoute(directory, availability, matches, arrival.dialled, user)
  );
}

/** The user who calls is known by the channel's endpoint; by number only behind an endpoint that is trusted for it. */
export function userOf(directory: Directory, arrival: Arrival): string | undefined {
  const byNumber = directory.users.get(arrival.caller.number);
  const trusted =
    byNumber?.identifyByCallerNumber === true && endpointsOf(byNumber).map(toEndpoint).includes(arrival.endpoint);
  return trusted ? byNumber.extension : directory.extensionOfEndpoint.get(arrival.endpoint);
}

function decideTrunkRoute(directory: Directory, arrival: Arrival): Route {
  const { numbering } = directory.source;
  const hotline = lookUp(directory.hotlines, arrival.dialled, numbering);
  if (hotline) return hotlineRoute(directory, hotline, arrival.dialled, 'in');
  const extension = lookUp(directory.extensionOfDid, arrival.dialled, numbering);
  if (extension !== undefined) return userRoute(directory, extension, arrival.dialled, 'in');
  return directory.anyHotline
    ? hotlineRoute(directory, directory.anyHotline, arrival.dialled, 'in')
    : refuse(directory, 'number-unknown');
}

function emergencyRoute(directory: Directory, number: string, user: string | undefined): DialRoute {
  return {
    kind: 'dial',
    direction: 'out',
    addressed: { kind: 'outside', number },
    callee: { number, name: '' },
    destination: toOutside(number, number, allTrunks(directory), true),
    language: languageOf(directory, user),
    emergency: true,
    ...callerUser(user),
  };
}

function serviceRoute(directory: Directory, dialled: string, user: string | undefined): Route | undefined {
  const found = serviceOf(directory, dialled);
  if (!found) return undefined;
  if (user === undefined) return refuse(directory, 'not-allowed');
  const { service, rest } = found;
  if (service !== 'groupLogin' && service !== 'groupLogout') return refuse(directory, 'service-not-available', user);
  const own = groupsOf(directory, user);
  const groups = rest === '' ? own : own.filter((group) => group === rest);
  return { kind: 'service', service, user, groups, code: dialled, language: languageOf(directory, user) };
}

function groupsOf(directory: Directory, user: string): readonly string[] {
  return directory.source.ringGroups.filter((group) => group.members.includes(user)).map((group) => group.number);
}

function insideRoute(directory: Directory, dialled: string, user: string | undefined): Route | undefined {
  // A telephone that is no user's is an outside party, although it is not on a trunk.
  const direction = user === undefined ? 'in' : 'internal';
  const destination = insideDestination(directory, dialled);
  if (destination?.kind === 'user') return userRoute(directory, destination.extension, dialled, direction, user);
  if (destination?.kind === 'group') {
    const name = directory.groups.get(dialled)?.name ?? '';
    return {
      kind: 'dial',
      direction,
      addressed: destination,
      callee: { number: dialled, name },
      destination,
      language: languageOf(directory, user),
      emergency: false,
      ...callerUser(user),
    };
  }
  return user === undefined ? undefined : ownNumberRoute(directory, dialled, user);
}

/** Our own outside numbers stay in the house, also behind the outside line. */
function ownNumberRoute(directory: Directory, dialled: string, user: string): Route | undefined {
  const { numbering } = directory.source;
  for (const number of [dialled, outsideNumber(dialled, numbering) ?? dialled]) {
    const hotline = lookUp(directory.hotlines, number, numbering);
    if (hotline) return hotlineRoute(directory, hotline, number, 'internal', user);
    const extension = lookUp(directory.extensionOfDid, number, numbering);
    if (extension !== undefined) return userRoute(directory, extension, number, 'internal', user);
  }
  return undefined;
}

export function insideDestination(directory: Directory, number: string): Destination | undefined {
  if (directory.users.has(number)) return { kind: 'user', extension: number };
  if (directory.groups.has(number)) return { kind: 'group', number };
  return undefined;
}

/** An overflow or a hotline may lead to any number the configuration names; trunks are open to it without a route. */
export function configuredDestination(directory: Directory, number: string): Destination {
  const e164 = toE164(number, directory.source.numbering);
  return insideDestination(directory, number) ?? toOutside(e164 ?? number, number, allTrunks(directory), false);
}

function toOutside(number: string, dialled: string, trunks: readonly string[], emergency: boolean): Destination {
  return { kind: 'outside', number, dialled, trunks, emergency };
}

function allTrunks(directory: Directory): readonly string[] {
  return directory.source.trunks.map((trunk) => trunk.name);
}

function userRoute(
  directory: Directory,
  extension: string,
  dialled: string,
  direction: Direction,
  user?: string,
): DialRoute {
  const called = directory.users.get(extension);
  return {
    kind: 'dial',
    direction,
    addressed: { kind: 'user', extension },
    callee: { number: calleeNumber(directory, dialled), name: called?.name ?? '' },
    destination: { kind: 'user', extension },
    language: direction === 'in' ? (called?.language ?? directory.source.language) : languageOf(directory, user),
    emergency: false,
    ...callerUser(user),
  };
}

function hotlineRoute(
  directory: Directory,
  hotline: Hotline,
  dialled: string,
  direction: Direction,
  user?: string,
): DialRoute {
  const destination = configuredDestination(directory, hotline.destination);
  return {
    kind: 'dial',
    direction,
    addressed: toAddressed(destination),
    callee: { number: calleeNumber(directory, dialled), name: hotline.name },
    destination,
    hotline: hotline.name,
    language: hotline.language ?? directory.source.language,
    emergency: false,
    ...callerUser(user),
  };
}

function toAddressed(destination: Destination): Addressed {
  return destination.kind === 'outside' ? { kind: 'outside', number: destination.number } : destination;
}

/** A DID in E.164, so that it reads the same whatever the trunk sends; extensions as they are. */
function calleeNumber(directory: Directory, dialled: string): string {
  if (directory.users.has(dialled) || directory.groups.has(dialled)) return dialled;
  return toE164(dialled, directory.source.numbering) ?? dialled;
}

function outsideRoute(
  directory: Directory,
  availability: Availability,
  matches: PatternTest,
  dialled: string,
  user: string | undefined,
): Route {
  if (user === undefined) return refuse(directory, 'not-allowed');
  const { numbering } = directory.source;
  const number = outsideNumber(dialled, numbering);
  if (number === undefined) return refuse(directory, 'number-unknown', user);
  const permit = permitOutside(directory, availability, matches, number, user);
  if ('reason' in permit) return refuse(directory, permit.reason, user);
  return {
    kind: 'dial',
    direction: 'out',
    addressed: { kind: 'outside', number },
    callee: { number, name: '' },
    destination: toOutside(number, withoutOutsideLine(dialled, number, numbering), permit.trunks, false),
    callerUser: user,
    language: languageOf(directory, user),
    emergency: false,
  };
}

type Permit = { readonly trunks: readonly string[] } | { readonly reason: RefusalReason };

/**
 * Every route that fits and that the user may use gives its trunks, in order; the limit is that of the first of them.
 * Without any routes everybody may use every trunk.
 */
function permitOutside(
  directory: Directory,
  availability: Availability,
  matches: PatternTest,
  number: string,
  user: string,
): Permit {
  const routes = directory.source.outboundRoutes;
  if (routes.length === 0) return withTrunks(allTrunks(directory));
  const fitting = routes.filter((route) => matches(route.pattern, number));
  if (fitting.length === 0) return { reason: 'no-route' };
  const [first, ...others] = fitting.filter((route) => mayUse(route, user));
  if (!first) return { reason: 'not-allowed' };
  const isTooMany = availability.outsideCallsLastMinute(user) >= (first.callsPerMinute ?? Infinity);
  if (isTooMany) return { reason: 'too-many-outside-calls' };
  return withTrunks([first, ...others].flatMap((route) => route.trunks));
}

function withTrunks(trunks: readonly string[]): Permit {
  return trunks.length === 0 ? { reason: 'no-route' } : { trunks: [...new Set(trunks)] };
}

function withoutOutsideLine(dialled: string, number: string, numbering: Numbering): string {
  const { outsideLine = '' } = numbering;
  if (outsideLine === '' || !dialled.startsWith(outsideLine)) return dialled;
  const rest = dialled.slice(outsideLine.length);
  return (toE164(rest, numbering) ?? rest) === number ? rest : dialled;
}

function mayUse(route: OutboundRoute, user: string): boolean {
  return route.users === 'all' || route.users.includes(user);
}

function refuse(directory: Directory, reason: RefusalReason, user?: string): RefusedRoute {
  return {
    kind: 'refuse',
    reason,
    cause: refusalCauses[reason],
    language: languageOf(directory, user),
    ...callerUser(user),
  };
}

const refusalCauses: Readonly<Record<RefusalReason, number>> = {
  'number-unknown': cause.unallocated,
  'service-not-available': cause.unallocated,
  'no-route': cause.unallocated,
  'not-allowed': cause.rejected,
  'too-many-outside-calls': cause.rejected,
  overload: cause.congestion,
};

function languageOf(directory: Directory, user: string | undefined): string {
  return (user === undefined ? undefined : directory.users.get(user)?.language) ?? directory.source.language;
}

function callerUser(user: string | undefined): { callerUser?: string } {
  return user === undefined ? {} : { callerUser: user };
}
