import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkDirectories } from '../../../src/recording/files/directories.ts';
import { makeWorkshop, namesIn, type Workshop } from './workshop.ts';

function workshop(t: TestContext): Workshop {
  const made = makeWorkshop();
  t.after(() => {
    rmSync(made.root, { recursive: true, force: true });
  });
  return made;
}

test('two good directories are no problem, and nothing is left in them', async (t) => {
  const places = workshop(t);
  assert.deepEqual(await checkDirectories(places), []);
  assert.deepEqual(namesIn(places.directory), []);
  assert.deepEqual(namesIn(places.recordingDirectory), []);
});

test('the directory for finished recordings is made, for nobody else to read', async (t) => {
  const places = workshop(t);
  const directory = join(places.directory, 'new', 'one');
  assert.deepEqual(await checkDirectories({ ...places, directory }), []);
  assert.equal(statSync(directory).mode & 0o007, 0);
});

test('Asterisk’s directory is never made', async (t) => {
  const places = workshop(t);
  rmSync(places.recordingDirectory, { recursive: true });
  const [problem] = await checkDirectories(places);
  assert.deepEqual(problem, {
    severity: 'error',
    directory: places.recordingDirectory,
    message: 'Asterisk’s directory for recordings does not exist',
  });
  assert.equal(existsSync(places.recordingDirectory), false);
});

test('a file in the place of a directory is told', async (t) => {
  const places = workshop(t);
  const file = join(places.root, 'file');
  writeFileSync(file, '');
  const problems = await checkDirectories({ recordingDirectory: file, directory: join(file, 'below') });
  assert.deepEqual(
    problems.map((one) => one.message),
    [
      'Asterisk’s directory for recordings is a file',
      'The directory for finished recordings lies below something that is no directory',
    ],
  );
});

/** Root may write everywhere, so somebody else asks. */
test('a directory that this user may not write is told', (t) => {
  const places = workshop(t);
  for (const path of [places.root, places.directory]) chmodSync(path, 0o755);
  const child = fileURLToPath(new URL('directories-child.ts', import.meta.url));
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  if (process.getuid?.() !== 0) chmodSync(places.directory, 0o555);
  const run = spawnSync(process.execPath, ['--import', 'tsx', child, places.recordingDirectory, places.directory], {
    encoding: 'utf8',
    ...nobody,
  });
  assert.match(run.stdout, /The directory for finished recordings may not be written by this user/, run.stderr);
});

test('two file systems are fine, only slower', async (t) => {
  const places = workshop(t);
  const other = '/dev/shm';
  assert.notEqual(statSync(other).dev, statSync(places.directory).dev, 'this test needs a second file system');
  const directory = join(other, `fernamt-directories-${process.pid}`);
  t.after(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  const problems = await checkDirectories({ ...places, directory });
  assert.deepEqual(
    problems.map((one) => one.severity),
    ['note'],
  );
  assert.match(problems[0]?.message ?? '', /lie on different file systems: every recording is copied/);
  assert.deepEqual(namesIn(places.recordingDirectory), []);
});
