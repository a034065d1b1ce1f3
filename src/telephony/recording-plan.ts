/** What the rules say of a call, and what its caller said: facts that recording, routing, ledger and views share. */

/** What the rules say: record it, ask first, or leave it alone. */
export type Verdict = 'record' | 'optIn' | 'optOut' | 'skip';

/** One setting that was looked at, and why it took the call or passed it over. */
export interface RuleLook {
  readonly setting: string;
  /** Kebab-case, such as `direction-not-selected`, `exception` or `call-to-group`. */
  readonly result: string;
  /** For people: the entry of an exception list with its comment. */
  readonly detail?: string;
}

/** How a caller is asked. */
export interface Asking {
  /** How long after the announcement a digit counts. */
  readonly seconds: number;
  readonly ringMeanwhile: boolean;
  readonly whenUnheard: 'skip' | 'refuse';
}

export interface RecordingPlan {
  readonly verdict: Verdict;
  /** None if no setting takes the call. */
  readonly setting?: string;
  /** Kebab-case, the same in logs, metrics, traces and answers. */
  readonly reason: string;
  /** The entry of an exception list that decided, with its comment. */
  readonly detail?: string;
  /** As which the call matched. */
  readonly direction?: 'in' | 'out';
  /** A call that cannot be recorded is refused. */
  readonly required: boolean;
  /** Played first: to the caller (`in`), or to the called party after the answer (`out`). */
  readonly announcement?: string;
  readonly asking?: Asking;
  /** Hash of the configuration by which it was decided. */
  readonly configuration?: string;
  /** Every setting that was looked at, in order. */
  readonly looks: readonly RuleLook[];
}

/**
 * granted: a digit under optIn · refused: a digit under optOut · silent: no digit in time · told: heard an announcement
 * that asks nothing · unheard: it could not be played to its end · hungUp: the call ended before it was decided.
 */
export type ConsentOutcome = 'granted' | 'refused' | 'silent' | 'told' | 'unheard' | 'hungUp';

/** Proof of what a party heard and answered. Instants are Unix time in milliseconds by the switch's clock. */
export interface ConsentEvidence {
  readonly setting: string;
  readonly direction: 'in' | 'out';
  readonly mode: 'none' | 'optIn' | 'optOut';
  readonly outcome: ConsentOutcome;
  /** What follows from it: may the call be recorded under this setting. */
  readonly recorded: boolean;
  /** None if no announcement of this name exists. `sha256` is that of the audio that was played. */
  readonly announcement: { readonly name: string; readonly sha256?: string; readonly language?: string };
  readonly announcedAt?: number;
  /** When it ended, by itself or cut short by a digit. */
  readonly announcementEndedAt?: number;
  readonly digit?: string;
  /** When the digit began: the time it was told minus its length. */
  readonly digitAt?: number;
  /** Of the digit's beginning, from the end of the announcement; negative while it was still being played. */
  readonly afterMs?: number;
  readonly decidedAt: number;
}

/** Who pauses, resumes or discards a recording: a user by code on the telephone, or somebody through the interface. */
export type Actor =
  /** By an objection that was told when the recording had begun. */
  | { readonly kind: 'caller' }
  | { readonly kind: 'user'; readonly extension: string }
  | { readonly kind: 'api'; readonly name: string }
  | { readonly kind: 'time-limit' };

export type RecordingAction = 'pause' | 'resume' | 'discard';

/** A stretch of a recording in which it is silent because somebody wanted it. */
export interface Pause {
  readonly fromAt: number;
  /** Until the end of the recording if it was never resumed. */
  readonly toAt?: number;
  readonly by: Actor;
  readonly resumedBy?: Actor;
}

/** Nobody has to hear or answer anything first. */
export function asksNobody({ verdict, announcement }: RecordingPlan): boolean {
  return verdict === 'record' && announcement === undefined;
}

/** Holds to the end of the call, whatever other settings say. Silence where a digit was asked for is a no as well. */
export function isObjection({ outcome, mode }: ConsentEvidence): boolean {
  return outcome === 'refused' || (outcome === 'silent' && mode === 'optIn');
}
