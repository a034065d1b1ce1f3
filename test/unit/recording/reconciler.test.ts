import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { createCatalogue, type Catalogue } from '../../../src/recording/catalogue/catalogue.ts';
import { createLedger, type Ledger } from '../../../src/recording/ledger/ledger.ts';
import type { Outcome as Finished } from '../../../src/recording/model.ts';
import { createReconciler, type Reconciler } from '../../../src/recording/ledger/reconciler.ts';
import { openDatabase } from '../../../src/store/database.ts';
import type { CallId } from '../../../src/telephony/ids.ts';
import type { LedgerEntry } from '../../../src/telephony/ledger-entry.ts';
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts';
import { after, aLedgerEntry } from './ledger-sample.ts';
import { aClosing, anOpening, makeWorkshop } from './workshop.ts';

interface Office {
  readonly ledger: Ledger;
  readonly catalogue: Catalogue;
  readonly clock: ManualClock;
  readonly running: Set<string>;
  readonly told: string[];
  readonly reconciler: Reconciler;
  write(entry: LedgerEntry): void;
  outcomeOf(call: string): string | undefined;
}

async function office(t: TestContext): Promise<Office> {
  const { root, databasePath } = makeWorkshop();
  const database = await openDatabase(databasePath);
  const [ledger, catalogue, clock] = [createLedger(database), createCatalogue(database), createManualClock()];
  const running = new Set<string>();
  const told: string[] = [];
  const reconciler = createReconciler({
    ...{ ledger, catalogue, clock },
    isRunning: (call) => running.has(call),
    report: {
      recordingMissing: ({ entry, reconciliation }) => told.push(`missing ${entry.call} ${reconciliation.fault ?? ''}`),
      recordingInError: ({ entry, reconciliation }) => told.push(`error ${entry.call} ${reconciliation.fault ?? ''}`),
      reconcilingFailed: (error) => told.push(String(error)),
    },
  });
  t.after(async () => {
    reconciler.stop();
    await database.close();
    rmSync(root, { recursive: true });
  });
  return {
    ...{ ledger, catalogue, clock, running, told, reconciler },
    write: (entry) => {
      ledger.enter(entry, 'x');
      reconciler.entered(entry);
    },
    outcomeOf: (call) => ledger.get(call as CallId)?.reconciliation.outcome,
  };
}

const entry = (call: string, change: Partial<LedgerEntry> = {}): LedgerEntry =>
  aLedgerEntry({ call: call as CallId, ...change });

const finished: Finished = {
  verdict: { judgement: 'ok', findings: [], method: '' },
  audio: { format: 'wav', bytes: 44, sha256: 'ab', seconds: 60 },
  finishedAt: 1,
};

test('a call that is over without its recording is told once, however often its line is written', async (t) => {
  const { write, clock, told, outcomeOf } = await office(t);
  write(entry('a'));
  write(entry('a', { disposition: 'answered' }));
  assert.deepEqual(told, []);
  clock.advance(1000);
  write(entry('a'));
  clock.advance(1000);
  assert.deepEqual(told, ['missing a no-recording']);
  assert.equal(outcomeOf('a'), 'missing');
});

test('a call is judged when its recording is finished', async (t) => {
  const { write, clock, told, outcomeOf, catalogue } = await office(t);
  const opening = anOpening('a');
  catalogue.open(opening);
  write(entry('a'));
  clock.advance(1000);
  assert.equal(outcomeOf('a'), 'open');
  catalogue.close({ ...aClosing(opening, 60), origin: 'told', closedAt: 1 });
  catalogue.name(opening.id, 'base', finished);
  catalogue.setState(opening.id, 'kept');
  clock.advance(1000);
  assert.deepEqual([outcomeOf('a'), told], ['ok', []]);
});

test('a recording that nobody allowed is told', async (t) => {
  const { write, clock, told, catalogue } = await office(t);
  const opening = anOpening('a');
  catalogue.open(opening);
  catalogue.name(opening.id, 'base', finished);
  catalogue.setState(opening.id, 'kept');
  write(entry('a', { obligation: 'mayNot' }));
  clock.advance(1000);
  assert.deepEqual(told, ['error a may-not']);
});

test('a recording that is found late puts right what was missing', async (t) => {
  const { write, clock, outcomeOf, catalogue } = await office(t);
  write(entry('a'));
  clock.advance(1000);
  assert.equal(outcomeOf('a'), 'missing');
  const opening = anOpening('a');
  catalogue.open(opening);
  catalogue.name(opening.id, 'base', finished);
  catalogue.setState(opening.id, 'kept');
  clock.advance(1000);
  assert.equal(outcomeOf('a'), 'ok');
});

test('at the start what a crash left open is judged; calls that go on are left open', async (t) => {
  const { ledger, clock, told, outcomeOf, running, reconciler } = await office(t);
  const { endedAt: _, ...unended } = entry('lost', { timeline: [{ at: after(40_000), event: 'joined', detail: '' }] });
  ledger.enter(entry('ended'), 'x');
  ledger.enter(unended, 'x');
  ledger.enter({ ...unended, call: 'running' as CallId }, 'x');
  running.add('running');
  reconciler.start();
  assert.deepEqual([...told].sort(), ['missing ended no-recording', 'missing lost no-recording']);
  assert.equal(ledger.get('lost' as CallId)?.entry.endedAt, after(40_000));
  assert.equal(outcomeOf('running'), 'open');
  running.clear();
  clock.advance(60_000);
  assert.equal(outcomeOf('running'), 'missing');
});
