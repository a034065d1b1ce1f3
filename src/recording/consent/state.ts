/** What the asking of one call remembers. */

import type { LegId, PlaybackId } from '../../telephony/ids.ts';
import type { Step } from '../../telephony/machine.ts';
import type { Call } from '../../telephony/model.ts';
import type { ConsentEvidence, RecordingPlan } from '../../telephony/recording-plan.ts';
import type { GatePoint } from '../../telephony/events.ts';

/** Audio that Asterisk can play. */
export interface Announcement {
  readonly name: string;
  /** Lower-case hex, of the audio that is played. */
  readonly sha256: string;
  readonly language: string;
  readonly seconds: number;
  /** Below Asterisk's directory of sounds, without ending. */
  readonly sound: string;
}

export interface ConsentSetup {
  readonly application: string;
  /** As it is now; one that is replaced counts for the next caller. */
  readonly announcement: (name: string) => Announcement | undefined;
}

export interface Held {
  readonly point: GatePoint;
  readonly legs: readonly LegId[];
}

export interface ConsentState {
  /**
   * idle: nothing is to be announced · pending: will be, as soon as the leg is there · announcing · doubtful: the
   * announcement ended too soon · listening: it was heard, a digit may still come · settled
   */
  readonly phase: 'idle' | 'pending' | 'announcing' | 'doubtful' | 'listening' | 'settled';
  readonly plan?: RecordingPlan;
  /** Gates that routing waits at. */
  readonly held: readonly Held[];
  /** Who hears the announcement. */
  readonly leg?: LegId;
  readonly announcement?: Announcement;
  readonly playback?: PlaybackId;
  readonly announcedAt?: number;
  readonly announcementEndedAt?: number;
  readonly evidence?: ConsentEvidence;
  readonly playCount: number;
}

export const initialConsent: ConsentState = { phase: 'idle', held: [], playCount: 0 };

export interface ConsentScene {
  readonly setup: ConsentSetup;
  readonly call: Call;
  readonly at: number;
}

export type ConsentStep = Step<ConsentState>;

/** A caller who may answer; called parties are only told. */
export function modeOf({ plan }: ConsentState): 'none' | 'optIn' | 'optOut' {
  return plan?.verdict === 'optIn' || plan?.verdict === 'optOut' ? plan.verdict : 'none';
}
