import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closest, editDistance } from '../../../src/lib/closest.ts';

test('the distance counts letters added, removed, replaced and swapped', () => {
  const rows: readonly (readonly [string, string, number])[] = [
    ['', '', 0],
    ['', 'abc', 3],
    ['name', 'name', 0],
    ['nmae', 'name', 1],
    ['lnguage', 'language', 1],
    ['setings', 'settings', 1],
    ['kitten', 'sitting', 3],
  ];
  for (const [from, to, distance] of rows) {
    assert.equal(editDistance(from, to), distance, `${from} → ${to}`);
    assert.equal(editDistance(to, from), distance, `${to} → ${from}`);
  }
});

test('only what is near enough is suggested', () => {
  assert.equal(closest('exttension', ['endpoint', 'extension']), 'extension');
  assert.equal(closest('Language', ['language']), 'language');
  assert.equal(closest('foo', ['language', 'extension']), undefined);
  assert.equal(closest('ab', ['cd']), undefined);
  assert.equal(closest('name', ['name']), undefined);
  assert.equal(closest('x'.repeat(10_000), ['x']), undefined);
});
