import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { convert } from '../../../src/announcements/convert.ts';
import { isRefusal, type Added, type AddRequest, type Announcement } from '../../../src/announcements/model.ts';
import type { AnnouncementsPorts } from '../../../src/announcements/ports.ts';
import { readShipped, type Shipped } from '../../../src/announcements/shipped.ts';
import { createAnnouncementStore, type AnnouncementStore } from '../../../src/announcements/service.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { makeAudio, makeFolder, speech } from './studio.ts';

const shipped = readShipped(fileURLToPath(new URL('../../../sounds/announcements', import.meta.url)));
const studio = makeFolder({ after });
const [one, other] = [makeAudio(studio, 'one.wav', speech(1)), makeAudio(studio, 'other.mp3', speech(0.7))];

/** Each file is converted once for all tests: how it is done is shown elsewhere. */
const converted = new Map<Buffer, ReturnType<typeof convert>>();
function convertOnce(original: Buffer, directory: string): ReturnType<typeof convert> {
  const known = converted.get(original) ?? convert(original, directory);
  converted.set(original, known);
  return known;
}

interface House {
  readonly root: string;
  /** As another process would, on the same data. */
  open(change?: Partial<AnnouncementsPorts> & { readonly shipped?: Shipped }): Promise<AnnouncementStore>;
}

function house(t: TestContext): House {
  const root = makeFolder(t);
  return {
    root,
    open: async ({ shipped: own = shipped, ...change } = {}) => {
      const database = await openDatabase(join(root, 'fernamt.db'));
      t.after(() => database.close());
      const ports = {
        now: () => 1_763_700_000_000,
        language: () => 'en' as const,
        usedBy: () => [],
        isEvidence: () => false,
        ...change,
      };
      return createAnnouncementStore({ database, dataDirectory: root, shipped: own, ports, convert: convertOnce });
    },
  };
}

function taken(added: Added): Announcement {
  assert.ok(!isRefusal(added), JSON.stringify(added));
  return added.announcement;
}

function request(name: string, change: Partial<AddRequest> = {}): AddRequest {
  return { name, audio: one, replace: false, ...change };
}

function audioFolders(root: string): readonly string[] {
  return readdirSync(join(root, 'announcements')).sort();
}

test('an announcement is found under its name, with the upload beside what is played', async (t) => {
  const { root, open } = house(t);
  const store = await open();
  const added = taken(await store.add(request('welcome', { text: 'Welcome.' })));
  assert.deepEqual(store.get('welcome'), added);
  assert.deepEqual(
    { ...added, sha256: '', seconds: 1 },
    {
      ...{ name: 'welcome', sha256: '', language: 'en', text: 'Welcome.', seconds: 1 },
      ...{ addedAt: 1_763_700_000_000, shipped: false },
    },
  );
  assert.deepEqual(store.list(), [added]);
  assert.equal(store.audio(added.sha256)?.sha256, added.sha256);
  assert.deepEqual(audioFolders(root), [added.sha256]);
  assert.deepEqual(readFileSync(join(root, 'announcements', added.sha256, 'original')), one);
  assert.deepEqual(readFileSync(store.pathOf(added.sha256)), store.audio(added.sha256)?.wav);
});

const languages: readonly (readonly [name: string, told: 'en' | 'de' | undefined, expected: string])[] = [
  ['a-de', undefined, 'de'],
  ['a-en', undefined, 'en'],
  ['a-de', 'en', 'en'],
  ['side', undefined, 'en'],
];
test('the language is the one told, else the one of the name, else that of the configuration', async (t) => {
  const store = await house(t).open();
  for (const [name, told, expected] of languages) {
    const added = taken(await store.add(request(name, { replace: true, ...(told ? { language: told } : {}) })));
    assert.equal(added.language, expected, name);
    await store.remove(name);
  }
});

test('a name that is taken stays as it is unless it is to be replaced', async (t) => {
  const store = await house(t).open();
  const first = taken(await store.add(request('welcome', { language: 'de', text: 'Alt.' })));
  const again = await store.add(request('welcome', { audio: other }));
  assert.ok(isRefusal(again) && again.refused === 'name-taken');
  assert.deepEqual(store.get('welcome'), first);
  const replaced = await store.add(request('welcome', { audio: other, replace: true }));
  assert.ok(!isRefusal(replaced) && replaced.replaced);
  assert.notEqual(replaced.announcement.sha256, first.sha256);
  assert.deepEqual([replaced.announcement.language, replaced.announcement.text], ['de', '']);
});

for (const name of ['', '-a', 'a b', '../a', 'a/b', 'ä', 'a'.repeat(101), 'a\n']) {
  test(`the name ${JSON.stringify(name.slice(0, 10))} is refused`, async (t) => {
    const answer = await (await house(t).open()).add(request(name));
    assert.ok(isRefusal(answer) && answer.refused === 'bad-name');
  });
}

test('audio that cannot be used leaves everything as it was', async (t) => {
  const { root, open } = house(t);
  const store = await open();
  const first = taken(await store.add(request('welcome')));
  const answer = await store.add(request('welcome', { audio: Buffer.from('no audio'), replace: true }));
  assert.ok(isRefusal(answer) && answer.refused === 'not-audio');
  assert.deepEqual(store.get('welcome'), first);
  assert.deepEqual(audioFolders(root), [first.sha256]);
});

test('what a setting plays is not removed, and the settings are named', async (t) => {
  const store = await house(t).open({ usedBy: (name) => (name === 'welcome' ? ['Support', 'Sales'] : []) });
  taken(await store.add(request('welcome')));
  const answer = await store.remove('welcome');
  assert.ok(isRefusal(answer) && answer.refused === 'in-use');
  assert.match(answer.message, /Support, Sales/);
  assert.ok(store.get('welcome'));
});

test('removing takes the name and, unless evidence or another name needs it, the audio', async (t) => {
  const { root, open } = house(t);
  const evidence = new Set<string>();
  const store = await open({ isEvidence: (sha256) => evidence.has(sha256) });
  const [a, b] = [taken(await store.add(request('a'))), taken(await store.add(request('b')))];
  assert.equal(a.sha256, b.sha256);
  assert.deepEqual(await store.remove('a'), { removed: 'a', restored: false });
  assert.ok(store.audio(b.sha256), 'another name needs it');
  const played = taken(await store.add(request('played', { audio: other })));
  evidence.add(played.sha256);
  await store.remove('played');
  assert.ok(store.audio(played.sha256), 'evidence names it');
  await store.remove('b');
  assert.equal(store.audio(b.sha256), undefined);
  assert.equal(((await store.remove('b')) as { refused?: string }).refused, 'not-found');
  assert.deepEqual(
    audioFolders(root).filter((name) => !name.startsWith('.')),
    [played.sha256],
  );
});

test('the ready-made announcements are there from the first start, in both languages', async (t) => {
  const store = await house(t).open();
  assert.deepEqual(await store.bringShipped(), []);
  const kinds = ['notice', 'optin', 'optout'];
  assert.deepEqual(
    store.list().map(({ name, language, shipped: comes }) => [name, language, comes]),
    kinds.flatMap((kind) => ['de', 'en'].map((language) => [`recording-${kind}-${language}`, language, true])),
  );
  for (const { sha256, text } of store.list()) {
    assert.ok(store.audio(sha256));
    assert.match(text, /\.$/);
  }
});

test('a ready-made one that was replaced stays replaced, and comes back when that is removed', async (t) => {
  const store = await house(t).open();
  await store.bringShipped();
  const original = store.get('recording-notice-en');
  const own = taken(await store.add(request('recording-notice-en', { replace: true })));
  await store.bringShipped();
  assert.deepEqual(store.get('recording-notice-en'), own);
  assert.deepEqual(await store.remove('recording-notice-en'), { removed: 'recording-notice-en', restored: true });
  assert.deepEqual(store.get('recording-notice-en'), original);
  const again = await store.remove('recording-notice-en');
  assert.ok(isRefusal(again) && again.refused === 'shipped');
});

test('an update of the program brings its new audio, and keeps what was replaced and what evidence names', async (t) => {
  const { root, open } = house(t);
  const before = await open({ isEvidence: () => true });
  await before.bringShipped();
  const old = before.get('recording-notice-en');
  const own = taken(await before.add(request('recording-optin-en', { replace: true })));
  const entries = shipped.entries
    .filter(({ name }) => name !== 'recording-optout-de')
    .map((entry) => (entry.name === 'recording-notice-en' ? { ...own, name: entry.name, text: 'New.' } : entry));
  const read: Shipped['read'] = (entry) =>
    entry.sha256 === own.sha256 ? Promise.resolve(before.audio(own.sha256)) : shipped.read(entry);
  const updated = await open({ isEvidence: () => true, shipped: { ...shipped, entries, read } });
  await updated.bringShipped();
  assert.deepEqual(
    [updated.get('recording-notice-en')?.sha256, updated.get('recording-notice-en')?.text],
    [own.sha256, 'New.'],
  );
  assert.equal(updated.get('recording-notice-en')?.shipped, true);
  assert.deepEqual(updated.get('recording-optin-en'), own);
  assert.ok(updated.get('recording-optout-de'), 'one that ships no longer stays');
  assert.ok(old && audioFolders(root).includes(old.sha256));
});

test('ready-made audio that was damaged is mended at the next start', async (t) => {
  const store = await house(t).open();
  await store.bringShipped();
  const { sha256 = '' } = store.get('recording-notice-en') ?? {};
  truncateSync(store.pathOf(sha256), 5000);
  assert.equal(store.audio(sha256), undefined);
  await store.bringShipped();
  assert.ok(store.audio(sha256));
});

test('audio that was damaged is mended by adding it once more', async (t) => {
  const store = await house(t).open();
  const { sha256 } = taken(await store.add(request('a')));
  rmSync(`${store.pathOf(sha256)}16`);
  assert.equal(store.audio(sha256), undefined);
  taken(await store.add(request('a', { replace: true })));
  assert.ok(store.audio(sha256));
});

test('what a process that died left half-done is swept away, and nothing else', async (t) => {
  const { root, open } = house(t);
  const store = await open();
  const { sha256 } = taken(await store.add(request('a')));
  for (const name of ['.incoming-old', '.removed-old', '.incoming-new']) {
    mkdirSync(join(root, 'announcements', name));
    writeFileSync(join(root, 'announcements', name, 'audio.wav'), 'half');
  }
  for (const name of ['.incoming-old', '.removed-old', sha256]) utimesSync(join(root, 'announcements', name), 0, 0);
  await store.bringShipped();
  const [names, ours] = [audioFolders(root), shipped.entries.map((entry) => entry.sha256)];
  assert.deepEqual(names, [...ours, sha256, '.incoming-new'].sort());
});

test('what another process changes is seen at once', async (t) => {
  const { open } = house(t);
  const [server, cli] = [await open(), await open()];
  assert.equal(server.get('a'), undefined);
  const added = taken(await cli.add(request('a')));
  assert.deepEqual(server.get('a'), added);
  const replaced = taken(await cli.add(request('a', { audio: other, replace: true })));
  assert.deepEqual(server.get('a'), replaced);
  await cli.remove('a');
  assert.equal(server.get('a'), undefined);
});

test('asking for an announcement costs next to nothing', async (t) => {
  const store = await house(t).open();
  await store.bringShipped();
  const costs = Array.from({ length: 2000 }, () => {
    const before = performance.now();
    store.get('recording-notice-en');
    return performance.now() - before;
  });
  const median = costs.sort((a, b) => a - b)[1000] ?? Infinity;
  assert.ok(median < 0.05, `${median * 1000} µs`);
});

test('two processes that add, replace and remove the same names and audio at once leave a whole store', async (t) => {
  const { root, open } = house(t);
  const store = await open();
  await store.bringShipped();
  const file = join(root, 'one.wav');
  writeFileSync(file, one);
  const children = [1, 2].map(() => startChild(root, file));
  assert.deepEqual(await Promise.all(children), [0, 0]);
  const list = store.list();
  for (const { name, sha256 } of list) assert.ok(store.audio(sha256), name);
  const named = [...new Set(list.map(({ sha256 }) => sha256))].sort();
  assert.deepEqual(
    audioFolders(root).filter((name) => !name.startsWith('.removed-')),
    named,
  );
});

async function startChild(root: string, file: string): Promise<number | null> {
  const script = fileURLToPath(new URL('./store-child.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, root, file], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

test('an old database without a folder of audio is no trouble', async (t) => {
  const { root, open } = house(t);
  const store = await open();
  assert.deepEqual(store.list(), []);
  assert.equal(existsSync(join(root, 'announcements')), false);
});
