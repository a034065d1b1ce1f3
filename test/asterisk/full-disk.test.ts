/** Full and read-only disks stop recordings, never calls. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ensureCommands } from '../../bin/programs.ts';
import type { Seen, Sight, Sights } from './full-disk-child.ts';

const child = fileURLToPath(new URL('full-disk-child.ts', import.meta.url));

describe('with small disks of its own', () => {
  const directory = mkdtempSync(join(tmpdir(), 'fernamt-full-'));
  let sights: Sights;
  before(() => {
    ensureCommands(['unshare']);
    const space = ['--user', '--map-root-user', '--mount'];
    const command = [process.execPath, '--import', 'tsx', child, join(directory, 'data')];
    const run = spawnSync('unshare', [...space, ...command], { encoding: 'utf8' });
    assert.equal(run.error, undefined, 'this test needs unshare');
    assert.equal(run.status, 0, `this test needs file systems of its own, or it failed: ${run.stderr}`);
    sights = JSON.parse(run.stdout) as Sights;
  });
  after(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  function goOn(sight: Sight): Seen {
    const seen = sights[sight];
    assert.equal(seen.call, 'went on');
    assert.equal(seen.help, 'went on');
    return seen;
  }

  test('as long as there is room calls are recorded', () => {
    assert.deepEqual(goOn('withRoom').judged, ['ok']);
  });

  test('where the data directory is full calls go on unrecorded, and the server says that it is not ready', () => {
    const { judged, notReady, errors } = goOn('dataFull');
    assert.deepEqual(judged, []);
    assert.match(notReady, /store-not-writable/);
    assert.ok(errors.includes('recording failed'), errors.join());
  });

  test('a server that is killed there and starts again connects calls, too', () => {
    assert.deepEqual(goOn('startedFull').judged, []);
  });

  test('as soon as there is room again calls are recorded', () => {
    const { judged, notReady } = goOn('dataFree');
    assert.deepEqual(judged, ['ok']);
    assert.doesNotMatch(notReady, /store-not-writable/);
  });

  test('where Asterisk has no room for its recordings calls go on, and what is in the file is not called good', () => {
    const { judged } = goOn('recordedFull');
    assert.equal(judged.includes('ok'), false);
  });

  test('where Asterisk may not write calls go on, and it is told', () => {
    const { judged, errors } = goOn('recordedReadOnly');
    assert.deepEqual(judged, ['unreadable']);
    assert.ok(errors.includes('recording failed'), errors.join());
  });

  test('and when it may, they are recorded again', () => {
    assert.deepEqual(goOn('recordedFree').judged, ['ok']);
  });
});
