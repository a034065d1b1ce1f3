/** The ledger over HTTP. */

import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after as atEnd, before, test } from 'node:test';
import { createHttpServer, type HttpServer } from '../../src/http/server.ts';
import { silentLogger } from '../../src/observability/logger.ts';
import { createCatalogue } from '../../src/recording/catalogue/catalogue.ts';
import { createLedger } from '../../src/recording/ledger/ledger.ts';
import { openDatabase, type Database } from '../../src/store/database.ts';
import type { CallId } from '../../src/telephony/ids.ts';
import { createLedgerView } from '../../src/wiring/ledger.ts';
import { ask } from '../support/http-client.ts';
import { fakeHttpPorts } from '../support/http-ports.ts';
import { after, aLedgerEntry, aPlan } from '../unit/recording/ledger-sample.ts';
import { anOpening, makeWorkshop } from '../unit/recording/workshop.ts';

const { root, databasePath } = makeWorkshop();
const running: { server: HttpServer; database: Database }[] = [];

before(async () => {
  const database = await openDatabase(databasePath);
  const [ledger, catalogue] = [createLedger(database), createCatalogue(database)];
  const ports = { ...fakeHttpPorts(), ledger: createLedgerView({ ledger, catalogue }) };
  const server = createHttpServer(ports, { listen: '127.0.0.1:0' }, silentLogger);
  running.push({ server, database });
  await server.start();
  const plan = aPlan({ verdict: 'skip', reason: 'no-setting-matches' });
  for (const [i, call] of ['one', 'two', 'three'].entries()) {
    ledger.enter(aLedgerEntry({ call: call as CallId, startedAt: after(i * 1000) }), 'c0ffee');
  }
  ledger.enter(aLedgerEntry({ call: 'skipped' as CallId, startedAt: after(3000), obligation: 'needNot', plan }), 'x');
  ledger.judge('one' as CallId, { outcome: 'ok' });
  ledger.judge('two' as CallId, { outcome: 'missing', fault: 'no-recording' });
  catalogue.open(anOpening('one'));
  catalogue.open(anOpening('unwritten'));
});
atEnd(async () => {
  for (const { server, database } of running) {
    await server.stop();
    await database.close();
  }
  rmSync(root, { recursive: true });
});

async function get(path: string, status = 200): Promise<Record<string, unknown>> {
  const answer = await ask(`${running[0]?.server.url}/api/v1${path}`, 'GET', {});
  assert.equal(answer.status, status, answer.body.toString());
  return answer.json();
}

const callsOf = ({ calls }: Record<string, unknown>): readonly unknown[] =>
  (calls as Record<string, unknown>[]).map((one) => one['callid']);

test('the ledger has one line per call, the latest first, page by page', async () => {
  const page = await get('/ledger?limit=3');
  assert.deepEqual(callsOf(page), ['skipped', 'three', 'two']);
  const next = await get(`/ledger?limit=3&cursor=${String(page['nextCursor'])}`);
  assert.deepEqual([callsOf(next), next['nextCursor']], [['one'], null]);
});

test('a line says what was demanded, by which rule, and what came of it', async () => {
  const { calls } = await get('/ledger?problem=missing');
  assert.deepEqual(calls, [
    {
      ...{ callid: 'two', startedAt: '2025-11-21T09:00:01.000Z', direction: 'in' },
      ...{ caller: '+491711234567', callee: '+4930555010' },
      ...{ obligation: 'must', decision: 'record', setting: 'Support', reason: 'call-to-group' },
      ...{ outcome: 'missing', fault: 'no-recording', configuration: 'c0ffee' },
    },
  ]);
});

test('the ledger is narrowed down by time and obligation', async () => {
  assert.deepEqual(callsOf(await get('/ledger?obligation=needNot')), ['skipped']);
  const range = 'from=2025-11-21T09:00:01Z&to=2025-11-21T09:00:03Z';
  assert.deepEqual(callsOf(await get(`/ledger?${range}`)), ['three', 'two']);
});

for (const query of [
  'limit=0',
  'from=yesterday',
  'obligation=perhaps',
  'problem=ok',
  'colour=red',
  'cursor=nonsense',
]) {
  test(`a ledger with ${query} is a problem that says so`, async () => {
    assert.equal((await get(`/ledger?${query}`, 400))['status'], 400);
  });
}

test('a call is explained by its own id and by that of its recording', async () => {
  const trace = await get('/ledger/one');
  assert.deepEqual([trace['callid'], trace['decision'], trace['reason']], ['one', 'record', 'call-to-group']);
  assert.deepEqual(await get('/recordings/one-1/trace'), trace);
});

for (const path of ['/ledger/none', '/recordings/none/trace', '/recordings/unwritten-1/trace']) {
  test(`${path} is not found`, async () => {
    assert.equal((await get(path, 404))['status'], 404);
  });
}

test('the reconciliation counts and names what is wrong', async () => {
  const { counts, missing, madeInError } = await get('/reconciliation');
  assert.deepEqual(counts, { missing: 1, madeInError: 0, open: 2 });
  assert.deepEqual([callsOf({ calls: missing }), madeInError], [['two'], []]);
  assert.deepEqual((await get('/reconciliation?to=2025-11-21T09:00:00Z'))['counts'], {
    ...{ missing: 0, madeInError: 0, open: 0 },
  });
});
