import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compilePattern } from '../../../src/lib/pattern.ts';
import { createExceptionMatcher, type ExceptionEntry } from '../../../src/recording/exceptions.ts';
import { isWithheld, readings } from '../../../src/telephony/number.ts';
import { numbering } from '../../support/scenario-setup.ts';

function matcherOf(entries: readonly ExceptionEntry[]) {
  return createExceptionMatcher({
    lists: [
      { name: 'list', entries },
      { name: 'empty', entries: [] },
    ],
    compile: (source) => {
      const result = compilePattern(source);
      assert.ok(result.ok);
      return result.pattern;
    },
    readings: (number) => readings(number, numbering),
    isWithheld,
  });
}

const rows: readonly (readonly [entry: ExceptionEntry, number: string, matches: boolean, says: string])[] = [
  [{ number: '+4930111222' }, '+4930111222', true, 'a number matches itself'],
  [{ number: '+4930111222' }, '030111222', true, 'a number matches in national notation'],
  [{ number: '030 111-222' }, '+4930111222', true, 'an entry may be written as people write'],
  [{ number: '+4930111222' }, '4930111222', true, 'a number matches without the plus'],
  [{ number: '+49304711222' }, '4711222', true, 'a number of one’s own area matches without its code'],
  [{ number: '+4930111222' }, '+49301112223', false, 'a longer number is another one'],
  [{ number: '1001' }, '1001', true, 'an extension matches by its digits'],
  [{ number: '10 01' }, '1001', true, 'an extension may be written with a blank'],
  [{ number: '1001' }, '11001', false, 'an extension matches as a whole'],
  [{ number: '*31#' }, '*31#', true, 'stars and hashes count'],
  [{ number: 'anonymous' }, '', true, 'a number that is withheld matches the word anonymous'],
  [{ number: 'anonymous' }, 'Restricted', true, 'whatever it is called'],
  [{ number: 'anonymous' }, '+4930111222', false, 'a number that is shown does not'],
  [{ number: '' }, '', false, 'an empty entry matches nobody'],
  [{ pattern: '^\\+49171' }, '01711234567', true, 'a pattern is tried on every reading'],
  [{ pattern: '^0171' }, '01711234567', true, 'also on the number as it came'],
  [{ pattern: '712' }, '01711234567', false, 'a pattern is searched and does not match what is not there'],
  [{ pattern: '7112' }, '01711234567', true, 'a pattern is searched, not anchored'],
  [{ pattern: 'anon' }, '', true, 'a pattern sees anonymous where the number is withheld'],
  [{ pattern: '^\\+49', not: true }, '+431234567', true, 'turned round it matches everybody else'],
  [{ pattern: '^\\+49', not: true }, '030111222', false, 'and nobody whom it matched in any reading'],
  [{ number: '+4930111222', not: true }, '+431234567', true, 'a number can be turned round as well'],
  [{ number: '+4930111222', not: true }, '030111222', false, 'and leaves out that number in every notation'],
];

for (const [entry, number, matches, says] of rows) {
  test(`${says}: ${entry.number ?? `/${entry.pattern ?? ''}/`} and "${number}"`, () => {
    const hit = matcherOf([entry])('list', readings(number, numbering));
    assert.equal(hit !== undefined, matches);
  });
}

test('the entry that matched is described, with its comment', () => {
  const match = matcherOf([
    { number: '+4930999', comment: 'somebody else' },
    { pattern: '^\\+49171', not: true, comment: 'no mobiles' },
  ]);
  assert.equal(match('list', ['+4930111222']), 'list: not /^\\+49171/ (no mobiles)');
  assert.equal(matcherOf([{ number: '1001' }])('list', ['1001']), 'list: 1001');
});

test('an empty list and one that does not exist match nobody', () => {
  const match = matcherOf([{ number: '1001' }]);
  assert.equal(match('empty', ['1001']), undefined);
  assert.equal(match('nothing', ['1001']), undefined);
});

/** Patterns that a backtracking engine never comes back from, and some that take a linear one its time. */
const heavy = ['(a+)+$', '^(\\+?[0-9]+)*$', '(.*)*=', '((1?){30}){30}$', '(1?){1000}$', '(1|2|3){0,1000}5?$'];

for (const pattern of heavy) {
  test(`a number of 10 kB does not hold up the server at /${pattern}/`, () => {
    const match = matcherOf([{ pattern }]);
    for (const digit of ['a', '1']) {
      const number = digit.repeat(10_000);
      const times = Array.from({ length: 15 }, () => {
        const before = performance.now();
        match('list', readings(number, numbering));
        return performance.now() - before;
      });
      // The quickest of them: what else the machine has to do is no matter of the pattern.
      assert.ok(Math.min(...times) < (pattern === '(a+)+$' ? 5 : 100), `${String(Math.min(...times))} ms`);
    }
  });
}

test('the beginning of a number without end is looked at', () => {
  const number = `+49${'1'.repeat(10_000)}`;
  assert.ok(matcherOf([{ pattern: '^\\+491' }])('list', [number]));
  assert.equal(matcherOf([{ pattern: '2$' }])('list', [`${number}2`]), undefined);
});

test('no caller can make the matcher throw or hang', () => {
  const match = matcherOf([{ pattern: '(a+)+$' }, { pattern: '^(\\+?[0-9]+)*$' }, { number: '+4930111222' }]);
  fc.assert(
    fc.property(fc.string({ maxLength: 2000 }), (number) => {
      const before = performance.now();
      match('list', readings(number, numbering));
      assert.ok(performance.now() - before < 1000);
    }),
    { numRuns: 200 },
  );
});
