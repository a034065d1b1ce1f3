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
} from '../telephony/ids.ts';
import type { Catalogue } from './catalogue.ts';
import type { StoredOpening, StoredRecording, StoredState } from './model.ts';
import {
  listRecordedFiles,
  locateRecordedFile,
  parseFallbackName,
  progressOf,
  removeRecordedFiles,
  settingKeyOf,
  timesOf,
  type FallbackFacts,
  type RecordedFile,
} from './recorded-files.ts';

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
  const found = await Promise.all(
    opening.parts.map(async (part) => {
      const path = await locateRecordedFile(tools.recordingDirectory, part.name);
      const progress = await progressOf(path, around.liveRecordings.includes(part.name), tools.now());
      return { progress, times: await timesOf(path) };
    }),
  );
  if (found.some((part) => part.progress === 'growing')) return false;
  const ends = found.flatMap((part) => part.times?.endedAt ?? []);
  closeAsFound(tools, opening, Math.max(opening.startedAt, ...ends));
  return true;
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
  for (const file of await listRecordedFiles(tools.recordingDirectory, tools.application)) {
    const found = await takeInFile(tools, file, around);
    if (found !== 'nothing') recordings.push(found);
  }
  return recordings;
}

async function takeInFile(
  tools: RecoverTools,
  file: RecordedFile,
  around: Surroundings,
): Promise<RecordingId | 'nothing'> {
  const owner = tools.catalogue.ownerOf(file.name);
  if (owner && isUnfinished(owner.state)) return 'nothing';
  if (owner && tools.isBusy(owner.id)) return 'nothing';
  const fallback = parseFallbackName(tools.application, file.name);
  const live = around.liveRecordings.includes(file.name) || around.liveChannels.includes(fallback?.channel ?? '');
  const progress = await progressOf(file.path, live, tools.now());
  if (progress === 'missing' || progress === 'growing') return 'nothing';
  const recording = owner && tools.catalogue.get(owner.id);
  if (recording && isWhole(recording)) {
    // A crash between the last two steps of finishing.
    await removeRecordedFiles(tools.recordingDirectory, [file.name]);
    return 'nothing';
  }
  return enterFile(tools, file, recording);
}

/** Its own business, not that of whoever looks for what is left over. */
function isUnfinished(state: StoredState | 'dropped'): boolean {
  return state === 'recording' || state === 'finishing' || state === 'dropped';
}

/** True if nothing can be missing in the finished file. */
function isWhole({ outcome }: StoredRecording): boolean {
  return outcome?.audio !== undefined && !outcome.verdict.findings.includes('unreadable');
}

async function enterFile(
  tools: RecoverTools,
  file: RecordedFile,
  owner: StoredRecording | undefined,
): Promise<RecordingId | 'nothing'> {
  const times = await timesOf(file.path);
  if (!times) return 'nothing';
  const opening = openingOf(tools, file, times.startedAt, owner);
  tools.catalogue.open(opening);
  closeAsFound(tools, opening, times.endedAt);
  return opening.id;
}

/** What is known of a file: by its name, or because it is a late part of a recording that was judged without it. */
function openingOf(
  tools: RecoverTools,
  file: RecordedFile,
  startedAt: number,
  owner: StoredRecording | undefined,
): StoredOpening {
  const part = { name: file.name as RecordingName, snoop: '' as SnoopId, leg: '' as LegId, ear: 'both' as const };
  const common = { parts: [part], layout: 'single' as const };
  if (owner) return { ...owner.opening, id: `${owner.id}-late-${file.name}` as RecordingId, ...common };
  const fallback = parseFallbackName(tools.application, file.name);
  if (fallback) return { ...openingOfFallback(tools.settingNames(), fallback), ...common };
  return {
    id: `found-${file.name}` as RecordingId,
    call: callOfResource(tools.application, file.name) ?? ('' as CallId),
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
