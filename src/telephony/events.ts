/** What happened: told by the switch, by the clock, or by our own machines. All in the past tense. */

import type { CallId, LegId, BridgeId, PlaybackId, RecordingId, RecordingName, SnoopId } from './ids.ts';
import type { CallRecording, Direction, Disposition, Origin, Party } from './model.ts';
import type { Actor, ConsentEvidence, RecordingAction, RecordingPlan } from './recording-plan.ts';

/** Told by the switch. `at` is Unix time in milliseconds, by the switch's clock where it gives one. */
export type SwitchEvent =
  | {
      readonly kind: 'callArrived';
      readonly at: number;
      readonly call: CallId;
      readonly leg: LegId;
      readonly origin: Origin;
      readonly endpoint: string;
      readonly channelName: string;
      readonly dialled: string;
      readonly caller: Party;
    }
  | { readonly kind: 'legReady'; readonly at: number; readonly leg: LegId; readonly channelName: string }
  | { readonly kind: 'legRinging'; readonly at: number; readonly leg: LegId }
  /** The far end sends audio before it answers. */
  | { readonly kind: 'legProgressed'; readonly at: number; readonly leg: LegId }
  | { readonly kind: 'legAnswered'; readonly at: number; readonly leg: LegId }
  | { readonly kind: 'legEnded'; readonly at: number; readonly leg: LegId; readonly cause: number }
  | { readonly kind: 'legHeld'; readonly at: number; readonly leg: LegId }
  | { readonly kind: 'legUnheld'; readonly at: number; readonly leg: LegId }
  | {
      readonly kind: 'digitReceived';
      readonly at: number;
      readonly leg: LegId;
      readonly digit: string;
      readonly durationMs: number;
    }
  | { readonly kind: 'transferRequested'; readonly at: number; readonly leg: LegId; readonly to: string }
  | { readonly kind: 'playbackStarted'; readonly at: number; readonly playback: PlaybackId }
  | { readonly kind: 'playbackFinished'; readonly at: number; readonly playback: PlaybackId; readonly ok: boolean }
  | { readonly kind: 'snoopReady'; readonly at: number; readonly snoop: SnoopId }
  | { readonly kind: 'snoopEnded'; readonly at: number; readonly snoop: SnoopId }
  | { readonly kind: 'recordingStarted'; readonly at: number; readonly recording: RecordingName }
  | { readonly kind: 'recordingFinished'; readonly at: number; readonly recording: RecordingName; readonly ok: boolean }
  /** From here on the file holds silence, or again what is said. */
  | {
      readonly kind: 'recordingMuted';
      readonly at: number;
      readonly recording: RecordingName;
      readonly muted: boolean;
    }
  | {
      readonly kind: 'legMeasured';
      readonly at: number;
      readonly leg: LegId;
      readonly received: number;
      readonly sent: number;
    }
  | {
      readonly kind: 'commandFailed';
      readonly at: number;
      readonly command: string;
      readonly subject: string;
      readonly reason: string;
    }
  /**
   * After every (re)connection: what stands in the switch. The ends of legs that are gone have been told before; what
   * else was missed is told afterwards.
   */
  | {
      readonly kind: 'resynced';
      readonly at: number;
      readonly channels: readonly string[];
      readonly bridges: readonly { readonly id: BridgeId; readonly members: readonly string[] }[];
      readonly recordings: readonly RecordingName[];
    };

export type ClockEvent = { readonly kind: 'timerFired'; readonly at: number; readonly timer: string };

/** Told by one machine to the others and to the call model. */
export type DomainEvent =
  | {
      readonly kind: 'routed';
      readonly at: number;
      readonly direction: Direction;
      readonly caller: Party;
      readonly callee: Party;
      /** Where routing first sends the call. */
      readonly addressed: Addressed;
      readonly callerUser?: string;
      readonly hotline?: string;
      readonly emergency: boolean;
    }
  | {
      readonly kind: 'legAdded';
      readonly at: number;
      readonly leg: LegId;
      readonly endpoint: string;
      readonly user?: string;
    }
  /** Nobody answered there: the call goes on to somebody else. */
  | { readonly kind: 'redirected'; readonly at: number; readonly addressed: Addressed; readonly callee: Party }
  | { readonly kind: 'recordingDecided'; readonly at: number; readonly plan: RecordingPlan }
  /** The leg is up and hears an announcement; with `asks` it may answer it by a digit. */
  | { readonly kind: 'announcementStarted'; readonly at: number; readonly leg: LegId; readonly asks: boolean }
  /** Played to its end, cut short or failed. */
  | { readonly kind: 'announcementEnded'; readonly at: number; readonly leg: LegId }
  /** May come twice: a digit that began in time and was told late is a refusal after all. */
  | { readonly kind: 'consentSettled'; readonly at: number; readonly evidence: ConsentEvidence }
  | { readonly kind: 'ringingStarted'; readonly at: number; readonly group?: string }
  /** A step that a gate may hold up; routing goes on at the gate's `gatePassed`. */
  | { readonly kind: 'gateReached'; readonly at: number; readonly point: GatePoint; readonly legs: readonly LegId[] }
  | { readonly kind: 'gatePassed'; readonly at: number; readonly point: GatePoint; readonly gate: string }
  | {
      readonly kind: 'gateRefused';
      readonly at: number;
      readonly point: GatePoint;
      readonly gate: string;
      readonly prompt: string;
    }
  /** The gate will take longer than a moment: the caller should hear it ring. */
  | { readonly kind: 'gateHeld'; readonly at: number; readonly point: GatePoint; readonly gate: string }
  | {
      readonly kind: 'bridged';
      readonly at: number;
      readonly bridge: BridgeId;
      readonly legs: readonly LegId[];
      /** Legs whose digits come to us alone. */
      readonly absorbing?: readonly LegId[];
    }
  /** A person answered and the parties are put together. */
  | { readonly kind: 'joined'; readonly at: number; readonly legs: readonly LegId[] }
  /** One of them left; they hear each other no longer. */
  | { readonly kind: 'parted'; readonly at: number; readonly legs: readonly LegId[] }
  | { readonly kind: 'recordingChanged'; readonly at: number; readonly recording: CallRecording }
  | {
      readonly kind: 'recordingControlAsked';
      readonly at: number;
      readonly action: RecordingAction;
      readonly by: Actor;
    }
  /** It was done, as far as a pause or its end is concerned; or it failed and the recording ended instead. */
  | {
      readonly kind: 'recordingControlled';
      readonly at: number;
      readonly action: RecordingAction;
      readonly by: Actor;
      readonly ok: boolean;
    }
  | { readonly kind: 'recordingClosed'; readonly at: number; readonly recording: RecordingId }
  | { readonly kind: 'disposed'; readonly at: number; readonly disposition: Disposition }
  | {
      readonly kind: 'membershipChanged';
      readonly at: number;
      readonly group: string;
      readonly user: string;
      readonly active: boolean;
    };

export type Addressed =
  | { readonly kind: 'group'; readonly number: string }
  | { readonly kind: 'user'; readonly extension: string }
  | { readonly kind: 'outside'; readonly number: string }
  | { readonly kind: 'service'; readonly code: string }
  | { readonly kind: 'nobody' };

/** `ringing`: before the first telephone rings. `connecting`: before the parties hear each other. */
export type GatePoint = 'ringing' | 'connecting';

export type CallEvent = SwitchEvent | ClockEvent | DomainEvent;
