import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { assemble, type AssemblyPlan } from '../../../src/recording/files/assemble.ts';
import { samplesIn, tone, writeRecorded } from './workshop.ts';

interface Bench {
  readonly directory: string;
  readonly temporary: string;
  readonly make: (change: Partial<AssemblyPlan>) => ReturnType<typeof assemble>;
}

function bench(t: TestContext): Bench {
  const directory = mkdtempSync(join(tmpdir(), 'fernamt-assemble-'));
  t.after(() => {
    rmSync(directory, { recursive: true });
  });
  const temporary = join(directory, 'made.tmp');
  const plan: AssemblyPlan = { parts: [], layout: 'single', leadMs: 0, temporary, soundDbfs: -55 };
  return { directory, temporary, make: (change) => assemble({ ...plan, ...change }) };
}

const ramp = (length: number, start = 0): Int16Array => Int16Array.from({ length }, (_, i) => start + i);

test('a single part is the same file under a second name', (t) => {
  const { directory, temporary, make } = bench(t);
  const part = writeRecorded(directory, 'a', ramp(100));
  const made = make({ parts: [part] });
  assert.deepEqual(made, { made: true, faults: [], repaired: [], unused: [] });
  assert.equal(statSync(temporary).ino, statSync(part).ino);
});

test('what a crash left under the temporary name is not written into', (t) => {
  const { directory, temporary, make } = bench(t);
  const part = writeRecorded(directory, 'a', ramp(100));
  make({ parts: [part] });
  const before = readFileSync(part);
  make({ parts: [part], leadMs: 1 });
  assert.deepEqual(readFileSync(part), before);
  assert.deepEqual(samplesIn(readFileSync(temporary)), ramp(92, 8));
});

test('the lanes stand left and right, the same lead is cut off both, and the longer decides the length', (t) => {
  const { directory, temporary, make } = bench(t);
  const parts = [writeRecorded(directory, 'a', ramp(80, 1)), writeRecorded(directory, 'b', ramp(60, 1001))];
  make({ parts, layout: 'lanes', leadMs: 5 });
  const samples = samplesIn(readFileSync(temporary));
  assert.deepEqual(
    samples.filter((_, i) => i % 2 === 0),
    ramp(40, 41),
  );
  assert.deepEqual(
    samples.filter((_, i) => i % 2 === 1),
    Int16Array.from([...ramp(20, 1041), ...Array<number>(20).fill(0)]),
  );
  assert.equal(readFileSync(temporary).readUInt16LE(22), 2);
});

test('mixing adds, and stops at the loudest sample', (t) => {
  const { directory, temporary, make } = bench(t);
  const parts = [
    writeRecorded(directory, 'a', Int16Array.from([1, 30_000, -30_000, 7])),
    writeRecorded(directory, 'b', Int16Array.from([2, 30_000, -30_000])),
  ];
  const made = make({ parts, layout: 'mixed' });
  assert.deepEqual(samplesIn(readFileSync(temporary)), Int16Array.from([3, 32_767, -32_768, 7]));
  assert.equal(made.partLevels?.length, 2);
});

test('how loud each part was is measured before they are mixed', (t) => {
  const { directory, make } = bench(t);
  const parts = [writeRecorded(directory, 'a', tone(2)), writeRecorded(directory, 'b', new Int16Array(16_000))];
  const { partLevels } = make({ parts, layout: 'mixed' });
  assert.deepEqual(
    partLevels?.map((level) => level.soundSeconds),
    [2, 0],
  );
});

test('a lead longer than the recording leaves an empty file', (t) => {
  const { directory, temporary, make } = bench(t);
  make({ parts: [writeRecorded(directory, 'a', ramp(80))], leadMs: 50 });
  assert.equal(readFileSync(temporary).length, 44);
});

test('what lies behind the greatest length wanted is in no file, even if the part is whole', (t) => {
  const { directory, temporary, make } = bench(t);
  make({ parts: [writeRecorded(directory, 'a', ramp(800))], leadMs: 10, atMostMs: 20 });
  assert.deepEqual(samplesIn(readFileSync(temporary)), ramp(800).slice(80, 240));
  make({ parts: [writeRecorded(directory, 'b', ramp(800))], leadMs: 0, atMostMs: 20 });
  assert.deepEqual(samplesIn(readFileSync(temporary)), ramp(800).slice(0, 160));
});

test('a part that was cut off in the middle of a sample is read up to the last whole one', (t) => {
  const { directory, temporary, make } = bench(t);
  const part = writeRecorded(directory, 'a', ramp(100), { cutOff: true });
  writeFileSync(part, 'x', { flag: 'a' });
  const made = make({ parts: [part] });
  assert.deepEqual(made.repaired, ['a.wav']);
  assert.deepEqual(samplesIn(readFileSync(temporary)), ramp(100));
});

test('parts at different rates are not mixed up', (t) => {
  const { directory, make } = bench(t);
  const parts = [
    writeRecorded(directory, 'a', ramp(80)),
    writeRecorded(directory, 'b', ramp(80), { sampleRate: 16_000 }),
  ];
  const made = make({ parts, layout: 'lanes' });
  assert.match(made.faults.join(), /b\.wav16 is recorded in another way/);
  assert.deepEqual(made.unused, parts.slice(1));
});

test('without any part nothing is made', (t) => {
  const { directory, temporary, make } = bench(t);
  writeFileSync(join(directory, 'empty.wav'), '');
  const made = make({ parts: [join(directory, 'a.wav'), join(directory, 'empty.wav')], layout: 'lanes' });
  assert.equal(made.made, false);
  assert.deepEqual(made.faults, [
    'Asterisk wrote no file a.wav',
    'The file empty.wav cannot be read: the file is empty',
  ]);
  assert.deepEqual(made.unused, []);
  assert.equal(existsSync(temporary), false);
});

test('for all lengths and leads the lanes are what the parts hold, across every border of a chunk', (t) => {
  const { directory, temporary, make } = bench(t);
  const length = fc.oneof(
    fc.integer({ min: 0, max: 500 }),
    fc.integer({ min: 32_700, max: 32_900 }),
    fc.integer({ min: 65_500, max: 65_600 }),
  );
  fc.assert(
    fc.property(length, length, fc.integer({ min: 0, max: 30 }), (one, other, leadMs) => {
      const parts = [writeRecorded(directory, 'a', ramp(one, 3)), writeRecorded(directory, 'b', ramp(other, -9))];
      make({ parts, layout: 'lanes', leadMs });
      const [left, right] = [ramp(one, 3).slice(leadMs * 8), ramp(other, -9).slice(leadMs * 8)];
      const expected = Int16Array.from(
        { length: 2 * Math.max(left.length, right.length) },
        (_, i) => (i % 2 === 0 ? left : right)[Math.floor(i / 2)] ?? 0,
      );
      assert.deepEqual(samplesIn(readFileSync(temporary)), expected);
    }),
    { numRuns: 40 },
  );
});
