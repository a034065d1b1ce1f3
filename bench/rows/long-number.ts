/** A caller may send whatever he likes as his number; it must hold up nobody. */

import { compilePattern } from '../../src/lib/pattern.ts';
import { readings } from '../../src/telephony/number.ts';
import { valueOf, type Row, type Run } from '../results.ts';

const characters = 10_000;
const rounds = 20;

export const numbering = {
  country: 'DE',
  areaCode: '30',
  internationalPrefix: '00',
  nationalPrefix: '0',
  outsideLine: '0',
  emergencyNumbers: ['110', '112'],
  companyPrefixes: [],
} as const;

/** Those that a backtracking engine would never come back from. */
const patterns = ['(a|a)*$', '^(\\+?\\d+)+$', '^(\\d*)*x', '(?:\\d{1,9}){1,9}x'];
const numbers = [
  '1'.repeat(characters),
  `+${'0'.repeat(characters)}`,
  'a'.repeat(characters),
  '+49'.repeat(characters / 3),
];

export function measureLongNumber(runs: number): readonly Row[] {
  const [normalised, matched]: [Run[], Run[]] = [[], []];
  for (let run = 0; run < runs; run += 1) {
    normalised.push(valueOf(slowest((number) => void readings(number, numbering))));
    matched.push(valueOf(slowest((number) => patterns.forEach((pattern) => match(pattern, number)))));
  }
  const reach = { at: 50, better: 'less' } as const;
  return [
    { name: 'all readings of a number of 10 kB', against: '', unit: 'ms', figure: 'value', reach, runs: normalised },
    {
      name: 'four hostile patterns on a number of 10 kB',
      against: '',
      unit: 'ms',
      figure: 'value',
      reach,
      runs: matched,
    },
  ];
}

function match(source: string, text: string): void {
  const compiled = compilePattern(source);
  if (compiled.ok) compiled.pattern.matches(text);
}

function slowest(work: (number: string) => void): number {
  const times = numbers.flatMap((number) =>
    Array.from({ length: rounds }, () => {
      const startedAt = performance.now();
      work(number);
      return performance.now() - startedAt;
    }),
  );
  return Math.max(...times);
}
