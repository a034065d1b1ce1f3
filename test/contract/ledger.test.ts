/** `why`, `reconcile` and `configurations`, over what a server has stored. */

import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createCatalogue } from '../../src/recording/catalogue/catalogue.ts';
import { createLedger } from '../../src/recording/ledger/ledger.ts';
import { createConfigurations } from '../../src/store/configurations.ts';
import { openDatabase, type Database } from '../../src/store/database.ts';
import type { CallId } from '../../src/telephony/ids.ts';
import type { LedgerEntry } from '../../src/telephony/ledger-entry.ts';
import { captureCli, type Captured } from '../unit/cli/captured-cli.ts';
import { after, aLedgerEntry, anEvidence, aPlan } from '../unit/recording/ledger-sample.ts';
import { anOpening, makeWorkshop } from '../unit/recording/workshop.ts';

interface Office {
  readonly root: string;
  readonly ask: (...words: string[]) => Promise<Captured>;
  readonly store: (write: (database: Database) => void) => Promise<void>;
}

function office(t: TestContext, language = 'en'): Office {
  const { root } = makeWorkshop();
  t.after(() => {
    rmSync(root, { recursive: true });
  });
  const config = join(root, 'fernamt.yaml');
  writeFileSync(
    config,
    `language: ${language}
timeZone: Europe/Berlin
dataDirectory: ${root}
asterisk: { url: http://127.0.0.1:8088, username: fernamt, password: !env NOT_SET_HERE }
`,
  );
  return {
    root,
    ask: (...words) => captureCli([...words, '--config', config]),
    store: async (write) => {
      const database = await openDatabase(join(root, 'fernamt.db'));
      write(database);
      await database.close();
    },
  };
}

function jsonOf({ out, err }: Captured): Record<string, unknown> {
  assert.equal(err, '');
  return JSON.parse(out) as Record<string, unknown>;
}

const evidence = anEvidence({ outcome: 'refused', recorded: false, digit: '1', digitAt: after(4700), afterMs: 600 });
const refusedCall: LedgerEntry = aLedgerEntry({
  obligation: 'mayNot',
  plan: aPlan({
    verdict: 'optOut',
    announcement: 'recording-optout-en',
    looks: [
      { setting: 'Sales', result: 'exception', detail: '+491711234567 (tax adviser)' },
      { setting: 'Support', result: 'call-to-group' },
    ],
  }),
  consent: [evidence],
  group: '600',
  timeline: [
    { at: after(0), event: 'arrived', detail: 'trunk, dialled +4930555010' },
    { at: after(4800), event: 'consent-settled', detail: 'refused, digit 1' },
  ],
});

/** A call that must be recorded, and a recording of its own. */
function record(database: Database, call: string, change: Partial<LedgerEntry> = {}): void {
  createLedger(database).enter(aLedgerEntry({ call: call as CallId, ...change }), 'x');
  const catalogue = createCatalogue(database);
  const opening = anOpening(call);
  catalogue.open(opening);
  const audio = { format: 'wav', bytes: 44, sha256: 'ab', seconds: 60 } as const;
  catalogue.name(opening.id, call, { verdict: { judgement: 'ok', findings: [], method: '' }, audio, finishedAt: 1 });
  catalogue.setState(opening.id, 'kept');
}

// ── why ─────────────────────────────────────────────────────────────────────

test('why tells a machine the decision, the consent and the timeline of a call', async (t) => {
  const { ask, store } = office(t);
  await store((database) => createLedger(database).enter(refusedCall, 'c0ffee'));
  const answer = await ask('why', refusedCall.call, '--json');
  assert.equal(answer.exitCode, 0);
  const { consent, timeline, looks, ...facts } = jsonOf(answer);
  assert.deepEqual(
    [
      facts['callid'],
      facts['decision'],
      facts['setting'],
      facts['reason'],
      facts['obligation'],
      facts['configuration'],
    ],
    [refusedCall.call, 'optOut', 'Support', 'call-to-group', 'mayNot', 'c0ffee'],
  );
  assert.deepEqual(facts['reconciliation'], { outcome: 'open', fault: null });
  assert.deepEqual(facts['recordings'], []);
  assert.deepEqual(consent, {
    ...{ setting: 'Support', direction: 'in', mode: 'optOut', outcome: 'refused', recorded: false },
    announcement: { name: 'recording-optout-en', sha256: 'ab', language: 'en' },
    announcedAt: '2025-11-21T09:00:00.100Z',
    announcementEndedAt: '2025-11-21T09:00:04.100Z',
    digit: '1',
    digitAt: '2025-11-21T09:00:04.700Z',
    afterMs: 600,
    decidedAt: '2025-11-21T09:00:09.600Z',
  });
  assert.deepEqual(timeline, [
    { at: '2025-11-21T09:00:00.000Z', event: 'arrived', detail: 'trunk, dialled +4930555010' },
    { at: '2025-11-21T09:00:04.800Z', event: 'consent-settled', detail: 'refused, digit 1' },
  ]);
  assert.deepEqual(looks, [
    { setting: 'Sales', result: 'exception', detail: '+491711234567 (tax adviser)' },
    { setting: 'Support', result: 'call-to-group', detail: null },
  ]);
});

test('why of a recorded call names the recording and how it was judged', async (t) => {
  const { ask, store } = office(t);
  await store((database) => record(database, 'mh4aaa'));
  assert.deepEqual(jsonOf(await ask('why', 'mh4aaa', '--json'))['recordings'], [
    ...[
      { id: 'mh4aaa-1', state: 'kept', setting: 'Support', base: 'mh4aaa', seconds: 60, judgement: 'ok', method: '' },
    ],
  ]);
});

test('why says the same in plain words, in the local time and the language of the configuration', async (t) => {
  const english = office(t);
  await english.store((database) => createLedger(database).enter(refusedCall, 'c0ffee'));
  const { out } = await english.ask('why', refusedCall.call);
  for (const line of [
    /^began +2025-11-21 10:00:00$/m,
    /^because +a selected group is called$/m,
    /^consent +the caller refused by a digit, digit 1, 0\.6 s after the announcement \(recording-optout-en\)$/m,
    /^therefore +may not be recorded$/m,
    /^ {2}Sales +the number is on an exception list of the setting: \+491711234567 \(tax adviser\)$/m,
    /^ {2}10:00:04\.800 +consent settled +refused, digit 1$/m,
  ])
    assert.match(out, line);
  const german = office(t, 'de');
  await german.store((database) => createLedger(database).enter(refusedCall, 'c0ffee'));
  assert.match((await german.ask('why', refusedCall.call)).out, /^also +darf nicht aufgenommen werden$/m);
});

test('the beginning of an id is enough for why, if no other call begins so', async (t) => {
  const { ask, store } = office(t);
  await store((database) => {
    for (const call of ['mh4aaa', 'mh4abb']) record(database, call);
  });
  assert.equal(jsonOf(await ask('why', 'mh4ab', '--json'))['callid'], 'mh4abb');
  assert.deepEqual(await ask('why', 'mh4a'), {
    exitCode: 1,
    out: '',
    err: 'Several calls begin with mh4a: give more of its id.',
  });
});

test('of a call that is in no ledger why says so, before the first start of the server, too', async (t) => {
  const { ask, store } = office(t);
  const expected = { exitCode: 1, out: '', err: 'There is no call mh4 in the ledger.' };
  assert.deepEqual(await ask('why', 'mh4'), expected);
  await store(() => undefined);
  assert.deepEqual(await ask('why', 'mh4'), expected);
  assert.equal(jsonOf(await ask('why', 'mh4', '--json'))['reason'], 'unknown-call');
});

// ── reconcile ───────────────────────────────────────────────────────────────

test('reconcile is content with recordings whose files are there', async (t) => {
  const { root, ask, store } = office(t);
  await store((database) => record(database, 'good'));
  writeFileSync(join(root, 'recordings', 'good.wav'), '');
  const answer = await ask('reconcile', '--json');
  assert.deepEqual([answer.exitCode, jsonOf(answer)], [0, { ok: true, checked: 1, open: 0, problems: [] }]);
});

test('reconcile names what is missing, what was made in error, and files that are gone', async (t) => {
  const { root, ask, store } = office(t);
  await store((database) => {
    record(database, 'gone', { startedAt: after(1) });
    record(database, 'forbidden', { startedAt: after(2), obligation: 'mayNot' });
    createLedger(database).enter(aLedgerEntry({ call: 'missing' as CallId, startedAt: after(3) }), 'x');
    createLedger(database).enter(aLedgerEntry({ call: 'fine' as CallId, obligation: 'needNot' }), 'x');
  });
  writeFileSync(join(root, 'recordings', 'forbidden.wav'), '');
  const answer = await ask('reconcile', '--json');
  assert.equal(answer.exitCode, 1);
  const { problems, ...rest } = jsonOf(answer);
  assert.deepEqual(rest, { ok: false, checked: 4, open: 0 });
  assert.deepEqual(
    (problems as Record<string, unknown>[]).map((one) => [one['callid'], one['outcome'], one['fault']]),
    [
      ['missing', 'missing', 'no-recording'],
      ['forbidden', 'madeInError', 'may-not'],
      ['gone', 'missing', 'file-gone'],
    ],
  );
  assert.match((await ask('reconcile')).out, /forbidden +Support +recorded in error: it may not be recorded/);
  assert.equal((await ask('reconcile', '--to', '2025-11-20')).exitCode, 0);
  assert.equal((await ask('reconcile', '--from', 'yesterday')).exitCode, 2);
});

test('a recording of a call that nobody wrote down was made in error', async (t) => {
  const { ask, store } = office(t);
  await store((database) => {
    record(database, 'stray');
    database.run('DELETE FROM ledger');
  });
  const { problems } = jsonOf(await ask('reconcile', '--json'));
  assert.deepEqual(
    (problems as Record<string, unknown>[]).map((one) => [one['callid'], one['fault'], one['recordings']]),
    [['stray', 'not-in-ledger', ['stray-1']]],
  );
});

// ── configurations ──────────────────────────────────────────────────────────

const [first, second] = ['aa11'.padEnd(64, '0'), 'ab22'.padEnd(64, '0')];

async function keepTwo({ store }: Office): Promise<void> {
  await store((database) => {
    const configurations = createConfigurations(database);
    configurations.keep(first, { language: 'en', users: [{ extension: '1001', name: 'Olivia' }] }, after(0));
    configurations.keep(second, { language: 'de', users: [{ extension: '1002', name: 'Ben' }] }, after(1000));
    configurations.keep(first, {}, after(2000));
  });
}

test('configurations lists each that was in force, the latest first', async (t) => {
  const some = office(t);
  assert.deepEqual(jsonOf(await some.ask('configurations', 'list', '--json')), []);
  await keepTwo(some);
  assert.deepEqual(jsonOf(await some.ask('configurations', 'list', '--json')), [
    { hash: first, firstUsedAt: '2025-11-21T09:00:00.000Z', lastUsedAt: '2025-11-21T09:00:02.000Z' },
    { hash: second, firstUsedAt: '2025-11-21T09:00:01.000Z', lastUsedAt: '2025-11-21T09:00:01.000Z' },
  ]);
  assert.match((await some.ask('configurations', 'list')).out, /^2025-11-21 10:00:01 +2025-11-21 10:00:01 +ab22/m);
});

test('the difference between two configurations is told by paths with names', async (t) => {
  const some = office(t);
  await keepTwo(some);
  const { exitCode, out } = await some.ask('configurations', 'diff', 'aa', 'AB22');
  assert.equal(exitCode, 0);
  assert.deepEqual(out.split('\n'), [
    '~ language: en → de',
    '- users[1001]: {"extension":"1001","name":"Olivia"}',
    '+ users[1002]: {"extension":"1002","name":"Ben"}',
  ]);
  assert.equal((await some.ask('configurations', 'diff', first, 'aa')).out, 'There is no difference.');
  assert.deepEqual(JSON.parse((await some.ask('configurations', 'diff', first, first, '--json')).out), []);
});

test('a hash that is unknown, or that several begin with, is the answer no', async (t) => {
  const some = office(t);
  await keepTwo(some);
  assert.deepEqual(await some.ask('configurations', 'diff', 'a', 'cc'), {
    exitCode: 1,
    out: '',
    err: 'Several configurations begin with a: give more of the hash.\nThere is no configuration cc.',
  });
  assert.equal((await some.ask('configurations', 'diff', 'aa')).exitCode, 2);
});

for (const words of [['why'], ['reconcile'], ['configurations', 'list'], ['configurations', 'diff']]) {
  test(`${words.join(' ')} explains itself`, async () => {
    const { exitCode, out } = await captureCli([...words, '--help']);
    assert.equal(exitCode, 0);
    assert.match(out, /--json/);
  });
}
