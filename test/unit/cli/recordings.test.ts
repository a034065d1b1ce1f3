import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { aClosing, anOpening, makeWorkshop, startUnattended, tone, writeRecorded } from '../recording/workshop.ts';
import { captureCli, type Captured } from './captured-cli.ts';

/** A server's data directory, and the way to ask about it. */
function office(t: TestContext): { readonly root: string; readonly ask: (...words: string[]) => Promise<Captured> } {
  const { root } = makeWorkshop();
  t.after(() => {
    rmSync(root, { recursive: true });
  });
  const config = join(root, 'fernamt.yaml');
  writeFileSync(
    config,
    `timeZone: Europe/Berlin
dataDirectory: ${root}
asterisk: { url: http://127.0.0.1:8088, username: fernamt, password: !env NOT_SET_HERE }
recording: { directory: recordings, settings: [] }
`,
  );
  return { root, ask: (...words) => captureCli(['recordings', ...words, '--config', config]) };
}

async function record(root: string, ...calls: readonly string[]): Promise<void> {
  const workshop = { ...makeWorkshop(root), databasePath: join(root, 'fernamt.db') };
  const { finisher, database } = await startUnattended(workshop, { filename: '$callid' });
  for (const [i, call] of calls.entries()) {
    const opening = anOpening(call, { startedAt: Date.UTC(2025, 10, 21, 9, i), caller: `+49171${i}` });
    finisher.open(opening);
    writeRecorded(workshop.recordingDirectory, `fernamt-${call}-rec1`, tone(2));
    finisher.close(aClosing(opening, 2));
  }
  await finisher.drained();
  await finisher.stop();
  await database.close();
}

test('before the first call the list is empty, and that is no fault', async (t) => {
  const { ask } = office(t);
  assert.deepEqual(await ask('list'), { exitCode: 0, out: 'No recordings.', err: '' });
  assert.deepEqual(JSON.parse((await ask('list', '--json')).out), []);
});

test('the list has a line for each recording, the latest first', async (t) => {
  const { root, ask } = office(t);
  await record(root, 'one', 'two');
  const { exitCode, out } = await ask('list');
  assert.equal(exitCode, 0);
  const lines = out.split('\n');
  assert.equal(lines.length, 3);
  assert.match(lines[1] ?? '', /^2025-11-21 10:01:00 +in +\+491711 +\+4930555010 +Support +2\.0 +kept +ok +two-1$/);
  assert.match(lines[2] ?? '', /one-1$/);
});

test('as JSON each recording has the published shape and the paths of its files', async (t) => {
  const { root, ask } = office(t);
  await record(root, 'one');
  const { out, err } = await ask('list', '--json');
  assert.equal(err, '');
  const directory = join(root, 'recordings');
  assert.deepEqual(JSON.parse(out), [
    {
      id: 'one-1',
      callid: 'one',
      base: 'one',
      direction: 'in',
      caller: '+491710',
      callee: '+4930555010',
      setting: 'Support',
      startedAt: '2025-11-21T09:00:00.000Z',
      seconds: 2,
      state: 'kept',
      judgement: 'ok',
      erased: null,
      files: ['one.wav', 'one.json', 'one.wav.sha256'].map((name) => join(directory, name)),
    },
  ]);
});

test('options narrow the list down', async (t) => {
  const { root, ask } = office(t);
  await record(root, 'one', 'two', 'three');
  const idsOf = async (...options: string[]): Promise<readonly string[]> =>
    (JSON.parse((await ask('list', '--json', ...options)).out) as { callid: string }[]).map((one) => one.callid);
  assert.deepEqual(await idsOf('--limit', '2'), ['three', 'two']);
  assert.deepEqual(await idsOf('--party', '+491710'), ['one']);
  assert.deepEqual(await idsOf('--from', '2025-11-21T09:01:00Z', '--to', '2025-11-21T09:02:00Z'), ['two']);
  assert.deepEqual(await idsOf('--state', 'recording'), []);
  assert.deepEqual(await idsOf('--setting', 'Support', '--direction', 'in', '--limit', '1'), ['three']);
});

const wrong: readonly (readonly [options: readonly string[], words: RegExp])[] = [
  [['--limit', '0'], /limit/],
  [['--limit', 'many'], /limit/],
  [['--from', 'yesterday'], /time/],
  [['--direction', 'up'], /direction/],
  [['--state', 'lost'], /state is one of recording/],
];

for (const [options, words] of wrong) {
  test(`list ${options.join(' ')} is wrong use`, async (t) => {
    const { exitCode, out, err } = await office(t).ask('list', ...options);
    assert.deepEqual([exitCode, out], [2, '']);
    assert.match(err, words);
  });
}

test('one recording is shown with how it was judged', async (t) => {
  const { root, ask } = office(t);
  await record(root, 'one');
  const { exitCode, out } = await ask('show', 'one-1');
  assert.equal(exitCode, 0);
  assert.match(out, /^judged +ok$/m);
  assert.match(out, /^how +The finished file was read from the disk to its end: 2 s of audio/m);
  assert.match(out, /^file +.*one\.wav$/m);
  const shown = JSON.parse((await ask('show', 'one-1', '--json')).out) as { metadata: { callid: string } };
  assert.equal(shown.metadata.callid, 'one');
});

test('for a recording that there is not the answer is no', async (t) => {
  const { root, ask } = office(t);
  assert.deepEqual(await ask('show', 'one-1'), { exitCode: 1, out: '', err: 'There is no recording one-1.' });
  await record(root, 'one');
  assert.equal((await ask('show', 'two-1')).exitCode, 1);
});

test('control characters that a caller sent do not reach the terminal', async (t) => {
  const { root, ask } = office(t);
  await record(root, 'a\u001b[2Jb');
  assert.doesNotMatch((await ask('list')).out, /\u001b/);
});

test('with a broken configuration its faults are told', async (t) => {
  const { root, ask } = office(t);
  writeFileSync(join(root, 'fernamt.yaml'), 'nonsense: 1\n');
  const { exitCode, err } = await ask('list');
  assert.equal(exitCode, 2);
  assert.match(err, /fernamt\.yaml:1:1 nonsense/);
});

test('an erased recording is shown with who erased it and when', async (t) => {
  const { root, ask } = office(t);
  await record(root, 'one');
  const workshop = { ...makeWorkshop(root), databasePath: join(root, 'fernamt.db') };
  const { catalogue, database, finisher } = await startUnattended(workshop);
  const by = { kind: 'user', extension: '1001' } as const;
  catalogue.erase(anOpening('one').id, { erasedAt: Date.UTC(2025, 10, 21, 9, 31), by });
  await finisher.stop();
  await database.close();
  assert.match((await ask('list')).out, / deleted +ok +one-1/);
  const shown = await ask('show', 'one-1');
  assert.match(shown.out, /^state +deleted$/m);
  assert.match(shown.out, /^erased +2025-11-21 10:31:00 by user 1001$/m);
  assert.doesNotMatch(shown.out, /^file /m);
  const json = JSON.parse((await ask('show', 'one-1', '--json')).out) as Record<string, unknown>;
  assert.deepEqual([json['erased'], json['files']], [{ at: '2025-11-21T09:31:00.000Z', by }, []]);
});
