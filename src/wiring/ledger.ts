/** The expectation ledger with those who write it, judge it and show it. */

import type { LedgerBook, LedgerLine, LedgerProblem, LedgerQuery, ReconciliationView } from '../http/ports.ts';
import type { SystemClock } from '../lib/clock.ts';
import type { Report } from '../observability/report.ts';
import type { Catalogue } from '../recording/catalogue/catalogue.ts';
import type { Ledger, LedgeredCall } from '../recording/ledger/ledger.ts';
import { createReconciler } from '../recording/ledger/reconciler.ts';
import { toTrace } from '../recording/ledger/trace.ts';
import type { CallId, RecordingId } from '../telephony/ids.ts';
import type { LedgerEntry } from '../telephony/ledger-entry.ts';
import type { Call } from '../telephony/model.ts';

export interface LedgerTools {
  readonly ledger: Ledger;
  readonly catalogue: Catalogue;
  readonly clock: SystemClock;
  readonly report: Report;
  /** Those that are running. */
  calls(): readonly Call[];
}

export interface LedgerKeeping {
  /** Throws where the line could not be written. */
  enter(entry: LedgerEntry, configuration: string): void;
  readonly view: LedgerBook;
  /** When all running calls are known. */
  start(): void;
  stop(): void;
}

export function createLedgerKeeping(tools: LedgerTools): LedgerKeeping {
  const { ledger, report } = tools;
  const reconciler = createReconciler({
    ...tools,
    isRunning: (id) => tools.calls().some((call) => call.id === id),
    report: {
      recordingMissing: (call) => {
        report.recordingMissing(noteOf(call), call.reconciliation.fault ?? '');
      },
      recordingInError: (call) => {
        report.recordingInError(noteOf(call), call.reconciliation.fault ?? '');
      },
      reconcilingFailed: (error) => {
        report.reconcilingFailed(error);
      },
    },
  });
  return {
    enter: (entry, configuration) => {
      ledger.enter(entry, configuration);
      reconciler.entered(entry);
    },
    view: createLedgerView(tools),
    start: reconciler.start,
    stop: reconciler.stop,
  };
}

function noteOf({ entry }: LedgeredCall): { callId: string; setting: string } {
  return { callId: entry.call, setting: entry.plan.setting ?? '' };
}

export function createLedgerView({ ledger, catalogue }: Pick<LedgerTools, 'ledger' | 'catalogue'>): LedgerBook {
  const traceOf = (call: LedgeredCall): ReturnType<typeof toTrace> => toTrace(call, catalogue.ofCall(call.entry.call));
  return {
    list: (query) => {
      const page = ledger.list(query);
      return page && { calls: page.calls.map(toLine), nextCursor: page.next ?? null };
    },
    trace: (call) => {
      const found = ledger.get(call as CallId);
      return found && traceOf(found);
    },
    traceOfRecording: (id) => {
      const call = catalogue.get(id as RecordingId)?.opening.call;
      const found = call === undefined ? undefined : ledger.get(call);
      return found && traceOf(found);
    },
    reconciliation: (range) => toReconciliation(ledger, range),
  };
}

const mostShown = 200;

function toReconciliation(ledger: Ledger, range: Pick<LedgerQuery, 'from' | 'to'>): ReconciliationView {
  const count = (problem: LedgerProblem): number => ledger.count({ ...range, problem });
  const latest = (problem: LedgerProblem): readonly LedgerLine[] =>
    ledger.list({ ...range, problem, limit: mostShown })?.calls.map(toLine) ?? [];
  return {
    counts: { missing: count('missing'), madeInError: count('madeInError'), open: count('open') },
    missing: latest('missing'),
    madeInError: latest('madeInError'),
  };
}

/** A call as the lists show it. */
export function toLine({ entry, configuration, reconciliation }: LedgeredCall): LedgerLine {
  const { plan, direction, caller, callee } = entry;
  return {
    callid: entry.call,
    startedAt: new Date(entry.startedAt).toISOString(),
    ...{ direction, caller, callee },
    obligation: entry.obligation,
    decision: plan.verdict,
    setting: plan.setting ?? null,
    reason: plan.reason,
    outcome: reconciliation.outcome,
    fault: reconciliation.fault ?? null,
    configuration,
  };
}
