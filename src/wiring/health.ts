/** Whether the server can do its work at this moment. */

import type { AriConnection } from '../ari/connection.ts';
import type { Health, HealthReason } from '../http/ports.ts';
import type { DirectoryWatch } from './directory-watch.ts';
import type { Database } from '../store/database.ts';

export interface HealthPorts {
  readonly connection: Pick<AriConnection, 'state'>;
  readonly database: Pick<Database, 'run' | 'transaction'>;
  readonly directories: Pick<DirectoryWatch, 'problems'>;
}

export function createHealth({ connection, database, directories }: HealthPorts): Health {
  return {
    reasons: () => [...asteriskReasons(connection), ...storeReasons(database), ...directoryReasons(directories)],
  };
}

function directoryReasons(directories: HealthPorts['directories']): readonly HealthReason[] {
  return directories
    .problems()
    .filter(({ severity }) => severity === 'error')
    .map(({ message }) => ({ code: 'directory-not-usable', message }));
}

function asteriskReasons(connection: HealthPorts['connection']): readonly HealthReason[] {
  if (connection.state === 'connected') return [];
  return [{ code: 'asterisk-disconnected', message: `not connected to Asterisk (${connection.state})` }];
}

/** No call has this id. */
const probe = 'is the database writable';

/**
 * A row that comes and goes shows whether the database can be written: disk full, read-only, taken away. A statement
 * that changes nothing would write nothing.
 */
function storeReasons(database: HealthPorts['database']): readonly HealthReason[] {
  try {
    database.transaction(() => {
      database.run('INSERT INTO live_calls (call_id, snapshot, updated_at) VALUES (?, ?, ?)', probe, '', 0);
      database.run('DELETE FROM live_calls WHERE call_id = ?', probe);
    });
    return [];
  } catch (error) {
    return [{ code: 'store-not-writable', message: `the database cannot be written: ${String(error)}` }];
  }
}
