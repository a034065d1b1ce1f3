/**
 * The expectation ledger in the embedded database: one line per call, written anew as the call goes on. Every change
 * here is committed when the function returns.
 */

import type { CallId } from '../../telephony/ids.ts';
import type { LedgerEntry, Obligation } from '../../telephony/ledger-entry.ts';
import type { Database } from '../../store/database.ts';
import { numberOf, optionalTextOf, textOf, type Row, type SqlValue } from '../../store/row.ts';
import { parseCursor, toCursor, type Place } from '../catalogue/catalogue-list.ts';
import type { Fault, Outcome, Reconciliation } from './reconciliation.ts';

export interface LedgeredCall {
  readonly entry: LedgerEntry;
  /** Hash of the configuration that the call was decided by. */
  readonly configuration: string;
  readonly reconciliation: Reconciliation;
}

export interface LedgerQuery {
  /** Unix time in milliseconds: begun at or after. */
  readonly from?: number;
  /** Unix time in milliseconds: begun before. */
  readonly to?: number;
  readonly obligation?: Obligation;
  /** Only lines that are in this trouble. */
  readonly problem?: Exclude<Outcome, 'ok'>;
  readonly limit: number;
  /** `next` of the page before. */
  readonly cursor?: string;
}

export interface LedgerPage {
  /** The latest first. */
  readonly calls: readonly LedgeredCall[];
  /** None on the last page. */
  readonly next?: string;
}

export interface Ledger {
  /**
   * Writes the call's line, or writes it anew: it is to be judged, or judged again. The configuration is that of the
   * first time.
   */
  enter(entry: LedgerEntry, configuration: string): void;
  /** What was found when the line was held against the recordings. */
  judge(call: CallId, found: Reconciliation): void;
  get(call: CallId): LedgeredCall | undefined;
  /** By the id, or by its beginning if no other call begins so. */
  find(prefix: string): LedgeredCall | 'ambiguous' | undefined;
  /** A cursor that this ledger never gave: undefined. */
  list(query: LedgerQuery): LedgerPage | undefined;
  /** How many calls match. */
  count(query: Omit<LedgerQuery, 'limit' | 'cursor'>): number;
  /** Resolves when all that was written so far would survive a power cut. */
  flush(): Promise<void>;
}

const columns = 'number, started_at, configuration, trouble, fault, entry';

export function createLedger(database: Database): Ledger {
  const get = (call: CallId): LedgeredCall | undefined => {
    const row = database.get(`SELECT ${columns} FROM ledger WHERE call_id = ?`, call);
    return row && toLedgered(row);
  };
  return {
    enter: (entry, configuration) => {
      enter(database, entry, configuration);
    },
    judge: (call, { outcome, fault }) => {
      const trouble = outcome === 'ok' ? null : outcome;
      database.run('UPDATE ledger SET trouble = ?, fault = ? WHERE call_id = ?', trouble, fault ?? null, call);
    },
    get,
    find: (prefix) => get(prefix as CallId) ?? findByPrefix(database, prefix),
    list: (query) => list(database, query),
    count: (query) => {
      const { sql, values } = toConditions(query, undefined);
      const row = database.get(`SELECT count(*) AS found FROM ledger WHERE ${sql}`, ...values);
      return row ? numberOf(row, 'found') : 0;
    },
    flush: () => database.flush(),
  };
}

function enter(database: Database, entry: LedgerEntry, configuration: string): void {
  database.run(
    `INSERT INTO ledger (call_id, started_at, obligation, setting, reason, configuration, trouble, entry)
       VALUES (?, ?, ?, ?, ?, ?, 'open', ?)
     ON CONFLICT (call_id) DO UPDATE SET obligation = excluded.obligation, setting = excluded.setting,
       reason = excluded.reason, trouble = ifnull(trouble, 'open'), entry = excluded.entry`,
    entry.call,
    Math.floor(entry.startedAt),
    entry.obligation,
    entry.plan.setting ?? null,
    entry.plan.reason,
    configuration,
    JSON.stringify(entry),
  );
}

/** Behind every id that begins so. */
const last = '\u{10FFFF}';

function findByPrefix(database: Database, prefix: string): LedgeredCall | 'ambiguous' | undefined {
  if (prefix === '') return undefined;
  const [row, other] = database.all(
    `SELECT ${columns} FROM ledger WHERE call_id >= ? AND call_id < ? LIMIT 2`,
    prefix,
    prefix + last,
  );
  return other ? 'ambiguous' : row && toLedgered(row);
}

function list(database: Database, query: LedgerQuery): LedgerPage | undefined {
  const after = query.cursor === undefined ? 'first' : parseCursor(query.cursor);
  if (after === undefined) return undefined;
  const found = readRows(database, query, after === 'first' ? undefined : after);
  const page = found.slice(0, query.limit);
  const end = page.at(-1);
  const next = end && found.length > page.length ? { next: toCursor(placeOf(end)) } : {};
  return { calls: page.map(toLedgered), ...next };
}

/** Up to one row more than the limit, which tells that there is another page. */
function readRows(database: Database, query: LedgerQuery, after: Place | undefined): readonly Row[] {
  const { sql, values } = toConditions(query, after);
  return database.all(
    `SELECT ${columns} FROM ledger WHERE ${sql} ORDER BY started_at DESC, number DESC LIMIT ?`,
    ...values,
    query.limit + 1,
  );
}

interface Conditions {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

function toConditions(query: Omit<LedgerQuery, 'limit' | 'cursor'>, after: Place | undefined): Conditions {
  const { obligation, problem } = query;
  const from = Math.ceil(query.from ?? Number.MIN_SAFE_INTEGER);
  const to = Math.ceil(query.to ?? Number.MAX_SAFE_INTEGER);
  const end = after && after.startedAt < to ? after : { startedAt: to, number: 0 };
  const conditions: readonly (readonly [sql: string, ...values: SqlValue[]] | undefined)[] = [
    problem && ['trouble = ?', problem],
    // The plus keeps SQLite from the index of obligations: what is in trouble is always fewer.
    obligation && [problem ? '+obligation = ?' : 'obligation = ?', obligation],
    ['started_at >= ?', from],
    ['(started_at, number) < (?, ?)', end.startedAt, end.number],
  ];
  const given = conditions.filter((one) => one !== undefined);
  return { sql: given.map(([sql]) => sql).join(' AND '), values: given.flatMap(([, ...values]) => values) };
}

function placeOf(row: Row): Place {
  return { startedAt: numberOf(row, 'started_at'), number: numberOf(row, 'number') };
}

function toLedgered(row: Row): LedgeredCall {
  const [trouble, fault] = [optionalTextOf(row, 'trouble'), optionalTextOf(row, 'fault')];
  return {
    entry: JSON.parse(textOf(row, 'entry')) as LedgerEntry,
    configuration: textOf(row, 'configuration'),
    reconciliation: {
      outcome: (trouble ?? 'ok') as Outcome,
      ...(fault === undefined ? {} : { fault: fault as Fault }),
    },
  };
}
