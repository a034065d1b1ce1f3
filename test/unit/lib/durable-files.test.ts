import assert from 'node:assert/strict';
import { existsSync, linkSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import {
  isMarked,
  isSameFile,
  moveToNewName,
  moveToReservedName,
  removeNow,
  statNow,
  syncDirectoryNow,
  writeWhole,
} from '../../../src/lib/blocking-files.ts';
import { ifThere, removeFile, statIfThere, syncDirectory } from '../../../src/lib/durable-files.ts';

function directory(t: TestContext): (name: string, contents?: string) => string {
  const path = mkdtempSync(join(tmpdir(), 'fernamt-files-'));
  t.after(() => {
    rmSync(path, { recursive: true });
  });
  return (name, contents) => {
    if (contents !== undefined) writeFileSync(join(path, name), contents);
    return join(path, name);
  };
}

test('a file gets a new name', (t) => {
  const file = directory(t);
  const [from, to] = [file('a', 'audio'), file('b')];
  assert.equal(moveToNewName(from, to, 'mark'), 'moved');
  assert.equal(readFileSync(to, 'utf8'), 'audio');
});

test('a name that is taken is left to its owner, even if it is empty', (t) => {
  const file = directory(t);
  const from = file('a', 'audio');
  assert.equal(moveToNewName(from, file('b', 'foreign'), 'mark'), 'taken');
  assert.equal(moveToNewName(from, file('c', ''), 'mark'), 'taken');
  assert.equal(readFileSync(file('b'), 'utf8'), 'foreign');
  assert.equal(readFileSync(file('c'), 'utf8'), '');
});

test('done twice it is done once', (t) => {
  const file = directory(t);
  const [from, to] = [file('a', 'audio'), file('b')];
  moveToNewName(from, to, 'mark');
  assert.equal(moveToNewName(from, to, 'mark'), 'moved');
  assert.equal(readFileSync(to, 'utf8'), 'audio');
});

test('a reservation of our own that a crash left is filled', (t) => {
  const file = directory(t);
  const [from, to] = [file('a', 'audio'), file('b', 'mark')];
  assert.equal(isMarked(to, 'mark'), true);
  assert.equal(isMarked(to, 'kram'), false);
  assert.equal(moveToNewName(from, to, 'mark'), 'moved');
  assert.equal(readFileSync(to, 'utf8'), 'audio');
  assert.equal(existsSync(from), false);
});

test('without hard links a name is reserved first, and a taken one is left to its owner', (t) => {
  const file = directory(t);
  assert.equal(moveToReservedName(file('a', 'audio'), file('b'), 'mark'), 'moved');
  assert.equal(readFileSync(file('b'), 'utf8'), 'audio');
  assert.equal(existsSync(file('a')), false);
  assert.equal(moveToReservedName(file('c', 'other'), file('b'), 'mark'), 'taken');
  assert.equal(readFileSync(file('b'), 'utf8'), 'audio');
});

test('a reservation of somebody else is respected', (t) => {
  const file = directory(t);
  assert.equal(moveToNewName(file('a', 'audio'), file('b', 'kram'), 'mark'), 'taken');
});

test('a small file is written whole and replaces the one before', (t) => {
  const file = directory(t);
  const path = file('a.json', 'old');
  writeWhole(path, 'new', file('a.tmp'));
  assert.equal(readFileSync(path, 'utf8'), 'new');
  assert.equal(existsSync(file('a.tmp')), false);
  assert.equal(statSync(path).mode & 0o007, 0);
});

test('a missing file is an answer where it is expected', async (t) => {
  const file = directory(t);
  assert.equal(await statIfThere(file('none')), undefined);
  assert.equal(isMarked(file('none'), ''), false);
  assert.equal(statNow(file('none')), undefined);
  await removeFile(file('none'));
  removeNow(file('none'));
  await assert.rejects(ifThere(Promise.reject(new Error('other'))), /other/);
});

test('two names of one file are the same file', (t) => {
  const file = directory(t);
  const [one, other] = [file('a', 'x'), file('b')];
  linkSync(one, other);
  assert.equal(isSameFile(one, other), true);
  assert.equal(isSameFile(one, file('c', 'x')), false);
  assert.equal(isSameFile(one, file('none')), false);
});

test('a directory can be synced, a missing one cannot', async (t) => {
  const file = directory(t);
  await syncDirectory(file('.'));
  syncDirectoryNow(file('.'));
  await assert.rejects(syncDirectory(file('none')), /ENOENT/);
});
