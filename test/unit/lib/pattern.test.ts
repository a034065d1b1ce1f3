import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePattern } from '../../../src/lib/pattern.ts';

test('a pattern is searched and not anchored', () => {
  const compiled = compilePattern('49171');
  assert.ok(compiled.ok);
  assert.ok(compiled.pattern.matches('+491711234567'));
  assert.ok(!compiled.pattern.matches('+4930111222'));
});

test('what linear time cannot have is refused with a reason', () => {
  for (const source of ['^(?!\\+49)', '(?<=1)2', '(a)\\1', '(', '[a', 'a{2,1}', '*']) {
    const compiled = compilePattern(source);
    assert.ok(!compiled.ok, source);
    assert.notEqual(compiled.message, '');
  }
});

test('a pattern that would stall other engines does not stall this one', () => {
  const compiled = compilePattern('^(a+)+$');
  assert.ok(compiled.ok);
  const began = performance.now();
  assert.ok(!compiled.pattern.matches(`${'a'.repeat(5000)}!`));
  assert.ok(performance.now() - began < 1000);
});
