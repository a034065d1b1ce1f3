import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { speechRms } from '../../bin/speech-audio.ts';
import { readShipped } from '../../src/announcements/shipped.ts';
import { parseWavHeader } from '../../src/lib/wav.ts';
import { listen, samplesOf } from './announcements/studio.ts';

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
  'not-in-a-call',
  'number-unknown',
  'overload',
  'own-call',
  'supervision-refused',
  'transfer-not-possible',
];
const languages = ['de', 'en'];
const silenceSeconds = 0.1;

test('there is speech in the languages that can be configured and in no other, besides ready-made announcements and tones', () => {
  const folders = readdirSync(sounds, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  assert.deepEqual(folders.map((entry) => entry.name).sort(), ['announcements', ...languages, 'tones']);
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

const shipped = readShipped(join(sounds, 'announcements'));

test('the ready-made announcements are there in both languages, with the texts that they are made from', () => {
  const texts = parse(readFileSync(join(sounds, 'announcements/texts.yaml'), 'utf8')) as Record<string, string>;
  const names = ['optin', 'optout', 'notice'].flatMap((kind) => languages.map((one) => `recording-${kind}-${one}`));
  assert.deepEqual(Object.keys(texts).sort(), names.sort());
  assert.deepEqual(wavNames('announcements'), names);
  assert.deepEqual(Object.fromEntries(shipped.entries.map(({ name, text }) => [name, text])), texts);
  for (const { name, language } of shipped.entries) assert.ok(name.endsWith(`-${language}`));
});

for (const entry of shipped.entries) {
  test(`${entry.name} is what its hash names, as loud as every announcement, and not clipped`, async () => {
    const played = await shipped.read(entry);
    assert.ok(played, 'run bin/synthesise-sounds.ts');
    assert.equal(played.seconds, entry.seconds);
    assert.ok(entry.seconds > 2 && entry.seconds < 12, `${entry.seconds} s`);
    for (const [file, rate] of [
      [played.wav, 8000],
      [played.wav16, 16_000],
    ] as const) {
      const { samples, sampleRate } = samplesOf(file);
      assert.equal(sampleRate, rate);
      assert.ok(Math.abs(samples.length / rate - entry.seconds) < 0.001);
      const { lufs, truePeakDbtp } = listen(file);
      assert.ok(Math.abs(lufs + 19) < 1, `${lufs} LUFS at ${rate} Hz`);
      assert.ok(truePeakDbtp <= -2, `${truePeakDbtp} dBTP at ${rate} Hz`);
    }
  });
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
