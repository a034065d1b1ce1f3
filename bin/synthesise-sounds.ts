/**
 * Makes what is spoken from its texts: `node --import tsx bin/synthesise-sounds.ts`. The same texts and the same versions
 * of espeak-ng and ffmpeg give the same files, byte for byte.
 */

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { convert } from '../src/announcements/convert.ts';
import { isRefusal, languageOfName } from '../src/announcements/model.ts';
import { shippedListName, type ShippedEntry } from '../src/announcements/shipped.ts';
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
/** What goes through the conversion like anybody's upload. */
const wideRate = 16_000;
const announcements = 'announcements';
const sounds = join(import.meta.dirname, '../sounds');

ensureCommands(['espeak-ng', 'ffmpeg']);
for (const [language, voice] of Object.entries(voices)) {
  for (const [name, text] of Object.entries(readTexts(language))) {
    const samples = toAnnouncement(speak(voice, text), sampleRate);
    writeFileSync(join(sounds, language, `${name}.wav`), toWav(samples, sampleRate));
    console.log(`${language}/${name}.wav ${(samples.length / sampleRate).toFixed(2)} s: ${text}`);
  }
  removeForgotten(language);
}
await makeAnnouncements();

async function makeAnnouncements(): Promise<void> {
  const entries: ShippedEntry[] = [];
  for (const [name, text] of Object.entries(readTexts(announcements))) {
    const entry = await makeAnnouncement(name, text);
    entries.push(entry);
    console.log(`${announcements}/${name}.wav ${entry.seconds.toFixed(2)} s: ${text}`);
  }
  writeFileSync(join(sounds, announcements, shippedListName), `${JSON.stringify(entries, null, 2)}\n`);
  removeForgotten(announcements);
}

async function makeAnnouncement(name: string, text: string): Promise<ShippedEntry> {
  const language = languageOfName(name);
  const voice = language && voices[language];
  if (!voice) throw new Error(`${name}: the name tells no language`);
  const played = await convert(toWav(toAnnouncement(speak(voice, text), wideRate), wideRate), tmpdir());
  if (isRefusal(played)) throw new Error(`${name}: ${played.message}`);
  writeFileSync(join(sounds, announcements, `${name}.wav`), played.wav);
  writeFileSync(join(sounds, announcements, `${name}.wav16`), played.wav16);
  return { name, language, text, seconds: played.seconds, sha256: played.sha256 };
}

function readTexts(folder: string): Readonly<Record<string, string>> {
  return parse(readFileSync(join(sounds, folder, 'texts.yaml'), 'utf8')) as Record<string, string>;
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

function toWav(samples: Int16Array, rate: number): Buffer {
  const audio = Buffer.alloc(2 * samples.length);
  samples.forEach((sample, index) => audio.writeInt16LE(sample, 2 * index));
  return Buffer.concat([makeWavHeader({ sampleRate: rate, channels: 1 }, audio.length), audio]);
}

/** An announcement without a text would never be heard again, and nobody would know what it said. */
function removeForgotten(folder: string): void {
  const texts = readTexts(folder);
  const files = readdirSync(join(sounds, folder)).filter((file) => file.endsWith('.wav'));
  const forgotten = files.filter((file) => texts[file.slice(0, -'.wav'.length)] === undefined);
  if (forgotten.length > 0) throw new Error(`sounds/${folder}: no text for ${forgotten.join(', ')}`);
}
