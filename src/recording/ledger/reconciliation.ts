/** What the ledger demanded, held against what there is. */

import type { LedgerEntry } from '../../telephony/ledger-entry.ts';

/** open: the call or one of its recordings is not finished. */
export type Outcome = 'open' | 'ok' | 'missing' | 'madeInError';

/**
 * What is wrong, kebab-case. missing: `no-recording` · `no-audio` (nothing was written) · `file-gone`. madeInError:
 * `may-not` · `need-not` · `discarded` · `twice` · `other-setting` · `not-in-ledger`.
 */
export type Fault =
  | 'no-recording'
  | 'no-audio'
  | 'file-gone'
  | 'may-not'
  | 'need-not'
  | 'discarded'
  | 'twice'
  | 'other-setting'
  | 'not-in-ledger';

export interface Reconciliation {
  readonly outcome: Outcome;
  readonly fault?: Fault;
}

/** One recording of the call, as far as it matters here. */
export interface RecordingFacts {
  readonly setting: string;
  /** Nothing more comes of it. */
  readonly finished: boolean;
  /** none: no audio was ever written · here · removed: it was there and was lawfully removed · gone: nobody knows why. */
  readonly audio: 'none' | 'here' | 'removed' | 'gone';
  /** What it is a recording of, Unix time in milliseconds; none where nobody was told. */
  readonly span?: { readonly fromAt: number; readonly toAt: number };
}

/** Two recordings one after the other are one that broke off; at the same time the call was recorded twice. */
const mostOverlapMs = 1000;
/** Of a shorter talk nothing can be expected: it may be over before a file is begun. */
const shortestTalkMs = 1000;

export function reconcile(entry: LedgerEntry, recordings: readonly RecordingFacts[]): Reconciliation {
  if (entry.endedAt === undefined || recordings.some((one) => !one.finished)) return { outcome: 'open' };
  return madeInError(entry, recordings) ?? missing(entry, recordings) ?? { outcome: 'ok' };
}

function madeInError(entry: LedgerEntry, recordings: readonly RecordingFacts[]): Reconciliation | undefined {
  const here = recordings.filter((one) => one.audio === 'here');
  if (here.length === 0) return undefined;
  const faults: readonly (readonly [fault: Fault, applies: boolean])[] = [
    ['may-not', entry.obligation === 'mayNot'],
    ['need-not', entry.obligation === 'needNot'],
    ['discarded', entry.discardedAt !== undefined],
    ['other-setting', here.some((one) => one.setting !== entry.plan.setting)],
    ['twice', here.some((one, i) => here.slice(i + 1).some((other) => areTogether(one, other)))],
  ];
  const fault = faults.find(([, applies]) => applies)?.[0];
  return fault && { outcome: 'madeInError', fault };
}

function areTogether({ span: one }: RecordingFacts, { span: other }: RecordingFacts): boolean {
  if (!one || !other) return false;
  return Math.min(one.toAt, other.toAt) - Math.max(one.fromAt, other.fromAt) > mostOverlapMs;
}

function missing(entry: LedgerEntry, recordings: readonly RecordingFacts[]): Reconciliation | undefined {
  if (entry.obligation !== 'must' || entry.discardedAt !== undefined) return undefined;
  if (recordings.some((one) => one.audio === 'gone')) return { outcome: 'missing', fault: 'file-gone' };
  if (recordings.some((one) => one.audio !== 'none') || talkMs(entry) < shortestTalkMs) return undefined;
  return { outcome: 'missing', fault: recordings.length === 0 ? 'no-recording' : 'no-audio' };
}

/** How long the parties heard each other. */
function talkMs({ joinedAt, endedAt, timeline }: LedgerEntry): number {
  if (joinedAt === undefined || endedAt === undefined) return 0;
  const parted = timeline.find((one) => one.event === 'parted' && one.at >= joinedAt);
  return (parted?.at ?? endedAt) - joinedAt;
}
