import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { asterisk, writeFiles } from '../config/written-config.ts';
import { captureCli } from './captured-cli.ts';

const lists = `numbering: { country: DE, areaCode: "30" }
recording:
  exceptionLists:
    - name: partners
      entries:
        - { number: "+4930111222", comment: tax adviser }
        - { pattern: "^\\\\+49171", comment: mobiles }
        - { pattern: "^0049172" }
    - name: strangers
      entries: [ { pattern: "^\\\\+49", not: true, comment: abroad } ]
    - name: hidden
      entries: [ { number: anonymous } ]
`;

function testing(context: TestContext) {
  const file = join(writeFiles(context, { 'fernamt.yaml': asterisk + lists }), 'fernamt.yaml');
  return (...words: string[]) => captureCli(['patterns', 'test', ...words, '--config', file]);
}

interface Answer {
  readonly matches: boolean;
  readonly entry: { readonly position: number; readonly comment?: string } | null;
  readonly reading: string | null;
  readonly readings: readonly string[];
}

const matches: readonly (readonly [list: string, number: string, position: number, reading: string | null])[] = [
  ['partners', '0049 30 111222', 1, '+4930111222'],
  ['partners', '030 111222', 1, '+4930111222'],
  ['partners', '0171 1234567', 2, '+491711234567'],
  ['partners', '00491721234567', 3, '00491721234567'],
  ['strangers', '+436641234567', 1, null],
  ['hidden', 'anonymous', 1, 'anonymous'],
  ['hidden', 'Restricted', 1, 'anonymous'],
];
for (const [list, number, position, reading] of matches) {
  test(`${number} is in ${list} by entry ${position}, read as ${reading ?? 'nothing that is named'}`, async (t) => {
    const { exitCode, out } = await testing(t)(list, number, '--json');
    const answer = JSON.parse(out) as Answer;
    assert.deepEqual([exitCode, answer.matches, answer.entry?.position, answer.reading], [0, true, position, reading]);
  });
}

for (const [list, number] of [
  ['partners', '+49302'],
  ['partners', 'anonymous'],
  ['strangers', '0301234567'],
  ['hidden', '111222'],
] as const) {
  test(`${number} is not in ${list}`, async (t) => {
    const ask = testing(t);
    const { exitCode, out } = await ask(list, number, '--json');
    const answer = JSON.parse(out) as Answer;
    assert.deepEqual([exitCode, answer.matches, answer.entry, answer.reading], [1, false, null, null]);
    assert.match((await ask(list, number)).out, new RegExp(`^answer +no entry of ${list} matches$`, 'm'));
  });
}

test('people are told the entry, its comment and how the number was read', async (t) => {
  const { exitCode, out } = await testing(t)('partners', '0171 1234567');
  assert.equal(exitCode, 0);
  assert.match(out, /^entry +2: \/\^\\\+49171\/$/m);
  assert.match(out, /^comment +mobiles$/m);
  assert.match(out, /^read as +\+491711234567$/m);
});

test('a list that there is not is wrong use', async (t) => {
  const { exitCode, out, err } = await testing(t)('nobody', '1', '--json');
  assert.deepEqual([exitCode, out, err], [2, '', 'There is no exception list nobody.']);
});
