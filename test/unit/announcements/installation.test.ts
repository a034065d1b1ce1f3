import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createInstallation, type Installation } from '../../../src/announcements/installation.ts';
import { makePlayedAudio, readPlayedAudio, type PlayedAudio } from '../../../src/announcements/played-audio.ts';
import { makeFolder } from './studio.ts';

const played = makePlayedAudio(Buffer.alloc(8000, 1), Buffer.alloc(16_000, 2));
const { sha256 } = played;

interface Place extends Installation {
  readonly directory: string;
  readonly path: string;
  readonly failures: unknown[];
  /** What the store has; undefined: it is damaged there. */
  stored: PlayedAudio | undefined;
  at: number;
}

function place(t: TestContext): Place {
  const directory = join(makeFolder(t), 'sounds/fernamt/announcements');
  const made = { directory, path: join(directory, `${sha256}.wav`), failures: [] as unknown[], at: 0 };
  const state = { ...made, stored: played as PlayedAudio | undefined };
  const installation = createInstallation({
    directory,
    audio: () => state.stored,
    now: () => state.at,
    failed: (_, error) => state.failures.push(error),
  });
  return Object.assign(state, installation);
}

function assertWhole({ directory, path }: Place): void {
  assert.deepEqual(readPlayedAudio(sha256, readFileSync(path), readFileSync(`${path}16`)), played);
  assert.deepEqual(readdirSync(directory).sort(), [`${sha256}.wav`, `${sha256}.wav16`], 'something was left behind');
}

test('the audio is put where Asterisk finds it, for another user to read', (t) => {
  const here = place(t);
  assert.equal(here.ensure(sha256), true);
  assertWhole(here);
  for (const path of [here.path, `${here.path}16`]) assert.equal(statSync(path).mode & 0o777, 0o644);
});

test('where all is well nothing is written', (t) => {
  const here = place(t);
  here.ensure(sha256);
  const before = statSync(here.path);
  assert.equal(here.ensure(sha256), true);
  assert.deepEqual(statSync(here.path).ino, before.ino);
});

const damages: readonly (readonly [what: string, damage: (path: string) => void])[] = [
  ['cut', (path) => truncateSync(path, 4000)],
  ['emptied', (path) => truncateSync(path, 0)],
  ['longer', (path) => appendFileSync(path, 'more')],
  ['other', (path) => writeFileSync(path, Buffer.alloc(statSync(path).size, 7))],
  ['missing', (path) => rmSync(path)],
];
for (const [what, damage] of damages) {
  for (const ending of ['', '16']) {
    test(`a .wav${ending} that is ${what} is mended before the next use`, (t) => {
      const here = place(t);
      here.ensure(sha256);
      damage(`${here.path}${ending}`);
      assert.equal(here.ensure(sha256), true);
      assertWhole(here);
    });

    test(`a .wav${ending} that was ${what} before the start is mended as well`, (t) => {
      const here = place(t);
      mkdirSync(here.directory, { recursive: true });
      writeFileSync(here.path, played.wav);
      writeFileSync(`${here.path}16`, played.wav16);
      damage(`${here.path}${ending}`);
      assert.equal(here.ensure(sha256), true);
      assertWhole(here);
    });
  }
}

test('a cut file that cannot be mended is not used, and it is told once until it is mended', (t) => {
  const here = place(t);
  here.ensure(sha256);
  truncateSync(here.path, 4000);
  here.stored = undefined;
  assert.equal(here.ensure(sha256), false);
  here.at += 1000;
  assert.equal(here.ensure(sha256), false);
  here.at += 10_000;
  assert.equal(here.ensure(sha256), false);
  assert.equal(here.failures.length, 1);
  here.stored = played;
  here.at += 10_000;
  assert.equal(here.ensure(sha256), true);
  assertWhole(here);
});

test('a directory that cannot be made is a failure, not an exception', (t) => {
  const here = place(t);
  mkdirSync(join(here.directory, '../..'), { recursive: true });
  writeFileSync(join(here.directory, '..'), 'in the way');
  assert.equal(here.ensure(sha256), false);
  assert.equal(here.failures.length, 1);
});

test('looking costs next to nothing', (t) => {
  const here = place(t);
  here.ensure(sha256);
  const costs = Array.from({ length: 1000 }, () => {
    const before = performance.now();
    here.ensure(sha256);
    return performance.now() - before;
  });
  const median = costs.sort((a, b) => a - b)[500] ?? Infinity;
  assert.ok(median < 0.2, `${median * 1000} µs`);
});
