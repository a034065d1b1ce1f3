/** Calls for the ledger: events of a call, and lines as they are written down. */

import { ledgerMachine } from '../../../src/recording/ledger/machine.ts';
import { beginCall, type CallArrived } from '../../../src/telephony/call.ts';
import type { CallEvent } from '../../../src/telephony/events.ts';
import type { CallId, LegId } from '../../../src/telephony/ids.ts';
import type { LedgerEntry } from '../../../src/telephony/ledger-entry.ts';
import { stepCall, type CallSnapshot } from '../../../src/telephony/machine.ts';
import type { ConsentEvidence, RecordingPlan } from '../../../src/telephony/recording-plan.ts';

export const caller = 'caller' as LegId;
export const callee = 'callee' as LegId;
export const callId = 'mh4k2x8qaaaaaaa' as CallId;
export const startedAt = Date.UTC(2025, 10, 21, 9, 0, 0);

export const arrived: CallArrived = {
  kind: 'callArrived',
  at: startedAt,
  call: callId,
  leg: caller,
  origin: 'trunk',
  endpoint: 'PJSIP/carrier',
  channelName: 'PJSIP/carrier-1',
  dialled: '+4930555010',
  caller: { number: '+491711234567', name: '' },
};

export function after(ms: number): number {
  return startedAt + ms;
}

export function routed(ms: number): CallEvent {
  return {
    kind: 'routed',
    at: after(ms),
    direction: 'in',
    caller: { number: '+491711234567', name: '' },
    callee: { number: '+4930555010', name: 'Muster GmbH' },
    addressed: { kind: 'group', number: '600' },
    hotline: 'Muster GmbH',
    emergency: false,
  };
}

export function aPlan(change: Partial<RecordingPlan> = {}): RecordingPlan {
  return {
    verdict: 'record',
    setting: 'Support',
    reason: 'call-to-group',
    direction: 'in',
    required: false,
    looks: [{ setting: 'Support', result: 'call-to-group' }],
    ...change,
  };
}

export function anEvidence(change: Partial<ConsentEvidence> = {}): ConsentEvidence {
  return {
    setting: 'Support',
    direction: 'in',
    mode: 'optOut',
    outcome: 'silent',
    recorded: true,
    announcement: { name: 'recording-optout-en', sha256: 'ab', language: 'en' },
    announcedAt: after(100),
    announcementEndedAt: after(4100),
    decidedAt: after(9600),
    ...change,
  };
}

export function aLedgerEntry(change: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    call: callId,
    startedAt,
    direction: 'in',
    caller: '+491711234567',
    callee: '+4930555010',
    users: ['1001'],
    obligation: 'must',
    plan: aPlan(),
    consent: [],
    joinedAt: after(5000),
    endedAt: after(65_000),
    disposition: 'answered',
    timeline: [{ at: startedAt, event: 'arrived', detail: 'trunk, dialled +4930555010' }],
    ...change,
  };
}

export interface Written {
  /** What was written, in order. */
  readonly entries: readonly LedgerEntry[];
  readonly last: LedgerEntry;
  readonly snapshot: CallSnapshot;
}

/** A call with the ledger's machine alone, through the events given. */
export function write(events: readonly CallEvent[]): Written {
  let snapshot: CallSnapshot = { call: beginCall(arrived), machines: {} };
  const entries: LedgerEntry[] = [];
  for (const event of [arrived, ...events]) {
    const step = stepCall([ledgerMachine()], snapshot, event);
    if (step.faults.length > 0) throw new Error(String(step.faults[0]?.error));
    // As it is after a restart.
    snapshot = JSON.parse(JSON.stringify(step.snapshot)) as CallSnapshot;
    entries.push(...step.commands.flatMap((one) => (one.kind === 'enterLedger' ? [one.entry] : [])));
  }
  const last = entries.at(-1);
  if (!last) throw new Error('nothing was written');
  return { entries, last, snapshot };
}
