import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import {
  carriesToken,
  controlFileIn,
  newControlToken,
  readControlFile,
  removeControlFile,
  writeControlFile,
} from '../../../src/http/control-token.ts';

function folder(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'fernamt-token-'));
  t.after(() => rmSync(directory, { recursive: true }));
  return directory;
}

const access = { url: 'http://127.0.0.1:8080', token: 'sesame' };

test('every token is another one of 32 bytes', () => {
  const tokens = new Set(Array.from({ length: 50 }, newControlToken));
  assert.equal(tokens.size, 50);
  for (const token of tokens) {
    assert.match(token, /^[\w-]{43}$/);
    assert.equal(Buffer.from(token, 'base64url').length, 32);
  }
});

test('only the whole token opens, and an empty one never does', () => {
  assert.ok(carriesToken('Bearer sesame', 'sesame'));
  for (const header of [undefined, '', 'sesame', 'Bearer', 'Bearer sesam', 'Bearer sesame ', 'Basic sesame'])
    assert.ok(!carriesToken(header, 'sesame'), header);
  for (const header of [undefined, '', 'Bearer', 'Bearer ']) assert.ok(!carriesToken(header, ''), header);
});

test('the file is whole, for its owner alone, and leaves nothing beside it', async (t) => {
  const directory = folder(t);
  const path = controlFileIn(directory);
  await writeControlFile(path, { ...access, token: 'earlier' });
  await writeControlFile(path, access);
  assert.deepEqual(await readControlFile(path), access);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(directory), ['control.token']);
});

test('what lies in the way is not followed and not written over', async (t) => {
  const directory = folder(t);
  const victim = join(directory, 'victim');
  writeFileSync(victim, 'mine');
  const path = controlFileIn(directory);
  symlinkSync(victim, `${path}.part`);
  symlinkSync(victim, path);
  await writeControlFile(path, access);
  assert.equal(readFileSync(victim, 'utf8'), 'mine');
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('the file is removed by its own server only', async (t) => {
  const path = controlFileIn(folder(t));
  await writeControlFile(path, access);
  await removeControlFile(path, { token: 'of another server' });
  assert.deepEqual(await readControlFile(path), access);
  await removeControlFile(path, access);
  assert.equal(await readControlFile(path), undefined);
  await removeControlFile(path, access);
});

for (const text of ['', 'nonsense', '{}', '[]', 'null', '{"url":5,"token":"x"}']) {
  test(`a file with ${text === '' ? 'nothing' : text} in it is as good as none`, async (t) => {
    const path = controlFileIn(folder(t));
    writeFileSync(path, text);
    assert.equal(await readControlFile(path), undefined);
  });
}
