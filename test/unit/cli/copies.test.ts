import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { asterisk, checkText, writeFiles } from '../config/written-config.ts';
import { captureCli } from './captured-cli.ts';

/** Runs a copying command on a file, and the files beside it. */
function copying(context: TestContext, text: string, beside: Readonly<Record<string, string>> = {}) {
  const file = join(writeFiles(context, { 'fernamt.yaml': asterisk + text, ...beside }), 'fernamt.yaml');
  return (...words: string[]) => captureCli([...words, '--config', file]);
}

const office = `recording:
  # Who is recorded.
  settings:
    # The tax office calls here.
    - &base
      name: Support   # as on the door
      # Only these.
      select: { all: true }   # everything

      directions: [in]
    # The rest of the house.
    - name: Rest
      <<: *base
      internalCalls: false
  exceptionLists: [ { name: partners, entries: [ { number: "+4930111222", comment: tax adviser } ] }, { name: doctors } ]
`;

test('a setting is copied as it is written, comments and all, at its place in the line', async (t) => {
  const { exitCode, out, err } = await copying(t, office)('settings', 'copy', 'Support', 'Sales: Berlin');
  assert.deepEqual([exitCode, err], [0, '']);
  const copy = `    # The tax office calls here.
    - name: "Sales: Berlin" # as on the door
      # Only these.
      select: { all: true } # everything

      directions: [ in ]`;
  assert.equal(out, copy);
});

test('the copy can be pasted behind the list', async (t) => {
  for (const name of ['Support', 'Rest']) {
    const { out } = await copying(t, office)('settings', 'copy', name, 'Sales');
    const pasted = office.replace('  exceptionLists:', `${out}\n  exceptionLists:`);
    const { problems, result } = checkText(t, asterisk + pasted);
    assert.deepEqual(problems, []);
    const settings = result?.config.recording.settings ?? [];
    assert.deepEqual(
      settings.map((setting) => setting.name),
      ['Support', 'Rest', 'Sales'],
    );
    assert.deepEqual(
      { ...settings[2], name },
      settings.find((setting) => setting.name === name),
    );
  }
});

test('what an entry merges stays an alias', async (t) => {
  const { out } = await copying(t, office)('settings', 'copy', 'Rest', 'More');
  assert.equal(out, '    # The rest of the house.\n    - name: More\n      <<: *base\n      internalCalls: false');
});

test('an exception list in brackets is copied as it stands between them', async (t) => {
  const { exitCode, out } = await copying(t, office)('exception-lists', 'copy', 'partners', 'friends');
  assert.deepEqual(
    [exitCode, out],
    [0, '{ name: friends, entries: [ { number: "+4930111222", comment: tax adviser } ] }'],
  );
});

test('an entry of an included file is found, and the file is named', async (t) => {
  const text = 'include: [lists.yaml]\n';
  const lists = 'recording:\n  exceptionLists:\n  - name: doctors # all of them\n    entries: []\n';
  const copy = copying(t, text, { 'lists.yaml': lists });
  const { out } = await copy('exception-lists', 'copy', 'doctors', 'nurses', '--json');
  const answer = JSON.parse(out) as { name: string; file: string; yaml: string };
  assert.match(answer.file, /\/lists\.yaml$/);
  assert.deepEqual([answer.name, answer.yaml], ['nurses', '  - name: nurses # all of them\n    entries: []']);
});

test('an entry that has even its name from elsewhere is written out in full', async (t) => {
  const text = 'recording:\n  settings: &all\n    - { name: A, select: { all: true } }\n';
  const merged = text.replace('settings: &all\n    -', 'settings:\n    - <<:');
  const { exitCode, out, err } = await copying(t, merged)('settings', 'copy', 'A', 'B');
  assert.equal(exitCode, 0);
  assert.match(err, /several places/);
  assert.match(out, /^- name: B\n/);
  assert.match(out, /^ {2}internalCalls: true$/m);
});

test('a name that is taken, missing or no name is refused', async (t) => {
  const copy = copying(t, office);
  assert.equal((await copy('settings', 'copy', 'Support', 'Rest')).exitCode, 1);
  assert.equal((await copy('settings', 'copy', 'Nothing', 'New')).exitCode, 1);
  assert.equal((await copy('settings', 'copy', 'Support', ' New')).exitCode, 2);
  assert.deepEqual(JSON.parse((await copy('exception-lists', 'copy', 'x', 'y', '--json')).out), {
    ok: false,
    reason: 'not-found',
    message: 'There is none of the name x.',
  });
});
