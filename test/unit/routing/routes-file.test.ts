import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { writeRoutesFile } from '../../../src/routing/routes-file.ts';

test('the routes file is written where none was, and nothing else is left beside it', async (t) => {
  const directory = await temporaryDirectory(t);
  assert.equal(await writeRoutesFile(join(directory, 'routes.conf'), 'first'), true);
  assert.equal(await readFile(join(directory, 'routes.conf'), 'utf8'), 'first');
  assert.deepEqual(await readdir(directory), ['routes.conf']);
});

test('a routes file that holds the text already is not written again', async (t) => {
  const path = join(await temporaryDirectory(t), 'routes.conf');
  await writeRoutesFile(path, 'same');
  const before = await stat(path);
  assert.equal(await writeRoutesFile(path, 'same'), false);
  assert.equal((await stat(path)).ino, before.ino);
});

test('a new text replaces the old file as a whole, also over what an interrupted write left', async (t) => {
  const directory = await temporaryDirectory(t);
  const path = join(directory, 'routes.conf');
  await writeRoutesFile(path, 'old');
  await writeFile(`${path}.part`, 'half of an interrupted write that is longer than the new text');
  const before = await stat(path);
  assert.equal(await writeRoutesFile(path, 'new'), true);
  assert.equal(await readFile(path, 'utf8'), 'new');
  assert.notEqual((await stat(path)).ino, before.ino);
  assert.deepEqual(await readdir(directory), ['routes.conf']);
});

test('Asterisk, which runs under another user, may read the routes file', async (t) => {
  const path = join(await temporaryDirectory(t), 'routes.conf');
  const umask = process.umask(0o077);
  t.after(() => process.umask(umask));
  await writeRoutesFile(path, 'text');
  assert.equal((await stat(path)).mode & 0o777, 0o644);
});

test('a folder that is not there is an error that names the file', async (t) => {
  const path = join(await temporaryDirectory(t), 'missing', 'routes.conf');
  await assert.rejects(writeRoutesFile(path, 'text'), { code: 'ENOENT', path: `${path}.part` });
});

async function temporaryDirectory(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'routes-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}
