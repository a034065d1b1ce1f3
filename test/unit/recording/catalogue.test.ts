import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { createCatalogue, type Catalogue } from '../../../src/recording/catalogue/catalogue.ts';
import type { CatalogueQuery } from '../../../src/recording/catalogue/catalogue-list.ts';
import { storedStates, type Outcome, type StoredOpening, type StoredState } from '../../../src/recording/model.ts';
import { openDatabase, type Database } from '../../../src/store/database.ts';
import type { RecordingId } from '../../../src/telephony/ids.ts';
import { aClosing, anOpening, aPart, makeWorkshop } from './workshop.ts';

async function open(t: TestContext): Promise<{ readonly catalogue: Catalogue; readonly database: Database }> {
  const { root, databasePath } = makeWorkshop();
  const database = await openDatabase(databasePath);
  t.after(async () => {
    await database.close();
    rmSync(root, { recursive: true });
  });
  return { catalogue: createCatalogue(database), database };
}

const outcome: Outcome = {
  verdict: { judgement: 'ok', findings: [], method: '' },
  audio: { format: 'wav', bytes: 44, sha256: 'ab', seconds: 0 },
  finishedAt: 1,
};

const told = { origin: 'told', closedAt: 1 } as const;

test('a recording is what was entered, through all of its states', async (t) => {
  const { catalogue } = await open(t);
  const opening = { ...anOpening('call1'), configuration: 'abc' };
  catalogue.open(opening);
  assert.deepEqual(catalogue.get(opening.id), { id: opening.id, state: 'recording', opening });
  const closing = { ...aClosing(opening, 2), ...told };
  assert.equal(catalogue.close(closing), true);
  assert.deepEqual(catalogue.get(opening.id), { id: opening.id, state: 'finishing', opening, closing });
  assert.equal(catalogue.name(opening.id, 'base', outcome), 'named');
  catalogue.setState(opening.id, 'kept');
  assert.deepEqual(catalogue.get(opening.id), {
    id: opening.id,
    state: 'kept',
    opening,
    closing,
    base: 'base',
    outcome,
  });
});

test('a recording is opened and closed once', async (t) => {
  const { catalogue } = await open(t);
  const opening = anOpening('call1');
  catalogue.open(opening);
  catalogue.open({ ...opening, caller: 'other' });
  assert.equal(catalogue.get(opening.id)?.opening.caller, opening.caller);
  assert.equal(catalogue.close({ ...aClosing(opening, 2), ...told }), true);
  assert.equal(catalogue.close({ ...aClosing(opening, 9), ...told }), false);
  assert.equal(catalogue.close({ ...aClosing(anOpening('call2'), 9), ...told }), false);
});

test('a name is given once, whatever its case', async (t) => {
  const { catalogue } = await open(t);
  const [one, other] = [anOpening('call1'), anOpening('call2')];
  catalogue.open(one);
  catalogue.open(other);
  assert.equal(catalogue.name(one.id, 'Anna', outcome), 'named');
  assert.equal(catalogue.name(other.id, 'anna', outcome), 'taken');
  assert.equal(catalogue.name(other.id, 'anna-2', outcome), 'named');
});

test('the owner of a recorded file is known, and gone with the recording', async (t) => {
  const { catalogue } = await open(t);
  const opening = anOpening('call1', { parts: [aPart('call1', 1), aPart('call1', 2)] });
  catalogue.open(opening);
  assert.deepEqual(catalogue.ownerOf('fernamt-call1-rec2'), { id: opening.id, state: 'recording' });
  catalogue.drop(opening.id);
  assert.deepEqual(catalogue.ownerOf('fernamt-call1-rec2'), { id: opening.id, state: 'dropped' });
  catalogue.forget(opening.id);
  assert.equal(catalogue.ownerOf('fernamt-call1-rec2'), undefined);
});

test('a dropped recording is in no list', async (t) => {
  const { catalogue } = await open(t);
  const opening = anOpening('call1');
  catalogue.open(opening);
  catalogue.drop(opening.id);
  assert.equal(catalogue.get(opening.id), undefined);
  assert.deepEqual(catalogue.list({ limit: 9 })?.recordings, []);
  assert.deepEqual(catalogue.unfinished(), []);
  assert.deepEqual(
    catalogue.dropped().map((one) => one.id),
    [opening.id],
  );
});

test('who subscribed is told of every change until it ends', async (t) => {
  const { catalogue } = await open(t);
  const seen: string[] = [];
  const end = catalogue.subscribe((recording) => seen.push(recording.state));
  const opening = anOpening('call1');
  catalogue.open(opening);
  catalogue.close({ ...aClosing(opening, 2), ...told });
  end();
  catalogue.setState(opening.id, 'kept');
  assert.deepEqual(seen, ['recording', 'finishing']);
});

test('a cursor that was never given is no cursor', async (t) => {
  const { catalogue } = await open(t);
  for (const cursor of ['', 'x', '1.', '.1', '1.2.3', "1.'", 'zzzzzzzzzzz.zzzzzzzzzzz', '1 .2']) {
    assert.equal(catalogue.list({ limit: 5, cursor }), undefined, cursor);
  }
});

test('the unfinished come in the order that they were begun', async (t) => {
  const { catalogue } = await open(t);
  for (const call of ['c', 'a', 'b']) catalogue.open(anOpening(call, { setting: call }));
  catalogue.close({ ...aClosing(anOpening('c'), 1), ...told });
  assert.deepEqual(
    catalogue.unfinished().map((one) => one.opening.call),
    ['c', 'a', 'b'],
  );
});

// ── lists, against a list kept by hand ──────────────────────────────────────

interface Entry {
  readonly opening: StoredOpening;
  readonly state: StoredState;
}

const anEntry = fc.record({
  at: fc.integer({ min: 1, max: 12 }),
  setting: fc.constantFrom('Sales', 'Support'),
  direction: fc.constantFrom('in' as const, 'out' as const),
  caller: fc.constantFrom('+491', '+492', '1001'),
  state: fc.constantFrom(...storedStates),
});
const aQuery: fc.Arbitrary<CatalogueQuery> = fc.record(
  {
    from: fc.integer({ min: 0, max: 13 }),
    to: fc.integer({ min: 0, max: 13 }),
    setting: fc.constantFrom('Sales', 'Support', 'None'),
    direction: fc.constantFrom('in' as const, 'out' as const),
    party: fc.constantFrom('+491', '1001', '600', 'nobody'),
    state: fc.constantFrom(...storedStates),
    limit: fc.integer({ min: 1, max: 7 }),
  },
  { requiredKeys: ['limit'] },
);

function matches({ opening, state }: Entry, query: CatalogueQuery): boolean {
  const parties = [opening.caller, opening.callee, opening.group, ...opening.users];
  return (
    opening.startedAt >= (query.from ?? 0) &&
    opening.startedAt < (query.to ?? Infinity) &&
    opening.setting === (query.setting ?? opening.setting) &&
    opening.direction === (query.direction ?? opening.direction) &&
    state === (query.state ?? state) &&
    (query.party === undefined || parties.includes(query.party))
  );
}

function readPages(catalogue: Catalogue, query: CatalogueQuery): readonly RecordingId[] {
  const ids: RecordingId[] = [];
  for (let cursor: string | undefined, more = true; more;) {
    const page = catalogue.list({ ...query, ...(cursor === undefined ? {} : { cursor }) });
    assert.ok(page && page.recordings.length <= query.limit);
    ids.push(...page.recordings.map((one) => one.id));
    cursor = page.next;
    more = cursor !== undefined;
  }
  return ids;
}

test('pages of any query hold each match once, the latest first', async (t) => {
  const { catalogue, database } = await open(t);
  fc.assert(
    fc.property(
      fc.array(anEntry, { maxLength: 40 }),
      fc.array(aQuery, { minLength: 5, maxLength: 5 }),
      (some, queries) => {
        for (const table of ['recordings', 'recording_parties', 'recording_parts'])
          database.run(`DELETE FROM ${table}`);
        const entries = some.map(({ at, state, ...change }, i): Entry => {
          const opening = anOpening(`call${i}`, { ...change, startedAt: at });
          catalogue.open(opening);
          catalogue.setState(opening.id, state);
          return { opening, state };
        });
        for (const query of queries) {
          const expected = entries
            .map((entry, i) => ({ entry, i }))
            .filter(({ entry }) => matches(entry, query))
            .sort((a, b) => b.entry.opening.startedAt - a.entry.opening.startedAt || b.i - a.i);
          assert.deepEqual(
            readPages(catalogue, query),
            expected.map(({ entry }) => entry.opening.id),
          );
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('a user who joined the call later finds the recording, too', async (t) => {
  const { catalogue } = await open(t);
  const opening = anOpening('call1');
  catalogue.open(opening);
  catalogue.close({ ...aClosing(opening, 1, { users: ['1001', '1007'] }), ...told });
  assert.equal(catalogue.list({ limit: 5, party: '1007', state: 'finishing' })?.recordings.length, 1);
});

test('pages are read from indexes alone and sorted by nobody', async (t) => {
  const { database } = await open(t);
  const plans = [
    `SELECT started_at, number FROM recordings WHERE kind = ? AND started_at >= ? AND (started_at, number) < (?, ?)
       ORDER BY started_at DESC, number DESC LIMIT ?`,
    `SELECT started_at, recording AS number FROM recording_parties WHERE party = ? AND kind = ? AND started_at >= ?
       AND (started_at, recording) < (?, ?) ORDER BY started_at DESC, recording DESC LIMIT ?`,
  ].map((sql) => database.all(`EXPLAIN QUERY PLAN ${sql}`, ...(sql.match(/\?/g) ?? []).map(() => 1)));
  for (const plan of plans) {
    const steps = plan.map((row) => String(row['detail']));
    assert.equal(steps.length, 1, steps.join());
    assert.match(steps[0] ?? '', /^SEARCH .* USING (?:COVERING INDEX|PRIMARY KEY)/);
  }
});
