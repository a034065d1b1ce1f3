/** `reconcile`: holds the ledger against the recordings and their files, and names what is wrong. */

import type { Config } from '../config/complete.ts';
import { createCatalogue, type Catalogue } from '../recording/catalogue/catalogue.ts';
import { createLedger } from '../recording/ledger/ledger.ts';
import { createListing } from '../recording/catalogue/listing.ts';
import type { StoredRecording } from '../recording/model.ts';
import { eachLine, toFacts } from '../recording/ledger/reconciler.ts';
import { reconcile as reconcileCall, type Fault, type Reconciliation } from '../recording/ledger/reconciliation.ts';
import { faultText, reconciliationText, type Language } from '../recording/reasons.ts';
import type { Database } from '../store/database.ts';
import type { CallId } from '../telephony/ids.ts';
import { recordingsDirectoryOf } from '../wiring/finishing.ts';
import { sayWrongUse } from './answer.ts';
import type { Command, ExitCode, Invocation } from './command.ts';
import { toLocalTime, withStored } from './stored.ts';
import { formatTable } from './table.ts';

export const reconcile: Command = {
  usage: 'reconcile',
  summary: 'name recordings that are missing or were made in error; 1 if there are any',
  options: [
    { flags: '--from <time>', summary: 'calls begun at or after, such as 2025-11-21 or 2025-11-21T09:30:00Z' },
    { flags: '--to <time>', summary: 'calls begun before' },
  ],
  run,
};

interface Range {
  readonly from?: number;
  readonly to?: number;
}

/** A call that something is wrong with. */
interface Problem {
  readonly callid: string;
  readonly startedAt: string;
  readonly outcome: 'missing' | 'madeInError';
  readonly fault: Fault;
  readonly setting: string | null;
  readonly obligation: string | null;
  readonly recordings: readonly string[];
}

interface Answer {
  readonly ok: boolean;
  readonly checked: number;
  /** Calls that are not finished yet. */
  readonly open: number;
  readonly problems: readonly Problem[];
}

function run(invocation: Invocation): Promise<ExitCode> | ExitCode {
  const [from, to] = [invocation.options['from'], invocation.options['to']].map((text) =>
    typeof text === 'string' ? Date.parse(text) : undefined,
  );
  if (Number.isNaN(from) || Number.isNaN(to)) {
    return sayWrongUse(invocation, 'A time is written like 2025-11-21 or 2025-11-21T09:30:00Z.');
  }
  const range: Range = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  return withStored(invocation, async ({ config, database }) => {
    const answer = database ? await check(database, config, range) : { ok: true, checked: 0, open: 0, problems: [] };
    invocation.output.out(invocation.json ? JSON.stringify(answer, null, 2) : toText(answer, config));
    return answer.ok ? 0 : 1;
  });
}

async function check(database: Database, config: Config, range: Range): Promise<Answer> {
  const catalogue = createCatalogue(database);
  const listing = createListing(catalogue, recordingsDirectoryOf(config));
  const ledger = createLedger(database);
  const problems: Problem[] = [];
  let [checked, open] = [0, 0];
  for (const { entry } of eachLine(ledger, range)) {
    checked += 1;
    const recordings = catalogue.ofCall(entry.call);
    const facts = recordings.map(async (one) => toFacts(one, (await listing.openAudio(one.id)) !== undefined));
    const found = reconcileCall(entry, await Promise.all(facts));
    if (found.outcome === 'open') open += 1;
    const { call, startedAt, obligation, plan } = entry;
    const problem = toProblem(found, { call, startedAt, obligation, setting: plan.setting ?? null }, recordings);
    if (problem) problems.push(problem);
  }
  problems.push(...unexpected(catalogue, range, (call) => ledger.get(call) !== undefined));
  problems.sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
  return { ok: problems.length === 0, checked, open, problems };
}

interface Subject {
  readonly call: string;
  readonly startedAt: number;
  readonly obligation: string | null;
  readonly setting: string | null;
}

function toProblem(
  { outcome, fault = 'not-in-ledger' }: Reconciliation,
  { call, startedAt, obligation, setting }: Subject,
  recordings: readonly StoredRecording[],
): Problem | undefined {
  if (outcome === 'ok' || outcome === 'open') return undefined;
  return {
    callid: call,
    startedAt: new Date(startedAt).toISOString(),
    ...{ outcome, fault, setting, obligation },
    recordings: recordings.map((one) => one.id),
  };
}

const pageSize = 200;

/** Recordings of calls that nobody wrote down. What Asterisk recorded while we were away cannot be in the ledger. */
function unexpected(catalogue: Catalogue, range: Range, isKnown: (call: CallId) => boolean): readonly Problem[] {
  const found: Problem[] = [];
  for (let cursor: string | undefined, more = true; more;) {
    const page = catalogue.list({ ...range, limit: pageSize, ...(cursor === undefined ? {} : { cursor }) });
    for (const recording of page?.recordings ?? []) {
      const { call, startedAt, setting, reason } = recording.opening;
      const isOurs = reason !== 'fallback' && reason !== 'found-file';
      if (!isOurs || toFacts(recording).audio !== 'here' || isKnown(call)) continue;
      const problem = toProblem({ outcome: 'madeInError' }, { call, startedAt, setting, obligation: null }, [
        recording,
      ]);
      if (problem) found.push(problem);
    }
    cursor = page?.next;
    more = cursor !== undefined;
  }
  return found;
}

const summaries = {
  en: { calls: 'calls checked', open: 'not finished yet', none: 'Nothing is missing, and nothing was made in error.' },
  de: {
    calls: 'Gespräche geprüft',
    open: 'noch nicht abgeschlossen',
    none: 'Nichts fehlt, und nichts ist zu Unrecht da.',
  },
} as const satisfies Record<Language, object>;

function toText({ checked, open, problems }: Answer, { language, timeZone }: Config): string {
  const words = summaries[language];
  const count = `${checked} ${words.calls}, ${open} ${words.open}.`;
  if (problems.length === 0) return `${count} ${words.none}`;
  const rows = problems.map((one) => [
    toLocalTime(Date.parse(one.startedAt), timeZone),
    one.callid,
    one.setting ?? '-',
    `${reconciliationText(one.outcome, language)}: ${faultText(one.fault, language)}`,
  ]);
  const [first = [], ...rest] = rows;
  return `${count}\n${formatTable(first, rest)}`;
}
