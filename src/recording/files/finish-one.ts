/**
 * Makes the finished files of one recording. Each step can be done again after a crash at any point:
 *
 *   audio under a temporary name, synced → judged → converted, synced, compared → name and findings into the database,
 *   synced → audio under its name → metadata and checksum → directory synced → state into the database, synced
 *   → Asterisk's files removed
 *
 * Until the last step Asterisk's files are all there, so nothing before it can lose anything.
 */

import type { Catalogue } from '../catalogue/catalogue.ts';
import { convert, type ConversionTools } from './conversion.ts';
import { numberedName, type NameFacts } from './file-name.ts';
import type { Inspection } from './inspection.ts';
import { toEvidence } from './evidence.ts';
import { judge, type JudgementRules } from './judgement.ts';
import { audioName, companionFiles } from './metadata.ts';
import type { AudioFile, AudioFormat, ConvertedFormat, Outcome, StoredClosing, StoredRecording } from '../model.ts';
import type { WavFormat } from '../../lib/wav.ts';

export interface FinishRules {
  readonly nameOf: (facts: NameFacts) => string;
  readonly judgement: JudgementRules;
  readonly format: AudioFormat;
}

export interface FinishPlaces {
  /** Where Asterisk records, as this process sees it. */
  readonly recordingDirectory: string;
  /** Where finished recordings lie. */
  readonly directory: string;
}

export interface FinishTools extends FinishPlaces, ConversionTools {
  readonly catalogue: Catalogue;
  readonly now: () => number;
  readonly rules: () => FinishRules;
  /** It stays WAV, and nothing is lost. */
  readonly conversionFailed: (failure: {
    readonly recording: StoredRecording;
    readonly format: ConvertedFormat;
    readonly error: Error;
  }) => void;
}

export interface Attempt {
  /** A file that is missing may still come. */
  readonly patient: boolean;
  /** Ends what takes long; then this attempt is rejected. */
  readonly signal: AbortSignal;
}

type Closed = StoredRecording & { readonly closing: StoredClosing };
type Named = Closed & { readonly base: string; readonly outcome: Outcome };

/** Names that are tried at first; then it goes on behind all numbers that were ever given. */
const firstNames = 5;

/**
 * `notYet`: Asterisk's files are not all there, or one is still being written; come again. Unless the attempt is patient
 * a missing file counts as never written. `erased`: it was withdrawn meanwhile, and nothing more is made. Errors are of
 * the disk or the database: what is there stays, come again later.
 */
export async function makeFiles(
  tools: FinishTools,
  recording: StoredRecording,
  attempt: Attempt,
): Promise<'done' | 'notYet' | 'erased'> {
  if (!isClosed(recording)) throw new Error(`recording ${recording.id} is not to be finished`);
  const named = isNamed(recording) ? recording : await makeAudio(tools, recording, attempt);
  if (named === 'notYet') return 'notYet';
  if (isErased(tools, recording)) return 'erased';
  const placed = named.outcome.audio ? await place(tools, named) : 'placed';
  // Its temporary file did not survive: Asterisk's files are all there, so all begins anew.
  if (placed === 'gone') return makeFiles(tools, withoutName(named), attempt);
  tools.catalogue.setState(recording.id, 'kept');
  await tools.catalogue.flush();
  return 'done';
}

/** Only for a recording whose finished files are in the database, and that on the disk. */
export async function removeSources(tools: FinishTools, { id, opening }: StoredRecording): Promise<void> {
  const { recordingDirectory, directory } = tools;
  await tools.files.clean({ recordingDirectory, directory, id, parts: opening.parts.map((part) => part.name) });
}

function isErased({ catalogue }: FinishTools, { id }: StoredRecording): boolean {
  return catalogue.get(id)?.erasure !== undefined;
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

async function makeAudio(tools: FinishTools, recording: Closed, attempt: Attempt): Promise<Named | 'notYet'> {
  const { judgement, nameOf, format } = tools.rules();
  const { opening, closing } = recording;
  const wanted = nameOf(toNameFacts(recording));
  const made = await tools.files.make({
    recordingDirectory: tools.recordingDirectory,
    directory: tools.directory,
    id: recording.id,
    parts: opening.parts.map((part) => part.name),
    layout: opening.layout,
    leadMs: closing.leadMs,
    ...(closing.cut === true ? { atMostMs: closing.partedAt - closing.joinedAt } : {}),
    soundDbfs: judgement.silentBelowDbfs,
    patient: attempt.patient,
    now: tools.now(),
    bases: numberedNames(wanted, 1),
  });
  if (made === 'notYet') return 'notYet';
  const { inspection } = made;
  const audio = inspection && (await toAudioFile(tools, recording, { inspection, format, attempt }));
  const outcome: Outcome = {
    verdict: judge(toEvidence(judgement, recording, made)),
    finishedAt: Math.floor(tools.now()),
    ...(audio && { audio }),
  };
  return giveName(tools, recording, outcome, { wanted, free: made.freeBases });
}

interface Wish {
  readonly inspection: Inspection;
  readonly format: AudioFormat;
  readonly attempt: Attempt;
}

async function toAudioFile(tools: FinishTools, recording: Closed, wish: Wish): Promise<AudioFile> {
  const { bytes, sha256, header, level } = wish.inspection;
  const wav = { format: 'wav', bytes, sha256 } as const;
  const facts = header && level && { ...kindOf(header), seconds: level.seconds };
  const { format: wanted } = wish;
  if (wanted === 'wav') return { ...wav, ...facts };
  if (!facts || header.dataBytes === 0) {
    return { ...wav, ...facts, conversion: { wanted, made: false, method: 'there is no audio to convert' } };
  }
  const { signal } = wish.attempt;
  const soundDbfs = tools.rules().judgement.silentBelowDbfs;
  const order = { id: recording.id, format: wanted, audio: facts, soundDbfs, signal };
  const converted = await convert(tools, order);
  if ('fault' in converted) {
    tools.conversionFailed({ recording, format: wanted, error: new Error(converted.fault) });
    return { ...wav, ...facts, conversion: { wanted, made: false, method: converted.fault } };
  }
  const { proof, ...file } = converted;
  return { format: wanted, ...file, ...facts, conversion: { wanted, made: true, method: proof } };
}

function kindOf({ sampleRate, channels }: WavFormat): WavFormat {
  return { sampleRate, channels };
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
    const { id, base, outcome } = named;
    const audio = audioName(base, outcome.audio?.format ?? 'wav');
    const placed = await files.place({ directory, id, audio, companions: companionFiles(named) });
    if (placed !== 'taken') return placed;
    const wanted = tools.rules().nameOf(toNameFacts(named));
    const free = await files.listFree({ directory, bases: numberedNames(wanted, 1) });
    named = await giveName(tools, named, named.outcome, { wanted, free });
  }
}
