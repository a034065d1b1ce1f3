import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { speechRms } from '../../bin/speech-audio.ts';
import { parseWavHeader } from '../../src/lib/wav.ts';

const sounds = join(import.meta.dirname, '../../sounds');
const needed = [
  'cannot-be-reached',
  'cannot-be-recorded',
  'closed',
  'everybody-busy',
  'group-login-done',
  'group-logout-done',
  'nobody-there',
  'not-a-group-member',
  'not-allowed',
  'number-unknown',
  'overload',
  'transfer-not-possible',
];
const languages = ['de', 'en'];
const silenceSeconds = 0.1;

test('there are announcements in the languages that can be configured and in no other', () => {
  const folders = readdirSync(sounds, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  assert.deepEqual(folders.map((entry) => entry.name).sort(), languages);
});

for (const language of languages) {
  test(`every announcement that calls need is there in ${language}, each with its text`, () => {
    const texts = parse(readFileSync(join(sounds, language, 'texts.yaml'), 'utf8')) as Record<string, string>;
    assert.deepEqual(Object.keys(texts).sort(), needed);
    assert.deepEqual(wavNames(language), needed);
    for (const text of Object.values(texts)) assert.match(text, /^\p{Lu}.*\.$/u);
  });

  for (const name of wavNames(language)) {
    test(`${language}/${name} is short, as loud as the others, not clipped and without silence around it`, () => {
      const { samples, sampleRate, channels } = readWav(join(sounds, language, `${name}.wav`));
      assert.deepEqual({ sampleRate, channels }, { sampleRate: 8000, channels: 1 });
      const seconds = samples.length / sampleRate;
      assert.ok(seconds > 0.8 && seconds < 4, `${seconds} s`);
      const level = 20 * Math.log10(speechRms(samples, sampleRate));
      assert.ok(Math.abs(level + 20) < 1, `speech at ${level.toFixed(1)} dBFS`);
      const peak = samples.reduce((highest, sample) => Math.max(highest, Math.abs(sample)), 0);
      assert.ok(peak < 0.9, `peak ${peak}`);
      const isSound = (sample: number): boolean => Math.abs(sample) > 0.01;
      assert.ok(samples.findIndex(isSound) < silenceSeconds * sampleRate);
      assert.ok(samples.length - samples.findLastIndex(isSound) < silenceSeconds * sampleRate);
      assert.ok(
        Math.abs(samples[0] ?? 1) < 0.001 && Math.abs(samples.at(-1) ?? 1) < 0.001,
        'it begins or ends with a click',
      );
    });
  }
}

function wavNames(language: string): readonly string[] {
  const files = readdirSync(join(sounds, language)).filter((file) => file.endsWith('.wav'));
  return files.map((file) => file.slice(0, -'.wav'.length)).sort();
}

function readWav(path: string): { samples: Float64Array; sampleRate: number; channels: number } {
  const file = readFileSync(path);
  const header = parseWavHeader(file, file.length);
  assert.ok(!('fault' in header) && header.sound, path);
  const audio = file.subarray(header.dataOffset, header.dataOffset + header.dataBytes);
  const samples = Float64Array.from({ length: audio.length / 2 }, (_, index) => audio.readInt16LE(2 * index) / 32_768);
  return { samples, sampleRate: header.sampleRate, channels: header.channels };
}
