/**
 * Makes one audio file of the files that Asterisk recorded, under a temporary name. The parts stay as they are. Blocks:
 * for a thread of its own.
 */

import { constants, copyFileSync, linkSync } from 'node:fs';
import { basename } from 'node:path';
import { removeNow, statNow, syncFileNow } from '../../lib/blocking-files.ts';
import { errorCode } from '../../lib/durable-files.ts';
import { createLevelMeter, type Level, type LevelMeter } from '../../lib/level.ts';
import { interleaveInto, mixInto } from '../../lib/pcm.ts';
import { createWav, openWav, type WavReader, type WavWriter } from '../../lib/wav-file.ts';
import { isWavFault, type WavFormat } from '../../lib/wav.ts';
import { sampleRateOf } from './recorded-files.ts';

export interface AssemblyPlan {
  /** The recorded files in the recording's order, whether they are there or not. */
  readonly parts: readonly string[];
  readonly layout: 'single' | 'mixed' | 'lanes';
  /** Cut off at the beginning of every part. */
  readonly leadMs: number;
  /** Longer than that it must not be, behind what is cut off at the beginning. */
  readonly atMostMs?: number;
  /** Where the audio is made; in the directory where it shall stay. What lies there is a left-over and is removed. */
  readonly temporary: string;
  /** What is louder counts as something to hear. */
  readonly soundDbfs: number;
}

export interface Assembly {
  /** False if there was nothing to make a file of. */
  readonly made: boolean;
  /** What is missing or cannot be read, in words. */
  readonly faults: readonly string[];
  /** Parts that were cut off, so that their headers had to be mended. */
  readonly repaired: readonly string[];
  /** Parts that are there, but went into no file: they must not be removed. */
  readonly unused: readonly string[];
  /** How loud each part was, where the finished file holds them mixed and all were there. */
  readonly partLevels?: readonly Level[];
}

interface Part {
  readonly path: string;
  readonly reader?: WavReader;
  readonly fault?: string;
  /** True if there is a file with something in it. */
  readonly there: boolean;
}

/** Samples of one part that are worked on at a time: four seconds. */
const chunkFrames = 32_768;
const nothing = new Int16Array(0);

/** The file is complete and synced when this returns; its name is durable after a sync of the directory. */
export function assemble(plan: AssemblyPlan): Assembly {
  // A left-over may be another name of a part: never write into it.
  removeNow(plan.temporary);
  const parts = plan.parts.map(openPart);
  try {
    return assembleParts(plan, withOneRate(parts));
  } catch (error) {
    // On a full disk half a file would only be in the way.
    removeNow(plan.temporary);
    throw error;
  } finally {
    for (const part of parts) part.reader?.close();
  }
}

function openPart(path: string): Part {
  const name = basename(path);
  const stats = statNow(path);
  if (!stats) return { path, there: false, fault: `Asterisk wrote no file ${name}` };
  const reader = openWav(path, sampleRateOf(path));
  if (isWavFault(reader))
    return { path, there: stats.size > 0, fault: `The file ${name} cannot be read: ${reader.fault}` };
  return { path, there: true, reader };
}

function assembleParts(plan: AssemblyPlan, parts: readonly Part[]): Assembly {
  const faults = parts.flatMap((part) => part.fault ?? []);
  const repaired = parts.filter((part) => part.reader?.header.sound === false).map((part) => basename(part.path));
  const [only] = parts;
  if (only && parts.length === 1 && canBeTakenOver(plan, only)) {
    takeOver(only.path, plan.temporary);
    return { made: true, faults, repaired, unused: [] };
  }
  const unused = parts.filter((part) => part.there && !part.reader).map((part) => part.path);
  const levels = combine(
    plan,
    parts.map((part) => part.reader),
  );
  const partLevels = levels && levels.length > 0 ? { partLevels: levels } : {};
  return { made: levels !== undefined, faults, repaired, unused, ...partLevels };
}

/** Whole as it is, or no audio at all. A file that was never closed is copied: who knows who might still write to it. */
function canBeTakenOver(plan: AssemblyPlan, { there, reader }: Part): boolean {
  return there && (!reader || (reader.header.sound && plan.leadMs <= 0 && plan.atMostMs === undefined));
}

/** Asterisk records all parts of a call alike. One that is not like the first fits into no common file. */
function withOneRate(parts: readonly Part[]): readonly Part[] {
  const first = parts.find((part) => part.reader)?.reader?.header;
  const fits = ({ reader }: Part): boolean =>
    parts.length === 1 || (reader?.header.sampleRate === first?.sampleRate && reader?.header.channels === 1);
  return parts.map((part) => {
    if (!part.reader || fits(part)) return part;
    const { path, there } = part;
    return { path, there, fault: `The file ${basename(part.path)} is recorded in another way than the other one` };
  });
}

/** A second name for the same file, or a copy where that cannot be had: on another file system, on one without links. */
function takeOver(path: string, temporary: string): void {
  try {
    linkSync(path, temporary);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') throw error;
    copyFileSync(path, temporary, constants.COPYFILE_EXCL);
  }
  syncFileNow(temporary);
}

type Readers = readonly (WavReader | undefined)[];

/** Returns how loud each part was, where that cannot be seen afterwards; undefined if there was nothing to combine. */
function combine(plan: AssemblyPlan, readers: Readers): readonly Level[] | undefined {
  const first = readers.find((reader) => reader !== undefined)?.header;
  if (!first) return undefined;
  const channels = plan.layout === 'lanes' && readers.length > 1 ? 2 : first.channels;
  const heardApart = plan.layout === 'mixed' && readers.length > 1 && readers.every((reader) => reader !== undefined);
  const meters = heardApart ? readers.map(() => createLevelMeter(first.sampleRate, plan.soundDbfs)) : [];
  const writer = createWav(plan.temporary, { sampleRate: first.sampleRate, channels });
  try {
    copySamples(plan, readers, first, { writer, meters });
    writer.finish();
    return meters.map((meter) => meter.level());
  } finally {
    writer.close();
  }
}

/** The longer part decides the length; the other one is silent for the rest. */
function copySamples(
  plan: AssemblyPlan,
  readers: Readers,
  format: WavFormat,
  to: { readonly writer: WavWriter; readonly meters: readonly LevelMeter[] },
): void {
  const framesOf = (ms: number): number => Math.round((Math.max(0, ms) * format.sampleRate) / 1000);
  const lead = framesOf(plan.leadMs);
  const longest = Math.max(0, ...readers.map((reader) => (reader?.frames ?? 0) - lead));
  const frames = Math.min(longest, plan.atMostMs === undefined ? longest : framesOf(plan.atMostMs));
  const inputs = readers.map(() => new Int16Array(chunkFrames * format.channels));
  const output = new Int16Array(chunkFrames * 2);
  for (let at = 0; at < frames; at += chunkFrames) {
    const count = Math.min(chunkFrames, frames - at) * format.channels;
    const filled = inputs.map((input, i) => fill(readers[i], lead + at, input.subarray(0, count)));
    for (const [i, meter] of to.meters.entries()) meter.add(filled[i] ?? nothing, 0, 1);
    to.writer.write(combineInto(output, plan.layout, filled));
  }
}

/** Sample frames from `at` on; silence where the part has none. */
function fill(reader: WavReader | undefined, at: number, into: Int16Array): Int16Array {
  const got = reader ? reader.read(at, into) : 0;
  return into.fill(0, got * (reader?.header.channels ?? 1));
}

function combineInto(
  output: Int16Array,
  layout: AssemblyPlan['layout'],
  [one = nothing, other]: readonly Int16Array[],
): Int16Array {
  if (layout === 'single' || !other) return one;
  const out = output.subarray(0, layout === 'lanes' ? 2 * one.length : one.length);
  if (layout === 'lanes') interleaveInto(out, one, other);
  else mixInto(out, one, other);
  return out;
}
