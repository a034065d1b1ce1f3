import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { openDatabase } from '../../../src/store/database.ts';
import { makeAudio, makeFolder, samplesOf, speech } from '../announcements/studio.ts';
import { captureCli, type Captured } from './captured-cli.ts';

const studio = makeFolder({ after });
const file = join(studio, 'own.mp3');
makeAudio(studio, 'own.mp3', speech(1));

interface Office {
  readonly root: string;
  readonly config: string;
  ask(...words: string[]): Promise<Captured>;
  json(...words: string[]): Promise<Record<string, unknown>>;
}

function office(t: TestContext, settings = ''): Office {
  const root = makeFolder(t);
  const config = join(root, 'fernamt.yaml');
  writeFileSync(
    config,
    `language: de
dataDirectory: ${root}/data
asterisk: { url: http://127.0.0.1:8088, username: fernamt, password: !env NOT_SET_HERE }
recording: { settings: [${settings}] }
`,
  );
  const ask = (...words: string[]): Promise<Captured> => captureCli(['announcements', ...words, '--config', config]);
  return {
    ...{ root, config, ask },
    json: async (...words) => JSON.parse((await ask(...words, '--json')).out) as Record<string, unknown>,
  };
}

const plays = (name: string): string => `{ name: Sales, select: { all: true }, announcements: { in: ${name} } }`;

test('before the first start the ready-made ones are listed, and nothing is made by looking', async (t) => {
  const { root, ask, json } = office(t, plays('recording-notice-en'));
  const { exitCode, out } = await ask('list');
  assert.equal(exitCode, 0);
  assert.equal(out.split('\n').length, 7);
  assert.match(
    out,
    /^recording-notice-en +en +2\.5 +ready-made +Sales +This call is recorded for quality assurance\.$/m,
  );
  const list = (await json('list')) as unknown as Record<string, unknown>[];
  assert.deepEqual(Object.keys(list[0] ?? {}).sort(), [
    ...['addedAt', 'language', 'name', 'seconds', 'sha256', 'shipped', 'text', 'usedBy'],
  ]);
  const { out: path } = await ask('play', 'recording-notice-en');
  assert.equal(samplesOf(readFileSync(path)).sampleRate, 8000);
  assert.equal(existsSync(join(root, 'data')), false);
});

test('one is added, listed, played, replaced and removed', async (t) => {
  const { root, ask, json } = office(t);
  const added = await ask('add', file, '--name', 'hello', '--text', 'Guten Tag.');
  assert.deepEqual(added, { exitCode: 0, out: 'hello was added: 1.0 s.', err: '' });
  assert.match((await ask('list')).out, /^hello +de +1\.0 +own +- +Guten Tag\.$/m);
  const { path, sha256 } = await json('play', 'hello');
  assert.equal(samplesOf(readFileSync(String(path))).sampleRate, 8000);
  assert.ok(String(path).includes(String(sha256)));

  const copy = join(root, 'copy.wav');
  assert.equal((await ask('play', 'hello', '--output', copy)).exitCode, 0);
  assert.deepEqual(readFileSync(copy), readFileSync(String(path)));
  assert.deepEqual(await json('play', 'hello', '--output', copy), {
    ...{ ok: false, reason: 'file-exists', message: `${copy} exists already.` },
  });

  const taken = await ask('add', file, '--name', 'hello');
  assert.deepEqual([taken.exitCode, taken.out], [1, '']);
  assert.match(taken.err, /already/);
  const replaced = await json('add', file, '--name', 'hello', '--replace', '--language', 'en');
  assert.deepEqual([replaced['ok'], replaced['replaced']], [true, true]);
  assert.equal((replaced['announcement'] as { language: string }).language, 'en');

  assert.deepEqual(await json('remove', 'hello'), { ok: true, name: 'hello', restored: false });
  assert.deepEqual(await ask('remove', 'hello'), { exitCode: 1, out: '', err: 'There is no announcement hello.' });
  assert.equal((await ask('play', 'hello')).exitCode, 1);
});

test('what a setting plays is not removed, and the setting is named', async (t) => {
  const { ask, json } = office(t, plays('hello'));
  await ask('add', file, '--name', 'hello');
  const refused = await ask('remove', 'hello');
  assert.equal(refused.exitCode, 1);
  assert.match(refused.err, /Sales/);
  assert.equal((await json('remove', 'hello'))['reason'], 'in-use');
  assert.equal((await ask('add', file, '--name', 'hello', '--replace')).exitCode, 0);
});

test('a ready-made one that was replaced comes back, and is not removed itself', async (t) => {
  const { ask, json } = office(t);
  await ask('add', file, '--name', 'recording-optin-de', '--replace');
  assert.match((await ask('list')).out, /^recording-optin-de +de +1\.0 +own/m);
  assert.deepEqual(await json('remove', 'recording-optin-de'), {
    ok: true,
    name: 'recording-optin-de',
    restored: true,
  });
  assert.match((await ask('list')).out, /^recording-optin-de +de +10\.2 +ready-made/m);
  assert.equal((await json('remove', 'recording-optin-de'))['reason'], 'shipped');
});

test('it works beside a server that has the database open', async (t) => {
  const { root, ask } = office(t);
  const server = await openDatabase(join(root, 'data/fernamt.db'));
  assert.equal((await ask('add', file, '--name', 'hello')).exitCode, 0);
  assert.equal(server.all("SELECT 1 FROM announcements WHERE name = 'hello'").length, 1);
  assert.match((await ask('list')).out, /^hello /m);
  await server.close();
});

const wrong: readonly (readonly [words: readonly string[], exitCode: number, message: RegExp])[] = [
  [['add', file], 2, /--name/],
  [['add', '--name', 'x'], 2, /missing/],
  [['add', file, '--name', 'x', '--language', 'fr'], 2, /en or de/],
  [['add', file, '--name', 'a b'], 1, /letters/],
  [['add', '/nowhere.wav', '--name', 'x'], 1, /cannot be read/],
  [['add', studio, '--name', 'x'], 1, /cannot be read/],
  [['add', import.meta.filename, '--name', 'x'], 1, /no audio/],
  [['play', 'none'], 1, /no announcement/],
];
for (const [words, exitCode, message] of wrong) {
  test(`announcements ${words.join(' ').replaceAll(studio, '…').slice(-40)} ends with ${exitCode}`, async (t) => {
    const answer = await office(t).ask(...words);
    assert.deepEqual([answer.exitCode, answer.out], [exitCode, '']);
    assert.match(answer.err, message);
  });
}

test('check-config warns of an announcement that there is not, at its place, and changes nothing', async (t) => {
  const { root, config, ask } = office(t, plays('hallo'));
  const check = (): Promise<Captured> => captureCli(['check-config', '--no-secrets', config]);
  const told = async (): Promise<readonly string[]> =>
    (await check()).err.split('\n').filter((line) => line.includes('no announcement'));
  assert.deepEqual(await told(), [], 'nothing is known before the first start');
  await ask('add', file, '--name', 'hello');
  // SQLite keeps working files of its own beside a database that somebody reads.
  const filesNow = (): readonly string[] =>
    readdirSync(join(root, 'data'))
      .filter((name) => !/-(?:shm|wal)$/.test(name))
      .sort();
  const files = filesNow();
  const [warning = '', ...more] = await told();
  assert.deepEqual(more, []);
  assert.match(
    warning,
    /:4:\d+ recording\.settings\[0\]\.announcements\.in: there is no announcement "hallo".*did you mean hello/,
  );
  assert.equal((await check()).exitCode, 0);
  assert.deepEqual(filesNow(), files);
  await ask('add', file, '--name', 'hallo');
  assert.deepEqual(await told(), []);
});

test('check-config says nothing of announcements where the store cannot be read', async (t) => {
  const { root, config } = office(t, plays('hallo'));
  mkdirSync(join(root, 'data'));
  writeFileSync(join(root, 'data/fernamt.db'), 'no database');
  const { exitCode, err } = await captureCli(['check-config', '--no-secrets', config]);
  assert.equal(exitCode, 0);
  assert.ok(!err.includes('no announcement'), err);
  rmSync(join(root, 'data'), { recursive: true });
});
