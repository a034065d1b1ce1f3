/**
 * Pages of the book of recordings. Each kind (state, setting, direction) is a stream of its own, ordered by time in an
 * index; a page is merged from the streams of the kinds asked for. So a page costs the same among a million
 * recordings as among a hundred, whatever is asked for.
 */

import type { Database } from '../../store/database.ts';
import { numberOf, textOf, type SqlValue } from '../../store/row.ts';
import type { StoredRecording, StoredState } from '../model.ts';

export interface CatalogueQuery {
  /** Unix time in milliseconds: begun at or after. */
  readonly from?: number;
  /** Unix time in milliseconds: begun before. */
  readonly to?: number;
  readonly setting?: string;
  readonly direction?: 'in' | 'out';
  /** Number of the caller, the callee, the group or a user; the whole number. */
  readonly party?: string;
  readonly state?: StoredState;
  readonly limit: number;
  /** `next` of the page before. */
  readonly cursor?: string;
}

export interface CataloguePage {
  /** The latest first. */
  readonly recordings: readonly StoredRecording[];
  /** None on the last page. */
  readonly next?: string;
}

export interface Kind {
  readonly number: number;
  readonly state: StoredState | 'dropped';
  readonly setting: string;
  readonly direction: string;
}

/** A place in the order of lists. */
export interface Place {
  readonly startedAt: number;
  readonly number: number;
}

export function listKinds(database: Database, wanted: (kind: Kind) => boolean): readonly Kind[] {
  return database
    .all('SELECT number, state, setting, direction FROM recording_kinds')
    .map((row) => ({
      number: numberOf(row, 'number'),
      state: textOf(row, 'state') as Kind['state'],
      setting: textOf(row, 'setting'),
      direction: textOf(row, 'direction'),
    }))
    .filter(wanted);
}

/** Up to one place more than the limit, the latest first: the one more tells that there is another page. */
export function listStream(database: Database, query: CatalogueQuery, after: Place | undefined): readonly Place[] {
  const kinds = listKinds(database, (kind) => isWanted(kind, query));
  const streams = kinds.map((kind) => readStream(database, query, kind, after));
  return streams
    .flat()
    .sort(latestFirst)
    .slice(0, query.limit + 1);
}

function isWanted(kind: Kind, query: CatalogueQuery): boolean {
  if (kind.state === 'dropped') return false;
  if (query.state !== undefined && kind.state !== query.state) return false;
  if (query.setting !== undefined && kind.setting !== query.setting) return false;
  return query.direction === undefined || kind.direction === query.direction;
}

function readStream(database: Database, query: CatalogueQuery, kind: Kind, after: Place | undefined): readonly Place[] {
  const { before, values } = upperEnd(query, after);
  const from = Math.ceil(query.from ?? Number.MIN_SAFE_INTEGER);
  const limit = query.limit + 1;
  const rows =
    query.party === undefined
      ? database.all(
          `SELECT started_at, number FROM recordings WHERE kind = ? AND started_at >= ? AND ${before('number')}
             ORDER BY started_at DESC, number DESC LIMIT ?`,
          ...[kind.number, from, ...values, limit],
        )
      : database.all(
          `SELECT started_at, recording AS number FROM recording_parties
             WHERE party = ? AND kind = ? AND started_at >= ? AND ${before('recording')}
             ORDER BY started_at DESC, recording DESC LIMIT ?`,
          ...[query.party.toLowerCase(), kind.number, from, ...values, limit],
        );
  return rows.map((row) => ({ startedAt: numberOf(row, 'started_at'), number: numberOf(row, 'number') }));
}

interface UpperEnd {
  readonly before: (column: string) => string;
  readonly values: readonly SqlValue[];
}

/** Where a page begins: after the last recording of the page before, or at the end of the time asked for. */
function upperEnd(query: CatalogueQuery, after: Place | undefined): UpperEnd {
  const to = Math.ceil(query.to ?? Number.MAX_SAFE_INTEGER);
  if (after && after.startedAt < to) {
    return { before: (column) => `(started_at, ${column}) < (?, ?)`, values: [after.startedAt, after.number] };
  }
  return { before: () => 'started_at < ?', values: [to] };
}

function latestFirst(a: Place, b: Place): number {
  return b.startedAt - a.startedAt || b.number - a.number;
}

export function toCursor(place: Place): string {
  return `${place.startedAt.toString(36)}.${place.number.toString(36)}`;
}

export function parseCursor(cursor: string): Place | undefined {
  const [, time, number] = /^(-?[0-9a-z]{1,11})\.([0-9a-z]{1,11})$/.exec(cursor) ?? [];
  if (time === undefined || number === undefined) return undefined;
  const place = { startedAt: parseInt(time, 36), number: parseInt(number, 36) };
  return Number.isSafeInteger(place.startedAt) && Number.isSafeInteger(place.number) ? place : undefined;
}
