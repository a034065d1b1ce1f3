import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { createLedger, type Ledger, type LedgerQuery } from '../../../src/recording/ledger/ledger.ts';
import type { Outcome } from '../../../src/recording/ledger/reconciliation.ts';
import { openDatabase, type Database } from '../../../src/store/database.ts';
import type { CallId } from '../../../src/telephony/ids.ts';
import type { LedgerEntry } from '../../../src/telephony/ledger-entry.ts';
import { aLedgerEntry, aPlan } from './ledger-sample.ts';
import { makeWorkshop } from './workshop.ts';

async function open(t: TestContext): Promise<{ readonly ledger: Ledger; readonly database: Database }> {
  const { root, databasePath } = makeWorkshop();
  const database = await openDatabase(databasePath);
  t.after(async () => {
    await database.close();
    rmSync(root, { recursive: true });
  });
  return { ledger: createLedger(database), database };
}

const call = (id: string, change: Partial<LedgerEntry> = {}): LedgerEntry =>
  aLedgerEntry({ call: id as CallId, ...change });

test('a line is what was written last, under the configuration of the first time', async (t) => {
  const { ledger } = await open(t);
  ledger.enter(call('a', { obligation: 'mayNot' }), 'first');
  const entry = call('a', { plan: aPlan({ setting: 'Sales' }) });
  ledger.enter(entry, 'second');
  assert.deepEqual(ledger.get('a' as CallId), { entry, configuration: 'first', reconciliation: { outcome: 'open' } });
  assert.equal(ledger.list({ limit: 5 })?.calls.length, 1);
});

test('what was found stands beside the line, until it is right', async (t) => {
  const { ledger } = await open(t);
  const found = { outcome: 'missing', fault: 'no-recording' } as const;
  ledger.enter(call('a'), 'x');
  ledger.judge('a' as CallId, found);
  assert.deepEqual(ledger.get('a' as CallId)?.reconciliation, found);
  ledger.enter(call('a'), 'x');
  assert.deepEqual(ledger.get('a' as CallId)?.reconciliation, found);
  ledger.judge('a' as CallId, { outcome: 'ok' });
  assert.deepEqual(ledger.get('a' as CallId)?.reconciliation, { outcome: 'ok' });
  ledger.enter(call('a'), 'x');
  assert.deepEqual(ledger.get('a' as CallId)?.reconciliation, { outcome: 'open' });
});

test('the beginning of an id is enough if no other begins so', async (t) => {
  const { ledger } = await open(t);
  for (const id of ['mh4aaa', 'mh4abb', 'mh4']) ledger.enter(call(id), 'x');
  const idOf = (prefix: string): string | undefined => {
    const found = ledger.find(prefix);
    return typeof found === 'object' ? found.entry.call : found;
  };
  assert.deepEqual(['mh4aa', 'mh4ab', 'mh4a', 'mh4', 'mh5', ''].map(idOf), [
    ...['mh4aaa', 'mh4abb', 'ambiguous', 'mh4', undefined, undefined],
  ]);
});

test('a cursor that was never given is no cursor', async (t) => {
  const { ledger } = await open(t);
  for (const cursor of ['', 'x', '1.', "1.'"]) assert.equal(ledger.list({ limit: 5, cursor }), undefined, cursor);
});

const aLine = fc.record({
  at: fc.integer({ min: 1, max: 9 }),
  obligation: fc.constantFrom('must' as const, 'mayNot' as const, 'needNot' as const),
  outcome: fc.constantFrom<Outcome>('ok', 'open', 'missing', 'madeInError'),
});
const aQuery: fc.Arbitrary<LedgerQuery> = fc.record(
  {
    from: fc.integer({ min: 0, max: 10 }),
    to: fc.integer({ min: 0, max: 10 }),
    obligation: fc.constantFrom('must' as const, 'mayNot' as const, 'needNot' as const),
    problem: fc.constantFrom('open' as const, 'missing' as const, 'madeInError' as const),
    limit: fc.integer({ min: 1, max: 5 }),
  },
  { requiredKeys: ['limit'] },
);

function readPages(ledger: Ledger, query: LedgerQuery): readonly string[] {
  const ids: string[] = [];
  for (let cursor: string | undefined, more = true; more;) {
    const page = ledger.list({ ...query, ...(cursor === undefined ? {} : { cursor }) });
    assert.ok(page && page.calls.length <= query.limit);
    ids.push(...page.calls.map((one) => one.entry.call));
    cursor = page.next;
    more = cursor !== undefined;
  }
  return ids;
}

test('pages of any query hold each line that matches once, the latest first', async (t) => {
  const { ledger, database } = await open(t);
  fc.assert(
    fc.property(
      fc.array(aLine, { maxLength: 25 }),
      fc.array(aQuery, { minLength: 4, maxLength: 4 }),
      (some, queries) => {
        database.run('DELETE FROM ledger');
        for (const [i, { at, obligation, outcome }] of some.entries()) {
          ledger.enter(call(`c${i}`, { startedAt: at, obligation }), 'x');
          ledger.judge(`c${i}` as CallId, { outcome });
        }
        for (const query of queries) {
          const expected = some
            .map((line, i) => ({ ...line, i }))
            .filter(({ at }) => at >= (query.from ?? 0) && at < (query.to ?? Infinity))
            .filter(({ obligation }) => obligation === (query.obligation ?? obligation))
            .filter(({ outcome }) => outcome === (query.problem ?? outcome))
            .sort((a, b) => b.at - a.at || b.i - a.i)
            .map(({ i }) => `c${i}`);
          assert.deepEqual(readPages(ledger, query), expected);
          assert.equal(ledger.count(query), expected.length);
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('pages are read from indexes alone and sorted by nobody', async (t) => {
  const { database } = await open(t);
  const conditions: readonly (readonly [condition: string, index: string])[] = [
    ['started_at >= ?', 'ledger_by_time'],
    ['obligation = ? AND started_at >= ?', 'ledger_by_obligation'],
    ['trouble = ? AND started_at >= ?', 'ledger_by_trouble'],
    ['trouble = ? AND +obligation = ? AND started_at >= ?', 'ledger_by_trouble'],
  ];
  for (const [condition, index] of conditions) {
    const plan = database.all(
      `EXPLAIN QUERY PLAN SELECT entry FROM ledger WHERE ${condition} AND (started_at, number) < (?, ?)
         ORDER BY started_at DESC, number DESC LIMIT ?`,
      ...(`${condition}???`.match(/\?/g) ?? []).map(() => 1),
    );
    const steps = plan.map((row) => String(row['detail']));
    assert.equal(steps.length, 1, steps.join());
    assert.match(steps[0] ?? '', new RegExp(`^SEARCH ledger USING INDEX ${index} `));
  }
});
