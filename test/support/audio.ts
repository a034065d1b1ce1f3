/**
 * What is in a piece of audio, measured and not judged. Levels are dBFS of the amplitude: a sine at full scale is 0.
 * Times are seconds from the start. Everything but `readWav` and `writeWav` is pure.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { makeWavHeader } from '../../src/lib/wav.ts';

export interface Audio {
  readonly sampleRate: number;
  /** One or two lanes of equal length. */
  readonly lanes: readonly Int16Array[];
}

/** A stretch of time, in seconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export const FLOOR_DBFS = -120;

/**
 * Tones that stay out of each other's way: for any two of them sounding together through A-law, every other one stays
 * below -72 dBFS. None fits a whole number of periods into 20 ms, so a lost packet is heard as a jump.
 */
export const TONES_HZ = [688, 1236, 1418, 1680, 2066, 2382, 2924, 3230] as const;

/** The level of Asterisk's own tone generator, which the phones use. */
export const TONE_DBFS = -13;

export async function readWav(path: string): Promise<Audio> {
  return parseWav(await readFile(path));
}

/** Reads 16 bit PCM. The size fields are not believed, since a file that still grows has none. */
export function parseWav(file: Buffer): Audio {
  if (file.toString('latin1', 0, 4) !== 'RIFF') throw new Error('this is no WAV file');
  const format = file.indexOf('fmt ', 12, 'latin1') + 8;
  const data = file.indexOf('data', 12, 'latin1') + 8;
  const laneCount = file.readUInt16LE(format + 2);
  if (file.readUInt16LE(format) !== 1 || file.readUInt16LE(format + 14) !== 16)
    throw new Error('this is no 16 bit PCM');
  const declared = file.readUInt32LE(data - 4);
  const bytes = declared === 0 ? file.length - data : Math.min(declared, file.length - data);
  const frames = Math.floor(bytes / (2 * laneCount));
  const lanes = Array.from({ length: laneCount }, () => new Int16Array(frames));
  for (let frame = 0; frame < frames; frame += 1) {
    lanes.forEach((lane, index) => (lane[frame] = file.readInt16LE(data + 2 * (frame * laneCount + index))));
  }
  return { sampleRate: file.readUInt32LE(format + 4), lanes };
}

export async function writeWav(path: string, audio: Audio): Promise<void> {
  await writeFile(path, toWav(audio));
}

export function toWav({ sampleRate, lanes }: Audio): Buffer {
  const frames = lanes[0]?.length ?? 0;
  const body = Buffer.alloc(2 * frames * lanes.length);
  lanes.forEach((lane, index) => {
    lane.forEach((sample, frame) => body.writeInt16LE(sample, 2 * (frame * lanes.length + index)));
  });
  return Buffer.concat([makeWavHeader({ sampleRate, channels: lanes.length }, body.length), body]);
}

/** One lane as audio of its own; a mono file has only lane 0. */
export function lane(audio: Audio, index: number): Audio {
  const samples = audio.lanes[index];
  if (samples === undefined) throw new Error(`there is no lane ${index}`);
  return { sampleRate: audio.sampleRate, lanes: [samples] };
}

export function secondsOf(audio: Audio): number {
  return (audio.lanes[0]?.length ?? 0) / audio.sampleRate;
}

/** The part of the audio that lies within the span. */
export function cut(audio: Audio, span: Span): Audio {
  const from = Math.max(0, Math.round(span.from * audio.sampleRate));
  const to = Math.max(from, Math.round(span.to * audio.sampleRate));
  return { sampleRate: audio.sampleRate, lanes: audio.lanes.map((samples) => samples.subarray(from, to)) };
}

/** How loud a tone is in the first lane. A Hann window keeps other tones out of it. */
export function toneDbfs(audio: Audio, hz: number, span?: Span): number {
  const part = span === undefined ? audio : cut(audio, span);
  return windowedToneDbfs(only(part), part.sampleRate, hz);
}

/** The loudest sample of the first lane. */
export function peakDbfs(audio: Audio): number {
  let peak = 0;
  for (const sample of only(audio)) peak = Math.max(peak, Math.abs(sample));
  return toDbfs(peak / 32_768);
}

const STEP_SECONDS = 0.005;
const WINDOW_SECONDS = 0.03;
const PRESENT_DBFS = -40;

/**
 * Where a tone sounds in the first lane, to 10 ms. An edge is where its level has fallen by 6 dB, at which point half of
 * the window holds it. A tone that is nowhere above -40 dBFS sounds nowhere.
 */
export function toneSpans(audio: Audio, hz: number): Span[] {
  const levels = levelsOverTime(audio, hz);
  const loudest = Math.max(FLOOR_DBFS, ...levels);
  if (loudest < PRESENT_DBFS) return [];
  return spansWhere(levels.map((level) => level > loudest - 6));
}

/** Stretches of the first lane, at least so long, in which no sample is louder than the limit. */
export function silences(audio: Audio, atLeastMs: number, belowDbfs = -60): Span[] {
  const limit = 32_768 * 10 ** (belowDbfs / 20);
  const found: Span[] = [];
  let start = 0;
  const samples = only(audio);
  for (let at = 0; at <= samples.length; at += 1) {
    const sample = samples[at];
    if (sample !== undefined && Math.abs(sample) <= limit) continue;
    if ((at - start) / audio.sampleRate >= atLeastMs / 1000) {
      found.push({ from: start / audio.sampleRate, to: at / audio.sampleRate });
    }
    start = at + 1;
  }
  return found;
}

/**
 * Instants at which one of the tones jumps: a lost, doubled or shifted piece of audio. What is left when all the given
 * tones are filtered out is only the noise of the codec, unless a tone breaks. Give all tones that sound there.
 */
export function clicks(audio: Audio, tonesHz: readonly number[]): number[] {
  const samples = only(audio);
  let rest = Float64Array.from(samples);
  for (const hz of tonesHz) rest = withoutTone(rest, audio.sampleRate, hz);
  const limit = 0.25 * 10 ** (peakDbfs(audio) / 20) * 32_768;
  const found: number[] = [];
  rest.forEach((value, at) => {
    const seconds = at / audio.sampleRate;
    // A filter has no past at the start of the audio, and one jump rings for a few samples.
    if (Math.abs(value) > limit && at > 2 * tonesHz.length && seconds - (found.at(-1) ?? -1) > 0.005)
      found.push(seconds);
  });
  return found;
}

/** A part of made audio: a tone, or silence where there is none. */
export interface Part {
  readonly hz?: number;
  readonly seconds: number;
  readonly dbfs?: number;
}

/** Audio of several parts in a row, e.g. a burst, a pause and a burst. */
export function makeAudio(parts: readonly Part[], sampleRate = 8000): Audio {
  const pieces = parts.map(({ hz = 0, seconds, dbfs = TONE_DBFS }) => {
    const amplitude = hz === 0 ? 0 : 32_767 * 10 ** (dbfs / 20);
    const length = Math.round(seconds * sampleRate);
    return Int16Array.from({ length }, (_, at) =>
      Math.round(amplitude * Math.sin((2 * Math.PI * hz * at) / sampleRate)),
    );
  });
  const samples = new Int16Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    samples.set(piece, at);
    at += piece.length;
  }
  return { sampleRate, lanes: [samples] };
}

/** The level of a tone every 5 ms; outside the audio there is silence. */
function levelsOverTime(audio: Audio, hz: number): number[] {
  const samples = only(audio);
  const half = Math.round((WINDOW_SECONDS / 2) * audio.sampleRate);
  const step = Math.round(STEP_SECONDS * audio.sampleRate);
  const levels: number[] = [];
  for (let centre = 0; centre <= samples.length; centre += step) {
    const window = new Int16Array(2 * half);
    const from = Math.max(0, centre - half);
    window.set(samples.subarray(from, centre + half), from - (centre - half));
    levels.push(windowedToneDbfs(window, audio.sampleRate, hz));
  }
  return levels;
}

function spansWhere(present: readonly boolean[]): Span[] {
  const spans: Span[] = [];
  let start: number | undefined;
  for (let step = 0; step <= present.length; step += 1) {
    if (present[step] === true) start ??= step;
    else if (start !== undefined) {
      spans.push({ from: start * STEP_SECONDS, to: (step - 1) * STEP_SECONDS });
      start = undefined;
    }
  }
  return spans;
}

function windowedToneDbfs(samples: Int16Array, sampleRate: number, hz: number): number {
  const length = samples.length;
  if (length === 0) return FLOOR_DBFS;
  const turn = (2 * Math.PI * hz) / sampleRate;
  let [real, imaginary] = [0, 0];
  for (let at = 0; at < length; at += 1) {
    const weighted = (samples[at] ?? 0) * (1 - Math.cos((2 * Math.PI * (at + 0.5)) / length));
    real += weighted * Math.cos(turn * at);
    imaginary += weighted * Math.sin(turn * at);
  }
  return toDbfs((2 * Math.hypot(real, imaginary)) / length / 32_768);
}

/** A sine obeys x[n] = 2cos(w)x[n-1] - x[n-2]; what does not is left over. */
function withoutTone(samples: Float64Array, sampleRate: number, hz: number): Float64Array<ArrayBuffer> {
  const factor = 2 * Math.cos((2 * Math.PI * hz) / sampleRate);
  return samples.map((sample, at) => sample - factor * (samples[at - 1] ?? 0) + (samples[at - 2] ?? 0));
}

function only(audio: Audio): Int16Array {
  return audio.lanes[0] ?? new Int16Array();
}

function toDbfs(ratio: number): number {
  return ratio <= 0 ? FLOOR_DBFS : Math.max(FLOOR_DBFS, 20 * Math.log10(ratio));
}
