import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { convertWell, listen, makeAudio, makeFolder, samplesOf, speech } from './studio.ts';

const folder = makeFolder({ after });
const work = join(folder, 'work');

const levels: readonly (readonly [what: string, source: string])[] = [
  ['very quiet audio', speech(3, 0.002)],
  ['audio at full scale', speech(3, 1)],
  ['clipped audio', `${speech(3, 1)},volume=20dB`],
  ['audio with a constant offset', `${speech(3)},dcshift=0.4`],
  ['noise', 'anoisesrc=d=3:c=white:a=0.5'],
  ['half a second', speech(0.5)],
];
for (const [what, source] of levels) {
  test(`${what} is brought to the same loudness without clipping`, async () => {
    const played = await convertWell(makeAudio(folder, 'level.wav', source), work);
    const { truePeakDbtp, lufs } = listen(played.wav16);
    assert.ok(truePeakDbtp <= -2, `${truePeakDbtp} dBTP`);
    assert.ok(Math.abs(lufs + 19) < 2, `${lufs} LUFS`);
  });
}

test('clicks far above quiet speech are limited, so that the speech is heard', async () => {
  const source = `${speech(3, 0.01)},aeval=val(0)+0.9*lt(mod(t\\,0.5)\\,0.004)*sin(2*PI*900*t)`;
  const original = makeAudio(folder, 'clicked.wav', source);
  const { wav16 } = await convertWell(original, work);
  const { truePeakDbtp, lufs } = listen(wav16);
  assert.ok(truePeakDbtp <= -2, `${truePeakDbtp} dBTP`);
  assert.ok(lufs > -28, `${lufs} LUFS`);
});

test('nothing is delayed, lost or cut at the ends', async () => {
  const click = (at: number): string => `0.5*gte(t\\,${at})*lt(t\\,${at + 0.01})*sin(2*PI*1000*t)`;
  const source = `aevalsrc=${click(0.01)}+${click(1.98)}+0.02*sin(2*PI*500*t):d=2:s=48000`;
  const { wav16 } = await convertWell(makeAudio(folder, 'clicks.wav', source), work);
  const { samples, sampleRate } = samplesOf(wav16);
  const loud = Math.max(...samples.map(Math.abs)) / 2;
  const first = samples.findIndex((sample) => Math.abs(sample) > loud) / sampleRate;
  const last = samples.findLastIndex((sample) => Math.abs(sample) > loud) / sampleRate;
  assert.ok(Math.abs(first - 0.01) < 0.001 && Math.abs(last - 1.99) < 0.001, `from ${first} to ${last} s`);
  assert.equal(samples.length, 2 * sampleRate);
});

test('the audio at 16 kHz is real: it holds what 8 kHz cannot', async () => {
  const source = `${speech(2)},aeval=val(0)+0.1*sin(2*PI*6000*t)`;
  const { wav16 } = await convertWell(makeAudio(folder, 'high.wav', source), work);
  const { samples, sampleRate } = samplesOf(wav16);
  let [re, im] = [0, 0];
  samples.forEach((sample, i) => {
    re += sample * Math.cos((2 * Math.PI * 6000 * i) / sampleRate);
    im += sample * Math.sin((2 * Math.PI * 6000 * i) / sampleRate);
  });
  assert.ok((2 * Math.hypot(re, im)) / samples.length > 300);
});
