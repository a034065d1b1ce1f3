/** The defaults that depend on other keys. What comes out is the effective configuration: the same keys as in the file. */

import type { ParsedConfig } from './schema.ts';

type ParsedUser = ParsedConfig['users'][number];
type ParsedGroup = ParsedConfig['ringGroups'][number];
type ParsedTrunk = ParsedConfig['trunks'][number];
type ParsedRoute = ParsedConfig['outboundRoutes'][number];
type ParsedHotline = ParsedConfig['hotlines'][number];
type ParsedSetting = ParsedConfig['recording']['settings'][number];

type Filled<Entry, Key extends keyof Entry> = Omit<Entry, Key> & Required<Pick<Entry, Key>>;

export type User = Filled<ParsedUser, 'name' | 'language'>;
export type RingGroup = Filled<ParsedGroup, 'name'>;
export type Trunk = Filled<ParsedTrunk, 'endpoint' | 'dial'>;
export type OutboundRoute = Filled<ParsedRoute, 'name' | 'trunks'>;
export type Hotline = Filled<ParsedHotline, 'name' | 'language' | 'fallback'>;

export interface Config extends Omit<
  ParsedConfig,
  'include' | 'timeZone' | 'users' | 'ringGroups' | 'trunks' | 'outboundRoutes' | 'hotlines' | 'signing'
> {
  readonly timeZone: string;
  readonly users: readonly User[];
  readonly ringGroups: readonly RingGroup[];
  readonly trunks: readonly Trunk[];
  readonly outboundRoutes: readonly OutboundRoute[];
  readonly hotlines: readonly Hotline[];
  readonly signing: Filled<ParsedConfig['signing'], 'enabled'>;
}

export function complete({ include: _, ...parsed }: ParsedConfig, machineTimeZone: string): Config {
  const { language, ...rest } = parsed;
  const trunks = parsed.trunks.map(completeTrunk);
  const trunkNames = trunks.map((trunk) => trunk.name);
  return {
    language,
    timeZone: machineTimeZone,
    ...rest,
    users: parsed.users.map((user) => completeUser(user, parsed)),
    ringGroups: parsed.ringGroups.map((group) => ({ ...group, name: group.name ?? group.number })),
    trunks,
    outboundRoutes: completeRoutes(parsed.outboundRoutes, trunkNames),
    hotlines: parsed.hotlines.map((hotline) => completeHotline(hotline, parsed)),
    recording: { ...parsed.recording, settings: parsed.recording.settings.map((one) => completeSetting(one, parsed)) },
    signing: { enabled: parsed.signing.key !== undefined, ...parsed.signing },
  };
}

function completeUser(user: ParsedUser, { language }: ParsedConfig): User {
  const { extension } = user;
  const endpoint = user.endpoint ?? (extension === undefined ? undefined : `PJSIP/${extension}`);
  const name = user.name ?? extension ?? user.login ?? '';
  return { ...user, name, language: user.language ?? language, ...(endpoint === undefined ? {} : { endpoint }) };
}

function completeTrunk(trunk: ParsedTrunk): Trunk {
  const endpoint = trunk.endpoint ?? `PJSIP/${trunk.name}`;
  const [technology, resource] = endpoint.split('/');
  return { ...trunk, endpoint, dial: trunk.dial ?? `${technology}/{number}@${resource}` };
}

function completeRoutes(routes: readonly ParsedRoute[], trunks: string[]): OutboundRoute[] {
  if (routes.length === 0 && trunks.length > 0) return [{ name: 'route 1', pattern: '.*', users: 'all', trunks }];
  return routes.map((route, index) => ({
    ...route,
    name: route.name ?? `route ${index + 1}`,
    trunks: route.trunks ?? trunks,
  }));
}

function completeHotline(hotline: ParsedHotline, { language, asterisk }: ParsedConfig): Hotline {
  return {
    ...hotline,
    name: hotline.name ?? hotline.did,
    language: hotline.language ?? language,
    fallback: hotline.fallback ?? asterisk.fallback,
  };
}

/** A user who is named by the login is meant with the telephone: calls know users by their extensions. */
function completeSetting(setting: ParsedSetting, { users }: ParsedConfig): ParsedSetting {
  const { users: selected, ...select } = setting.select;
  if (!selected) return setting;
  const toExtension = (name: string): string => {
    const isExtension = users.some((user) => user.extension === name);
    return isExtension ? name : (users.find((user) => user.login === name)?.extension ?? name);
  };
  return { ...setting, select: { ...select, users: [...new Set(selected.map(toExtension))] } };
}
