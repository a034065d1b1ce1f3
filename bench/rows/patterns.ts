/** What a pattern costs that somebody wrote without care: for a backtracking engine a few characters are too many. */

import { compilePattern } from '../../src/lib/pattern.ts';
import { createExceptionMatcher } from '../../src/recording/exceptions.ts';
import { isWithheld, readings } from '../../src/telephony/number.ts';
import { median, type Row, type Run } from '../results.ts';
import { numbering } from './long-number.ts';

const pattern = '(a+)+$';
const characters = 10_000;
const rounds = 100;
/** Any caller may send such a number; with each of them the search fails at another place. */
const numbers = ['a'.repeat(characters - 1) + 'b', `${'a'.repeat(50)}b${'a'.repeat(characters - 52)}b`];

export function measurePatterns(runs: number): readonly Row[] {
  const native = shortestThatBlocks();
  const measured = Array.from({ length: runs }, (): Run => {
    const ours = slowest();
    return { ours, against: median(Array.from({ length: 3 }, () => nativeMs(native))), figure: ours };
  });
  return [
    {
      name: `exception list with ${pattern} on a number of 10 kB`,
      against: `RegExp, ${native} characters`,
      unit: 'ms',
      figure: 'value',
      reach: { at: 5, better: 'less' },
      runs: measured,
      note: 'each further character doubles what the RegExp takes',
    },
  ];
}

/** As a call is looked at: every reading of its number, and each of them against the list. */
function slowest(): number {
  const match = createExceptionMatcher({
    lists: [{ name: 'list', entries: [{ pattern }] }],
    compile: (source) => {
      const compiled = compilePattern(source);
      if (!compiled.ok) throw new Error(compiled.message);
      return compiled.pattern;
    },
    readings: (number) => readings(number, numbering),
    isWithheld,
  });
  const times = numbers.flatMap((number) =>
    Array.from({ length: rounds }, () => timeOf(() => void match('list', readings(number, numbering)))),
  );
  return Math.max(...times);
}

const blocksMs = 100;
const mostCharacters = 32;

/** Grown character by character, so that it ends on any machine. */
function shortestThatBlocks(): number {
  let length = 16;
  while (length < mostCharacters && nativeMs(length) < blocksMs) length += 1;
  return length;
}

function nativeMs(length: number): number {
  const expression = new RegExp(pattern);
  const number = `${'a'.repeat(length - 1)}b`;
  return timeOf(() => void expression.test(number));
}

function timeOf(work: () => void): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}
