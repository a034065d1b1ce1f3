import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  reconcile,
  type Fault,
  type Outcome,
  type RecordingFacts,
} from '../../../src/recording/ledger/reconciliation.ts';
import type { LedgerEntry } from '../../../src/telephony/ledger-entry.ts';
import { after, aLedgerEntry, aPlan } from './ledger-sample.ts';

const here: RecordingFacts = { setting: 'Support', finished: true, audio: 'here' };
const span = (from: number, to: number): NonNullable<RecordingFacts['span']> => ({
  fromAt: after(from),
  toAt: after(to),
});
const unasked = aPlan({ verdict: 'skip', reason: 'no-setting-matches' });

const rows: readonly (readonly [
  what: string,
  entry: { readonly [Key in keyof LedgerEntry]?: LedgerEntry[Key] | undefined },
  recordings: readonly RecordingFacts[],
  outcome: Outcome,
  fault?: Fault,
])[] = [
  ['a recording that was demanded', {}, [here], 'ok'],
  ['no recording where none was demanded', { obligation: 'needNot', plan: unasked }, [], 'ok'],
  ['no recording where it is forbidden', { obligation: 'mayNot' }, [], 'ok'],
  ['no recording of a long talk', {}, [], 'missing', 'no-recording'],
  ['a recording without audio', {}, [{ ...here, audio: 'none' }], 'missing', 'no-audio'],
  ['a recording whose file is gone', {}, [{ ...here, audio: 'gone' }], 'missing', 'file-gone'],
  ['a file that is gone beside one that is there', {}, [here, { ...here, audio: 'gone' }], 'missing', 'file-gone'],
  ['a recording that was lawfully removed', {}, [{ ...here, audio: 'removed' }], 'ok'],
  ['no recording of a call that nobody answered', { joinedAt: undefined }, [], 'ok'],
  ['no recording of a talk of a moment', { joinedAt: after(64_500) }, [], 'ok'],
  [
    'no recording of a talk that was over long before the call',
    { timeline: [{ at: after(5500), event: 'parted', detail: '' }] },
    [],
    'ok',
  ],
  ['no recording of one that was discarded', { discardedAt: after(9000) }, [], 'ok'],
  ['a discarded recording that was erased', { discardedAt: after(9000) }, [{ ...here, audio: 'removed' }], 'ok'],
  ['a discarded recording that is still there', { discardedAt: after(9000) }, [here], 'madeInError', 'discarded'],
  ['a recording where it is forbidden', { obligation: 'mayNot' }, [here], 'madeInError', 'may-not'],
  ['a recording that nothing asked for', { obligation: 'needNot', plan: unasked }, [here], 'madeInError', 'need-not'],
  ['a forbidden recording without audio', { obligation: 'mayNot' }, [{ ...here, audio: 'none' }], 'ok'],
  ['a forbidden recording that was erased', { obligation: 'mayNot' }, [{ ...here, audio: 'removed' }], 'ok'],
  ['a recording under another setting', {}, [{ ...here, setting: 'Sales' }], 'madeInError', 'other-setting'],
  [
    'two recordings of the same time',
    {},
    [
      { ...here, span: span(5000, 65_000) },
      { ...here, span: span(5000, 65_000) },
    ],
    'madeInError',
    'twice',
  ],
  [
    'two recordings one after the other',
    {},
    [
      { ...here, span: span(5000, 30_000) },
      { ...here, span: span(30_200, 65_000) },
    ],
    'ok',
  ],
  ['two recordings of which nobody was told the time', {}, [here, here], 'ok'],
  ['a call that is not over', { endedAt: undefined }, [here], 'open'],
  ['a recording that is not finished', { obligation: 'mayNot' }, [{ ...here, finished: false }], 'open'],
];

for (const [what, change, recordings, outcome, fault] of rows) {
  test(`${what}: ${outcome}${fault === undefined ? '' : `, ${fault}`}`, () => {
    const entry = JSON.parse(JSON.stringify({ ...aLedgerEntry(), ...change })) as LedgerEntry;
    assert.deepEqual(reconcile(entry, recordings), fault === undefined ? { outcome } : { outcome, fault });
  });
}
