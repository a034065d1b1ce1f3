import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLevelMeter, silenceDbfs, type Level } from '../../../src/lib/level.ts';

const rate = 8000;

function sine(seconds: number, amplitude: number): Int16Array {
  return Int16Array.from({ length: seconds * rate }, (_, i) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * 400 * i) / rate)),
  );
}

function measure(...pieces: readonly Int16Array[]): Level {
  const meter = createLevelMeter(rate, -55);
  for (const piece of pieces) meter.add(piece, 0, 1);
  return meter.level();
}

test('a sine at full scale has a peak of 0 and an RMS of -3 dBFS', () => {
  assert.deepEqual(measure(sine(1, 32_767)), {
    seconds: 1,
    peakDbfs: 0,
    rmsDbfs: -3,
    loudestDbfs: -3,
    soundSeconds: 1,
  });
});

test('silence is silent, and so is nothing at all', () => {
  const silent = { peakDbfs: silenceDbfs, rmsDbfs: silenceDbfs, loudestDbfs: silenceDbfs, soundSeconds: 0 };
  assert.deepEqual(measure(new Int16Array(rate)), { seconds: 1, ...silent });
  assert.deepEqual(measure(), { seconds: 0, ...silent });
});

test('a constant offset is nothing to hear', () => {
  const { soundSeconds, rmsDbfs, peakDbfs } = measure(new Int16Array(rate).fill(2000));
  assert.deepEqual([soundSeconds, rmsDbfs, peakDbfs], [0, silenceDbfs, -24.3]);
});

test('sound is counted in steps of 20 ms, however the pieces are cut', () => {
  const whole = Int16Array.from([...new Int16Array(800), ...sine(0.5, 1000), ...new Int16Array(800)]);
  const pieces = [whole.subarray(0, 7), whole.subarray(7, 1000), whole.subarray(1000, 4801), whole.subarray(4801)];
  assert.deepEqual(measure(...pieces), measure(whole));
  assert.equal(measure(whole).soundSeconds, 0.5);
});

test('what is just below the threshold is nothing to hear', () => {
  assert.equal(measure(sine(1, 80)).soundSeconds, 0);
  assert.equal(measure(sine(1, 84)).soundSeconds, 1);
});

test('the two lanes of a stereo file are measured apart', () => {
  const stereo = Int16Array.from([...sine(1, 8000)].flatMap((sample) => [0, sample]));
  const [left, right] = [createLevelMeter(rate, -55), createLevelMeter(rate, -55)];
  left.add(stereo, 0, 2);
  right.add(stereo, 1, 2);
  assert.deepEqual([left.level().soundSeconds, right.level().soundSeconds], [0, 1]);
});
