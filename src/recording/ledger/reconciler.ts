/** Holds each call's line in the ledger against its recordings as soon as both are finished. */

import type { CallId } from '../../telephony/ids.ts';
import type { LedgerEntry } from '../../telephony/ledger-entry.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Ledger, LedgeredCall, LedgerQuery } from './ledger.ts';
import type { StoredRecording } from '../model.ts';
import { reconcile, type Reconciliation, type RecordingFacts } from './reconciliation.ts';

export interface ReconcilerOptions {
  readonly ledger: Ledger;
  readonly catalogue: Pick<Catalogue, 'ofCall' | 'subscribe'>;
  readonly clock: { after(ms: number, work: () => void): () => void };
  isRunning(call: CallId): boolean;
  readonly report: ReconcilerReport;
}

/** Who must hear of it: once for each call and trouble. */
export interface ReconcilerReport {
  recordingMissing(call: LedgeredCall): void;
  recordingInError(call: LedgeredCall): void;
  /** The database could not be asked; it is tried again at the next look. */
  reconcilingFailed(error: unknown): void;
}

export interface Reconciler {
  /** To be told whenever a line was written. Never throws. */
  entered(entry: LedgerEntry): void;
  /** Looks at all that is open or in trouble, and from then on now and again at what is open. Never throws. */
  start(): void;
  stop(): void;
}

/** A line is often written anew at once. */
const settleMs = 1000;
/** Recordings that were dropped, and calls that vanished, tell nobody. */
const lookAgainMs = 60_000;
const pageSize = 200;

export function createReconciler(options: ReconcilerOptions): Reconciler {
  const { ledger, catalogue, clock, report } = options;
  const due = new Set<CallId>();
  const cancels = new Map<'settle' | 'look', () => void>();

  function after(what: 'settle' | 'look', ms: number, work: () => void): void {
    if (cancels.has(what)) return;
    const cancel = clock.after(ms, () => {
      cancels.delete(what);
      attempt(work);
    });
    cancels.set(what, cancel);
  }

  function attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      report.reconcilingFailed(error);
    }
  }

  function judgeSoon(call: CallId): void {
    due.add(call);
    after('settle', settleMs, judgeDue);
  }

  function judgeDue(): void {
    const calls = [...due];
    due.clear();
    for (const one of calls) judgeCall(options, one);
  }

  function look(...problems: readonly NonNullable<LedgerQuery['problem']>[]): void {
    for (const problem of problems)
      for (const { entry } of eachLine(ledger, { problem })) judgeCall(options, entry.call);
  }

  function lookAgain(): void {
    after('look', lookAgainMs, () => {
      lookAgain();
      look('open');
    });
  }

  const unsubscribe = catalogue.subscribe((recording) => {
    if (toFacts(recording).finished) judgeSoon(recording.opening.call);
  });

  return {
    entered: (entry) => {
      if (entry.endedAt !== undefined) judgeSoon(entry.call);
    },
    start: () => {
      lookAgain();
      attempt(() => {
        look('open', 'missing', 'madeInError');
      });
    },
    stop: () => {
      unsubscribe();
      for (const cancel of cancels.values()) cancel();
      cancels.clear();
      attempt(judgeDue);
    },
  };
}

function judgeCall(options: ReconcilerOptions, call: CallId): void {
  const { ledger, catalogue, report } = options;
  const kept = ledger.get(call);
  if (!kept) return;
  const entry = withEnd(options, kept);
  const found = reconcile(
    entry,
    catalogue.ofCall(call).map((one) => toFacts(one)),
  );
  if (isSame(found, kept.reconciliation)) return;
  ledger.judge(call, found);
  const judged: LedgeredCall = { ...kept, entry, reconciliation: found };
  if (found.outcome === 'missing') report.recordingMissing(judged);
  if (found.outcome === 'madeInError') report.recordingInError(judged);
}

/** A call that is neither running nor ended was lost with the server; all that is known of its end is the last event. */
function withEnd({ ledger, isRunning }: ReconcilerOptions, { entry, configuration }: LedgeredCall): LedgerEntry {
  if (entry.endedAt !== undefined || isRunning(entry.call)) return entry;
  const ended = { ...entry, endedAt: entry.timeline.at(-1)?.at ?? entry.startedAt };
  ledger.enter(ended, configuration);
  return ended;
}

function isSame(a: Reconciliation, b: Reconciliation): boolean {
  return a.outcome === b.outcome && a.fault === b.fault;
}

/** All lines that match, the latest first; they may be judged meanwhile. */
export function* eachLine(ledger: Ledger, query: Omit<LedgerQuery, 'limit' | 'cursor'>): Generator<LedgeredCall> {
  for (let cursor: string | undefined, more = true; more;) {
    const page = ledger.list({ ...query, limit: pageSize, ...(cursor === undefined ? {} : { cursor }) });
    yield* page?.calls ?? [];
    cursor = page?.next;
    more = cursor !== undefined;
  }
}

/** `isFileThere` counts only while the audio should be on this machine. */
export function toFacts(recording: StoredRecording, isFileThere = true): RecordingFacts {
  const { state, opening, closing } = recording;
  const told = closing?.origin === 'told' ? { fromAt: closing.joinedAt, toAt: closing.partedAt } : undefined;
  return {
    setting: opening.setting,
    finished: state !== 'recording' && state !== 'finishing',
    audio: audioOf(recording, isFileThere),
    ...(told ? { span: told } : {}),
  };
}

function audioOf({ state, outcome, erasure }: StoredRecording, isFileThere: boolean): RecordingFacts['audio'] {
  if (erasure !== undefined) return 'removed';
  if ((outcome?.audio?.seconds ?? 0) === 0) return 'none';
  if (state === 'deleted') return 'removed';
  return isFileThere || state === 'delivered' ? 'here' : 'gone';
}
