/**
 * Turns finished audio into another format by ffmpeg, and proves it: what was made is decoded again and compared with what
 * was recorded. If that cannot be proven the WAV stays.
 */

import { runProgram } from '../../lib/program.ts';
import type { WavFormat } from '../../lib/wav.ts';
import type { AudioFormat, ConvertedFormat } from '../model.ts';
import type { RecordingFiles } from './recording-files.ts';
import { convertedPath, decodedPath, temporaryPath } from './work-directory.ts';

export interface ConversionTools {
  readonly files: RecordingFiles;
  readonly directory: string;
  /** Name or path of ffmpeg. */
  readonly encoder: string;
}

export interface ConversionOrder {
  readonly id: string;
  readonly format: ConvertedFormat;
  readonly audio: WavFormat & { readonly seconds: number };
  readonly soundDbfs: number;
  /** Ends it: the conversion is rejected. */
  readonly signal: AbortSignal;
}

export type Conversion =
  | { readonly bytes: number; readonly sha256: string; readonly proof: string }
  /** Why the WAV stays, in words. */
  | { readonly fault: string };

const proofs = {
  flac: 'decoded again, it holds the same samples one by one',
  opus: 'decoded again, it is as long, and what could be heard is heard',
} as const satisfies Readonly<Record<ConvertedFormat, string>>;

/** The file under the temporary name becomes one of the other format, or stays as it is. Rejects if the disk fails. */
export async function convert(tools: ConversionTools, order: ConversionOrder): Promise<Conversion> {
  const { files, directory } = tools;
  const { id, format, soundDbfs } = order;
  const fault = await encodeAndDecode(tools, order);
  if (fault === undefined) {
    const taken = await files.takeConverted({ directory, id, soundDbfs, lossless: format === 'flac' });
    if (!('fault' in taken)) return { ...taken, proof: proofs[format] };
    return { fault: `${labels[format]} could not be proven: ${taken.fault}` };
  }
  await files.removeConverted({ directory, id });
  return { fault: `${labels[format]} could not be made: ${fault}` };
}

const labels = { flac: 'FLAC', opus: 'Opus' } as const satisfies Readonly<Record<ConvertedFormat, string>>;

async function encodeAndDecode({ directory, encoder }: ConversionTools, order: ConversionOrder) {
  const { id, format, audio, signal } = order;
  const [from, to, again] = [temporaryPath(directory, id), convertedPath(directory, id), decodedPath(directory, id)];
  // Thousands of times faster than life, if it works at all.
  const timeoutMs = 60_000 + audio.seconds * 1000;
  const run = async (what: string, args: readonly string[]): Promise<string | undefined> => {
    const fault = await runProgram({ program: encoder, args: [...quietly, ...args], timeoutMs, signal });
    return fault && `${what}: ${fault}`;
  };
  return (
    (await run(`${encoder} to encode`, [...source('wav', from), ...encodings(format, audio), `file:${to}`])) ??
    (await run(`${encoder} to decode`, [...source(containers[format], to), ...toWav(audio), `file:${again}`]))
  );
}

const quietly = ['-nostdin', '-hide_banner', '-loglevel', 'error', '-y'] as const;
/** Opus lies in Ogg, which is written under a name of its own. */
const containers = { flac: 'flac', opus: 'ogg' } as const satisfies Readonly<Record<ConvertedFormat, string>>;

function source(container: string, path: string): readonly string[] {
  return ['-f', container, '-i', `file:${path}`, '-map', '0:a:0', '-map_metadata', '-1', '-threads', '1'];
}

function encodings(format: ConvertedFormat, { channels }: WavFormat): readonly string[] {
  if (format === 'flac') return ['-c:a', 'flac', '-f', 'flac'];
  // `audio` and not `voip`, which makes speech better than it was.
  const rate = ['-b:a', channels === 1 ? '24k' : '40k', '-vbr', 'constrained'];
  return ['-c:a', 'libopus', '-application', 'audio', ...rate, '-f', 'opus'];
}

function toWav({ sampleRate }: WavFormat): readonly string[] {
  return ['-ar', String(sampleRate), '-c:a', 'pcm_s16le', '-f', 'wav'];
}

/** What players and browsers call it. */
export const contentTypes = {
  wav: 'audio/wav',
  flac: 'audio/flac',
  opus: 'audio/ogg; codecs=opus',
} as const satisfies Readonly<Record<AudioFormat, string>>;
