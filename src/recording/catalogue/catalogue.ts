/** The book of recordings in the embedded database. Every change here is committed when the function returns. */

import type { CallId, RecordingId } from '../../telephony/ids.ts';
import type { Database } from '../../store/database.ts';
import { numberOf, optionalTextOf, textOf, type Row } from '../../store/row.ts';
import {
  listKinds,
  listStream,
  toCursor,
  parseCursor,
  type CataloguePage,
  type CatalogueQuery,
  type Kind,
} from './catalogue-list.ts';
import { erased, forgetErasure, listErasing, noteErasure, type PendingErasure } from './catalogue-erasures.ts';
import { columns, kindOf, moveTo, numberOfId, source, type RowState } from './catalogue-states.ts';
import type { Erasure, Outcome, StoredClosing, StoredOpening, StoredRecording, StoredState } from '../model.ts';

export interface Catalogue {
  /** Enters a recording that is about to begin. One that is there already stays as it is. */
  open(opening: StoredOpening): void;
  /** Notes the end. False if it is unknown, or was closed or dropped before. */
  close(closing: StoredClosing): boolean;
  /** The call was never joined: the entry disappears from lists at once and for good once its files are removed. */
  drop(id: RecordingId): void;
  /**
   * The audio is withdrawn: `deleted` from now on, and no state that comes later changes it. The parts that came late and
   * have an entry of their own go with it. Gives those whose files are now to be removed.
   */
  erase(id: RecordingId, erasure: Erasure): readonly RecordingId[];
  /** What is to be removed of an erased recording; undefined once that is done, and for all others. */
  erasing(id: RecordingId): PendingErasure | undefined;
  allErasing(): readonly RecordingId[];
  /** All is removed. */
  noteErased(id: RecordingId): void;
  /** Forgets a dropped recording. */
  forget(id: RecordingId): void;
  /** Reserves the name among all recordings there ever were, without regard to case, and notes what the file is. */
  name(id: RecordingId, base: string, outcome: Outcome): 'named' | 'taken';
  /** How many recordings have this name with something behind a dash: an estimate of where free numbers begin. */
  countNumbered(base: string): number;
  /** Nothing for one that was erased. */
  setState(id: RecordingId, state: StoredState): void;
  get(id: RecordingId): StoredRecording | undefined;
  /** All recordings of one call, the oldest first. */
  ofCall(call: CallId): readonly StoredRecording[];
  /** The latest first. A cursor that this catalogue never gave: undefined. */
  list(query: CatalogueQuery): CataloguePage | undefined;
  /** Those that are not finished, the oldest first. */
  unfinished(): readonly StoredRecording[];
  unfinishedCount(): number;
  dropped(): readonly StoredRecording[];
  /** The recording that Asterisk's file of this name belongs to. */
  ownerOf(part: string): { readonly id: RecordingId; readonly state: StoredState | 'dropped' } | undefined;
  /** Resolves when all that was noted so far would survive a power cut. */
  flush(): Promise<void>;
  /** Told of each recording that is new or changed. Returns the way to end it. */
  subscribe(listener: (recording: StoredRecording) => void): () => void;
}

export function createCatalogue(database: Database): Catalogue {
  const listeners = new Set<(recording: StoredRecording) => void>();
  const get = (id: RecordingId): StoredRecording | undefined => {
    const row = database.get(`SELECT ${columns} FROM ${source} WHERE r.id = ? AND k.state <> 'dropped'`, id);
    return row && toRecording(row);
  };
  const tell = (id: RecordingId): void => {
    if (listeners.size === 0) return;
    const recording = get(id);
    if (recording) for (const listener of listeners) listener(recording);
  };
  const inState = (...states: readonly RowState[]): readonly StoredRecording[] =>
    listKinds(database, (kind) => states.includes(kind.state))
      .flatMap((kind) => database.all(`SELECT ${columns}, r.number FROM ${source} WHERE r.kind = ?`, kind.number))
      .sort((a, b) => numberOf(a, 'number') - numberOf(b, 'number'))
      .map(toRecording);

  return {
    open: (opening) => {
      if (enter(database, opening)) tell(opening.id);
    },
    close: (closing) => {
      const closed = database.transaction(() => noteClosing(database, closing));
      if (closed) tell(closing.id);
      return closed;
    },
    drop: (id) => {
      database.transaction(() => {
        if (!erased(database, id)) moveTo(database, id, 'dropped');
      });
    },
    erase: (id, erasure) => {
      const ids = database.transaction(() => noteErasure(database, id, erasure));
      for (const one of ids) tell(one);
      return ids;
    },
    erasing: (id) => listErasing(database, id)[0],
    allErasing: () => listErasing(database).map((one) => one.id),
    noteErased: (id) => {
      forgetErasure(database, id);
    },
    forget: (id) => {
      database.transaction(() => {
        forget(database, id);
      });
    },
    name: (id, base, outcome) => name(database, id, base, outcome),
    countNumbered: (base) => countNumbered(database, base),
    setState: (id, state) => {
      database.transaction(() => {
        if (!erased(database, id)) moveTo(database, id, state);
      });
      tell(id);
    },
    get,
    ofCall: (call) => ofCall(database, call),
    list: (query) => list(database, query),
    unfinished: () => inState('recording', 'finishing'),
    unfinishedCount: () => countUnfinished(database),
    dropped: () => inState('dropped'),
    ownerOf: (part) => ownerOf(database, part),
    flush: () => database.flush(),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

// ── writing ─────────────────────────────────────────────────────────────────

function enter(database: Database, opening: StoredOpening): boolean {
  return database.transaction(() => {
    const startedAt = Math.floor(opening.startedAt);
    const kind = kindOf(database, 'recording', opening.setting, opening.direction);
    const added = database.run(
      'INSERT OR IGNORE INTO recordings (id, kind, call_id, started_at, opening) VALUES (?, ?, ?, ?, ?)',
      opening.id,
      kind,
      opening.call,
      startedAt,
      JSON.stringify(opening),
    );
    if (added === 0) return false;
    const number = numberOfId(database, opening.id);
    if (number === undefined) return false;
    addParties(database, number, partiesOf(opening));
    for (const part of opening.parts) {
      database.run('INSERT OR REPLACE INTO recording_parts (name, recording) VALUES (?, ?)', part.name, number);
    }
    return true;
  });
}

function partiesOf(opening: StoredOpening): readonly string[] {
  return [opening.caller, opening.callee, opening.group ?? '', ...opening.users];
}

function addParties(database: Database, number: number, parties: readonly string[]): void {
  for (const party of new Set(parties)) {
    if (party === '') continue;
    database.run(
      `INSERT OR IGNORE INTO recording_parties (party, kind, started_at, recording)
         SELECT ?, kind, started_at, number FROM recordings WHERE number = ?`,
      party.toLowerCase(),
      number,
    );
  }
}

function noteClosing(database: Database, closing: StoredClosing): boolean {
  const row = database.get(
    `SELECT r.number FROM ${source} WHERE r.id = ? AND r.closing IS NULL AND k.state = 'recording'`,
    closing.id,
  );
  if (!row) return false;
  database.run('UPDATE recordings SET closing = ? WHERE id = ?', JSON.stringify(closing), closing.id);
  addParties(database, numberOf(row, 'number'), closing.users);
  moveTo(database, closing.id, 'finishing');
  return true;
}

function name(database: Database, id: RecordingId, base: string, outcome: Outcome): 'named' | 'taken' {
  const changed = database.run(
    'UPDATE OR IGNORE recordings SET base = ?, outcome = ? WHERE id = ?',
    base,
    JSON.stringify(outcome),
    id,
  );
  if (changed === 0 && numberOfId(database, id) === undefined) throw new Error(`recording ${id} has no entry`);
  return changed === 1 ? 'named' : 'taken';
}

function forget(database: Database, id: RecordingId): void {
  const number = numberOfId(database, id);
  if (number === undefined) return;
  database.run('DELETE FROM recording_parties WHERE recording = ?', number);
  database.run('DELETE FROM recording_parts WHERE recording = ?', number);
  database.run('DELETE FROM recordings WHERE number = ?', number);
}

// ── reading ─────────────────────────────────────────────────────────────────

function ownerOf(database: Database, part: string): ReturnType<Catalogue['ownerOf']> {
  const row = database.get(
    `SELECT r.id, k.state FROM recording_parts p JOIN recordings r ON r.number = p.recording
       JOIN recording_kinds k ON k.number = r.kind WHERE p.name = ?`,
    part,
  );
  return row && { id: textOf(row, 'id') as RecordingId, state: textOf(row, 'state') as RowState };
}

function ofCall(database: Database, call: CallId): readonly StoredRecording[] {
  return database
    .all(`SELECT ${columns} FROM ${source} WHERE r.call_id = ? AND k.state <> 'dropped' ORDER BY r.number`, call)
    .map(toRecording);
}

/** In the order of the index a full stop comes right behind the dash. */
function countNumbered(database: Database, base: string): number {
  const found = 'SELECT count(*) AS found FROM recordings WHERE base >= ? AND base < ?';
  return countOf(database.get(found, `${base}-`, `${base}.`));
}

function countUnfinished(database: Database): number {
  const kinds = listKinds(database, ({ state }) => state === 'recording' || state === 'finishing');
  const count = ({ number }: Kind): number =>
    countOf(database.get('SELECT count(*) AS found FROM recordings WHERE kind = ?', number));
  return kinds.reduce((sum, kind) => sum + count(kind), 0);
}

function countOf(row: Row | undefined): number {
  return row ? numberOf(row, 'found') : 0;
}

function list(database: Database, query: CatalogueQuery): CataloguePage | undefined {
  const after = query.cursor === undefined ? 'first' : parseCursor(query.cursor);
  if (after === undefined) return undefined;
  const found = listStream(database, query, after === 'first' ? undefined : after);
  const page = found.slice(0, query.limit);
  const last = page.at(-1);
  const recordings = page.flatMap(({ number }) => {
    const row = database.get(`SELECT ${columns} FROM ${source} WHERE r.number = ?`, number);
    return row ? [toRecording(row)] : [];
  });
  return { recordings, ...(last && found.length > page.length ? { next: toCursor(last) } : {}) };
}

function toRecording(row: Row): StoredRecording {
  const [base, closing, outcome, erasure] = ['base', 'closing', 'outcome', 'erasure'].map((column) =>
    optionalTextOf(row, column),
  );
  return {
    id: textOf(row, 'id') as RecordingId,
    state: textOf(row, 'state') as StoredState,
    opening: JSON.parse(textOf(row, 'opening')) as StoredOpening,
    ...(base === undefined ? {} : { base }),
    ...(closing === undefined ? {} : { closing: JSON.parse(closing) as StoredClosing }),
    ...(outcome === undefined ? {} : { outcome: JSON.parse(outcome) as Outcome }),
    ...(erasure === undefined ? {} : { erasure: JSON.parse(erasure) as Erasure }),
  };
}
