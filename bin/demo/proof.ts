/** What is demanded of the recording before the demo calls it proven. Nothing here believes the server. */

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { RecordingView } from '../../src/http/ports.ts';
import { readWav, secondsOf } from '../../test/support/audio.ts';
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
  /** As the telephones counted it, from the answer to the hang-up. */
  readonly talkMs: number;
}

const lengthToleranceMs = 100;
const run = promisify(execFile);

export async function prove(claim: Claim): Promise<readonly Finding[]> {
  const { recording, directory, talk, talkMs } = claim;
  const audio = await readWav(join(directory, `${recording.base}.wav`));
  const samples = audio.lanes[0] ?? new Int16Array();
  const look = (part: Int16Array): Found => findSpeech(samples, part, audio.sampleRate);
  const found = talk.map((utterance) => ({ ...utterance, found: look(samplesOf(utterance)) }));
  return [
    proveVoice('caller', 'the caller', found),
    proveVoice('agent', 'the agent', found),
    proveOrder(found),
    proveMethod(talk.map((utterance) => look(backwards(samplesOf(utterance))))),
    proveLength(secondsOf(audio) * 1000, talkMs),
    proveJudgement(recording),
    await proveChecksum(directory, recording.base),
  ];
}

interface Heard extends Utterance {
  readonly found: Found;
}

function proveVoice(speaker: Speaker, who: string, heard: readonly Heard[]): Finding {
  const own = heard.filter((one) => one.speaker === speaker);
  const sentences = own.map(({ found }) => `at ${found.atSeconds.toFixed(2)} s (${found.likeness.toFixed(2)})`);
  const pieces = own.reduce((sum, { found }) => sum + found.pieces, 0);
  const foundPieces = own.reduce((sum, { found }) => sum + found.foundPieces, 0);
  return {
    good: isThere({ pieces, foundPieces }) && own.every(({ found }) => found.foundPieces > 0),
    label: who,
    evidence: `${foundPieces} of ${pieces} pieces of speech found, sentences ${sentences.join(' and ')}`,
  };
}

function proveOrder(heard: readonly Heard[]): Finding {
  const places = heard.map(({ found }) => found.atSeconds);
  const good = places.every((place, index) => index === 0 || place > (places[index - 1] ?? 0));
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

function samplesOf({ audio }: Utterance): Int16Array {
  return audio.lanes[0] ?? new Int16Array();
}

function toSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
