/** Where calls are sent exists, and no overflow goes round in a circle. */

import { closest } from '../../lib/closest.ts';
import { emergencyNumber } from '../../telephony/number.ts';
import type { Numbering } from '../../telephony/number.ts';
import type { Finding } from '../problem.ts';
import { error, formatPath } from '../problem.ts';
import { numberingOf } from './digits.ts';
import type { Named } from './view.ts';
import { entriesAt, textOf, textsIn } from './view.ts';

export function checkDestinations(root: unknown): Finding[] {
  const named = [...textsIn(root, ['hotlines'], 'destination'), ...textsIn(root, ['ringGroups'], 'overflow')];
  const place: Surroundings = {
    own: new Set(
      [...textsIn(root, ['users'], 'extension'), ...textsIn(root, ['ringGroups'], 'number')].map((one) => one.text),
    ),
    hasTrunk: entriesAt(root, 'trunks').length > 0,
    numbering: numberingOf(root),
  };
  return [...named.flatMap((one) => destinationFault(one, place)), ...overflowCircles(root)];
}

interface Surroundings {
  /** Extensions and group numbers. */
  readonly own: ReadonlySet<string>;
  readonly hasTrunk: boolean;
  readonly numbering: Numbering;
}

function destinationFault({ path, text }: Named, { own, hasTrunk, numbering }: Surroundings): Finding[] {
  if (own.has(text) || !/^\+?[0-9]+$/.test(text)) return [];
  if (emergencyNumber(text, numbering) !== undefined)
    return [error(path, 'is an emergency number', 'calls are never sent there')];
  if (!isOutside(text, own, numbering)) {
    const meant = closest(text, own);
    const hint = meant === undefined ? 'outside numbers begin with + or a prefix' : `did you mean "${meant}"?`;
    return [error(path, `there is no extension or ring group "${text}"`, hint)];
  }
  return hasTrunk ? [] : [error(path, 'is an outside number, but there is no trunk', 'add one under trunks')];
}

/** Without a prefix only what is longer than all numbers of the house can be meant for the outside. */
function isOutside(text: string, own: ReadonlySet<string>, numbering: Numbering): boolean {
  const prefixes = ['+', numbering.internationalPrefix, numbering.nationalPrefix].filter((prefix) => prefix !== '');
  const dialled = prefixes.flatMap((prefix) => [prefix, `${numbering.outsideLine ?? ''}${prefix}`]);
  if (dialled.some((prefix) => text.startsWith(prefix))) return true;
  const longest = Math.max(0, ...[...own].slice(0, 10_000).map((number) => number.length));
  return text.length > longest;
}

function overflowCircles(root: unknown): Finding[] {
  const overflow = new Map<string, Named>();
  for (const group of entriesAt(root, 'ringGroups')) {
    const [number, next] = [textOf(group, 'number'), textOf(group, 'overflow')];
    if (number && next && !overflow.has(number.text)) overflow.set(number.text, next);
  }
  const told = new Set<string>();
  return [...overflow.keys()].flatMap((start) => {
    const circle = circleFrom(start, overflow);
    if (!circle || circle.some((number) => told.has(number))) return [];
    for (const number of circle) told.add(number);
    const path = overflow.get(start)?.path ?? [];
    return [
      error(
        path,
        `overflows in a circle: ${[...circle, start].join(' → ')}`,
        `end it somewhere, here by leaving ${formatPath(path)} out`,
      ),
    ];
  });
}

/** The groups passed on the way from a group back to itself. */
function circleFrom(start: string, overflow: ReadonlyMap<string, Named>): string[] | undefined {
  const passed = [start];
  for (let next = overflow.get(start)?.text; next !== undefined; next = overflow.get(next)?.text) {
    if (next === start) return passed;
    if (passed.includes(next) || passed.length > 100) return undefined;
    passed.push(next);
  }
  return undefined;
}
