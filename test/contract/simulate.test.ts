/** `simulate` and `describe` as the contract has them: what is asked, what is answered, and how it exits. */

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openDatabase } from '../../src/store/database.ts';
import { createSettingOverrides } from '../../src/store/setting-overrides.ts';
import { aWrittenOffice } from '../support/written-office.ts';
import { captureCli, type Captured } from '../unit/cli/captured-cli.ts';

const directory = await mkdtemp(join(tmpdir(), 'simulate-'));
const config = join(directory, 'c.yaml');

before(() => writeFile(config, JSON.stringify({ ...aWrittenOffice, dataDirectory: directory }), { mode: 0o600 }));
after(() => rm(directory, { recursive: true, force: true }));

function ask(words: string, more: readonly string[] = []): Promise<Captured> {
  return captureCli([...words.split(' '), ...more, '--config', config]);
}

/** Each row: what is asked, and the answer to the byte. */
const rows: readonly (readonly [says: string, question: string, answer: object])[] = [
  [
    'a call to a hotline goes to its group',
    '--direction in --caller +491711234567 --callee +4930555010',
    { decision: 'optOut', setting: 'Support', reason: 'call-to-group' },
  ],
  [
    'the number called may be written as people dial it',
    '--direction in --caller 01711234567 --callee 030555010',
    { decision: 'optOut', setting: 'Support', reason: 'call-to-group' },
  ],
  [
    'a group may be named by its number',
    '--direction in --caller anonymous --callee 600',
    { decision: 'optOut', setting: 'Support', reason: 'call-to-group' },
  ],
  [
    'a call to the own number of a member is not the group’s',
    '--direction in --caller +491711234567 --callee +4930555011',
    { decision: 'skip', setting: null, reason: 'no-setting-matches' },
  ],
  [
    'a number on a list of the setting is excepted in every notation',
    '--direction in --caller 030111222 --callee 600',
    { decision: 'skip', setting: 'Support', reason: 'exception' },
  ],
  [
    'a number that is never recorded',
    '--direction in --caller +49307771 --callee 600',
    { decision: 'skip', setting: 'Support', reason: 'never-record' },
  ],
  [
    'an outgoing call of a member is not asked',
    '--direction out --user 1001 --callee 01711234567',
    { decision: 'record', setting: 'Support', reason: 'call-from-active-member' },
  ],
  [
    'an outgoing call of a member who is logged out is the user’s own',
    '--direction out --user 1001 --callee 01711234567 --inactive 600:1001 --inactive 600:1002',
    { decision: 'skip', setting: null, reason: 'no-setting-matches' },
  ],
  [
    'a user who is named by the login is known by the telephone',
    '--direction out --user 1003 --callee 01711234567',
    { decision: 'record', setting: 'Clara', reason: 'call-from-user' },
  ],
  [
    'a call between extensions',
    '--direction out --user 1003 --callee 600',
    { decision: 'optOut', setting: 'Support', reason: 'call-to-group' },
  ],
  [
    'an extension that calls is a colleague',
    '--direction in --caller 1001 --callee 1003',
    { decision: 'record', setting: 'Support', reason: 'call-from-active-member' },
  ],
  [
    'a service code',
    '--direction out --user 1001 --callee *81',
    { decision: 'skip', setting: null, reason: 'service-code' },
  ],
  [
    'a number that is nobody’s',
    '--direction in --caller +491711234567 --callee +4930999999',
    { decision: 'skip', setting: null, reason: 'not-connected' },
  ],
  [
    'a digit refuses',
    '--direction in --caller +491711234567 --callee +4930555010 --answer digit',
    { decision: 'optOut', setting: 'Support', reason: 'consent-refused', recorded: false },
  ],
  [
    'silence does not',
    '--direction in --caller +491711234567 --callee +4930555010 --answer silence',
    { decision: 'optOut', setting: 'Support', reason: 'call-to-group', recorded: true },
  ],
  [
    'whoever hangs up is not recorded',
    '--direction in --caller +491711234567 --callee +4930555010 --answer hangup',
    { decision: 'optOut', setting: 'Support', reason: 'consent-hung-up', recorded: false },
  ],
  [
    'where nothing is announced an answer changes nothing',
    '--direction out --user 1001 --callee 01711234567 --answer hangup',
    { decision: 'record', setting: 'Support', reason: 'call-from-active-member', recorded: true },
  ],
  [
    'a call that goes on to a group that asks was not asked, and is not recorded',
    '--direction in --caller +491711234567 --callee 610 --inactive 610:1003 --answer silence',
    { decision: 'skip', setting: null, reason: 'not-asked', recorded: false },
  ],
  [
    'a call for help is not held up',
    '--direction out --user 1001 --callee 112 --answer silence',
    { decision: 'record', setting: 'Support', reason: 'call-from-active-member', recorded: true },
  ],
  [
    'a time may be given',
    '--direction in --caller +491711234567 --callee 600 --at 2025-11-21T09:30:00Z',
    { decision: 'optOut', setting: 'Support', reason: 'call-to-group' },
  ],
];

for (const [says, question, answer] of rows) {
  test(`simulate: ${says}`, async () => {
    const { exitCode, out, err } = await ask(`simulate --json ${question}`);
    assert.deepEqual([exitCode, err], [0, '']);
    assert.deepEqual(JSON.parse(out), answer);
  });
}

const wrong: readonly (readonly [question: string, says: RegExp])[] = [
  ['--callee 600', /direction is in or out/],
  ['--direction up --callee 600', /direction is in or out/],
  ['--direction in --caller 1', /Nobody is called/],
  ['--direction in --callee 600', /Nobody calls/],
  ['--direction out --callee 01711234567', /made by a user/],
  ['--direction out --user 1009 --callee 01711234567', /no user with the extension 1009/],
  ['--direction in --user 1001 --callee 01711234567', /goes out/],
  ['--direction in --caller 1 --callee 600 --inactive 600', /no GROUP:EXTENSION/],
  ['--direction in --caller 1 --callee 600 --inactive 700:1001', /no group 700/],
  ['--direction in --caller 1 --callee 600 --inactive 600:1003', /1003 is no member/],
  ['--direction in --caller 1 --callee 600 --at soon', /A time is written like/],
  ['--direction in --caller 1 --callee 600 --answer yes', /digit, silence or hangup/],
];

for (const [question, says] of wrong) {
  test(`simulate ${question} is wrong use`, async () => {
    const { exitCode, out, err } = await ask(`simulate --json ${question}`);
    assert.deepEqual([exitCode, out], [2, '']);
    assert.match(err, says);
  });
}

test('in the terminal simulate says in words what every setting said', async () => {
  const { out } = await ask('simulate --direction in --caller 030111222 --callee 600');
  assert.match(out, /^The call is not recorded\.$/m);
  assert.match(out, /^entry +partners: \+4930111222 \(tax adviser\)$/m);
  assert.match(out, /^Support +exception: .* partners: \+4930111222 \(tax adviser\)$/m);
  assert.match(out, /^Clara +selection-does-not-match: /m);
});

test('describe says in sentences what the settings do', async () => {
  const { exitCode, out } = await ask('describe --json --language de');
  assert.equal(exitCode, 0);
  const described = JSON.parse(out) as readonly Readonly<Record<string, unknown>>[];
  assert.deepEqual(
    described.map((one) => [one['name'], one['enabled'], Object.keys(one).length]),
    [
      ['Support', true, 3],
      ['Clara', true, 3],
    ],
  );
  assert.match(String(described[0]?.['text']), /^Anrufe an die Gruppe Support \(600\) und Anrufe, die von /);
});

test('describe takes one setting by its name, and the language of the configuration', async () => {
  const { exitCode, out } = await ask('describe Clara');
  assert.equal(exitCode, 0);
  assert.match(out, /^Clara\n {2}Calls from and to extension 1003 are recorded/);
});

test('describe of a setting or language that is not there is wrong use', async () => {
  for (const words of ['describe Nobody', 'describe --language fr']) {
    const { exitCode, out, err } = await ask(words);
    assert.deepEqual([exitCode, out], [2, '']);
    assert.notEqual(err, '');
  }
});

test('what was switched at run time counts in both', async () => {
  const database = await openDatabase(join(directory, 'fernamt.db'));
  createSettingOverrides(database).set('Support', false, 5);
  await database.close();
  const simulated = await ask('simulate --json --direction in --caller +491711234567 --callee 600');
  assert.deepEqual(JSON.parse(simulated.out), { decision: 'skip', setting: null, reason: 'no-setting-matches' });
  const described = await ask('describe Support');
  assert.match(described.out, /This setting was switched off at run time/);
});
