/**
 * Makes the finished files of one recording. Each step can be done again after a crash at any point:
 *
 *   audio under a temporary name, synced → judged → name and findings into the database, synced → audio under its name
 *   → metadata and checksum → directory synced → state into the database, synced → Asterisk's files removed
 *
 * Until the last step Asterisk's files are all there, so nothing before it can lose anything.
 */

import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  errorCode,
  isMarked,
  isSameFile,
  moveToNewName,
  removeFile,
  statIfThere,
  syncDirectory,
  writeWhole,
} from '../lib/durable-files.ts';
import type { Catalogue } from './catalogue.ts';
import { assemble, type Assembly } from './assemble.ts';
import { legalName, numberedName, type NameFacts } from './file-name.ts';
import { inspectFile, type Inspection } from './inspection.ts';
import { judge, type Evidence, type JudgementRules } from './judgement.ts';
import { audioName, companionFiles, fileNames, laneNames } from './metadata.ts';
import type { AudioFile, Outcome, StoredClosing, StoredRecording } from './model.ts';
import { locateRecordedFile, progressOf, removeRecordedFiles, setAside } from './recorded-files.ts';

export interface FinishRules {
  readonly nameOf: (facts: NameFacts) => string;
  readonly judgement: JudgementRules;
}

export interface FinishPlaces {
  /** Where Asterisk records, as this process sees it. */
  readonly recordingDirectory: string;
  /** Where finished recordings lie. */
  readonly directory: string;
}

export interface FinishTools extends FinishPlaces {
  readonly catalogue: Catalogue;
  readonly now: () => number;
  readonly rules: () => FinishRules;
}

type Closed = StoredRecording & { readonly closing: StoredClosing };
type Named = Closed & { readonly base: string; readonly outcome: Outcome };

/** So many names are tried one by one; a template that makes the same name for every call needs a quicker way. */
const manyNames = 20;

/** Left-overs of a crash stay among themselves here; a directory below has the same file system. */
export function workDirectory(directory: string): string {
  return join(directory, '.unfinished');
}

function temporaryName(id: string): string {
  return `${legalName(id)}.tmp`;
}

/** The names that finishing this recording uses in the work directory. */
export function isTemporaryOf(id: string, name: string): boolean {
  return name === temporaryName(id) || name === companionName(id);
}

function companionName(id: string): string {
  return `${temporaryName(id)}.companion`;
}

/**
 * `notYet`: Asterisk's files are not all there, or one is still being written; come again. With `patient` false a missing
 * file counts as never written. Errors are of the disk or the database: what is there stays, come again later.
 */
export async function makeFiles(
  tools: FinishTools,
  recording: StoredRecording,
  patient: boolean,
): Promise<'done' | 'notYet'> {
  if (!isClosed(recording)) throw new Error(`recording ${recording.id} is not to be finished`);
  await mkdir(workDirectory(tools.directory), { recursive: true, mode: 0o750 });
  let named: Named | undefined = isNamed(recording) ? recording : undefined;
  if (!named && !(await areReady(tools, recording, patient))) return 'notYet';
  named ??= await makeAudio(tools, recording);
  if (named.outcome.audio) await place(tools, named);
  tools.catalogue.setState(recording.id, 'kept');
  await tools.catalogue.flush();
  return 'done';
}

/** Only for a recording whose finished files are in the database, and that on the disk. */
export async function removeSources(tools: FinishTools, recording: StoredRecording): Promise<void> {
  await removeFile(temporaryPath(tools, recording));
  await removeRecordedFiles(
    tools.recordingDirectory,
    recording.opening.parts.map((part) => part.name),
  );
}

function isClosed(recording: StoredRecording): recording is Closed {
  return recording.state === 'finishing' && recording.closing !== undefined;
}

function isNamed(recording: Closed): recording is Named {
  return recording.base !== undefined && recording.outcome !== undefined;
}

function temporaryPath(tools: FinishPlaces, recording: StoredRecording): string {
  return join(workDirectory(tools.directory), temporaryName(recording.id));
}

function partPaths(tools: FinishPlaces, recording: StoredRecording): Promise<string[]> {
  return Promise.all(recording.opening.parts.map((part) => locateRecordedFile(tools.recordingDirectory, part.name)));
}

/** A directory that is not mounted must not pass for recordings that were never written. */
async function areReady(tools: FinishTools, recording: StoredRecording, patient: boolean): Promise<boolean> {
  await stat(tools.recordingDirectory);
  const paths = await partPaths(tools, recording);
  const progress = await Promise.all(paths.map((path) => progressOf(path, false, tools.now())));
  return progress.every((one) => one !== 'growing' && !(patient && one === 'missing'));
}

// ── the audio ───────────────────────────────────────────────────────────────

async function makeAudio(tools: FinishTools, recording: Closed): Promise<Named> {
  const { judgement, nameOf } = tools.rules();
  const temporary = temporaryPath(tools, recording);
  const assembly = await assemble({
    parts: await partPaths(tools, recording),
    layout: recording.opening.layout,
    leadMs: recording.closing.leadMs,
    temporary,
    soundDbfs: judgement.silentBelowDbfs,
  });
  const inspection = assembly.made ? await inspectFile(temporary, judgement.silentBelowDbfs) : undefined;
  for (const path of assembly.unused) await setAside(path);
  const verdict = judge(toEvidence(judgement, recording, assembly, inspection));
  const audio = inspection && toAudioFile(inspection);
  const outcome = { verdict, finishedAt: Math.floor(tools.now()), ...(audio && { audio }) };
  return giveName(tools, recording, outcome, { wanted: nameOf(toNameFacts(recording)), from: 1 });
}

function toAudioFile({ bytes, sha256, header, level }: Inspection): AudioFile {
  const format = header &&
    level && { seconds: level.seconds, sampleRate: header.sampleRate, channels: header.channels };
  return { format: 'wav', bytes, sha256, ...format };
}

function toEvidence(
  rules: JudgementRules,
  { opening, closing }: Closed,
  assembly: Assembly,
  inspection: Inspection | undefined,
): Evidence {
  const cutOff = cutOffReason(closing, assembly);
  const levels = inspection?.lanes ?? assembly.partLevels;
  const lanes = levels?.map((level, i) => ({ name: laneNames(opening)[i] ?? '', level }));
  const fault = assembly.faults.length === 0 ? inspection?.fault : undefined;
  return {
    rules,
    faults: [...assembly.faults, ...(fault === undefined ? [] : [`The finished file cannot be read: ${fault}`])],
    ...(cutOff === undefined ? {} : { cutOff }),
    ...(inspection?.level && { level: inspection.level }),
    ...(lanes && { lanes }),
    ...(closing.packets && { packets: closing.packets }),
    ...(isLengthKnown(closing) ? { expectedSeconds: Math.max(0, closing.partedAt - closing.joinedAt) / 1000 } : {}),
  };
}

function isLengthKnown({ origin, endUnheard }: StoredClosing): boolean {
  return origin === 'told' && endUnheard !== true;
}

function cutOffReason(closing: StoredClosing, assembly: Assembly): string | undefined {
  if (assembly.repaired.length > 0)
    return `Asterisk did not close ${assembly.repaired.join(' and ')}: the recording was cut off`;
  return closing.interrupted ? 'The recording was interrupted before the call was over' : undefined;
}

// ── the name ────────────────────────────────────────────────────────────────

/** Reserves the first free name from the n-th on: free in the database, and with no file of that name on the disk. */
async function giveName(
  tools: FinishTools,
  recording: Closed,
  outcome: Outcome,
  { wanted, from }: { readonly wanted: string; readonly from: number },
): Promise<Named> {
  for (let n = from; ; n++) {
    if (n === from + manyNames) n = Math.max(n, tools.catalogue.countNumbered(wanted));
    const base = numberedName(wanted, n);
    const there = await Promise.all(fileNames(base).map((name) => statIfThere(join(tools.directory, name))));
    if (there.some((stats) => stats !== undefined)) continue;
    if (tools.catalogue.name(recording.id, base, outcome) === 'taken') continue;
    await tools.catalogue.flush();
    return { ...recording, base, outcome };
  }
}

function toNameFacts({ opening, closing }: Closed): NameFacts {
  const users = [...opening.users, ...closing.users];
  const called = users.find((user) => user !== opening.caller);
  return {
    startedAt: opening.startedAt,
    setting: opening.setting,
    direction: opening.direction,
    caller: opening.caller,
    callee: opening.callee,
    user: (opening.direction === 'in' ? called : undefined) ?? users[0] ?? '',
    group: opening.group ?? '',
    callid: opening.call,
  };
}

// ── the files ───────────────────────────────────────────────────────────────

async function place(tools: FinishTools, recording: Named): Promise<void> {
  const placed = await placeAudio(tools, recording);
  const temporary = join(workDirectory(tools.directory), companionName(recording.id));
  for (const { name, contents } of companionFiles(placed))
    await writeWhole(join(tools.directory, name), contents, temporary);
  await syncDirectory(tools.directory);
}

/** A name that somebody else took in the meantime is given up for the next one. */
async function placeAudio(tools: FinishTools, recording: Named): Promise<Named> {
  const temporary = temporaryPath(tools, recording);
  const mark = `This name is reserved for the recording ${recording.id}.\n`;
  for (let named = recording, n = 2; ; n++) {
    const path = join(tools.directory, audioName(named.base));
    if (await isPlaced(temporary, path, mark)) return named;
    try {
      if ((await moveToNewName(temporary, path, mark)) === 'moved') return named;
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
      // The temporary file is gone, and so was not placed either: begin again from Asterisk's files.
      named = await makeAudio(tools, named);
      continue;
    }
    const wanted = tools.rules().nameOf(toNameFacts(named));
    named = await giveName(tools, named, named.outcome, { wanted, from: n });
  }
}

/** True after a crash behind the step that gave the audio its name. */
async function isPlaced(temporary: string, path: string, mark: string): Promise<boolean> {
  if (!(await statIfThere(path)) || (await isMarked(path, mark))) return false;
  return (await statIfThere(temporary)) === undefined || isSameFile(temporary, path);
}
