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
  const { opening, closing, base, outcome } = recording;
  const audio = outcome?.audio;
  const verdict = outcome?.verdict;
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
    joinedAt: closing?.origin === 'told' ? toIso(closing.joinedAt) : null,
    partedAt: closing === undefined ? null : toIso(partedAt(closing, audio?.seconds)),
    pauses: [],
    supervision: [],
    audio: audio === undefined ? null : { file: audioName(base ?? ''), ...audio, lanes: lanesOf(recording) },
    judgement: verdict === undefined ? null : { result: verdict.judgement, ...withoutJudgement(verdict) },
  };
}

/** Of an end that came while nobody was listening the audio tells more than the moment at which it was noticed. */
function partedAt({ joinedAt, partedAt: noticedAt, endUnheard }: StoredClosing, seconds: number | undefined): number {
  return endUnheard === true && seconds !== undefined ? joinedAt + seconds * 1000 : noticedAt;
}

/** Who is heard left and right. */
function lanesOf({ opening, outcome }: StoredRecording): readonly string[] | null {
  return outcome?.audio?.channels === 2 ? laneNames(opening) : null;
}

/** What the two parts of a recording hold, by the order that they are recorded in. */
export function laneNames({ parts }: StoredRecording['opening']): readonly [string, string] {
  const internal = new Set(parts.map((part) => part.leg)).size > 1;
  return internal ? ['the caller', 'the callee'] : ['the outside party', 'our side'];
}

function withoutJudgement({ judgement: _, ...rest }: NonNullable<StoredRecording['outcome']>['verdict']): object {
  return rest;
}

function toIso(at: number): string {
  return new Date(at).toISOString();
}
