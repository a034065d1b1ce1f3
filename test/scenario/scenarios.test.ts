/**
 * What the machines of a call make of what happens, as text. A change of behaviour is a change of these files:
 * `FERNAMT_REGENERATE=1` writes them anew, and the difference is read line by line.
 */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { playScenario, titleOf } from '../support/scenario.ts';

const folder = new URL('.', import.meta.url);
const regenerate = process.env['FERNAMT_REGENERATE'] === '1';
const files = readdirSync(fileURLToPath(folder)).filter((name) => name.endsWith('.scenario'));

for (const file of files.sort()) {
  const url = new URL(file, folder);
  const text = readFileSync(url, 'utf8');
  test(titleOf(text), () => {
    const played = playScenario(text);
    if (regenerate) writeFileSync(url, played);
    else assert.equal(played, text);
  });
}

test('every scenario says in its first line what it shows, and no two say the same', () => {
  const titles = files.map((file) => titleOf(readFileSync(new URL(file, folder), 'utf8')));
  assert.ok(titles.length > 0);
  assert.deepEqual(
    titles.filter((title) => title === ''),
    [],
  );
  assert.equal(new Set(titles).size, titles.length);
});
