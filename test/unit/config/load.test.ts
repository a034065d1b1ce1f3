import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { check, load } from '../../../src/config/load.ts';
import { formatProblem } from '../../../src/config/problem.ts';
import { asterisk, checkText, environment, linesOf, writeFiles } from './written-config.ts';

test('a file with nothing but the way to Asterisk is enough', (context) => {
  const { problems, warnings, result } = checkText(context, asterisk);
  assert.deepEqual([...problems, ...warnings], []);
  assert.equal(result?.config.asterisk.maxCalls, 200);
  assert.deepEqual(result.config.numbering.emergencyNumbers, ['110', '112']);
  assert.deepEqual(result.config.recording.settings, []);
});

test('an empty file says what is missing, at its beginning', (context) => {
  for (const text of ['', '\n\n', '# nothing\n', '---\n', '~']) {
    assert.deepEqual(linesOf(checkText(context, text).problems), ['1:1 asterisk is missing'], JSON.stringify(text));
  }
});

test('what cannot be read is one clear problem', (context) => {
  const folder = writeFiles(context, { 'a/b.yaml': '' });
  const of = (file: string): string[] => check(join(folder, file)).problems.map(({ message }) => message);
  assert.deepEqual(of('none.yaml'), ['does not exist']);
  assert.deepEqual(of('a'), ['is a directory']);
  assert.deepEqual(
    check('/dev/null').problems.map(({ message }) => message),
    ['is not a regular file'],
  );
  const messages = (content: string | Uint8Array): string[] =>
    checkText(context, content).problems.map(({ message }) => message);
  assert.deepEqual(messages('x'.repeat(10_000_000)), ['is larger than 2048 KiB']);
  assert.deepEqual(messages(new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 1])), ['is a binary file, not text']);
  assert.deepEqual(messages(new Uint8Array([0x61, 0xff, 0xfe])), ['is not UTF-8 text']);
});

test('a problem is printed as file, line, column, path, what is wrong and a hint', (context) => {
  const folder = writeFiles(context, { 'fernamt.yaml': `${asterisk}lnguage: de\n` });
  const [problem] = check(join(folder, 'fernamt.yaml'), { environment }).problems;
  assert.ok(problem);
  assert.equal(formatProblem(problem), `${folder}/fernamt.yaml:2:1 lnguage: unknown key (did you mean language?)`);
});

test('load gives the configuration, or everything that is wrong', (context) => {
  const folder = writeFiles(context, { 'good.yaml': asterisk, 'bad.yaml': 'language: fr\n' });
  const good = load(join(folder, 'good.yaml'), environment);
  assert.ok(good.ok);
  assert.equal(good.config.asterisk.password, 'not to be seen');
  const bad = load(join(folder, 'bad.yaml'), environment);
  assert.ok(!bad.ok);
  assert.deepEqual(linesOf(bad.problems), ['1:1 asterisk is missing', '1:11 language must be one of en, de']);
});

test('a file with Windows line ends and a byte order mark is read like any other', (context) => {
  const { problems } = checkText(context, `\uFEFF${asterisk}lnguage: de\n`.replaceAll('\n', '\r\n'));
  assert.deepEqual(linesOf(problems), ['2:1 lnguage unknown key']);
});

test('included lists are joined and mappings merged, the including file first', (context) => {
  const folder = writeFiles(context, {
    'fernamt.yaml': `${asterisk}include: [sub/users.yaml]\nusers: [ { extension: "1001" } ]\nnumbering: { areaCode: "30" }\n`,
    'sub/users.yaml': 'include: [more.yaml]\nusers: [ { extension: "1002" } ]\nnumbering: { country: AT }\n',
    'sub/more.yaml': 'users: [ { extension: "1003" } ]\n',
  });
  const { problems, result, files } = check(join(folder, 'fernamt.yaml'), { environment });
  assert.deepEqual(problems, []);
  assert.deepEqual(
    result?.config.users.map(({ extension }) => extension),
    ['1001', '1002', '1003'],
  );
  assert.deepEqual([result.config.numbering.areaCode, result.config.numbering.country], ['30', 'AT']);
  assert.deepEqual(
    files,
    ['fernamt.yaml', 'sub/users.yaml', 'sub/more.yaml'].map((file) => join(folder, file)),
  );
});

test('a value that two files give is refused with both places', (context) => {
  const folder = writeFiles(context, {
    'fernamt.yaml': `${asterisk}include: [other.yaml]\nlanguage: de\n`,
    'other.yaml': '\nlanguage: en\n',
  });
  const [problem] = check(join(folder, 'fernamt.yaml'), { environment }).problems;
  assert.equal(problem?.file, join(folder, 'other.yaml'));
  assert.equal(problem.line, 2);
  assert.equal(problem.message, `is given twice; first at ${folder}/fernamt.yaml:3:1`);
});

test('anchors and merges serve for duplicates, and what an entry says itself wins', (context) => {
  const text = `${asterisk}recording:
  settings:
    - &base { name: First, select: { all: true }, internalCalls: false, enabled: false }
    - { <<: *base, name: Second, enabled: true }
    - { <<: [ { name: Third, directions: [in] }, *base ] }
`;
  const settings = checkText(context, text).result?.config.recording.settings ?? [];
  const of = ({ name, enabled, internalCalls, directions }: (typeof settings)[number]): unknown => [
    name,
    enabled,
    internalCalls,
    directions,
  ];
  assert.deepEqual(settings.map(of), [
    ['First', false, false, ['in', 'out']],
    ['Second', true, false, ['in', 'out']],
    ['Third', false, false, ['in']],
  ]);
});

test('defaults that depend on other keys are filled in', (context) => {
  const text = `${asterisk}language: de
timeZone: Europe/Vienna
users: [ { extension: "1001" }, { login: clara } ]
ringGroups: [ { number: "600" } ]
trunks: [ { name: carrier }, { name: second, endpoint: PJSIP/other } ]
hotlines: [ { did: any, destination: "600" } ]
`;
  const config = checkText(context, text).result?.config;
  assert.ok(config);
  assert.deepEqual(
    config.users.map(({ name, endpoint, language }) => [name, endpoint, language]),
    [
      ['1001', 'PJSIP/1001', 'de'],
      ['clara', undefined, 'de'],
    ],
  );
  assert.equal(config.ringGroups[0]?.name, '600');
  assert.deepEqual(
    config.trunks.map(({ dial }) => dial),
    ['PJSIP/{number}@carrier', 'PJSIP/{number}@other'],
  );
  assert.deepEqual(config.outboundRoutes, [
    { name: 'route 1', pattern: '.*', users: 'all', trunks: ['carrier', 'second'] },
  ]);
  assert.deepEqual(
    [config.hotlines[0]?.name, config.hotlines[0]?.language, config.hotlines[0]?.fallback],
    ['any', 'de', 'open'],
  );
  assert.equal(config.timeZone, 'Europe/Vienna');
  assert.equal(config.signing.enabled, false);
});

test('outside numbers are destinations when there is a trunk', (context) => {
  const text = `${asterisk}numbering: { outsideLine: "9" }
trunks: [ { name: carrier } ]
users: [ { extension: "1001" } ]
hotlines:
  - { did: "+4930555010", destination: "+49301234567" }
  - { did: "+4930555011", destination: "0301234567" }
  - { did: "+4930555012", destination: "90301234567" }
  - { did: "+4930555013", destination: "116117" }
`;
  assert.deepEqual(checkText(context, text).problems, []);
});

test('a secret that is written out is warned about exactly when others can read the file', (context) => {
  const folder = writeFiles(context, {
    'fernamt.yaml': 'asterisk: { url: http://127.0.0.1:8088, username: fernamt, password: written }\n',
  });
  const file = join(folder, 'fernamt.yaml');
  assert.deepEqual(check(file).warnings, []);
  for (const mode of [0o640, 0o604]) {
    chmodSync(file, mode);
    assert.deepEqual(linesOf(check(file).warnings), [
      '1:70 asterisk.password is a secret in a file that others can read',
    ]);
  }
});

test('a file gives a secret without its last line break', (context) => {
  const folder = writeFiles(context, {
    'etc/fernamt.yaml': 'asterisk: { url: http://127.0.0.1:8088, username: fernamt, password: !file ../keys/ari }\n',
    'keys/ari': 'two\nlines\n\n',
  });
  const loaded = load(join(folder, 'etc/fernamt.yaml'), {});
  assert.ok(loaded.ok);
  assert.equal(loaded.config.asterisk.password, 'two\nlines\n');
});

test('without secrets the check needs none of them', (context) => {
  const text = 'asterisk: { url: !env ARI_URL, username: !env ARI_USER, password: !file nowhere }\nlanguage: fr\n';
  const options = { environment: {}, resolveSecrets: false };
  assert.deepEqual(linesOf(checkText(context, text, options).problems), ['2:11 language must be one of en, de']);
  assert.deepEqual(
    checkText(context, text, { environment: {} }).problems.map(({ path }) => path),
    ['asterisk.url', 'asterisk.username', 'asterisk.password', 'language'],
  );
});

test('an alias bomb and an endless alias cost nothing', (context) => {
  const levels = Array.from(
    { length: 60 },
    (_, level) => `  - &l${level + 1} [${Array(9).fill(`*l${level}`).join(', ')}]`,
  );
  const began = performance.now();
  const { problems } = checkText(context, `${asterisk}users:\n  - &l0 [1]\n${levels.join('\n')}\n`);
  assert.match(problems[0]?.message ?? '', /too large once its aliases are expanded/);
  assert.ok(performance.now() - began < 1000);
});
