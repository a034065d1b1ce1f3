import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compilePattern } from '../../../src/lib/pattern.ts';
import { toPosixPattern } from '../../../src/routing/posix-pattern.ts';

const translations: readonly (readonly [string, string | undefined])[] = [
  ['', ''],
  ['.*', '.*'],
  ['^\\+49', '^[+]49'],
  ['^\\+(?:43|41)', '^[+](43|41)'],
  ['^(?P<country>\\+4)3', '^([+]4)3'],
  ['^0900\\d{6,}?$', '^0900[0-9]{6,}$'],
  ['[^0-9]', '[+*#A-Za-z]'],
  ['[ACE]', '[ACE]'],
  ['\\D', '[+*#A-Za-z]'],
  ['[\\d+]', '[+0-9]'],
  ['\\A\\*43\\z', '^[*]43$'],
  // What no dialled number can hold is never found.
  ['a b', 'a[%]b'],
  ['"', '[%]'],
  ['\\.', '[%]'],
  ['[;]', '[%]'],
  // No form in a dialplan.
  ['\\b110', undefined],
  ['(?i)abc', undefined],
  ['[[:digit:]]', undefined],
  ['\\p{Nd}', undefined],
  ['\\Q1+\\E', undefined],
  ['{', undefined],
  ['(', undefined],
  ['^+', undefined],
];
for (const [pattern, expected] of translations) {
  test(`the pattern ${JSON.stringify(pattern)} is ${String(expected)} for the dialplan`, () => {
    assert.equal(toPosixPattern(pattern), expected);
  });
}

const atom = fc.oneof(
  fc.constantFrom(
    '0',
    '4',
    '9',
    '\\+',
    '\\*',
    '#',
    '.',
    '\\d',
    '\\D',
    '\\w',
    '[0-4]',
    '[^49]',
    '[+*]',
    '[\\d+]',
    '^',
    '$',
    'a',
  ),
  fc.constantFrom('(?:43|41)', '(0|00)', '(?P<x>4+)'),
);
const repeated = fc
  .tuple(atom, fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,3}', '+?'))
  .map((parts) => parts.join(''));
const pattern = fc.array(repeated, { maxLength: 6 }).map((parts) => parts.join(''));
const dialled = fc.string({ unit: fc.constantFrom(...'+*#0123449a'), maxLength: 8 });

test('the translation finds what the pattern finds, and nothing else', () => {
  fc.assert(
    fc.property(pattern, dialled, (source, number) => {
      const original = compilePattern(source);
      const posix = toPosixPattern(source);
      if (!original.ok || posix === undefined) return;
      // What is written is in both languages and means the same in both.
      assert.equal(new RegExp(posix).test(number), original.pattern.matches(number), posix);
    }),
    { numRuns: 3000 },
  );
});

test('no pattern brings a character along that means something to a dialplan', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'$[]{}()"\\;,+*?.|^0a-:'), maxLength: 12 }), (source) => {
      const posix = toPosixPattern(source) ?? '';
      assert.doesNotMatch(posix, /["\\;]|\$[[{]/);
    }),
    { numRuns: 3000 },
  );
});
