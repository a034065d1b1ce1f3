/** What every part of the fallback needs to know. */

import type { Addressed } from '../telephony/events.ts';
import { callingCode, toE164 } from '../telephony/number.ts';
import { isDevice, isDiallable, readable } from './dialplan-text.ts';
import { endpointsOf, type User } from './directory.ts';
import type { FallbackPorts, FallbackSource, RecordedSide } from './fallback-source.ts';

export interface FallbackPlan {
  readonly source: FallbackSource;
  readonly ports: FallbackPorts;
  /** Users with a telephone, by extension. */
  readonly users: ReadonlyMap<string, User>;
  /** The name of a context of ours. */
  context(part: string): string;
}

export function toPlan(source: FallbackSource, ports: FallbackPorts): FallbackPlan {
  const application = source.asterisk.application.replace(/[^0-9A-Za-z]/g, '') || 'fernamt';
  const phones = source.users.filter((user) => user.extension !== undefined && isDiallable(user.extension));
  return {
    source: { ...source, asterisk: { ...source.asterisk, application } },
    ports,
    users: new Map(phones.map((user) => [user.extension ?? '', user])),
    context: (part) => `${application}-fallback-${part}`,
  };
}

/** Where a number of the configuration leads, as an application of the dialplan. */
export function leadTo(plan: FallbackPlan, number: string): string {
  const { kind } = destinationOf(plan, number);
  if (kind === 'user') return `Goto(${plan.context('extension')},${number},1)`;
  if (kind === 'group') return `Goto(${plan.context('group')},${number},1)`;
  const outside = outsideOf(plan, number);
  return isDiallable(outside) ? `Goto(${plan.context('forward')},${outside},1)` : `Goto(${plan.context('end')},user,1)`;
}

export function destinationOf(plan: FallbackPlan, number: string): Exclude<Addressed, { kind: 'service' | 'nobody' }> {
  if (plan.users.has(number)) return { kind: 'user', extension: number };
  const isGroup = isDiallable(number) && plan.source.ringGroups.some((group) => group.number === number);
  return isGroup ? { kind: 'group', number } : { kind: 'outside', number: outsideOf(plan, number) };
}

function outsideOf(plan: FallbackPlan, number: string): string {
  return toE164(number, plan.source.numbering) ?? number;
}

/** The user's devices that can be written into a dialplan. */
export function devicesOf(user: User): readonly string[] {
  return endpointsOf(user).filter(isDevice);
}

/** The language that is spoken to the caller. */
export function languageOf(plan: FallbackPlan, language: string | undefined): string {
  return (language ?? plan.source.language).replace(/[^a-z]/g, '') || 'en';
}

/** Place in the list of settings and key; the place alone where the setting must not record; last of all: nobody does. */
export const notRecorded = '9999-';

export function recordingKey(plan: FallbackPlan, side: RecordedSide): string {
  const matching = plan.ports.matchingSetting(side);
  if (matching === undefined) return notRecorded;
  const key = matching.setting === undefined ? '' : plan.ports.settingKey(matching.setting).replace(/[^0-9a-f]/g, '');
  return `${String(matching.order).padStart(4, '0')}-${key}`;
}

/** All the ways in which a trunk may write a number of ours, the number itself first. */
export function notationsOf(plan: FallbackPlan, did: string): readonly string[] {
  const { numbering } = plan.source;
  const { areaCode = '', internationalPrefix, nationalPrefix } = numbering;
  const e164 = toE164(did, numbering);
  if (e164 === undefined) return isDiallable(did) ? [did] : [];
  const all = [e164, e164.slice(1), internationalPrefix + e164.slice(1)];
  const own = `+${callingCode(numbering)}`;
  if (own !== '+' && e164.startsWith(own)) {
    const significant = e164.slice(own.length);
    all.push(nationalPrefix + significant, significant);
    if (areaCode !== '' && significant.startsWith(areaCode)) all.push(significant.slice(areaCode.length));
  }
  return [...new Set(all)].filter(isDiallable);
}

export function nameOf(number: string, name: string | undefined): string {
  return readable(name === undefined || name === '' ? number : `${number}: ${name}`);
}

/** Digits that can stand in a pattern as they are. */
export function isPrefix(text: string): boolean {
  return /^[0-9*#]{1,20}$/.test(text);
}
