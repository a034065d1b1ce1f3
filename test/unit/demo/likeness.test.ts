import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backwards, findSpeech, isThere } from '../../../bin/demo/likeness.ts';

const sampleRate = 8000;

/** Something like speech: noise in syllables, different for every seed. */
function speech(seed: number, seconds: number): Int16Array {
  let state = seed;
  const noise = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return state / 0x4000_0000 - 1;
  };
  const syllableHz = 3 + (seed % 5) / 3;
  return Int16Array.from({ length: seconds * sampleRate }, (_, at) => {
    const swell = Math.max(0, Math.sin((2 * Math.PI * syllableHz * at) / sampleRate + seed));
    return 6000 * swell * noise();
  });
}

function mix(length: number, ...parts: readonly (readonly [samples: Int16Array, atSeconds: number])[]): Int16Array {
  const whole = new Int16Array(length * sampleRate);
  for (const [samples, atSeconds] of parts) {
    samples.forEach((sample, index) => {
      const at = Math.round(atSeconds * sampleRate) + index;
      if (at < whole.length) whole[at] = (whole[at] ?? 0) + sample;
    });
  }
  return whole;
}

const [caller, agent, stranger] = [speech(7, 2), speech(11, 2), speech(23, 2)];
const recording = mix(6, [caller, 0.5], [agent, 3]);

test('a voice is found where it was said', () => {
  const found = findSpeech(recording, agent, sampleRate);
  assert.ok(isThere(found));
  assert.equal(found.foundPieces, found.pieces);
  assert.ok(Math.abs(found.atSeconds - 3) < 0.001, String(found.atSeconds));
});

test('a voice is found although the other one speaks at the same time', () => {
  assert.ok(isThere(findSpeech(mix(6, [caller, 2], [agent, 2.7]), caller, sampleRate)));
});

test('a voice is found although a packet before its middle was lost', () => {
  const lost = Int16Array.from([...caller.subarray(0, 7000), ...caller.subarray(7160)]);
  assert.ok(isThere(findSpeech(mix(6, [lost, 1]), caller, sampleRate)));
});

for (const [what, samples] of [
  ['a voice of somebody who said nothing', stranger],
  ['the same voice backwards', backwards(caller)],
] as const) {
  test(`${what} is not found, as loud and as long as it is`, () => {
    const found = findSpeech(recording, samples, sampleRate);
    assert.ok(!isThere(found));
    assert.equal(found.foundPieces, 0);
  });
}

test('nothing is found in silence', () => {
  assert.equal(findSpeech(new Int16Array(6 * sampleRate), caller, sampleRate).foundPieces, 0);
});

test('half a sentence is not the sentence', () => {
  assert.ok(!isThere(findSpeech(mix(6, [caller.subarray(0, 8000), 1]), caller, sampleRate)));
});
