/** Whatever stands in the file: an answer, soon, and never an exception. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import fc from 'fast-check';
import { toJsonSchema } from '../../../src/config/schema-index.ts';
import { formatYaml } from '../../../src/config/yaml-text.ts';
import { asterisk, checkText } from './written-config.ts';

/** Far above what is needed, since other tests may run beside this one. */
const soonMs = 5000;

function answers(context: TestContext, text: string | Uint8Array): void {
  const began = performance.now();
  const { problems, result } = checkText(context, text);
  const took = performance.now() - began;
  assert.ok(took < soonMs, `took ${took} ms`);
  assert.equal(result === undefined, problems.length > 0);
  for (const { line, column, message } of problems) assert.ok(line > 0 && column > 0 && message !== '');
}

const yamlPieces = fc.constantFrom(
  ...[
    '[',
    ']',
    '{',
    '}',
    ':',
    ': ',
    '- ',
    '? ',
    '\n',
    '  ',
    '\t',
    '"',
    "'",
    '|',
    '>',
    '&a ',
    '*a',
    '<<: ',
    '!env X',
    '!file y',
    '!!int ',
  ],
  ...[
    '#',
    '---\n',
    '...\n',
    '%YAML 1.1\n',
    'users',
    'recording',
    'include',
    'asterisk',
    'null',
    '1e9',
    '.nan',
    '\u0000',
    '\uFEFF',
    '💥',
  ],
);

const runs = { numRuns: 150 };

test('random text is answered', (context) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => answers(context, text)),
    runs,
  );
});

test('random bytes are answered', (context) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => answers(context, bytes)),
    runs,
  );
});

test('random pieces of YAML are answered', (context) => {
  const text = fc.array(yamlPieces, { maxLength: 60 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(text, (some) => answers(context, `${asterisk}${some}`)),
    runs,
  );
});

test('known keys with random values are answered', (context) => {
  const keys = Object.keys(toJsonSchema().properties ?? {}).filter((key) => key !== 'include');
  const inner = [
    'name',
    'extension',
    'number',
    'members',
    'select',
    'groups',
    'settings',
    'kind',
    'did',
    'overflow',
    'entries',
    'consent',
  ];
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.string(),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      tie('list'),
      tie('mapping'),
    ),
    list: fc.array(tie('value'), { maxLength: 4 }),
    mapping: fc.dictionary(fc.constantFrom(...inner, '__proto__', 'constructor'), tie('value'), { maxKeys: 5 }),
  }));
  const file = fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 6 });
  fc.assert(
    fc.property(file, (content) => answers(context, formatYaml(content, new Map()))),
    runs,
  );
});

const repeated: Readonly<Record<string, string>> = {
  brackets: '['.repeat(200_000),
  braces: '{'.repeat(200_000),
  'nested lists': '- '.repeat(100_000),
  'nested keys': '{a: '.repeat(50_000),
  'question marks': '? '.repeat(100_000),
  'empty lines': '\n'.repeat(500_000),
  tags: '!a '.repeat(50_000),
  aliases: '*a '.repeat(50_000),
  'unknown keys': Array.from({ length: 30_000 }, (_, index) => `k${index}: 1`).join('\n'),
  'dangling members': `${asterisk}ringGroups: [ { number: "600", members: [${'"1009", '.repeat(30_000)}] } ]`,
};

for (const [name, text] of Object.entries(repeated)) {
  test(`a file full of ${name} is answered`, (context) => answers(context, text));
}
