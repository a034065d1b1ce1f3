/**
 * Everything that is done with the files of recordings, step by step. Blocks: for a thread of its own, so that neither
 * hashing nor a slow disk or a dead network share holds up a call. Requests and answers are plain data.
 */

import { chmodSync, mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  isMarked,
  isSameFile,
  moveToNewName,
  removeNow,
  statNow,
  syncDirectoryNow,
  syncFileNow,
  writeWhole,
} from '../../lib/blocking-files.ts';
import { errorCode } from '../../lib/durable-files.ts';
import { openWav } from '../../lib/wav-file.ts';
import { isWavFault, secondsOf } from '../../lib/wav.ts';
import { assemble, type Assembly, type AssemblyPlan } from './assemble.ts';
import { erase } from './erase-files.ts';
import { hashFile, inspectFile, type Inspection } from './inspection.ts';
import { findDifference } from './likeness.ts';
import { possibleNames, type CompanionFile } from './metadata.ts';
import { recordedEndings, recordedName, sampleRateOf } from './recorded-files.ts';
import { reservationMark } from './reservation.ts';
import { companionPath, convertedPath, decodedPath, temporaryPath, workDirectory } from './work-directory.ts';

/** Asterisk writes at least every two seconds while frames come (32 KiB of buffer). */
const quietMs = 5000;

// ── Asterisk's files ────────────────────────────────────────────────────────

/** Where the file of this name is, or would be if Asterisk had written it. */
function locate(directory: string, name: string): string {
  const paths = recordedEndings.map((ending) => join(directory, name + ending));
  return paths.find((path) => statNow(path) !== undefined) ?? join(directory, `${name}.wav`);
}

export interface PartLook {
  /**
   * `complete`: Asterisk closed it. `cutOff`: nobody writes it any more, but it was never closed. `growing`: wait.
   * Asterisk fills in the sizes in the header only when it closes the file.
   */
  readonly progress: 'complete' | 'cutOff' | 'growing' | 'missing';
  /** As the file tells it; 0 for one that is missing. */
  readonly startedAt: number;
  readonly endedAt: number;
}

export interface LookRequest {
  readonly recordingDirectory: string;
  readonly name: string;
  /** Asterisk says that it is writing it. */
  readonly live: boolean;
  readonly now: number;
}

function look({ recordingDirectory, name, live, now }: LookRequest): PartLook {
  const path = locate(recordingDirectory, name);
  const stats = statNow(path);
  if (!stats) return { progress: 'missing', startedAt: 0, endedAt: 0 };
  const wav = openWav(path, sampleRateOf(path));
  const cutOff = !live && now - stats.mtimeMs >= quietMs ? 'cutOff' : 'growing';
  const endedAt = Math.floor(stats.mtimeMs);
  if (isWavFault(wav)) return { progress: cutOff, startedAt: endedAt, endedAt };
  wav.close();
  const startedAt = Math.floor(endedAt - secondsOf(wav.header) * 1000);
  return { progress: wav.header.sound ? 'complete' : cutOff, startedAt, endedAt };
}

export interface ScanRequest {
  readonly recordingDirectory: string;
  readonly application: string;
}

/** Names of all recordings of ours that lie there. */
function scan({ recordingDirectory, application }: ScanRequest): readonly string[] {
  return readdirSync(recordingDirectory).flatMap((fileName) => recordedName(application, fileName) ?? []);
}

export interface RemovePartsRequest {
  readonly recordingDirectory: string;
  readonly parts: readonly string[];
}

function removeParts({ recordingDirectory, parts }: RemovePartsRequest): void {
  for (const name of parts) {
    for (const ending of recordedEndings) removeNow(join(recordingDirectory, name + ending));
  }
}

// ── the finished files ──────────────────────────────────────────────────────

export interface MakeRequest extends Pick<AssemblyPlan, 'parts' | 'layout' | 'leadMs' | 'atMostMs' | 'soundDbfs'> {
  readonly recordingDirectory: string;
  readonly directory: string;
  readonly id: string;
  /** A part that is missing is waited for. */
  readonly patient: boolean;
  readonly now: number;
  /** Names that the recording may get, the best first. */
  readonly bases: readonly string[];
}

export interface Made {
  readonly assembly: Assembly;
  readonly inspection: Inspection | undefined;
  readonly freeBases: readonly string[];
}

/** The audio under its temporary name, synced and judged by its contents. A missing directory is a failure. */
function make(request: MakeRequest): Made | 'notYet' {
  const { recordingDirectory, directory, id, soundDbfs } = request;
  statSync(recordingDirectory);
  mkdirSync(workDirectory(directory), { recursive: true, mode: 0o750 });
  if (!areReady(request)) return 'notYet';
  const temporary = temporaryPath(directory, id);
  const parts = request.parts.map((name) => locate(recordingDirectory, name));
  const assembly = assemble({ ...request, parts, temporary });
  const inspection = assembly.made ? inspectFile(temporary, soundDbfs) : undefined;
  for (const path of assembly.unused) renameSync(path, `${path}.unreadable`);
  return { assembly, inspection, freeBases: listFree(request) };
}

function areReady({ recordingDirectory, parts, patient, now }: MakeRequest): boolean {
  const progress = parts.map((name) => look({ recordingDirectory, name, live: false, now }).progress);
  return progress.every((one) => one !== 'growing' && !(patient && one === 'missing'));
}

export interface FreeRequest {
  readonly directory: string;
  readonly bases: readonly string[];
}

/** Those names that no file has. */
function listFree({ directory, bases }: FreeRequest): readonly string[] {
  return bases.filter((base) => possibleNames(base).every((name) => statNow(join(directory, name)) === undefined));
}

// ── another format ──────────────────────────────────────────────────────────

export interface TakeRequest {
  readonly directory: string;
  readonly id: string;
  readonly lossless: boolean;
  readonly soundDbfs: number;
}

export type Taken = { readonly bytes: number; readonly sha256: string } | { readonly fault: string };

/**
 * The converted file takes the place of the temporary one, synced, if it holds the same. Asterisk's files are all there
 * still.
 */
function takeConverted({ directory, id, lossless, soundDbfs }: TakeRequest): Taken {
  const [original, converted] = [temporaryPath(directory, id), convertedPath(directory, id)];
  const decoded = decodedPath(directory, id);
  try {
    if (!statNow(converted) || !statNow(decoded)) return { fault: 'it was not written' };
    const fault = findDifference({ original, decoded, lossless, soundDbfs });
    if (fault !== undefined) return { fault };
    chmodSync(converted, 0o640);
    syncFileNow(converted);
    const taken = hashFile(converted);
    renameSync(converted, original);
    return taken;
  } finally {
    removeConverted({ directory, id });
  }
}

function removeConverted({ directory, id }: { readonly directory: string; readonly id: string }): void {
  removeNow(convertedPath(directory, id));
  removeNow(decodedPath(directory, id));
}

export interface PlaceRequest {
  readonly directory: string;
  readonly id: string;
  /** Name of the audio file. */
  readonly audio: string;
  readonly companions: readonly CompanionFile[];
}

/**
 * Gives the audio its name, writes what lies beside it, and makes the names durable. `taken`: the name is somebody
 * else's by now. `gone`: the audio did not survive under its temporary name and must be made again.
 */
function place({ directory, id, audio, companions }: PlaceRequest): 'placed' | 'taken' | 'gone' {
  const placed = placeAudio(directory, id, audio);
  if (placed !== 'placed') return placed;
  const temporary = companionPath(directory, id);
  for (const { name, contents } of companions) writeWhole(join(directory, name), contents, temporary);
  syncDirectoryNow(directory);
  return 'placed';
}

function placeAudio(directory: string, id: string, audio: string): 'placed' | 'taken' | 'gone' {
  const temporary = temporaryPath(directory, id);
  const path = join(directory, audio);
  const mark = reservationMark(id);
  if (isPlaced(temporary, path, mark)) return 'placed';
  try {
    return moveToNewName(temporary, path, mark) === 'moved' ? 'placed' : 'taken';
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 'gone';
    throw error;
  }
}

/** True after a crash behind the step that gave the audio its name. */
function isPlaced(temporary: string, path: string, mark: string): boolean {
  if (!statNow(path) || isMarked(path, mark)) return false;
  return statNow(temporary) === undefined || isSameFile(temporary, path);
}

export interface CleanRequest extends RemovePartsRequest {
  readonly directory: string;
  readonly id: string;
}

/** Removes what a recording was made from. Only when its files and its entry are on the disk. */
function clean({ directory, id, ...parts }: CleanRequest): void {
  removeNow(temporaryPath(directory, id));
  removeConverted({ directory, id });
  removeParts(parts);
}

// ── what a crash left ───────────────────────────────────────────────────────

function listLeftOvers({ directory }: { readonly directory: string }): readonly string[] {
  const path = workDirectory(directory);
  return statNow(path) ? readdirSync(path) : [];
}

function removeLeftOvers({
  directory,
  names,
}: {
  readonly directory: string;
  readonly names: readonly string[];
}): void {
  for (const name of names) removeNow(join(workDirectory(directory), name));
}

export const fileWork = {
  ...{ look, scan, removeParts, make, takeConverted, removeConverted, listFree, place, clean },
  ...{ erase, listLeftOvers, removeLeftOvers },
};
export type FileWork = typeof fileWork;
