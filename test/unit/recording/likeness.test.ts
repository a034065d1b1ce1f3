import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findDifference } from '../../../src/recording/files/likeness.ts';
import { toWav, type Audio } from '../../support/audio.ts';
import { samplesOf, silence, tone } from './workshop.ts';

function mono(samples: Int16Array, sampleRate = 8000): Audio {
  return { sampleRate, lanes: [samples] };
}

function stereo(left: Int16Array, right: Int16Array): Audio {
  return { sampleRate: 8000, lanes: [left, right] };
}

function changed(samples: Int16Array, at: number): Int16Array {
  const copy = Int16Array.from(samples);
  copy[at] = (copy[at] ?? 0) + 1;
  return copy;
}

function quieter(samples: Int16Array, factor: number): Int16Array {
  return samples.map((sample) => Math.round(sample * factor));
}

const click = samplesOf(3, (i) => (i >= 15_990 && i < 16_150 ? 8000 : 0) * (i % 2 === 0 ? 1 : -1));
const hiss = quieter(tone(3), 0.004);

type Row = readonly [what: string, original: Audio, decoded: Audio, difference: string | undefined];

const lossless: readonly Row[] = [
  ['the same audio', mono(tone(9)), mono(tone(9)), undefined],
  ['the same lanes', stereo(tone(9), tone(9, 880)), stereo(tone(9), tone(9, 880)), undefined],
  ['one other sample', mono(tone(20)), mono(changed(tone(20), 90_000)), 'its samples are others from 8.2 s on'],
  ['one sample less', mono(tone(2)), mono(tone(2).subarray(1)), 'it has 15999 samples instead of 16000'],
  [
    'lanes the other way round',
    stereo(tone(1), silence(1)),
    stereo(silence(1), tone(1)),
    'its samples are others from 0.0 s on',
  ],
  ['another rate', mono(tone(1)), mono(tone(1), 16_000), 'it is of another kind'],
  ['one lane of two', stereo(tone(1), tone(1)), mono(tone(1)), 'it is of another kind'],
];

const byEar: readonly Row[] = [
  ['other samples', mono(tone(3)), mono(quieter(tone(3), 0.8)), undefined],
  ['20 ms less', mono(tone(3)), mono(tone(2.98)), undefined],
  ['more than 20 ms less', mono(tone(3)), mono(tone(2.979)), 'it has 23832 samples instead of 24000'],
  ['more than 20 ms more', mono(tone(3)), mono(tone(3.021)), 'it has 24168 samples instead of 24000'],
  ['silence instead of sound', mono(tone(3)), mono(silence(3)), 'what is heard at 0.0 s is lost'],
  ['silence as it was', mono(silence(3)), mono(silence(3)), undefined],
  ['one lane lost', stereo(tone(3), tone(3)), stereo(tone(3), silence(3)), 'what is heard at 0.0 s is lost'],
  ['the end lost', mono(tone(3)), mono(Int16Array.from([...tone(2), ...silence(1)])), 'what is heard at 2.0 s is lost'],
  [
    'a word at the edge of a second, a frame earlier',
    mono(click),
    mono(Int16Array.from([...click.subarray(160), ...silence(0.02)])),
    undefined,
  ],
  ['what could hardly be heard lost', mono(hiss), mono(silence(3)), undefined],
];

for (const [rows, isLossless] of [
  [lossless, true],
  [byEar, false],
] as const) {
  for (const [what, original, decoded, difference] of rows) {
    test(`${isLossless ? 'by samples' : 'by ear'}: ${what} ${difference === undefined ? 'passes' : 'is a difference'}`, (t) => {
      const root = mkdtempSync(join(tmpdir(), 'fernamt-likeness-'));
      t.after(() => {
        rmSync(root, { recursive: true });
      });
      const [one, other] = [join(root, 'one.wav'), join(root, 'other.wav')];
      writeFileSync(one, toWav(original));
      writeFileSync(other, toWav(decoded));
      const plan = { original: one, decoded: other, lossless: isLossless, soundDbfs: -55 };
      assert.equal(findDifference(plan), difference);
    });
  }
}
