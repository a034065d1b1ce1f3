/** No digits mean two things: extensions, groups, service codes, emergency numbers, and numbers called from outside. */

import { numberingSlice, serviceCodesSlice } from '../../routing/config.ts';
import type { Numbering } from '../../telephony/number.ts';
import { readings } from '../../telephony/number.ts';
import type { Finding } from '../problem.ts';
import { error, formatPath } from '../problem.ts';
import { childOf, valueAt } from '../schema-index.ts';
import type { Named } from './view.ts';
import { entriesAt, textsIn, textsOf } from './view.ts';

export function checkDigits(root: unknown): Finding[] {
  const numbering = numberingOf(root);
  const codes = serviceCodesOf(root);
  const own = [...textsIn(root, ['users'], 'extension'), ...textsIn(root, ['ringGroups'], 'number')];
  // Those that nobody wrote come first: the fault is shown where something is written.
  const reachable = [...codes.filter((code) => !code.given), ...own, ...codes.filter((code) => code.given)];
  return [
    ...reachable.flatMap((named) => emergencyFault(named, numbering)),
    ...takenTwice(reachable),
    ...codes.flatMap((code) => ambiguousCode(code, codes)),
    ...own.flatMap((named) => hiddenByCode(named, codes)),
    ...calledTwice(root, numbering),
  ];
}

/** As far as it is right; otherwise what holds without it. */
export function numberingOf(root: unknown): Numbering {
  const parsed = numberingSlice.safeParse(childOf(root, 'numbering'));
  return parsed.success ? parsed.data : numberingSlice.parse(undefined);
}

interface ServiceCode extends Named {
  readonly inCall: boolean;
  /** It stands in the file. */
  readonly given: boolean;
}

const inCall = ['pauseRecording', 'resumeRecording', 'discardRecording'];

function serviceCodesOf(root: unknown): ServiceCode[] {
  return Object.entries(serviceCodesSlice.parse(undefined)).flatMap(([key, usual]) => {
    const path = ['serviceCodes', key];
    const value = valueAt(root, path);
    const given = typeof value === 'string';
    const text = given ? value : usual;
    return text === null || value === null ? [] : [{ path, text, inCall: inCall.includes(key), given }];
  });
}

function emergencyFault({ path, text }: Named, { emergencyNumbers, outsideLine = '' }: Numbering): Finding[] {
  const meant = emergencyNumbers.find((number) => text === number || text === outsideLine + number);
  if (meant === undefined) return [];
  const how = text === meant ? 'is an emergency number' : `is the emergency number ${meant} behind the outside line`;
  return [error(path, how, 'choose other digits')];
}

function takenTwice(all: readonly Named[]): Finding[] {
  const first = new Map<string, Named>();
  return all.flatMap((named) => {
    const earlier = first.get(named.text);
    if (!earlier) first.set(named.text, named);
    return earlier ? [error(named.path, `${named.text} is taken twice`, `first by ${formatPath(earlier.path)}`)] : [];
  });
}

/** Codes of one kind are followed by further digits, so none may begin with another. */
function ambiguousCode(code: ServiceCode, codes: readonly ServiceCode[]): Finding[] {
  if (!code.given) return [];
  const others = codes.filter((other) => other !== code && other.inCall === code.inCall);
  const shorter = others.find((other) => isBeginning(other.text, code.text));
  const longer = others.find((other) => isBeginning(code.text, other.text) && !other.given);
  return [
    ...(shorter ? [error(code.path, `begins with ${shorter.text}`, `that is ${formatPath(shorter.path)}`)] : []),
    ...(longer ? [error(code.path, `is the beginning of ${longer.text}`, `that is ${formatPath(longer.path)}`)] : []),
  ];
}

function hiddenByCode(named: Named, codes: readonly ServiceCode[]): Finding[] {
  const code = codes.find((other) => !other.inCall && isBeginning(other.text, named.text));
  if (!code) return [];
  return [error(named.path, `begins with the service code ${code.text}`, `change it or ${formatPath(code.path)}`)];
}

function isBeginning(beginning: string, text: string): boolean {
  return beginning !== '' && text.length > beginning.length && text.startsWith(beginning);
}

/** Two ways of writing one number count as the same number. */
function calledTwice(root: unknown, numbering: Numbering): Finding[] {
  const first = new Map<string, Named>();
  const all = [
    ...textsIn(root, ['hotlines'], 'did'),
    ...entriesAt(root, 'users').flatMap((user) => textsOf(user, 'did')),
  ];
  return all.flatMap((named) => {
    const written = named.text === 'any' ? ['any'] : readings(named.text, numbering);
    const earlier = written.map((reading) => first.get(reading)).find((one) => one !== undefined);
    for (const reading of written) if (!first.has(reading)) first.set(reading, named);
    return earlier ? [error(named.path, `${named.text} is called twice`, `first in ${formatPath(earlier.path)}`)] : [];
  });
}
