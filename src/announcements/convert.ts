/**
 * Turns any common audio file into what Asterisk plays well: mono, 8 and 16 kHz, one loudness for all (EBU R128: measured
 * in a first pass, set in a second; what would be too loud for that is limited, not cut).
 */

import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLevelMeter } from '../lib/level.ts';
import { ConverterMissingError, ConverterTimeoutError, inputOf, runProgram } from './converter-program.ts';
import { longestSeconds, mostUploadBytes, shortestSeconds, type AudioFault, type Refusal } from './model.ts';
import { makePlayedAudio, narrowRate, wideRate, type PlayedAudio } from './played-audio.ts';

/** Thrown from step to step within this file only; a fault of the audio is an answer. */
class AudioFaultError extends Error {
  override readonly name = 'AudioFaultError';
  readonly fault: AudioFault;

  constructor(fault: AudioFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

const targetLufs = -19;
/** Below this there is nothing that anybody would hear. */
const silentLufs = -60;
const deadlineMs = 120_000;
const bytesPerFloat = 4;

/** `directory` gets a folder of ours while it lasts. */
export async function convert(original: Buffer, directory: string): Promise<PlayedAudio | Refusal> {
  const work = await mkdtemp(join(directory, '.incoming-'));
  try {
    return await convertIn(work, original, AbortSignal.timeout(deadlineMs));
  } catch (error) {
    return toRefusal(error);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function toRefusal(error: unknown): Refusal {
  if (error instanceof AudioFaultError) return { refused: error.fault, message: error.message };
  if (error instanceof ConverterMissingError) return { refused: 'converter-missing', message: `${error.message}.` };
  if (error instanceof ConverterTimeoutError) {
    return { refused: 'converter-failed', message: 'The file could not be converted in time.' };
  }
  throw error;
}

async function convertIn(work: string, original: Buffer, signal: AbortSignal): Promise<PlayedAudio> {
  if (original.length > mostUploadBytes) throw new AudioFaultError('too-large', 'The file is larger than 20 MB.');
  const path = join(work, 'original');
  await writeFile(path, original, { mode: 0o640 });
  const claimed = await probe(path, signal);
  const seconds = await decode(path, signal);
  requireLength(seconds, claimed);
  const narrow = await normalise(path, narrowRate, seconds, signal);
  const wide = await normalise(path, wideRate, seconds, signal);
  return makePlayedAudio(narrow, wide);
}

function requireLength(seconds: number, claimed: number | undefined): void {
  const found = `${seconds.toFixed(1)} s`;
  if (seconds < shortestSeconds) {
    throw new AudioFaultError('too-short', `The audio is too short: ${found}, at least ${shortestSeconds} s.`);
  }
  if (seconds > longestSeconds) {
    throw new AudioFaultError('too-long', `The audio is too long: at most ${longestSeconds / 60} minutes.`);
  }
  if (claimed !== undefined && seconds < claimed - 0.5) {
    throw new AudioFaultError(
      'cut-off',
      `The file is cut off or damaged: ${found} of ${claimed.toFixed(1)} s are there.`,
    );
  }
}

// ── what the file is ────────────────────────────────────────────────────────

interface Probed {
  readonly streams?: readonly { readonly codec_type?: string; readonly duration?: string }[];
  readonly format?: { readonly format_name?: string };
}

/** Containers whose head tells the length exactly. Others estimate it, or find it by what is there. */
const exactFormats = ['wav', 'flac', 'mov', 'aiff'];

/** The length that the file claims to have, where that is to be believed. */
async function probe(path: string, signal: AbortSignal): Promise<number | undefined> {
  const shown = ['-show_entries', 'stream=codec_type,duration:format=format_name', '-of', 'json'];
  const { code, stdout } = await runProgram('ffprobe', ['-loglevel', 'error', ...shown, ...inputOf(path)], signal);
  const { streams, format } = (code === 0 ? JSON.parse(stdout.toString('utf8')) : {}) as Probed;
  const stream = streams?.find((one) => one.codec_type === 'audio');
  if (!stream) throw notAudio();
  const names = format?.format_name?.split(',') ?? [];
  const duration = Number(stream.duration);
  return names.some((name) => exactFormats.includes(name)) && duration > 0 ? duration : undefined;
}

function notAudio(): AudioFaultError {
  return new AudioFaultError('not-audio', 'The file is no audio that can be read: WAV, MP3, FLAC, Opus, Ogg or M4A.');
}

// ── what it sounds like ─────────────────────────────────────────────────────

const common = ['-nostdin', '-hide_banner', '-nostats', '-threads', '1'];

/** Both rates at once, as plain floats beside the original; gives the length. */
async function decode(path: string, signal: AbortSignal): Promise<number> {
  const to = (rate: number): readonly string[] => [
    ...['-map', '0:a:0', '-t', String(longestSeconds + 1)],
    ...['-af', `aformat=channel_layouts=mono,highpass=f=50,aresample=${rate}:filter_size=64`],
    ...['-f', 'f32le', `file:${decodedPath(path, rate)}`],
  ];
  const words = [...common, '-loglevel', 'error', ...inputOf(path), ...to(narrowRate), ...to(wideRate)];
  const { code } = await runProgram('ffmpeg', words, signal);
  if (code !== 0) throw notAudio();
  return (await stat(decodedPath(path, wideRate))).size / bytesPerFloat / wideRate;
}

function decodedPath(path: string, rate: number): string {
  return `${path}.${rate}`;
}

/** Samples of 16 bit at the rate, at the loudness that all announcements have, as long as `seconds` to the sample. */
async function normalise(path: string, rate: number, seconds: number, signal: AbortSignal): Promise<Buffer> {
  const input = ['-f', 'f32le', '-ar', String(rate), '-ac', '1', '-i', `file:${decodedPath(path, rate)}`];
  const lufs = await measure(input, seconds, signal);
  if (lufs < silentLufs) throw silent();
  const samples = Math.round(seconds * rate);
  const filters = toFilters(targetLufs - lufs, rate, samples);
  const words = [...common, '-loglevel', 'error', ...input, '-af', filters, '-f', 's16le', 'pipe:1'];
  const { code, stdout } = await runProgram('ffmpeg', words, signal);
  if (code !== 0) throw failed('ffmpeg failed');
  const sound = toLength(stdout, 2 * samples);
  judge(sound, rate);
  return sound;
}

/** The measure needs three seconds; what is shorter is measured over and over. */
async function measure(input: readonly string[], seconds: number, signal: AbortSignal): Promise<number> {
  const again = seconds < 3 ? ['-stream_loop', String(Math.ceil(3 / seconds))] : [];
  const filter = `loudnorm=I=${targetLufs}:TP=-2:LRA=11:print_format=json`;
  const words = [...common, ...again, ...input, '-af', filter, '-f', 'null', '-'];
  const { code, stderr } = await runProgram('ffmpeg', words, signal);
  const found = /"input_i"\s*:\s*"(-?inf|-?[\d.]+)"/.exec(stderr)?.[1];
  if (code !== 0 || found === undefined) throw failed('its loudness could not be measured');
  return found === '-inf' ? -Infinity : Number(found);
}

/** Where the limiter works, peaks between the samples are samples. */
const limiterRate = 48_000;
/** Its lookahead delays the audio by so much. */
const attackMs = 5;
/** -3.1 dBFS: leaves room for what the way back to the rate adds, so that true peaks stay below -2 dBTP. */
const ceiling = 0.7;

function toFilters(gainDb: number, rate: number, samples: number): string {
  const delay = (limiterRate * attackMs) / 1000;
  const end = delay + (samples * limiterRate) / rate;
  return [
    `volume=${gainDb.toFixed(2)}dB`,
    `aresample=${limiterRate}:filter_size=64`,
    `apad=pad_len=${2 * delay}`,
    `alimiter=level=disabled:limit=${ceiling}:attack=${attackMs}:release=50`,
    `atrim=start_sample=${delay}:end_sample=${end},asetpts=N/SR/TB`,
    `aresample=${rate}:filter_size=64`,
  ].join(',');
}

/** Resampling may give or take a few samples at the end. */
function toLength(audio: Buffer, bytes: number): Buffer {
  const slack = 256;
  if (Math.abs(audio.length - bytes) > slack) throw failed(`${audio.length} bytes came out instead of ${bytes}`);
  return Buffer.concat([audio.subarray(0, bytes), Buffer.alloc(Math.max(0, bytes - audio.length))]);
}

/** The program's word is not proof. */
function judge(audio: Buffer, rate: number): void {
  const meter = createLevelMeter(rate, -50);
  meter.add(
    Int16Array.from({ length: audio.length / 2 }, (_, index) => audio.readInt16LE(2 * index)),
    0,
    1,
  );
  const { peakDbfs, soundSeconds } = meter.level();
  if (peakDbfs > -1) throw failed('the result is clipped');
  if (soundSeconds < 0.1) throw silent();
}

function silent(): AudioFaultError {
  return new AudioFaultError('silent', 'The audio is silent.');
}

function failed(why: string): AudioFaultError {
  return new AudioFaultError('converter-failed', `The file could not be converted: ${why}.`);
}
