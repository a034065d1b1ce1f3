/** Withdrawn recordings in the book: the fact, and what is still to be removed. */

import type { RecordingId } from '../../telephony/ids.ts';
import type { Database } from '../../store/database.ts';
import { numberOf, textOf } from '../../store/row.ts';
import { moveTo, source } from './catalogue-states.ts';
import type { Erasure, StoredState } from '../model.ts';

export interface PendingErasure {
  readonly id: RecordingId;
  /** False if its files might not have got their names yet. */
  readonly placed: boolean;
}

export function erased(database: Database, id: RecordingId): boolean {
  return database.get('SELECT 1 AS found FROM recordings WHERE id = ? AND erasure IS NOT NULL', id) !== undefined;
}

/** The first withdrawal is the one that counts. */
export function noteErasure(database: Database, id: RecordingId, erasure: Erasure): readonly RecordingId[] {
  const rows = database.all(
    `SELECT r.id, r.number, k.state FROM ${source}
       WHERE (r.id = ? OR (r.id > ? AND r.id < ?)) AND r.erasure IS NULL AND k.state <> 'dropped'`,
    ...[id, `${lateId(id)}-`, `${lateId(id)}.`],
  );
  return rows.map((row) => {
    const one = textOf(row, 'id') as RecordingId;
    const number = numberOf(row, 'number');
    database.run('UPDATE recordings SET erasure = ? WHERE number = ?', JSON.stringify(erasure), number);
    database.run('INSERT INTO recording_erasures (recording, placed) VALUES (?, ?)', number, Number(isPlaced(row)));
    moveTo(database, one, 'deleted');
    return one;
  });
}

/** Before the file's name, a part that came late and has an entry of its own. */
export function lateId(id: RecordingId): string {
  return `${id}-late`;
}

function isPlaced(row: Parameters<typeof textOf>[0]): boolean {
  const state = textOf(row, 'state') as StoredState;
  return state !== 'recording' && state !== 'finishing';
}

/** Of one recording, or of all. */
export function listErasing(database: Database, id?: RecordingId): readonly PendingErasure[] {
  const found = `SELECT r.id, e.placed FROM recording_erasures e JOIN recordings r ON r.number = e.recording`;
  const rows = id === undefined ? database.all(found) : database.all(`${found} WHERE r.id = ?`, id);
  return rows.map((row) => ({ id: textOf(row, 'id') as RecordingId, placed: numberOf(row, 'placed') === 1 }));
}

export function forgetErasure(database: Database, id: RecordingId): void {
  database.run('DELETE FROM recording_erasures WHERE recording = (SELECT number FROM recordings WHERE id = ?)', id);
}
