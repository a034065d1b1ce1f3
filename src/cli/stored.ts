/** What the server has stored, for commands that only read it. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/complete.ts';
import { openDatabase, type Database } from '../store/database.ts';
import type { ExitCode, Invocation } from './command.ts';
import { withConfig } from './configured.ts';

export interface Stored {
  readonly config: Config;
  /** None before the server was started for the first time. */
  readonly database: Database | undefined;
}

export function withStored(
  invocation: Invocation,
  use: (stored: Stored) => ExitCode | Promise<ExitCode>,
): Promise<ExitCode> {
  return withConfig(invocation, async ({ config }) => {
    const path = join(config.dataDirectory, 'fernamt.db');
    if (!existsSync(path)) return use({ config, database: undefined });
    const database = await openDatabase(path, { readOnly: true });
    try {
      return await use({ config, database });
    } finally {
      await database.close();
    }
  });
}

/** `2025-11-21 10:01:00` in the time zone given. */
export function toLocalTime(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(at);
}
