/** What we want done. Pure data; the executor carries it out and answers by events. */

import type { BridgeId, CallId, LegId, PlaybackId, RecordingId, RecordingName, SnoopId } from './ids.ts';
import type { Party } from './model.ts';
import type { Actor, ConsentEvidence, Pause } from './recording-plan.ts';
import type { LedgerEntry } from './ledger-entry.ts';

/** Which audio of a leg a snoop hears: what comes from the leg, what goes to it, or both mixed. */
export type SnoopEar = 'in' | 'out' | 'both';

export type SwitchCommand =
  | { readonly kind: 'answerLeg'; readonly leg: LegId }
  | { readonly kind: 'indicateRinging'; readonly leg: LegId }
  /** Ends the ringing tone of a leg that is up already. */
  | { readonly kind: 'stopRinging'; readonly leg: LegId }
  | { readonly kind: 'indicateProgress'; readonly leg: LegId }
  | {
      readonly kind: 'createLeg';
      readonly leg: LegId;
      /** Technology and resource, such as `PJSIP/1001`. */
      readonly dial: string;
      /** Shown to the called party. */
      readonly from: Party;
      readonly originator: LegId;
      /** Ends the leg even if we are gone; lifted when the parties are joined. */
      readonly limitSeconds: number;
    }
  | { readonly kind: 'dialLeg'; readonly leg: LegId; readonly seconds: number }
  | { readonly kind: 'hangupLeg'; readonly leg: LegId; readonly cause: number }
  | { readonly kind: 'limitLeg'; readonly leg: LegId; readonly seconds: number }
  /** From now on the end of one leg ends the other, by Asterisk itself. */
  | { readonly kind: 'pairLegs'; readonly legs: readonly [LegId, LegId]; readonly names: readonly [string, string] }
  | { readonly kind: 'measureLeg'; readonly leg: LegId }
  | { readonly kind: 'refuseTransfer'; readonly leg: LegId }
  | { readonly kind: 'createBridge'; readonly bridge: BridgeId }
  | {
      readonly kind: 'joinBridge';
      readonly bridge: BridgeId;
      readonly legs: readonly LegId[];
      /** Of these legs the digits are told to us and do not reach the other party. */
      readonly absorbing?: readonly LegId[];
    }
  | { readonly kind: 'destroyBridge'; readonly bridge: BridgeId }
  /** Prompts are names of shipped announcements, played one after the other in the language given. */
  | {
      readonly kind: 'playPrompt';
      readonly playback: PlaybackId;
      readonly leg: LegId;
      readonly prompt: string;
      readonly language: string;
    }
  /** A sound by its path below Asterisk's directory of sounds, without ending. */
  | { readonly kind: 'playSound'; readonly playback: PlaybackId; readonly leg: LegId; readonly sound: string }
  | { readonly kind: 'stopPlayback'; readonly playback: PlaybackId }
  | { readonly kind: 'snoopLeg'; readonly snoop: SnoopId; readonly leg: LegId; readonly ear: SnoopEar }
  /** What is whispered to the snoop is heard by that leg alone. */
  | { readonly kind: 'whisperLeg'; readonly snoop: SnoopId; readonly leg: LegId }
  | { readonly kind: 'whisperSound'; readonly playback: PlaybackId; readonly snoop: SnoopId; readonly sound: string }
  | { readonly kind: 'endSnoop'; readonly snoop: SnoopId }
  /** Sent to the party at the other end of the leg. */
  | { readonly kind: 'sendDigit'; readonly leg: LegId; readonly digit: string; readonly durationMs: number }
  | {
      readonly kind: 'startRecording';
      readonly recording: RecordingName;
      readonly snoop: SnoopId;
      /** In Hz. */
      readonly sampleRate: 8000 | 16_000;
    }
  /** Silence is written from here on; `recordingMuted` tells that it is so. */
  | { readonly kind: 'muteRecording'; readonly recording: RecordingName }
  | { readonly kind: 'unmuteRecording'; readonly recording: RecordingName }
  | { readonly kind: 'stopRecording'; readonly recording: RecordingName }
  /** Stops it, and Asterisk deletes the file. */
  | { readonly kind: 'discardRecording'; readonly recording: RecordingName };

/** One recorded file of a recording. */
export interface RecordingPart {
  readonly name: RecordingName;
  readonly snoop: SnoopId;
  readonly leg: LegId;
  readonly ear: SnoopEar;
}

export interface RecordingOpening {
  readonly id: RecordingId;
  readonly call: CallId;
  readonly setting: string;
  readonly reason: string;
  readonly direction: 'in' | 'out';
  readonly caller: string;
  readonly callerName: string;
  /** The number addressed. */
  readonly callee: string;
  readonly users: readonly string[];
  readonly group?: string;
  readonly hotline?: string;
  readonly startedAt: number;
  readonly parts: readonly RecordingPart[];
  /**
   * How the parts become one file: `single` as it is; `mixed` both parts added; `lanes` part 0 left, part 1 right.
   */
  readonly layout: 'single' | 'mixed' | 'lanes';
  /** Hash of the configuration that the call was decided by. */
  readonly configuration?: string;
  /** What the outside party heard and answered, where there was an announcement. */
  readonly consent?: ConsentEvidence;
}

export interface RecordingClosing {
  readonly id: RecordingId;
  /** When the parties began to hear each other. Audio recorded before (early media) is cut off. */
  readonly joinedAt: number;
  /** When the first of the parties left. */
  readonly partedAt: number;
  /** The end came while we were away: `partedAt` is when we learned of it, and nobody knows how long the talk was. */
  readonly endUnheard?: boolean;
  /** Milliseconds to cut off at the beginning of every part. */
  readonly leadMs: number;
  readonly users: readonly string[];
  /** RTP packets from and to a party, where they were measured. */
  readonly packets?: { readonly received: number; readonly sent: number };
  readonly pauses?: readonly Pause[];
  /** A pause began at `partedAt` that was not confirmed: what the files hold behind it is cut off. */
  readonly cut?: boolean;
  /** True when the recording ended otherwise than by our stop or the leg's end. */
  readonly interrupted: boolean;
}

/** Carried out by our own services, at once and before the commands that follow. */
export type ServiceCommand =
  /** The durable entry; stands before any audio flows. */
  | { readonly kind: 'openRecording'; readonly opening: RecordingOpening }
  | { readonly kind: 'closeRecording'; readonly closing: RecordingClosing }
  /** The call was never joined: the files are deleted. */
  | { readonly kind: 'dropRecording'; readonly recording: RecordingId }
  /** Withdrawn: the audio is erased, here and at Asterisk, and the entry says by whom. */
  | { readonly kind: 'eraseRecording'; readonly recording: RecordingId; readonly at: number; readonly by: Actor }
  /** Written down before any audio flows, again when consent is settled, and at the end of the call. */
  | { readonly kind: 'enterLedger'; readonly entry: LedgerEntry }
  | { readonly kind: 'setMembership'; readonly group: string; readonly user: string; readonly active: boolean }
  | { readonly kind: 'noteHunt'; readonly group: string; readonly user: string };

export type ClockCommand =
  | { readonly kind: 'startTimer'; readonly timer: string; readonly ms: number }
  | { readonly kind: 'stopTimer'; readonly timer: string };

export type Command = SwitchCommand | ServiceCommand | ClockCommand;
