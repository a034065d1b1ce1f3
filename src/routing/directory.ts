/** Who is who: users, ring groups, hotlines and trunks as routing looks them up. Built once per configuration. */

import { readings, type Numbering } from '../telephony/number.ts';

export type Strategy = 'ringAll' | 'linear' | 'roundRobin';

export interface User {
  readonly extension?: string | undefined;
  readonly name?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly endpoints?: readonly string[] | undefined;
  readonly did?: readonly string[] | undefined;
  readonly callerId?: string | undefined;
  readonly language?: string | undefined;
  readonly identifyByCallerNumber?: boolean | undefined;
}

export interface RingGroup {
  readonly number: string;
  readonly name?: string | undefined;
  readonly members: readonly string[];
  readonly strategy: Strategy;
  readonly ringSeconds: number;
  readonly memberRingSeconds: number;
  readonly rounds: number;
  readonly ringBusyMembers: boolean;
  readonly startActive: boolean;
  readonly overflow?: string | undefined;
}

export interface Hotline {
  readonly did: string;
  readonly name: string;
  readonly destination: string;
  readonly language?: string | undefined;
  readonly phoneDisplay?: string | undefined;
}

export interface Trunk {
  readonly name: string;
  readonly endpoint: string;
  readonly dial?: string | undefined;
  readonly numberFormat: 'e164' | 'e164NoPlus' | 'international' | 'national' | 'asDialled';
  readonly callerId?: string | undefined;
  readonly maxCalls?: number | undefined;
}

export interface OutboundRoute {
  readonly name: string;
  readonly pattern: string;
  readonly trunks: readonly string[];
  readonly users: 'all' | readonly string[];
  readonly callsPerMinute?: number | undefined;
}

/** The part of the configuration that routing reads; the same keys as in the file. */
export interface RoutingSource {
  readonly language: string;
  readonly numbering: Numbering;
  readonly users: readonly User[];
  readonly ringGroups: readonly RingGroup[];
  readonly trunks: readonly Trunk[];
  readonly outboundRoutes: readonly OutboundRoute[];
  readonly hotlines: readonly Hotline[];
  readonly serviceCodes: { readonly groupLogin: string; readonly groupLogout: string };
}

export interface Directory {
  readonly source: RoutingSource;
  /** By extension. */
  readonly users: ReadonlyMap<string, User>;
  /** Extension by endpoint, such as `PJSIP/1001`. */
  readonly extensionOfEndpoint: ReadonlyMap<string, string>;
  readonly groups: ReadonlyMap<string, RingGroup>;
  readonly trunks: ReadonlyMap<string, Trunk>;
  /** By every reading of the DID. */
  readonly hotlines: ReadonlyMap<string, Hotline>;
  readonly anyHotline?: Hotline;
  /** Extension by every reading of the user's DID. */
  readonly extensionOfDid: ReadonlyMap<string, string>;
}

export function toDirectory(source: RoutingSource): Directory {
  const phones = source.users.filter((user) => user.extension !== undefined);
  const anyHotline = source.hotlines.find((hotline) => hotline.did === 'any');
  return {
    source,
    users: new Map(phones.map((user) => [user.extension ?? '', user])),
    extensionOfEndpoint: new Map(phones.flatMap((user) => endpointsOf(user).map((endpoint) => [endpoint, user.extension ?? '']))),
    groups: new Map(source.ringGroups.map((group) => [group.number, group])),
    trunks: new Map(source.trunks.map((trunk) => [trunk.name, trunk])),
    hotlines: new Map(
      source.hotlines
        .filter((hotline) => hotline.did !== 'any')
        .flatMap((hotline) => readings(hotline.did, source.numbering).map((did) => [did, hotline] as const)),
    ),
    extensionOfDid: new Map(
      phones.flatMap((user) =>
        (user.did ?? []).flatMap((did) => readings(did, source.numbering).map((one) => [one, user.extension ?? ''] as const)),
      ),
    ),
    ...(anyHotline ? { anyHotline } : {}),
  };
}

/** All devices of a user, the desk phone first. */
export function endpointsOf(user: User): readonly string[] {
  const first = user.endpoint ?? (user.extension === undefined ? undefined : `PJSIP/${user.extension}`);
  return [...(first === undefined ? [] : [first]), ...(user.endpoints ?? [])];
}

/** The first reading of a number that the map knows. */
export function lookUp<Value>(map: ReadonlyMap<string, Value>, number: string, numbering: Numbering): Value | undefined {
  for (const reading of readings(number, numbering)) {
    const value = map.get(reading);
    if (value !== undefined) return value;
  }
  return undefined;
}
