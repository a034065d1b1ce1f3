/** Where a call goes: the stateless decisions of routing. */

import type { Addressed } from '../telephony/events.ts';
import { cause, type Direction, type Origin, type Party } from '../telephony/model.ts';
import { emergencyNumber, formatFor, isWithheld, outsideNumber, toE164 } from '../telephony/number.ts';
import { endpointsOf, lookUp, type Directory, type Hotline, type OutboundRoute, type Trunk } from './directory.ts';
import type { Availability, PatternTest } from './ports.ts';

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
  | { readonly kind: 'outside'; readonly number: string; readonly trunks: readonly string[]; readonly emergency: boolean };

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
  readonly prompt?: string;
  readonly callerUser?: string;
  readonly language: string;
}

export type RefusalReason =
  | 'number-unknown'
  | 'not-allowed'
  | 'no-route'
  | 'too-many-outside-calls'
  | 'overload'
  | 'no-trunk-free';

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
  const byEndpoint = directory.extensionOfEndpoint.get(arrival.endpoint);
  const byNumber = directory.users.get(arrival.caller.number);
  const trusted = byNumber?.identifyByCallerNumber === true && endpointsOf(byNumber).includes(arrival.endpoint);
  return trusted ? byNumber.extension : byEndpoint;
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
    destination: { kind: 'outside', number, trunks: directory.source.trunks.map((trunk) => trunk.name), emergency: true },
    language: languageOf(directory, user),
    emergency: true,
    ...callerUser(user),
  };
}

function serviceRoute(directory: Directory, dialled: string, user: string | undefined): Route | undefined {
  const { groupLogin, groupLogout } = directory.source.serviceCodes;
  const codes = [
    ['groupLogin', groupLogin],
    ['groupLogout', groupLogout],
  ] as const;
  for (const [service, code] of codes) {
    const rest = afterCode(dialled, code);
    if (rest === undefined || (rest !== '' && !directory.groups.has(rest))) continue;
    if (user === undefined) return refuse(directory, 'not-allowed');
    const groups = rest === '' ? groupsOf(directory, user) : [rest].filter((group) => groupsOf(directory, user).includes(group));
    return { kind: 'service', service, user, groups, code: dialled, language: languageOf(directory, user) };
  }
  return undefined;
}

function afterCode(dialled: string, code: string): string | undefined {
  return dialled.startsWith(code) ? dialled.slice(code.length) : undefined;
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
  if (user === undefined) return undefined;
  const hotline = lookUp(directory.hotlines, dialled, directory.source.numbering);
  if (hotline) return hotlineRoute(directory, hotline, dialled, 'internal', user);
  const extension = lookUp(directory.extensionOfDid, dialled, directory.source.numbering);
  return extension === undefined ? undefined : userRoute(directory, extension, dialled, 'internal', user);
}

export function insideDestination(directory: Directory, number: string): Destination | undefined {
  if (directory.users.has(number)) return { kind: 'user', extension: number };
  if (directory.groups.has(number)) return { kind: 'group', number };
  return undefined;
}

/** An overflow or a hotline may lead to any number the configuration names; trunks are open to it without a route. */
export function configuredDestination(directory: Directory, number: string): Destination {
  const { numbering, trunks } = directory.source;
  return (
    insideDestination(directory, number) ?? {
      kind: 'outside',
      number: toE164(number, numbering) ?? number,
      trunks: trunks.map((trunk) => trunk.name),
      emergency: false,
    }
  );
}

function userRoute(directory: Directory, extension: string, dialled: string, direction: Direction, user?: string): DialRoute {
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

function hotlineRoute(directory: Directory, hotline: Hotline, dialled: string, direction: Direction, user?: string): DialRoute {
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
  const number = outsideNumber(dialled, directory.source.numbering);
  if (number === undefined) return refuse(directory, 'number-unknown', user);
  const routes = directory.source.outboundRoutes;
  const matching = routes.filter((route) => matches(route.pattern, number));
  if (routes.length > 0 && matching.length === 0) return refuse(directory, 'no-route', user);
  const allowed = matching.filter((route) => mayUse(route, user));
  if (routes.length > 0 && allowed.length === 0) return refuse(directory, 'not-allowed', user);
  const limit = allowed[0]?.callsPerMinute;
  if (limit !== undefined && availability.outsideCallsLastMinute(user) >= limit) {
    return refuse(directory, 'too-many-outside-calls', user);
  }
  const trunks = unique(routes.length > 0 ? allowed.flatMap((route) => route.trunks) : directory.source.trunks.map((trunk) => trunk.name));
  if (trunks.length === 0) return refuse(directory, 'no-route', user);
  return {
    kind: 'dial',
    direction: 'out',
    addressed: { kind: 'outside', number },
    callee: { number, name: '' },
    destination: { kind: 'outside', number, trunks, emergency: false },
    callerUser: user,
    language: languageOf(directory, user),
    emergency: false,
  };
}

function mayUse(route: OutboundRoute, user: string): boolean {
  return route.users === 'all' || route.users.includes(user);
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}

/** How a number is dialled through a trunk: technology and resource. */
export function trunkDial(directory: Directory, trunk: Trunk, number: string, emergency: boolean): string {
  const sent = emergency ? number : formatFor(trunk.numberFormat, number, directory.source.numbering);
  const template = trunk.dial ?? `PJSIP/{number}@${trunk.endpoint.replace(/^PJSIP\//, '')}`;
  return template.replaceAll('{number}', sent.replace(/[^0-9+*#]/g, ''));
}

/** The number shown to the called party outside. */
export function shownOutside(directory: Directory, trunk: Trunk, user: string | undefined, caller: Party): Party {
  const own = user === undefined ? undefined : directory.users.get(user);
  if (own) return { number: own.callerId ?? trunk.callerId ?? '', name: own.name ?? '' };
  // A call from outside that is sent on to the outside shows its caller, where there is one to show.
  return { number: isWithheld(caller.number) ? '' : caller.number, name: caller.name };
}

/** The caller's name as the desk phone shows it: the hotline first. */
export function shownInside(directory: Directory, hotlineName: string | undefined, caller: Party): Party {
  const hotline = directory.source.hotlines.find((one) => one.name === hotlineName);
  if (!hotline) return caller;
  const name = (hotline.phoneDisplay ?? '{hotline} {contact.name}')
    .replaceAll('{hotline}', hotline.name)
    .replaceAll('{contact.name}', caller.name)
    .replace(/\{[^}]*\}/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  return { number: caller.number, name };
}

function refuse(directory: Directory, reason: RefusalReason, user?: string): RefusedRoute {
  return { kind: 'refuse', reason, ...refusals[reason], language: languageOf(directory, user), ...callerUser(user) };
}

const refusals: Readonly<Record<RefusalReason, { readonly cause: number; readonly prompt?: string }>> = {
  'number-unknown': { cause: cause.unallocated },
  'no-route': { cause: cause.unallocated },
  'not-allowed': { cause: cause.rejected },
  'too-many-outside-calls': { cause: cause.rejected },
  'no-trunk-free': { cause: cause.congestion },
  overload: { cause: cause.congestion },
};

function languageOf(directory: Directory, user: string | undefined): string {
  return (user === undefined ? undefined : directory.users.get(user)?.language) ?? directory.source.language;
}

function callerUser(user: string | undefined): { callerUser?: string } {
  return user === undefined ? {} : { callerUser: user };
}
