import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { fileNamer, legalName, numberedName, type NameFacts } from '../../../src/recording/files/file-name.ts';
import { pathTemplateNames } from '../../../src/lib/path-template.ts';

const facts: NameFacts = {
  startedAt: Date.UTC(2025, 2, 4, 23, 5, 9),
  setting: 'Support incoming',
  direction: 'in',
  caller: '+491711234567',
  callee: '+4930555010',
  user: '1001',
  group: '600',
  callid: 'mh4k2x8q1',
};

const named: readonly (readonly [template: string, name: string])[] = [
  ['$Y$M$D-$h$m$s_$direction_$caller_$callee_$callid', '20250305-000509_in_+491711234567_+4930555010_mh4k2x8q1'],
  ['$setting $user $group', 'Support incoming 1001 600'],
  ['${Y}ear $Year', '2025ear 2025ear'],
  ['${caller}id $callerid', '+491711234567id +491711234567id'],
  ['$$5 for $$caller', '$5 for $caller'],
  ['$D.$M.', '05.03'],
];

for (const [template, name] of named) {
  test(`${template} is named ${name}`, () => {
    assert.equal(fileNamer(template, 'Europe/Berlin')(facts), name);
  });
}

test('a name that nobody knows is refused', () => {
  assert.throws(() => fileNamer('$callid$call', 'UTC'), /\$call/);
});

test('the time is that of the time zone, in summer and in winter, and midnight is 00', () => {
  const name = fileNamer('$Y-$M-$D $h$m', 'Europe/Berlin');
  assert.equal(name({ ...facts, startedAt: Date.UTC(2025, 6, 31, 22, 0) }), '2025-08-01 0000');
  assert.equal(name({ ...facts, startedAt: Date.UTC(2024, 11, 31, 23, 0) }), '2025-01-01 0000');
});

const hostile: readonly (readonly [caller: string, name: string])[] = [
  ['', 'x-unknown'],
  ['   ', 'x-unknown'],
  ['../../etc/passwd', 'x-.._.._etc_passwd'],
  ['..\\..\\boot', 'x-.._.._boot'],
  ['*90#', 'x-_90#'],
  ['a\u0000b\nc', 'x-a_b_c'],
  ['a\u202etxt.exe', 'x-a_txt.exe'],
  ['1001. . ', 'x-1001'],
  ['"><|?:', 'x-______'],
  ['\ud800', 'x-_'],
  ['e\u0301', 'x-\u00e9'],
];

for (const [caller, name] of hostile) {
  test(`the caller ${JSON.stringify(caller)} is named ${JSON.stringify(name)}`, () => {
    assert.equal(fileNamer('x-$caller', 'UTC')({ ...facts, caller }), name);
  });
}

const whole: readonly (readonly [text: string, name: string])[] = [
  ['', 'unknown'],
  ['...', '___'],
  ['.hidden', '_hidden'],
  ['con', '_con'],
  ['NUL', '_NUL'],
  ['Com1.2', '_Com1.2'],
  ['LPT9 ', '_LPT9'],
  ['con .', '_con'],
  ['COM\u00b9', '_COM\u00b9'],
  ['conin$', '_conin$'],
  ['console', 'console'],
  ['com10', 'com10'],
  [`con${' '.repeat(300)}x`, '_con'],
];

for (const [text, name] of whole) {
  test(`the name ${JSON.stringify(text.slice(0, 20))} becomes ${JSON.stringify(name)}`, () => {
    assert.equal(legalName(text), name);
  });
}

test('a long caller leaves room for what comes after', () => {
  const name = fileNamer('$caller-$callid', 'UTC')({ ...facts, caller: 'ä'.repeat(10_000) });
  assert.equal(name, `${'ä'.repeat(40)}-mh4k2x8q1`);
});

test('a second recording of the same name is numbered', () => {
  assert.deepEqual(
    [1, 2, 3].map((n) => numberedName('a', n)),
    ['a', 'a-2', 'a-3'],
  );
});

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.constantFrom(
    '..',
    '/',
    '\\',
    'con',
    'aux.',
    ' ',
    '.',
    '\u0000',
    '\ud83d',
    'COM¹',
    ':',
    '$',
    '${',
    '\u202e',
    '%2e',
  ),
);
const anyFacts: fc.Arbitrary<NameFacts> = fc.record({
  startedAt: fc.integer({ min: 0, max: 4e12 }),
  setting: anyText,
  direction: fc.constantFrom('in', 'out'),
  caller: anyText,
  callee: anyText,
  user: anyText,
  group: anyText,
  callid: anyText,
});
const anyTemplate = fc
  .array(
    fc.oneof(
      fc.constantFrom(...pathTemplateNames.map((name) => `\${${name}}`), '$$'),
      anyText.map((text) => text.replaceAll('$', '')),
    ),
  )
  .map((pieces) => pieces.join(''));

const windowsForbids = /[<>:"/\\|?*\u0000-\u001f]|[. ]$/;
const windowsDevices = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:[ .]|$)/i;

test('whatever callers send and administrators configure, the name is legal and stays in its directory', () => {
  fc.assert(
    fc.property(anyTemplate, anyFacts, (template, some) => {
      const name = fileNamer(template, 'UTC')(some);
      assert.doesNotMatch(name, windowsForbids);
      assert.doesNotMatch(name, windowsDevices);
      assert.doesNotMatch(name, /^\.|^\s|\p{Cf}|\p{Cs}/u);
      assert.ok(Buffer.byteLength(name) > 0 && Buffer.byteLength(name) <= 200);
      assert.equal(dirname(resolve('/recordings', `${name}.wav`)), '/recordings');
      assert.equal(Buffer.from(name).toString(), name);
    }),
  );
});

test('whatever callers send, a file of that name can be made', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'fernamt-name-'));
  t.after(() => {
    rmSync(directory, { recursive: true });
  });
  fc.assert(
    fc.property(anyFacts, (some) => {
      const name = fileNamer('$caller $callee $setting $callid', 'UTC')(some);
      writeFileSync(join(directory, `${numberedName(name, 999)}.wav.sha256`), '');
    }),
    { numRuns: 50 },
  );
});
