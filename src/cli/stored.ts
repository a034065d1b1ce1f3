/** What the server has stored, for commands that read it, or change it while no server runs. */

import { existsSync } from 'node:fs';
import type { Config } from '../config/complete.ts';
import { databaseFileIn, openDatabase, type Database } from '../store/database.ts';
import type { ExitCode, Invocation } from './command.ts';
import { withConfig } from './configured.ts';

export interface Stored {
  readonly config: Config;
  /** None before the server was started for the first time. */
  readonly database: Database | undefined;
}

/**
 * The embedded database, for what must be known or changed while no server runs. Undefined if there was never one: a
 * database made here might belong to a user that the server is not.
 */
export async function withDatabase<Result>(
  { dataDirectory }: Config,
  options: { readonly readOnly: boolean },
  use: (database: Database) => Result | Promise<Result>,
): Promise<Result | undefined> {
  const path = databaseFileIn(dataDirectory);
  if (!existsSync(path)) return undefined;
  const database = await openDatabase(path, options);
  try {
    return await use(database);
  } finally {
    await database.close();
  }
}

export function withStored(
  invocation: Invocation,
  use: (stored: Stored) => ExitCode | Promise<ExitCode>,
): Promise<ExitCode> {
  return withConfig(invocation, async ({ config }) => {
    const known = await withDatabase(config, { readOnly: true }, (database) => use({ config, database }));
    return known ?? use({ config, database: undefined });
  });
}

/** `2025-11-21 10:01:00` in the time zone given. */
export function toLocalTime(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(at);
}
