import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  differenceOf,
  isReached,
  median,
  percentile,
  ratioOf,
  toTable,
  valueOf,
  type Row,
} from '../../../bench/results.ts';

const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

test('a percentile is a value that was measured', () => {
  assert.equal(percentile(hundred, 50), 50);
  assert.equal(percentile(hundred, 99), 99);
  assert.equal(percentile([3], 99), 3);
  assert.ok(Number.isNaN(percentile([], 50)));
});

test('the median of an odd number of runs is the one in the middle', () => {
  assert.equal(median([9, 1, 5]), 5);
});

const ratio: Row = {
  name: 'CPU',
  against: 'Dial',
  unit: 'ms',
  figure: 'ratio',
  reach: { at: 1.1, better: 'less' },
  runs: [ratioOf(11, 10), ratioOf(30, 10), ratioOf(10, 10)],
};

test('one bad run of three does not miss the mark, and two do', () => {
  assert.equal(isReached(ratio), true);
  assert.equal(isReached({ ...ratio, runs: [ratioOf(30, 10), ratioOf(30, 10), ratioOf(10, 10)] }), false);
});

test('where more is better, less is missed', () => {
  assert.equal(isReached({ ...ratio, reach: { at: 2, better: 'more' } }), false);
});

test('what has no mark is neither reached nor missed', () => {
  const { reach: _, ...told } = ratio;
  assert.equal(isReached(told), undefined);
});

test('the table tells ours, the other, the figure and whether it is reached', () => {
  const later: Row = { ...ratio, name: 'setup', figure: 'difference', runs: [differenceOf(7, 3)] };
  const alone: Row = { ...ratio, name: 'memory', against: '', unit: 'MB', figure: 'value', runs: [valueOf(12.345)] };
  const rows = toTable([ratio, later, alone])
    .split('\n')
    .map((line) => line.split(/ {2,}/));
  assert.deepEqual(rows[1], ['CPU', '11 ms', '10 ms (Dial)', '1.1', '≤ 1.1', '3', 'reached']);
  assert.deepEqual(rows[2]?.slice(0, 4), ['setup', '7 ms', '3 ms (Dial)', '4 ms']);
  assert.deepEqual(rows[3]?.slice(0, 2), ['memory', '12.3 MB']);
});
