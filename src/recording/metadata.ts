/** What lies beside the audio: the facts for people and programs of later years, and the checksum for `sha256sum -c`. */

import type { StoredClosing, StoredRecording } from './model.ts';

/** Counted up when a reader of the old form could misunderstand the new one. */
const version = 1;

export interface CompanionFile {
  readonly name: string;
  readonly contents: string;
}

export function audioName(base: string): string {
  return `${base}.wav`;
}

/** Names of all files of a recording, the audio first. */
export function fileNames(base: string): readonly string[] {
  return [audioName(base), `${base}.json`, `${audioName(base)}.sha256`];
}

/** The files to be written beside the audio; none if there is no audio. */
export function companionFiles(recording: StoredRecording): readonly CompanionFile[] {
  const { base, outcome } = recording;
  if (base === undefined || outcome?.audio === undefined) return [];
  const [, json, checksum] = fileNames(base);
  return [
    { name: json ?? '', contents: `${JSON.stringify(toMetadata(recording), undefined, 2)}\n` },
    { name: checksum ?? '', contents: `${outcome.audio.sha256}  ${audioName(base)}\n` },
  ];
}

/** Instants are ISO 8601 in UTC; what is not known is null. */
export function toMetadata(recording: StoredRecording): Readonly<Record<string, unknown>> {
  const { opening, closing, base } = recording;
  return {
    version,
    id: recording.id,
    callid: opening.call,
    base: base ?? null,
    setting: opening.setting,
    reason: opening.reason,
    configuration: opening.configuration ?? null,
    direction: opening.direction,
    caller: { number: opening.caller, name: opening.callerName },
    callee: { number: opening.callee },
    users: [...new Set([...opening.users, ...(closing?.users ?? [])])],
    group: opening.group ?? null,
    hotline: opening.hotline ?? null,
    startedAt: toIso(opening.startedAt),
    ...toEnd(recording),
    pauses: [],
    supervision: [],
    ...toFindings(recording),
  };
}

function toEnd({ closing, outcome }: StoredRecording): object {
  if (!closing) return { joinedAt: null, partedAt: null };
  return {
    joinedAt: closing.origin === 'told' ? toIso(closing.joinedAt) : null,
    partedAt: toIso(partedAt(closing, outcome?.audio?.seconds)),
  };
}

function toFindings({ opening, base, outcome }: StoredRecording): object {
  if (!outcome) return { audio: null, judgement: null };
  const { audio, verdict } = outcome;
  const { judgement, ...rest } = verdict;
  const lanes = audio?.channels === 2 ? laneNames(opening) : null;
  return {
    audio: audio && base !== undefined ? { file: audioName(base), ...audio, lanes } : null,
    judgement: { result: judgement, ...rest },
  };
}

/** Of an end that came while nobody was listening the audio tells more than the moment at which it was noticed. */
function partedAt({ joinedAt, partedAt: noticedAt, endUnheard }: StoredClosing, seconds: number | undefined): number {
  return endUnheard === true && seconds !== undefined ? joinedAt + seconds * 1000 : noticedAt;
}

/** What the two parts of a recording hold, by the order that they are recorded in. */
export function laneNames({ parts }: StoredRecording['opening']): readonly [string, string] {
  const internal = new Set(parts.map((part) => part.leg)).size > 1;
  return internal ? ['the caller', 'the callee'] : ['the outside party', 'our side'];
}

function toIso(at: number): string {
  return new Date(at).toISOString();
}
