import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { neighbourOf, startThread, type Thread } from '../../../src/lib/thread.ts';
import type { ThreadFunctions } from './thread-entry.ts';

function start(t: TestContext, entry = 'thread-entry'): Thread<ThreadFunctions> {
  const thread = startThread<ThreadFunctions>(neighbourOf(import.meta.url, entry), ['double', 'fail', 'die', 'hang']);
  t.after(() => thread.stop());
  return thread;
}

test('a function in the thread is asked and answers', async (t) => {
  const { remote } = start(t);
  assert.deepEqual(await Promise.all([1, 2, 3].map((n) => remote.double({ n }))), [2, 4, 6]);
});

test('what fails in the thread fails outside with its message and its code', async (t) => {
  const { remote } = start(t);
  await assert.rejects(remote.fail({ path: '/no/such/file' }), { code: 'ENOENT', message: /no such file/ });
  assert.equal(await remote.double({ n: 4 }), 8);
});

test('a thread that died refuses what it was asked, and the next question begins a new one', async (t) => {
  const { remote } = start(t);
  await assert.rejects(remote.die({}), /the thread/);
  assert.equal(await remote.double({ n: 5 }), 10);
});

test('a thread whose module is missing refuses every question', async (t) => {
  const { remote } = start(t, 'no-such-module');
  await assert.rejects(remote.double({ n: 1 }), /no-such-module/);
});

test('stopping refuses what is not answered, and all that comes after', async (t) => {
  const thread = start(t);
  await thread.remote.double({ n: 1 });
  const hanging = assert.rejects(thread.remote.hang({}), /the thread ended/);
  await thread.stop();
  await hanging;
  await assert.rejects(thread.remote.double({ n: 1 }), /was stopped/);
});
