/** Running calls as they stood after their last event, to go on with them after a restart. */

import type { Database } from './database.ts';
import { textOf } from './row.ts';

export interface LiveCalls {
  /** Called at every event of every call: a few ten microseconds. */
  save(callId: string, snapshot: string, at: number): void;
  remove(callId: string): void;
  all(): readonly { readonly callId: string; readonly snapshot: string }[];
}

export function createLiveCalls(database: Database): LiveCalls {
  return {
    save: (callId, snapshot, at) => {
      database.run(
        `INSERT INTO live_calls (call_id, snapshot, updated_at) VALUES (?, ?, ?)
         ON CONFLICT (call_id) DO UPDATE SET snapshot = excluded.snapshot, updated_at = excluded.updated_at`,
        callId,
        snapshot,
        Math.floor(at),
      );
    },
    remove: (callId) => {
      database.run('DELETE FROM live_calls WHERE call_id = ?', callId);
    },
    all: () =>
      database
        .all('SELECT call_id, snapshot FROM live_calls ORDER BY rowid')
        .map((row) => ({ callId: textOf(row, 'call_id'), snapshot: textOf(row, 'snapshot') })),
  };
}
