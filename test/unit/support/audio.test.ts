import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  clicks,
  cut,
  lane,
  makeAudio,
  parseWav,
  peakDbfs,
  secondsOf,
  silences,
  TONES_HZ,
  toneDbfs,
  toneSpans,
  toWav,
  type Audio,
  type Span,
} from '../../support/audio.ts';

const [first, second] = TONES_HZ;

function nearly(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected} ± ${tolerance}`);
}

function sameSpans(actual: readonly Span[], expected: readonly Span[]): void {
  assert.equal(actual.length, expected.length, JSON.stringify(actual));
  actual.forEach((span, index) => {
    nearly(span.from, expected[index]!.from, 0.01);
    nearly(span.to, expected[index]!.to, 0.01);
  });
}

function mix(one: Audio, other: Audio): Audio {
  const samples = one.lanes[0]!.map((sample, at) => sample + (other.lanes[0]![at] ?? 0));
  return { sampleRate: one.sampleRate, lanes: [samples] };
}

for (const sampleRate of [8000, 16_000]) {
  test(`a tone's level is read as it was made, at ${sampleRate} Hz`, () => {
    for (const dbfs of [0, -13, -40, -60]) {
      const audio = makeAudio([{ hz: first, seconds: 0.5, dbfs }], sampleRate);
      nearly(toneDbfs(audio, first), dbfs, 0.3);
      nearly(peakDbfs(audio), dbfs, 0.3);
    }
  });
}

test('a loud tone does not show at the frequency of another one', () => {
  for (const hz of TONES_HZ) {
    const audio = makeAudio([{ hz, seconds: 0.2 }]);
    for (const other of TONES_HZ) if (other !== hz) assert.ok(toneDbfs(audio, other) < -70);
  }
});

test('spans of a tone begin and end within 10 ms of where they were put', () => {
  const audio = makeAudio([{ seconds: 0.3 }, { hz: first, seconds: 0.2 }, { seconds: 1 }, { hz: first, seconds: 0.2 }]);
  sameSpans(toneSpans(audio, first), [
    { from: 0.3, to: 0.5 },
    { from: 1.5, to: 1.7 },
  ]);
});

test('spans are found under another tone, and a burst at the very start and end counts in full', () => {
  const burst = makeAudio([{ hz: first, seconds: 0.2 }, { seconds: 0.6 }, { hz: first, seconds: 0.2 }]);
  const both = mix(burst, makeAudio([{ hz: second, seconds: 1 }]));
  sameSpans(toneSpans(both, first), [
    { from: 0, to: 0.2 },
    { from: 0.8, to: 1 },
  ]);
  sameSpans(toneSpans(both, second), [{ from: 0, to: 1 }]);
});

test('a tone that is not there has no spans', () => {
  assert.deepEqual(toneSpans(makeAudio([{ seconds: 1 }]), first), []);
  assert.deepEqual(toneSpans(makeAudio([{ hz: second, seconds: 1 }]), first), []);
});

test('an unbroken pair of tones has no clicks, and a lost packet is one', () => {
  const whole = mix(makeAudio([{ hz: first, seconds: 1 }]), makeAudio([{ hz: second, seconds: 1 }]));
  assert.deepEqual(clicks(whole, [first, second]), []);
  const samples = whole.lanes[0]!;
  const broken = {
    sampleRate: 8000,
    lanes: [Int16Array.from([...samples.subarray(0, 4000), ...samples.subarray(4160)])],
  };
  const found = clicks(broken, [first, second]);
  assert.equal(found.length, 1);
  nearly(found[0]!, 0.5, 0.002);
});

test('a gap is found with its length, and one shorter than asked for is not', () => {
  const audio = makeAudio([{ hz: first, seconds: 0.5 }, { seconds: 0.04 }, { hz: first, seconds: 0.5 }]);
  sameSpans(silences(audio, 20), [{ from: 0.5, to: 0.54 }]);
  assert.deepEqual(silences(audio, 60), []);
});

test('a stereo file comes back lane by lane', () => {
  const left = makeAudio([{ hz: first, seconds: 0.1 }]).lanes[0]!;
  const right = makeAudio([{ hz: second, seconds: 0.1 }]).lanes[0]!;
  const back = parseWav(toWav({ sampleRate: 8000, lanes: [left, right] }));
  assert.deepEqual(lane(back, 0).lanes, [left]);
  assert.deepEqual(lane(back, 1).lanes, [right]);
  assert.equal(secondsOf(back), 0.1);
});

test('a file that still grows is read to its end although its sizes are 0', () => {
  const file = toWav(makeAudio([{ hz: first, seconds: 0.1 }]));
  file.writeUInt32LE(0, 40);
  assert.equal(secondsOf(parseWav(file)), 0.1);
});

test('a cut takes what lies within its span', () => {
  const audio = makeAudio([{ seconds: 1 }, { hz: first, seconds: 1 }]);
  assert.ok(toneDbfs(cut(audio, { from: 0, to: 1 }), first) < -100);
  nearly(toneDbfs(audio, first, { from: 1, to: 2 }), -13, 0.3);
});
