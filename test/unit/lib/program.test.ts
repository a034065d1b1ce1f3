import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runProgram } from '../../../src/lib/program.ts';

function run(script: string, change: { timeoutMs?: number; signal?: AbortSignal } = {}) {
  const signal = new AbortController().signal;
  return runProgram({ program: 'sh', args: ['-c', script, 'sh', 'a b;c'], timeoutMs: 20_000, signal, ...change });
}

test('a program that succeeds says nothing', async () => {
  assert.equal(await run('echo loud; [ "$1" = "a b;c" ]'), undefined);
});

test('a program that fails is quoted by its last words', async () => {
  assert.equal(await run('echo why >&2; exit 3'), 'it ended with 3: why');
  const long = await run('i=0; while [ $i -lt 2000 ]; do echo line $i >&2; i=$((i+1)); done; exit 1');
  assert.ok((long ?? '').length < 2100);
  assert.match(long ?? '', /line 1999$/);
});

test('a program that is missing is said to be', async () => {
  const { signal } = new AbortController();
  const order = { args: [], timeoutMs: 1000, signal };
  assert.equal(await runProgram({ ...order, program: 'no-such-program' }), 'it is not installed');
});

test('a program that takes too long is killed', async () => {
  assert.equal(await run('exec sleep 600', { timeoutMs: 1000 }), 'it was not done within 1 s');
});

test('a program that is not wanted any more is killed', async () => {
  const controller = new AbortController();
  const running = run('exec sleep 600', { signal: controller.signal });
  controller.abort(new Error('not wanted'));
  await assert.rejects(running, /not wanted/);
  await assert.rejects(run('exit 0', { signal: controller.signal }), /not wanted/);
});

test('a program lets everything else go first', async () => {
  // The priority is lowered right after the beginning.
  const script = 'for i in 1 2 3 4 5 6 7 8 9; do [ $(nice) -ge 10 ] && exit 0; sleep 0.1; done; exit 1';
  assert.equal(await run(script), undefined);
});
