import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readPlayedAudio } from '../../../src/announcements/played-audio.ts';
import { convertWell, listen, makeAudio, makeFolder, samplesOf, speech } from './studio.ts';

const folder = makeFolder({ after });
const work = join(folder, 'work');

const kinds: readonly (readonly [name: string, ...options: readonly string[]])[] = [
  ['8k.wav', '-ar', '8000', '-ac', '1'],
  ['alaw.wav', '-ar', '8000', '-c:a', 'pcm_alaw'],
  ['stereo-96k-24.wav', '-ar', '96000', '-ac', '2', '-c:a', 'pcm_s24le'],
  ['float-surround.wav', '-ar', '44100', '-ac', '6', '-c:a', 'pcm_f32le'],
  ['11k-8bit.wav', '-ar', '11025', '-c:a', 'pcm_u8'],
  ['a.aiff', '-ar', '22050'],
  ['a.au', '-ar', '8000', '-c:a', 'pcm_mulaw'],
  ['stereo.mp3', '-ar', '44100', '-ac', '2'],
  ['low.mp3', '-ar', '22050', '-b:a', '24k'],
  ['a.flac', '-ar', '48000', '-ac', '2'],
  ['a.opus', '-c:a', 'libopus'],
  ['a.ogg', '-c:a', 'libvorbis', '-ac', '2'],
  ['a.m4a', '-ar', '44100', '-c:a', 'aac'],
  ['a.aac', '-c:a', 'aac'],
  ['a.webm', '-c:a', 'libopus'],
];
for (const [name, ...options] of kinds) {
  test(`${name} becomes mono at 8 and 16 kHz, as long as it was and as loud as every announcement`, async () => {
    const played = await convertWell(makeAudio(folder, name, speech(3), ...options), work);
    for (const [file, rate] of [
      [played.wav, 8000],
      [played.wav16, 16_000],
    ] as const) {
      const { samples, sampleRate } = samplesOf(file);
      assert.equal(sampleRate, rate);
      assert.ok(Math.abs(samples.length / rate - 3) < 0.1, `${samples.length / rate} s`);
      const { lufs, truePeakDbtp } = listen(file);
      assert.ok(Math.abs(lufs + 19) < 0.7, `${lufs} LUFS at ${rate} Hz`);
      assert.ok(truePeakDbtp <= -2, `${truePeakDbtp} dBTP at ${rate} Hz`);
    }
    assert.deepEqual(readPlayedAudio(played.sha256, played.wav, played.wav16), played);
  });
}

test('a hash names one pair of files: a bit changed in either is noticed', async () => {
  const { sha256, wav, wav16 } = await convertWell(makeAudio(folder, 'one.wav', speech(1)), work);
  const changed = (file: Buffer): Buffer => {
    const copy = Buffer.from(file);
    copy[1000] = (copy[1000] ?? 0) ^ 1;
    return copy;
  };
  assert.equal(readPlayedAudio(sha256, changed(wav), wav16), undefined);
  assert.equal(readPlayedAudio(sha256, wav, changed(wav16)), undefined);
  assert.equal(readPlayedAudio(sha256, wav, wav16.subarray(0, wav16.length - 2)), undefined);
  assert.ok(readPlayedAudio(sha256, wav, wav16));
});
