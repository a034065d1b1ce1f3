import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WorkQueue, type Again } from '../../../src/recording/files/work-queue.ts';
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts';

interface Bench {
  readonly queue: WorkQueue<string>;
  readonly clock: ManualClock;
  readonly begun: string[];
  readonly failures: string[];
  /** Ends the oldest job that is under way. */
  readonly end: (result?: 'done' | Again | Error) => Promise<void>;
}

function bench(parallel = 1): Bench {
  const clock = createManualClock();
  const begun: string[] = [];
  const failures: string[] = [];
  const underWay: { resolve: (result: 'done' | Again) => void; reject: (error: Error) => void }[] = [];
  const queue = new WorkQueue<string>({
    ...{ clock, parallel, retryMs: [10, 20] },
    work: (key, attempt) => {
      begun.push(`${key} ${attempt}`);
      return new Promise((resolve, reject) => {
        underWay.push({ resolve, reject });
      });
    },
    failed: (key, { attempt, retryMs, error }) => failures.push(`${key} ${attempt} ${retryMs} ${String(error)}`),
  });
  const end: Bench['end'] = async (result = 'done') => {
    const job = underWay.shift();
    assert.ok(job, 'there is nothing under way');
    if (result instanceof Error) job.reject(result);
    else job.resolve(result);
    await new Promise(setImmediate);
  };
  return { queue, clock, begun, failures, end };
}

test('no more jobs than allowed are under way, and each comes in turn', async () => {
  const { queue, begun, end } = bench(2);
  for (const key of ['a', 'b', 'c', 'd']) queue.add(key);
  assert.deepEqual(begun, ['a 1', 'b 1']);
  await end();
  assert.deepEqual(begun, ['a 1', 'b 1', 'c 1']);
});

test('a job that is asked for twice is done once, but once more if it was under way', async () => {
  const { queue, begun, end } = bench();
  for (const key of ['a', 'b', 'b']) queue.add(key);
  queue.add('a');
  await end();
  await end();
  await end();
  assert.deepEqual(begun, ['a 1', 'b 1', 'a 1']);
  await queue.drained();
});

test('a job that fails comes again, later each time, and nobody waits for it', async () => {
  const { queue, clock, begun, failures, end } = bench();
  queue.add('a');
  await end(new Error('x'));
  await queue.drained();
  clock.advance(10);
  await end(new Error('x'));
  clock.advance(19);
  assert.equal(begun.length, 2);
  clock.advance(1);
  await end(new Error('x'));
  assert.deepEqual(failures, ['a 1 10 Error: x', 'a 2 20 Error: x', 'a 3 20 Error: x']);
  clock.advance(20);
  await end();
  assert.equal(queue.has('a'), false);
  assert.equal(clock.waiting(), 0);
});

test('who asks for a job that waits for its next time gets it at once', async () => {
  const { queue, clock, begun, end } = bench();
  queue.add('a');
  await end(new Error('x'));
  queue.add('a');
  assert.deepEqual(begun, ['a 1', 'a 2']);
  await end();
  assert.equal(clock.waiting(), 0);
});

test('what is urgent is waited for until it is done', async () => {
  const { queue, clock, end } = bench();
  queue.add('a');
  await end({ againMs: 10, urgent: true });
  let drained = false;
  const waiting = queue.drained().then(() => (drained = true));
  await new Promise(setImmediate);
  assert.equal(drained, false);
  clock.advance(10);
  await end();
  await waiting;
});

test('what is not urgent comes again, and nobody waits for it', async () => {
  const { queue, clock, begun, end } = bench();
  queue.add('a');
  await end({ againMs: 10, urgent: false });
  await queue.drained();
  clock.advance(10);
  assert.deepEqual(begun, ['a 1', 'a 2']);
  await end();
});

test('stopping waits for what is under way and begins nothing more', async () => {
  const { queue, clock, begun, end } = bench();
  queue.add('a');
  queue.add('b');
  let stopped = false;
  const stopping = queue.stop().then(() => (stopped = true));
  await new Promise(setImmediate);
  assert.equal(stopped, false);
  await end(new Error('x'));
  await stopping;
  queue.add('c');
  clock.advance(1000);
  assert.deepEqual(begun, ['a 1']);
  assert.equal(clock.waiting(), 0);
});
