import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parsePathTemplate, pathTemplateNames } from '../../../src/lib/path-template.ts';

/** `[name]` for a name, text as it is. */
function shown(template: string): string {
  const { parts } = parsePathTemplate(template);
  return parts.map((part) => (part.kind === 'name' ? `[${part.name}]` : part.text)).join('');
}

test('the longest known name counts, braces set limits, and two dollars are one', () => {
  const rows: readonly (readonly [string, string])[] = [
    ['$Y/$M/$D', '[Y]/[M]/[D]'],
    ['$Y$M$D-$h$m$s_$direction_$caller_$callee_$callid', '[Y][M][D]-[h][m][s]_[direction]_[caller]_[callee]_[callid]'],
    ['$settings', '[setting]s'],
    ['$sx', '[s]x'],
    ['${s}etting', '[s]etting'],
    ['$$Y costs 5$$', '$Y costs 5$'],
    ['plain', 'plain'],
    ['', ''],
  ];
  for (const [template, expected] of rows) {
    assert.equal(shown(template), expected);
    assert.deepEqual(parsePathTemplate(template).unknown, []);
  }
});

test('unknown names are listed as they were written', () => {
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ['$X', ['$X']],
    ['$y/${year}', ['$y', '${year}']],
    ['${Y', ['${Y']],
    ['100$', ['$']],
    ['$', ['$']],
    ['${}', ['${}']],
  ];
  for (const [template, unknown] of rows) assert.deepEqual(parsePathTemplate(template).unknown, unknown, template);
});

test('every text can be written as a template', () => {
  const escaped = fc.string().map((text) => [text, text.replaceAll('$', '$$$$')] as const);
  fc.assert(
    fc.property(escaped, ([text, template]) => {
      assert.equal(
        parsePathTemplate(template)
          .parts.map((part) => (part.kind === 'text' ? part.text : ''))
          .join(''),
        text,
      );
    }),
  );
});

test('every name is known with and without braces', () => {
  for (const name of pathTemplateNames) {
    assert.deepEqual(parsePathTemplate(`$${name}`).parts, [{ kind: 'name', name }]);
    assert.deepEqual(parsePathTemplate(`\${${name}}`).parts, [{ kind: 'name', name }]);
  }
});
