/** What lies beside the audio: the facts for people and programs of later years, and the checksum for `sha256sum -c`. */

import type { ConsentEvidence, Pause } from '../../telephony/recording-plan.ts';
import { audioFormats, type AudioFormat, type StoredClosing, type StoredRecording } from '../model.ts';

/** Counted up when a reader of the old form could misunderstand the new one. */
const version = 1;

export interface CompanionFile {
  readonly name: string;
  readonly contents: string;
}

export function audioName(base: string, format: AudioFormat): string {
  return `${base}.${format}`;
}

/** Names of all files of a recording, the audio first. */
export function fileNames(base: string, format: AudioFormat): readonly string[] {
  const audio = audioName(base, format);
  return [audio, `${base}.json`, `${audio}.sha256`];
}

/** Names that its files might get. */
export function possibleNames(base: string): readonly string[] {
  return [...new Set(audioFormats.flatMap((format) => fileNames(base, format)))];
}

/** The files to be written beside the audio; none if there is no audio. */
export function companionFiles(recording: StoredRecording): readonly CompanionFile[] {
  const { base, outcome } = recording;
  if (base === undefined || outcome?.audio === undefined) return [];
  const { format, sha256 } = outcome.audio;
  const [audio, json, checksum] = fileNames(base, format);
  return [
    { name: json ?? '', contents: `${JSON.stringify(toMetadata(recording), undefined, 2)}\n` },
    { name: checksum ?? '', contents: `${sha256}  ${audio ?? ''}\n` },
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
    consent: opening.consent ? toConsent(opening.consent) : null,
    pauses: (closing?.pauses ?? []).map((pause) => toPause(pause, closing)),
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
    audio: audio && base !== undefined ? { file: audioName(base, audio.format), ...audio, lanes } : null,
    judgement: { result: judgement, ...rest },
  };
}

function toConsent(evidence: ConsentEvidence): object {
  const { announcement } = evidence;
  return {
    outcome: evidence.outcome,
    recorded: evidence.recorded,
    mode: evidence.mode,
    setting: evidence.setting,
    direction: evidence.direction,
    announcement: {
      name: announcement.name,
      sha256: announcement.sha256 ?? null,
      language: announcement.language ?? null,
    },
    announcedAt: toIsoIfKnown(evidence.announcedAt),
    announcementEndedAt: toIsoIfKnown(evidence.announcementEndedAt),
    digit: evidence.digit ?? null,
    digitAt: toIsoIfKnown(evidence.digitAt),
    afterMs: evidence.afterMs ?? null,
    decidedAt: toIso(evidence.decidedAt),
  };
}

/** One that was never resumed lasted to the end. */
function toPause({ fromAt, toAt, by, resumedBy }: Pause, closing: StoredClosing | undefined): object {
  return { from: toIso(fromAt), to: toIsoIfKnown(toAt ?? closing?.partedAt), by, resumedBy: resumedBy ?? null };
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

function toIsoIfKnown(at: number | undefined): string | null {
  return at === undefined ? null : toIso(at);
}
