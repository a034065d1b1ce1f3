/** What is said in the demo: real speech, so that the recording is worth listening to. */

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cut, parseWav, readWav, type Audio } from '../../test/support/audio.ts';
import type { AsteriskInstallation } from '../asterisk/installation.ts';
import { ensureCommands } from '../programs.ts';
import { toAnnouncement } from '../speech-audio.ts';

export type Speaker = 'caller' | 'agent';

/** One sentence, as audio that the phones know by its name. */
export interface Utterance {
  readonly name: string;
  readonly speaker: Speaker;
  readonly audio: Audio;
}

export interface Voices {
  /** In words, for the display. */
  readonly source: string;
  /** In the order in which it is said. */
  readonly talk: readonly Utterance[];
}

interface Line {
  readonly speaker: Speaker;
  readonly text: string;
  /** Where there is no speech synthesis: a piece of Asterisk's own English sounds, in seconds. */
  readonly instead: { readonly sound: string; readonly from: number; readonly to: number };
}

const lines: readonly Line[] = [
  {
    speaker: 'agent',
    text: 'Muster, good morning. Olivia Brandt speaking.',
    instead: { sound: 'vm-intro', from: 0, to: 2.4 },
  },
  {
    speaker: 'caller',
    text: 'Good morning. My order has not arrived yet.',
    instead: { sound: 'tt-weasels', from: 0, to: 2.6 },
  },
  {
    speaker: 'agent',
    text: 'It left our house yesterday.',
    instead: { sound: 'demo-congrats', from: 0, to: 2 },
  },
  { speaker: 'caller', text: 'Thank you. Goodbye.', instead: { sound: 'vm-goodbye', from: 0, to: 0.9 } },
];

const voiceOf: Readonly<Record<Speaker, readonly string[]>> = {
  agent: ['-v', 'en-gb+f3', '-s', '175', '-p', '55'],
  caller: ['-v', 'en-us', '-s', '175', '-p', '38'],
};
const sampleRate = 8000;

/** Real speech, by espeak-ng or, where that cannot be had, of Asterisk's own sounds. */
export async function findVoices(installation: AsteriskInstallation, note: (line: string) => void): Promise<Voices> {
  try {
    ensureCommands(['espeak-ng']);
    return {
      source: 'two, by espeak-ng',
      talk: lines.map((line, index) => toUtterance(line, index, synthesise(line))),
    };
  } catch (error) {
    note(error instanceof Error ? error.message : String(error));
    const audios = await Promise.all(lines.map((line) => readShipped(installation, line)));
    return {
      source: "Asterisk's own English sounds",
      talk: audios.map((audio, index) => toUtterance(lines[index], index, audio)),
    };
  }
}

function toUtterance(line: Line | undefined, index: number, audio: Audio): Utterance {
  return { name: `talk-${index + 1}`, speaker: line?.speaker ?? 'agent', audio };
}

function synthesise({ speaker, text }: Line): Audio {
  const wav = execFileSync('espeak-ng', [...voiceOf[speaker], '--stdout', text], { maxBuffer: 64 * 1024 * 1024 });
  const speech = parseWav(wav);
  const samples = toAnnouncement(
    { samples: speech.lanes[0] ?? new Int16Array(), sampleRate: speech.sampleRate },
    sampleRate,
  );
  return { sampleRate, lanes: [samples] };
}

async function readShipped(installation: AsteriskInstallation, { instead }: Line): Promise<Audio> {
  const sounds = `${installation.prefix}${installation.dataDirectory}/sounds`;
  const folder = ['en', 'en_US_f_Allison', 'en_US'].find((name) =>
    existsSync(join(sounds, name, `${instead.sound}.wav`)),
  );
  if (folder === undefined) throw new Error("neither espeak-ng nor Asterisk's English sounds are there");
  return cut(await readWav(join(sounds, folder, `${instead.sound}.wav`)), instead);
}
