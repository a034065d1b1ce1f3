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

/** What is dialled to reach a function; codes for digits during a call are not among them. */
export interface ServiceCodes {
  readonly groupLogin: string;
  readonly groupLogout: string;
  readonly spy?: string | undefined;
  readonly whisper?: string | undefined;
  readonly barge?: string | undefined;
  readonly pickupGroup?: string | undefined;
  readonly pickupExtension?: string | undefined;
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
  readonly serviceCodes: ServiceCodes;
}

export interface Directory {
  readonly source: RoutingSource;
  /** By extension. */
  readonly users: ReadonlyMap<string, User>;
  /** Extension by endpoint, such as `PJSIP/1001`. One that several users share tells none of them. */
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
    // Behind a telephone system that is trusted to name its users, only the number it gives says who calls.
    extensionOfEndpoint: unambiguous(
      phones
        .filter((user) => user.identifyByCallerNumber !== true)
        .flatMap((user) => endpointsOf(user).map((one) => [toEndpoint(one), user.extension ?? ''] as const)),
    ),
    groups: new Map(source.ringGroups.map((group) => [group.number, group])),
    trunks: new Map(source.trunks.map((trunk) => [trunk.name, trunk])),
    hotlines: new Map(
      source.hotlines
        .filter((hotline) => hotline.did !== 'any')
        .flatMap((hotline) => readings(hotline.did, source.numbering).map((did) => [did, hotline] as const)),
    ),
    extensionOfDid: new Map(
      phones.flatMap((user) =>
        (user.did ?? []).flatMap((did) =>
          readings(did, source.numbering).map((one) => [one, user.extension ?? ''] as const),
        ),
      ),
    ),
    ...(anyHotline ? { anyHotline } : {}),
  };
}

/** Only the keys that always lead to the same value. */
function unambiguous(entries: readonly (readonly [key: string, value: string])[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const shared = new Set<string>();
  for (const [key, value] of entries) {
    if ((found.get(key) ?? value) !== value) shared.add(key);
    found.set(key, value);
  }
  return new Map([...found].filter(([key]) => !shared.has(key)));
}

/** The endpoint that a device is reached by: `PJSIP/1001@pbx` is a number behind the endpoint `PJSIP/pbx`. */
export function toEndpoint(device: string): string {
  return device.replace(/^PJSIP\/[^/@]*@/, 'PJSIP/');
}

/** All devices of a user, the desk phone first. */
export function endpointsOf(user: User): readonly string[] {
  const first = user.endpoint ?? (user.extension === undefined ? undefined : `PJSIP/${user.extension}`);
  return [...(first === undefined ? [] : [first]), ...(user.endpoints ?? [])];
}

/** The first reading of a number that the map knows. */
export function lookUp<Value>(
  map: ReadonlyMap<string, Value>,
  number: string,
  numbering: Numbering,
): Value | undefined {
  for (const reading of readings(number, numbering)) {
    const value = map.get(reading);
    if (value !== undefined) return value;
  }
  return undefined;
}
