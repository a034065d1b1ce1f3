/** What is demanded of the recording before the demo calls it proven. Nothing here believes the server. */

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { RecordingView } from '../../src/http/ports.ts';
import { cut, readWav, secondsOf, type Audio } from '../../test/support/audio.ts';
import { projectRoot } from '../setup.mjs';
import { question } from './configuration.ts';
import type { Talk } from './first-call.ts';
import { backwards, findSpeech, isThere, type Found } from './likeness.ts';
import type { Speaker, Utterance } from './voices.ts';

export interface Finding {
  readonly good: boolean;
  readonly label: string;
  readonly evidence: string;
}

export interface Claim {
  readonly recording: RecordingView;
  readonly directory: string;
  readonly talk: readonly Utterance[];
  /** As the telephones know it. */
  readonly held: Talk;
}

const lengthToleranceMs = 100;
const run = promisify(execFile);

export async function prove(claim: Claim): Promise<readonly Finding[]> {
  const { recording, directory, talk, held } = claim;
  const audio = await readWav(join(directory, `${recording.base}.wav`));
  const samples = audio.lanes[0] ?? new Int16Array();
  const look = (part: Int16Array): Found => findSpeech(samples, part, audio.sampleRate);
  const found = talk.map((utterance) => ({ ...utterance, found: look(samplesOf(utterance)) }));
  const announcement = await readWav(join(projectRoot, 'sounds/announcements', `${question.announcement}.wav`));
  return [
    ...proveAsking(announcement, held),
    proveVoice('caller', 'the caller', found),
    proveVoice('agent', 'the agent', found),
    proveOrder(found),
    proveMethod(talk.map((utterance) => look(backwards(samplesOf(utterance))))),
    proveAbsence(toPieces(announcement).map((piece) => look(samplesOf({ audio: piece })))),
    proveLength(secondsOf(audio) * 1000, held.talkMs),
    proveJudgement(recording),
    await proveChecksum(directory, recording.base),
  ];
}

/** Each piece is looked for by itself: a telephone that listens puts in a packet where one comes late. */
const pieceSeconds = 1.4;

function toPieces(audio: Audio): readonly Audio[] {
  const count = Math.round(secondsOf(audio) / pieceSeconds);
  const seconds = secondsOf(audio) / count;
  return Array.from({ length: count }, (_, index) => cut(audio, { from: index * seconds, to: (index + 1) * seconds }));
}

/** The announcement is in the caller's ear, from its first word to its last, and only then a telephone rang. */
function proveAsking(announcement: Audio, { heard, rangAtSeconds }: Talk): readonly Finding[] {
  const ear = samplesOf({ audio: heard });
  const pieces = toPieces(announcement);
  const found = pieces.map((piece) => findSpeech(ear, samplesOf({ audio: piece }), heard.sampleRate));
  const total = sumOf(found);
  const [begin = 0, last = 0] = [found[0]?.atSeconds, found.at(-1)?.atSeconds];
  const end = last + secondsOf(announcement) / pieces.length;
  const waited = rangAtSeconds - end;
  return [
    {
      good: isThere(total) && found.every(({ foundPieces }) => foundPieces > 0) && isOrdered(found),
      label: 'announced',
      evidence: `${total.foundPieces} of ${total.pieces} pieces in the caller's ear, from ${begin.toFixed(2)} to ${end.toFixed(2)} s`,
    },
    {
      good: waited >= question.seconds,
      label: 'asked first',
      evidence: `the first telephone rang ${waited.toFixed(2)} s after it (${question.seconds} s to object)`,
    },
  ];
}

/** What the caller heard before he was recorded is in no recording. */
function proveAbsence(found: readonly Found[]): Finding {
  const { pieces, foundPieces } = sumOf(found);
  const best = Math.max(...found.map(({ likeness }) => likeness));
  return {
    good: foundPieces === 0,
    label: 'no announcement',
    evidence: `${foundPieces} of its ${pieces} pieces are in the recording (${best.toFixed(2)})`,
  };
}

function sumOf(found: readonly Found[]): Pick<Found, 'pieces' | 'foundPieces'> {
  return {
    pieces: found.reduce((sum, one) => sum + one.pieces, 0),
    foundPieces: found.reduce((sum, one) => sum + one.foundPieces, 0),
  };
}

function isOrdered(found: readonly Found[]): boolean {
  return found.every(({ atSeconds }, index) => index === 0 || atSeconds > (found[index - 1]?.atSeconds ?? 0));
}

interface Heard extends Utterance {
  readonly found: Found;
}

function proveVoice(speaker: Speaker, who: string, heard: readonly Heard[]): Finding {
  const own = heard.filter((one) => one.speaker === speaker);
  const sentences = own.map(({ found }) => `at ${found.atSeconds.toFixed(2)} s (${found.likeness.toFixed(2)})`);
  const { pieces, foundPieces } = sumOf(own.map(({ found }) => found));
  return {
    good: isThere({ pieces, foundPieces }) && own.every(({ found }) => found.foundPieces > 0),
    label: who,
    evidence: `${foundPieces} of ${pieces} pieces of speech found, sentences ${sentences.join(' and ')}`,
  };
}

function proveOrder(heard: readonly Heard[]): Finding {
  const found = heard.map((one) => one.found);
  const good = isOrdered(found);
  const places = found.map(({ atSeconds }) => atSeconds.toFixed(2));
  return { good, label: 'in order', evidence: good ? 'each sentence stands after the one before' : places.join(', ') };
}

/** A method that finds what nobody said proves nothing. */
function proveMethod(found: readonly Found[]): Finding {
  const best = Math.max(...found.map(({ likeness }) => likeness));
  const good = found.every(({ foundPieces }) => foundPieces === 0);
  return {
    good,
    label: 'and nothing else',
    evidence: `the same sentences backwards are not found (${best.toFixed(2)})`,
  };
}

function proveLength(audioMs: number, talkMs: number): Finding {
  const off = Math.round(audioMs - talkMs);
  const evidence = `${toSeconds(audioMs)} of audio for ${toSeconds(talkMs)} of talk (${off >= 0 ? '+' : ''}${off} ms, ±${lengthToleranceMs} allowed)`;
  return { good: Math.abs(off) <= lengthToleranceMs, label: 'length', evidence };
}

function proveJudgement({ judgement }: RecordingView): Finding {
  return {
    good: judgement === 'ok',
    label: 'judgement',
    evidence: `the server judged the file: ${judgement ?? 'nothing'}`,
  };
}

async function proveChecksum(directory: string, base: string): Promise<Finding> {
  const file = `${base}.wav.sha256`;
  const answer = await run('sha256sum', ['-c', file], { cwd: directory }).catch((error: unknown) => String(error));
  const good = typeof answer !== 'string';
  return { good, label: 'checksum', evidence: good ? 'sha256sum -c accepts it' : answer };
}

function samplesOf({ audio }: Pick<Utterance, 'audio'>): Int16Array {
  return audio.lanes[0] ?? new Int16Array();
}

function toSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
