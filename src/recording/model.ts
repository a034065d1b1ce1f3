/** A recording as it is kept: what was decided, how it went, and what the finished file was found to be. */

import type { RecordingClosing, RecordingOpening } from '../telephony/commands.ts';
import type { RecordingId } from '../telephony/ids.ts';
import type { Actor } from '../telephony/recording-plan.ts';

/**
 * recording: may still be written · finishing: the call is over, the file is being made · waiting, delivering,
 * delivered: on its way to the targets · kept: stays on this machine · deleted: the files are gone, the facts stay.
 */
export type StoredState = 'recording' | 'finishing' | 'waiting' | 'delivering' | 'delivered' | 'kept' | 'deleted';

export const storedStates = [
  'recording',
  'finishing',
  'waiting',
  'delivering',
  'delivered',
  'kept',
  'deleted',
] as const satisfies readonly StoredState[];

/** From the worst to the best; the worst that applies is the judgement. */
export const judgements = ['unreadable', 'recovered', 'silent', 'oneSided', 'short', 'ok'] as const;
export type Judgement = (typeof judgements)[number];

export type StoredOpening = RecordingOpening;

export interface StoredClosing extends RecordingClosing {
  /** `found`: nobody told us the end; it was read from the files, so no length was to be expected. */
  readonly origin: 'told' | 'found';
  /** When we learned of the end. */
  readonly closedAt: number;
}

export interface Lane {
  /** Who is heard in it. */
  readonly name: string;
  readonly soundSeconds: number;
  readonly loudestDbfs: number;
}

export interface Figures {
  readonly seconds: number;
  readonly expectedSeconds?: number;
  readonly peakDbfs: number;
  readonly rmsDbfs: number;
  readonly loudestDbfs: number;
  readonly soundSeconds: number;
  /** Both directions, where they could be heard apart. */
  readonly lanes?: readonly Lane[];
  /** RTP packets from and to a party, where they were counted. */
  readonly packets?: { readonly received: number; readonly sent: number };
  /** Silence that somebody wanted. */
  readonly pausedSeconds?: number;
}

export interface Verdict {
  readonly judgement: Judgement;
  /** Everything that was found wrong, the worst first; empty if it is `ok`. */
  readonly findings: readonly Exclude<Judgement, 'ok'>[];
  /** How it was judged, in words. */
  readonly method: string;
  readonly figures?: Figures;
}

export const audioFormats = ['wav', 'flac', 'opus'] as const;
export type AudioFormat = (typeof audioFormats)[number];
/** Made of the WAV after the call. */
export type ConvertedFormat = Exclude<AudioFormat, 'wav'>;

export interface AudioFile {
  readonly format: AudioFormat;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** None for a file that cannot be read as audio. */
  readonly seconds?: number;
  readonly sampleRate?: number;
  readonly channels?: number;
  /** Where another format than WAV was wanted. */
  readonly conversion?: {
    readonly wanted: ConvertedFormat;
    readonly made: boolean;
    /** How it was proven, or why it is WAV still, in words. */
    readonly method: string;
  };
}

export interface Outcome {
  readonly verdict: Verdict;
  /** None if Asterisk wrote no audio at all. */
  readonly audio?: AudioFile;
  readonly finishedAt: number;
}

/** The audio was withdrawn. */
export interface Erasure {
  /** Unix time in milliseconds. */
  readonly erasedAt: number;
  readonly by: Actor;
}

export interface StoredRecording {
  readonly id: RecordingId;
  readonly state: StoredState;
  readonly opening: StoredOpening;
  readonly closing?: StoredClosing;
  /** The files' name without ending, once it is reserved. */
  readonly base?: string;
  readonly outcome?: Outcome;
  /** Only of one that is `deleted`. */
  readonly erasure?: Erasure;
}
