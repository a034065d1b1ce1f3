/**
 * Makes the shipped announcements from their texts: `node --import tsx bin/synthesise-sounds.ts`. The same texts and the
 * same espeak-ng give the same files, byte for byte.
 */

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { makeWavHeader, parseWavHeader } from '../src/lib/wav.ts';
import { ensureCommands } from './programs.ts';
import { toAnnouncement } from './speech-audio.ts';

interface Voice {
  readonly name: string;
  readonly wordsPerMinute: number;
  /** 0 to 99. */
  readonly pitch: number;
}

const voices: Readonly<Record<string, Voice>> = {
  en: { name: 'en-gb', wordsPerMinute: 165, pitch: 42 },
  de: { name: 'de', wordsPerMinute: 165, pitch: 42 },
};
const sampleRate = 8000;
const sounds = join(import.meta.dirname, '../sounds');

ensureCommands(['espeak-ng']);
for (const [language, voice] of Object.entries(voices)) {
  for (const [name, text] of Object.entries(readTexts(language))) {
    const samples = toAnnouncement(speak(voice, text), sampleRate);
    writeFileSync(join(sounds, language, `${name}.wav`), toWav(samples));
    console.log(`${language}/${name}.wav ${(samples.length / sampleRate).toFixed(2)} s: ${text}`);
  }
  removeForgotten(language);
}

function readTexts(language: string): Readonly<Record<string, string>> {
  return parse(readFileSync(join(sounds, language, 'texts.yaml'), 'utf8')) as Record<string, string>;
}

function speak(voice: Voice, text: string): { readonly samples: Int16Array; readonly sampleRate: number } {
  const options = ['-v', voice.name, '-s', String(voice.wordsPerMinute), '-p', String(voice.pitch), '--stdout'];
  const wav = execFileSync('espeak-ng', [...options, text], { maxBuffer: 64 * 1024 * 1024 });
  const header = parseWavHeader(wav, wav.length);
  if ('fault' in header) throw new Error(`espeak-ng: ${header.fault}`);
  const audio = wav.subarray(header.dataOffset, header.dataOffset + header.dataBytes);
  const samples = Int16Array.from({ length: audio.length / 2 }, (_, index) => audio.readInt16LE(2 * index));
  return { samples, sampleRate: header.sampleRate };
}

function toWav(samples: Int16Array): Buffer {
  const audio = Buffer.alloc(2 * samples.length);
  samples.forEach((sample, index) => audio.writeInt16LE(sample, 2 * index));
  return Buffer.concat([makeWavHeader({ sampleRate, channels: 1 }, audio.length), audio]);
}

/** An announcement without a text would never be heard again, and nobody would know what it said. */
function removeForgotten(language: string): void {
  const texts = readTexts(language);
  const files = readdirSync(join(sounds, language)).filter((file) => file.endsWith('.wav'));
  const forgotten = files.filter((file) => texts[file.slice(0, -'.wav'.length)] === undefined);
  if (forgotten.length > 0) throw new Error(`sounds/${language}: no text for ${forgotten.join(', ')}`);
}
