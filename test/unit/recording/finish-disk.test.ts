import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ensureCommands } from '../../../bin/programs.ts';

const child = fileURLToPath(new URL('full-disk-child.ts', import.meta.url));

/** In a name space of its own, where a small file system in memory may be mounted. */
function runOnSmallDisk(leadMs: number): { readonly whileFull: Record<string, unknown>; readonly afterwards: object } {
  const root = mkdtempSync(join(tmpdir(), 'fernamt-full-'));
  const script = 'mount -t tmpfs -o size=3m none "$1" && exec "$2" --import tsx "$3" "$1" "$4"';
  const options = ['--user', '--map-root-user', '--mount', 'sh', '-c', script, 'sh', root];
  ensureCommands(['unshare']);
  const run = spawnSync('unshare', [...options, process.execPath, child, String(leadMs)], { encoding: 'utf8' });
  rmSync(root, { recursive: true });
  assert.equal(run.error, undefined, 'this test needs unshare');
  assert.equal(run.status, 0, `this test needs a file system of its own, or it failed: ${run.stderr}`);
  return JSON.parse(run.stdout) as ReturnType<typeof runOnSmallDisk>;
}

test('on a full disk a recording stays where it is and is finished when there is room', () => {
  const { whileFull, afterwards } = runOnSmallDisk(500);
  assert.equal(whileFull['finished'], 0);
  assert.equal(whileFull['partIsThere'], true);
  assert.deepEqual(afterwards, { judgement: 'ok', bytes: 320_044, files: 3, parts: 0 });
});

test('on a full disk a recording that needs no copy is not lost either', () => {
  const { whileFull, afterwards } = runOnSmallDisk(0);
  assert.equal(whileFull['finished'], 0);
  assert.equal(whileFull['partIsThere'], true);
  assert.deepEqual(afterwards, { judgement: 'ok', bytes: 320_044, files: 3, parts: 0 });
});
