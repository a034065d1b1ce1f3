/** Each file in test/broken-config says in its first lines what is wrong with it: `# expect [FILE:]LINE:COLUMN path message`. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { check } from '../../../src/config/load.ts';
import { formatPlace } from '../../../src/config/problem.ts';
import { environment } from './written-config.ts';

const folder = fileURLToPath(new URL('../../broken-config', import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

interface Expected {
  readonly place: string;
  readonly path: string;
  readonly message: string;
}

function expectedOf(file: string): Expected[] {
  const text = readFileSync(`${folder}/${file}`, 'utf8');
  return [...text.matchAll(/^# expect (?:(\S+?):)?(\d+:\d+) (\S+) (.+)$/gm)].map(
    ([, other = file, place = '', path = '', message = '']) => ({
      place: `${other}:${place}`,
      path: path === '-' ? '' : path,
      message,
    }),
  );
}

test('there are at least twenty-four broken files', () => {
  assert.ok(files.length >= 24);
});

for (const file of files) {
  test(`every fault of ${file} is found where it stands, and nothing else`, () => {
    const expected = expectedOf(file);
    const { problems, result } = check(`${folder}/${file}`, { environment });
    const found = problems.map((problem) => ({ ...problem, place: relative(folder, formatPlace(problem)) }));
    assert.deepEqual(
      found.map(({ place, path }) => `${place} ${path}`),
      expected.map(({ place, path }) => `${place} ${path}`),
    );
    for (const [index, { message }] of expected.entries()) {
      assert.ok(found[index]?.message.includes(message), `"${found[index]?.message}" does not contain "${message}"`);
    }
    assert.ok(expected.length > 0);
    assert.equal(result, undefined);
  });
}
