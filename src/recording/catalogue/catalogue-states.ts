/** How a recording passes from one state to the next in the book: it moves from one stream of the lists to another. */

import type { RecordingId } from '../../telephony/ids.ts';
import type { Database } from '../../store/database.ts';
import { numberOf, textOf, type Row, type SqlValue } from '../../store/row.ts';
import type { StoredState } from '../model.ts';

/** What stands in the database: `dropped` is nobody's business but the finisher's. */
export type RowState = StoredState | 'dropped';

export const columns = 'r.id, r.base, r.opening, r.closing, r.outcome, r.erasure, k.state';
export const source = 'recordings r JOIN recording_kinds k ON k.number = r.kind';

export function moveTo(database: Database, id: RecordingId, state: RowState): void {
  const row = database.get(`SELECT r.number, k.setting, k.direction FROM ${source} WHERE r.id = ?`, id);
  if (!row) return;
  const kind = kindOf(database, state, textOf(row, 'setting'), textOf(row, 'direction'));
  const number = numberOf(row, 'number');
  database.run('UPDATE recordings SET kind = ? WHERE number = ?', kind, number);
  database.run('UPDATE recording_parties SET kind = ? WHERE recording = ?', kind, number);
}

export function kindOf(database: Database, state: RowState, setting: string, direction: string): number {
  const values: readonly SqlValue[] = [state, setting, direction];
  const find = (): Row | undefined =>
    database.get('SELECT number FROM recording_kinds WHERE state = ? AND setting = ? AND direction = ?', ...values);
  const known = find();
  if (known) return numberOf(known, 'number');
  database.run('INSERT INTO recording_kinds (state, setting, direction) VALUES (?, ?, ?)', ...values);
  const made = find();
  if (!made) throw new Error('a kind of recordings that was just entered is not there');
  return numberOf(made, 'number');
}

export function numberOfId(database: Database, id: RecordingId): number | undefined {
  const row = database.get('SELECT number FROM recordings WHERE id = ?', id);
  return row && numberOf(row, 'number');
}
