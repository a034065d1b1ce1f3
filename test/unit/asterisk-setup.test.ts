/** Which Asterisk is good enough, and where another one is fetched from. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseMirror } from '../../bin/asterisk/debian.ts';
import { withLock } from '../../bin/asterisk/lock.ts';
import { isNewEnough, missingModules, parseVersion, REQUIRED_MODULES } from '../../bin/asterisk/requirements.ts';

const releases: readonly (readonly [version: string, enough: boolean])[] = [
  ['18.26.4', false],
  ['19.99.0', false],
  ['20.12.9', false],
  ['20.13.0', true],
  ['21.7.0', false],
  ['21.8.0', true],
  ['22.2.0', false],
  ['22.3.0', true],
  ['22.10.1', true],
  ['23.0.0', true],
];

for (const [version, enough] of releases) {
  test(`Asterisk ${version} is ${enough ? 'new enough' : 'too old'}`, () => {
    assert.equal(isNewEnough(version), enough);
  });
}

test('the release is read out of what Asterisk says of itself, and nothing else is taken for one', () => {
  assert.equal(parseVersion('Asterisk 22.10.1+dfsg+~cs6.17.60671434-1\n'), '22.10.1');
  assert.equal(parseVersion('Asterisk 20.13.0'), '20.13.0');
  assert.equal(parseVersion('Asterisk certified-20.7-cert5'), undefined);
  assert.equal(parseVersion('sh: asterisk: not found'), undefined);
});

test('modules that are not there are named', () => {
  const files = REQUIRED_MODULES.map((name) => `${name}.so`);
  assert.deepEqual(missingModules(files), []);
  assert.deepEqual(missingModules(files.filter((file) => file !== 'res_stasis_snoop.so')), ['res_stasis_snoop']);
});

test("the mirror is the one of Debian's whole archive, not that of a side archive or of somebody else", () => {
  const targets = [
    'Sources|Debian|main|bookworm|http://sources.example/debian',
    'Packages|Debian|main|bookworm-security|http://security.example/debian',
    'Packages|Somebody|main|nodistro|http://somebody.example/packages',
    'Packages|Debian|main|bookworm-updates|http://updates.example/debian',
    'Packages|Debian|contrib|bookworm|http://contrib.example/debian',
    'Packages|Debian|main|bookworm|http://mirror.example/debian',
  ];
  assert.equal(chooseMirror(targets.join('\n')), 'http://mirror.example/debian');
  assert.equal(chooseMirror(targets.slice(0, 5).join('\n')), undefined);
});

test('of two that prepare the same thing the second waits for the first', async () => {
  const name = `test ${process.pid}`;
  const steps: string[] = [];
  const first = withLock(name, noProgress, async () => {
    steps.push('first begins');
    await new Promise((resolve) => setImmediate(resolve));
    steps.push('first ends');
  });
  const second = withLock(
    name,
    (line) => steps.push(line),
    () => Promise.resolve(steps.push('second begins')),
  );
  await Promise.all([first, second]);
  assert.deepEqual(
    steps.filter((step) => !step.startsWith('Another')),
    ['first begins', 'first ends', 'second begins'],
  );
});

function noProgress(): void {
  // Nobody is watching.
}
