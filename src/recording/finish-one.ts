/**
 * Makes the finished files of one recording. Each step can be done again after a crash at any point:
 *
 *   audio under a temporary name, synced → judged → name and findings into the database, synced → audio under its name
 *   → metadata and checksum → directory synced → state into the database, synced → Asterisk's files removed
 *
 * Until the last step Asterisk's files are all there, so nothing before it can lose anything.
 */

import type { Catalogue } from './catalogue.ts';
import type { Assembly } from './assemble.ts';
import { numberedName, type NameFacts } from './file-name.ts';
import type { Made } from './file-work.ts';
import type { Inspection } from './inspection.ts';
import { judge, type Evidence, type JudgementRules } from './judgement.ts';
import { companionFiles, laneNames } from './metadata.ts';
import type { AudioFile, Outcome, StoredClosing, StoredRecording } from './model.ts';
import type { RecordingFiles } from './recording-files.ts';

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
  readonly files: RecordingFiles;
  readonly now: () => number;
  readonly rules: () => FinishRules;
}

type Closed = StoredRecording & { readonly closing: StoredClosing };
type Named = Closed & { readonly base: string; readonly outcome: Outcome };

/** Names that are tried at first; then it goes on behind all numbers that were ever given. */
const firstNames = 5;

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
  const named = isNamed(recording) ? recording : await makeAudio(tools, recording, patient);
  if (named === 'notYet') return 'notYet';
  const placed = named.outcome.audio ? await place(tools, named) : 'placed';
  // Its temporary file did not survive: Asterisk's files are all there, so all begins anew.
  if (placed === 'gone') return makeFiles(tools, withoutName(named), patient);
  tools.catalogue.setState(recording.id, 'kept');
  await tools.catalogue.flush();
  return 'done';
}

/** Only for a recording whose finished files are in the database, and that on the disk. */
export async function removeSources(tools: FinishTools, { id, opening }: StoredRecording): Promise<void> {
  const { recordingDirectory, directory } = tools;
  await tools.files.clean({ recordingDirectory, directory, id, parts: opening.parts.map((part) => part.name) });
}

function isClosed(recording: StoredRecording): recording is Closed {
  return recording.state === 'finishing' && recording.closing !== undefined;
}

function isNamed(recording: Closed): recording is Named {
  return recording.base !== undefined && recording.outcome !== undefined;
}

function withoutName({ base: _base, outcome: _outcome, ...recording }: Named): Closed {
  return recording;
}

// ── the audio ───────────────────────────────────────────────────────────────

async function makeAudio(tools: FinishTools, recording: Closed, patient: boolean): Promise<Named | 'notYet'> {
  const { judgement, nameOf } = tools.rules();
  const { opening, closing } = recording;
  const wanted = nameOf(toNameFacts(recording));
  const made = await tools.files.make({
    recordingDirectory: tools.recordingDirectory,
    directory: tools.directory,
    id: recording.id,
    parts: opening.parts.map((part) => part.name),
    layout: opening.layout,
    leadMs: closing.leadMs,
    soundDbfs: judgement.silentBelowDbfs,
    patient,
    now: tools.now(),
    bases: numberedNames(wanted, 1),
  });
  if (made === 'notYet') return 'notYet';
  const outcome = toOutcome(judgement, recording, made, tools.now());
  return giveName(tools, recording, outcome, { wanted, free: made.freeBases });
}

function toOutcome(rules: JudgementRules, recording: Closed, made: Made, now: number): Outcome {
  const verdict = judge(toEvidence(rules, recording, made.assembly, made.inspection));
  const audio = made.inspection && toAudioFile(made.inspection);
  return { verdict, finishedAt: Math.floor(now), ...(audio && { audio }) };
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

function numberedNames(wanted: string, from: number): readonly string[] {
  return Array.from({ length: firstNames }, (_, i) => numberedName(wanted, from + i));
}

/** Reserves the first name that is free, with no file of that name on the disk and in the database. */
async function giveName(
  tools: FinishTools,
  recording: Closed,
  outcome: Outcome,
  names: { readonly wanted: string; readonly free: readonly string[] },
): Promise<Named> {
  const { wanted } = names;
  let free = names.free;
  for (let from = firstNames + 1; ; from += firstNames) {
    const base = free.find((one) => tools.catalogue.name(recording.id, one, outcome) === 'named');
    if (base !== undefined) {
      await tools.catalogue.flush();
      return { ...recording, base, outcome };
    }
    if (from > firstNames + 1) from = Math.max(from, tools.catalogue.countNumbered(wanted) + 1);
    free = await tools.files.listFree({ directory: tools.directory, bases: numberedNames(wanted, from) });
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

/** A name that somebody else took in the meantime is given up for the next one. */
async function place(tools: FinishTools, recording: Named): Promise<'placed' | 'gone'> {
  const { files, directory } = tools;
  for (let named = recording; ;) {
    const { id, base } = named;
    const placed = await files.place({ directory, id, base, companions: companionFiles(named) });
    if (placed !== 'taken') return placed;
    const wanted = tools.rules().nameOf(toNameFacts(named));
    const free = await files.listFree({ directory, bases: numberedNames(wanted, 1) });
    named = await giveName(tools, named, named.outcome, { wanted, free });
  }
}
