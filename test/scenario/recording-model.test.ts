/**
 * Chance makes offices, settings and calls; what `simulate` says, what the machines do and what stands in the ledger is
 * what the model says, which was written independently. `FERNAMT_TEST_SEED` repeats a day, `FERNAMT_TEST_ALL=1` tries
 * twenty times as many.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { complete, type Config } from '../../src/config/complete.ts';
import { checkAll } from '../../src/config/checks.ts';
import { fileSchema } from '../../src/config/schema.ts';
import { reconcile } from '../../src/recording/ledger/reconciliation.ts';
import { toTrace } from '../../src/recording/ledger/trace.ts';
import type { LedgerEntry } from '../../src/telephony/ledger-entry.ts';
import { playCall, type Answer, type PlayedCall } from '../../src/wiring/simulated-call.ts';
import { prepare, simulate, toSimulationAnswer, type SimulatedQuestion } from '../../src/wiring/simulation.ts';
import { chanceOf, seedOfTheDay } from '../support/random.ts';
import { modelOutcome, modelPlan, type Goal, type ModelOutcome, type ModelPlan } from '../support/recording-model.ts';
import { callIn, toWrittenConfig, world, type World, type WorldCall } from '../support/recording-world.ts';

const runs = process.env['FERNAMT_TEST_ALL'] === '1' ? 10_000 : 500;
const seed = Math.floor(chanceOf('recording model').next() * 2 ** 31);
const callsEach = 4;
const answers: readonly Answer[] = ['digit', 'silence', 'hangup'];

test(`the rules, simulate, the machines and the ledger say what the model says (seed ${seedOfTheDay()})`, () => {
  const seen = new Map<string, number>();
  const count = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);
  const officeAndCalls = world.chain((office) => {
    const call = fc.tuple(callIn(office), fc.constantFrom(...answers));
    return fc.tuple(fc.constant(office), fc.array(call, { minLength: 1, maxLength: callsEach, size: 'max' }));
  });
  fc.assert(
    fc.property(officeAndCalls, ([office, calls]) => {
      const config = toConfig(office);
      for (const [call, answer] of calls) {
        const expected = expect(office, call, answer);
        count(expected.plan.reason);
        count(expected.plan.decision);
        count(expected.outcome.recorded ? 'recorded' : expected.outcome.reason);
        compareSimulation(config, office, call, { answer, ...expected });
        compareMachines(config, office, call, { answer, ...expected });
      }
    }),
    { numRuns: runs, seed, includeErrorInReport: true },
  );
  const missing = everything.filter((what) => !seen.has(what));
  assert.deepEqual(missing, [], 'chance left something out');
});

/** What must have happened in a sample of this size, or the sample proves nothing about it. */
const everything = [
  ...['record', 'optIn', 'optOut', 'skip'],
  ...['all-calls', 'call-from-user', 'call-to-user', 'call-to-group', 'call-to-active-member'],
  ...['call-from-active-member', 'no-setting-matches', 'exception', 'never-record', 'service-code', 'not-connected'],
  ...['internal-not-asked', 'not-asked', 'not-announced'],
  ...['recorded', 'consent-refused', 'consent-silent', 'consent-hung-up'],
];

interface Expected {
  readonly plan: ModelPlan;
  /** The one that counts in the end: another one where the call goes on. */
  readonly last: ModelPlan;
  readonly outcome: ModelOutcome;
  readonly isReached: boolean;
}

function expect(office: World, call: WorldCall, answer: Answer): Expected {
  const isActive = (number: string, user: string): boolean => activeIn(office, number).includes(user);
  const plan = modelPlan(office.rules, call, isActive);
  const next = isThere(office, call.goal, call.by) ? undefined : overflowOf(office, call.goal);
  const isReached = isThere(office, next ?? call.goal, call.by);
  const isAskedAnew = plan.decision === 'skip' && next !== undefined && isReached;
  const last = isAskedAnew
    ? modelPlan(office.rules, { ...call, goal: next, called: [numberOf(next)], goesOn: true }, isActive)
    : plan;
  return { plan, last, outcome: modelOutcome(last, answer, isReached), isReached };
}

function activeIn({ groups, inactive }: World, number: string): readonly string[] {
  const group = groups.find((one) => one.number === number);
  if (!group?.startActive) return [];
  return group.members.filter((member) => !inactive.includes(`${number}:${member}`));
}

/** Nobody rings himself. */
function isThere(office: World, goal: Goal, by: string | undefined): boolean {
  switch (goal.to) {
    case 'user':
      return goal.number !== by;
    case 'group':
      return activeIn(office, goal.number).some((member) => member !== by);
    case 'outside':
      return true;
    default:
      return false;
  }
}

function overflowOf({ groups }: World, goal: Goal): Goal | undefined {
  const to = goal.to === 'group' ? groups.find((one) => one.number === goal.number)?.overflow : undefined;
  if (to === undefined) return undefined;
  if (groups.some((one) => one.number === to)) return { to: 'group', number: to };
  return to.startsWith('+') ? { to: 'outside', number: to } : { to: 'user', number: to };
}

function numberOf(goal: Goal): string {
  return 'number' in goal ? goal.number : '';
}

function toConfig(office: World): Config {
  const written = toWrittenConfig(office);
  const faults = checkAll(written).filter((finding) => finding.severity === 'error');
  assert.deepEqual(faults, [], 'chance made a configuration that is not valid');
  return complete(fileSchema.parse(written), 'Europe/Berlin');
}

function toQuestion({ inactive }: World, { direction, caller, callee, user }: WorldCall): SimulatedQuestion {
  return {
    direction,
    callee,
    inactive,
    at: 1_700_000_000_000,
    ...(caller === undefined ? {} : { caller }),
    ...(user === undefined ? {} : { user }),
  };
}

type Wanted = Expected & { readonly answer: Answer };

function compareSimulation(config: Config, office: World, call: WorldCall, { plan, outcome, answer }: Wanted): void {
  const question = toQuestion(office, call);
  const { hears: _, ringsMeanwhile: _meanwhile, ...decided } = plan;
  const [before, after] = [simulate(config, 'h', question), simulate(config, 'h', { ...question, answer })];
  assert.ok(!('problem' in before) && !('problem' in after));
  assert.deepEqual(toSimulationAnswer(before), decided);
  assert.deepEqual(toSimulationAnswer(after), { ...decided, ...outcome });
}

function compareMachines(config: Config, office: World, call: WorldCall, wanted: Wanted): void {
  const prepared = prepare(config, 'h', toQuestion(office, call));
  assert.ok(!('problem' in prepared));
  const played = playCall(prepared.machines, prepared.arrival, { answer: wanted.answer, announcementMs: 4000 });
  const { last, outcome, isReached } = wanted;
  assert.deepEqual(openedIn(played), outcome.recorded ? [[last.setting, last.reason]] : []);
  if (!outcome.recorded) assert.ok(!wroteAudio(played), 'audio of a call that is not to be recorded');
  const entry = entriesOf(played).at(-1);
  assert.ok(entry, 'the call stands in no ledger');
  const { verdict, setting = null, reason } = entry.plan;
  assert.deepEqual([verdict, setting, reason], [last.decision, last.setting, last.reason]);
  if (isReached && wanted.answer !== 'hangup') assert.equal(entry.obligation === 'must', outcome.recorded);
  assertForetold(played);
  compareTrace(entry, last);
  compareBooks(toEnded(entry, played), last, outcome);
}

/** What `why` tells. */
function compareTrace(entry: LedgerEntry, last: ModelPlan): void {
  const told = toTrace({ entry, configuration: 'h', reconciliation: { outcome: 'open' } }, []);
  assert.deepEqual([told.decision, told.setting, told.reason], [last.decision, last.setting, last.reason]);
}

/** The call as it would be entered after a talk of a minute. */
function toEnded(entry: LedgerEntry, { events }: PlayedCall): LedgerEntry {
  const joined = events.find((event) => event.kind === 'joined');
  return { ...entry, endedAt: entry.startedAt + 60_000, ...(joined ? { joinedAt: joined.at } : {}) };
}

/** Afterwards nothing is complained of; had it been the other way round, it would be. */
function compareBooks(entry: LedgerEntry, { setting }: ModelPlan, { recorded }: ModelOutcome): void {
  const { startedAt, joinedAt, endedAt = startedAt } = entry;
  const span = { fromAt: joinedAt ?? startedAt, toAt: endedAt };
  const audio = [{ setting: setting ?? '', finished: true, audio: 'here', span } as const];
  assert.deepEqual(reconcile(entry, recorded ? audio : []), { outcome: 'ok' });
  if (recorded) assert.equal(reconcile(entry, []).outcome, 'missing');
  else if (entry.obligation !== 'must') assert.equal(reconcile(entry, audio).outcome, 'madeInError');
}

function openedIn({ commands }: PlayedCall): readonly unknown[] {
  return commands.flatMap((command) =>
    command.kind === 'openRecording' ? [[command.opening.setting, command.opening.reason]] : [],
  );
}

function wroteAudio({ commands }: PlayedCall): boolean {
  return commands.some((command) => command.kind === 'startRecording');
}

function entriesOf({ commands }: Pick<PlayedCall, 'commands'>): readonly LedgerEntry[] {
  return commands.flatMap((command) => (command.kind === 'enterLedger' ? [command.entry] : []));
}

/** Whatever is written to the disk was allowed by the ledger before. */
function assertForetold({ commands }: PlayedCall): void {
  const first = commands.findIndex((command) => command.kind === 'openRecording');
  if (first === -1) return;
  const before = entriesOf({ commands: commands.slice(0, first) }).at(-1);
  assert.equal(before?.obligation, 'must', 'recorded before the ledger said so');
}
