/**
 * What a crash, ours or Asterisk's, left behind: recordings whose end nobody told us, files without an entry, and what
 * Asterisk recorded by itself while we were away.
 */

import {
  callOfResource,
  type CallId,
  type LegId,
  type RecordingId,
  type RecordingName,
  type SnoopId,
} from '../../telephony/ids.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { lateId } from '../catalogue/catalogue-erasures.ts';
import type { StoredOpening, StoredRecording, StoredState } from '../model.ts';
import { parseFallbackName, settingKeyOf, type FallbackFacts } from './recorded-files.ts';
import type { PartLook } from './file-work.ts';
import type { RecordingFiles } from './recording-files.ts';

/** How things stand in Asterisk at this moment. */
export interface Surroundings {
  /** Names of the recordings that Asterisk is writing. */
  readonly liveRecordings: readonly string[];
  /** Ids of its channels. */
  readonly liveChannels: readonly string[];
  /** Calls that go on, and will close their recordings themselves. */
  readonly runningCalls: readonly string[];
}

export interface RecoverTools {
  readonly catalogue: Catalogue;
  readonly files: RecordingFiles;
  readonly application: string;
  readonly recordingDirectory: string;
  readonly settingNames: () => readonly string[];
  readonly now: () => number;
  /** True while the recording is being finished: its files are not to be touched. */
  readonly isBusy: (id: RecordingId) => boolean;
}

/** Recordings that were never closed and whose call is over. */
export function listUnclosed({ catalogue }: RecoverTools, { runningCalls }: Surroundings): readonly StoredRecording[] {
  const running = new Set(runningCalls);
  return catalogue.unfinished().filter((one) => one.state === 'recording' && !running.has(one.opening.call));
}

/** Closes the recording by what its files tell, or leaves it if one of them is still being written. */
export async function closeFromFiles(
  tools: RecoverTools,
  recording: StoredRecording,
  around: Surroundings,
): Promise<boolean> {
  const { opening } = recording;
  const looks = await Promise.all(
    opening.parts.map(({ name }) => lookAt(tools, name, around.liveRecordings.includes(name))),
  );
  if (looks.some((part) => part.progress === 'growing')) return false;
  closeAsFound(tools, opening, Math.max(opening.startedAt, ...looks.map((part) => part.endedAt)));
  return true;
}

function lookAt({ files, recordingDirectory, now }: RecoverTools, name: string, live: boolean): Promise<PartLook> {
  return files.look({ recordingDirectory, name, live, now: now() });
}

function closeAsFound({ catalogue, now }: RecoverTools, opening: StoredOpening, endedAt: number): void {
  catalogue.close({
    ...{ id: opening.id, joinedAt: opening.startedAt, partedAt: Math.floor(endedAt), leadMs: 0 },
    ...{ users: opening.users, interrupted: false, origin: 'found', closedAt: Math.floor(now()) },
  });
}

/** Set instead of the name of a setting that nobody knows any more. */
const unknownSetting = 'unknown';

/**
 * Enters files of ours that belong to nothing and that nobody writes any more, and removes those whose recording is
 * finished. Gives the recordings that now have an entry and can be finished.
 */
export async function takeInFiles(tools: RecoverTools, around: Surroundings): Promise<readonly RecordingId[]> {
  const recordings: RecordingId[] = [];
  const { recordingDirectory, application } = tools;
  for (const name of await tools.files.scan({ recordingDirectory, application })) {
    const found = await takeInFile(tools, name, around);
    if (found !== 'nothing') recordings.push(found);
  }
  return recordings;
}

async function takeInFile(tools: RecoverTools, name: string, around: Surroundings): Promise<RecordingId | 'nothing'> {
  const owner = tools.catalogue.ownerOf(name);
  if (owner && (isUnfinished(owner.state) || tools.isBusy(owner.id))) return 'nothing';
  // Withdrawn, or its time was over: whatever Asterisk still writes of it must not stay.
  if (owner?.state === 'deleted') return removeFile(tools, name);
  const fallback = parseFallbackName(tools.application, name);
  const look = await lookAt(tools, name, isLive(around, name, fallback));
  if (look.progress === 'missing' || look.progress === 'growing') return 'nothing';
  const recording = owner && tools.catalogue.get(owner.id);
  // Whole: a crash between the last two steps of finishing.
  if (isUnanswered(fallback, look) || (recording && isWhole(recording))) return removeFile(tools, name);
  const opening = openingOf(tools, name, look.startedAt, recording);
  tools.catalogue.open(opening);
  closeAsFound(tools, opening, look.endedAt);
  return opening.id;
}

async function removeFile({ files, recordingDirectory }: RecoverTools, name: string): Promise<'nothing'> {
  await files.removeParts({ recordingDirectory, parts: [name] });
  return 'nothing';
}

function isLive(around: Surroundings, name: string, fallback: FallbackFacts | undefined): boolean {
  return around.liveRecordings.includes(name) || around.liveChannels.includes(fallback?.channel ?? '');
}

/** Asterisk begins the file with the call and fills it from the answer on: an empty one is of a call without an answer. */
function isUnanswered(fallback: FallbackFacts | undefined, look: PartLook): boolean {
  return fallback !== undefined && look.progress === 'complete' && look.startedAt === look.endedAt;
}

/** Its own business, not that of whoever looks for what is left over. */
function isUnfinished(state: StoredState | 'dropped'): boolean {
  return state === 'recording' || state === 'finishing' || state === 'dropped';
}

/** True if nothing can be missing in the finished file. */
function isWhole({ outcome }: StoredRecording): boolean {
  return outcome?.audio !== undefined && !outcome.verdict.findings.includes('unreadable');
}

/** What is known of a file: by its name, or because it is a late part of a recording that was judged without it. */
function openingOf(
  tools: RecoverTools,
  name: string,
  startedAt: number,
  owner: StoredRecording | undefined,
): StoredOpening {
  const part = { name: name as RecordingName, snoop: '' as SnoopId, leg: '' as LegId, ear: 'both' as const };
  const common = { parts: [part], layout: 'single' as const };
  if (owner) return { ...owner.opening, id: `${lateId(owner.id)}-${name}` as RecordingId, ...common };
  const fallback = parseFallbackName(tools.application, name);
  if (fallback) return { ...openingOfFallback(tools.settingNames(), fallback), ...common };
  return {
    id: `found-${name}` as RecordingId,
    call: callOfResource(tools.application, name) ?? ('' as CallId),
    setting: unknownSetting,
    reason: 'found-file',
    direction: 'in',
    caller: '',
    callerName: '',
    callee: '',
    users: [],
    startedAt: Math.floor(startedAt),
    ...common,
  };
}

function openingOfFallback(
  settingNames: readonly string[],
  fallback: FallbackFacts,
): Omit<StoredOpening, 'parts' | 'layout'> {
  return {
    id: `fallback-${fallback.startedAt}-${fallback.channel}` as RecordingId,
    call: fallback.channel as CallId,
    setting: settingNames.find((name) => settingKeyOf(name) === fallback.settingKey) ?? unknownSetting,
    reason: 'fallback',
    direction: fallback.direction === 'out' ? 'out' : 'in',
    caller: fallback.caller,
    callerName: '',
    callee: fallback.callee,
    users: [],
    startedAt: fallback.startedAt,
  };
}
