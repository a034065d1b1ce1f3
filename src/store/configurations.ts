/** Every configuration that was ever in force, by its hash and without its secrets. */

import type { Database } from './database.ts';
import { numberOf, textOf, type Row } from './row.ts';

export interface KeptConfiguration {
  /** SHA-256 of the effective configuration without secrets. */
  readonly hash: string;
  /** Unix time in milliseconds. */
  readonly firstUsedAt: number;
  /** When it was last put in force, by a start or a reload. */
  readonly lastUsedAt: number;
}

export interface Configurations {
  /** Notes that it is in force from now on. `effective` must hold no secret. */
  keep(hash: string, effective: unknown, at: number): void;
  /** The one put in force last comes first. */
  list(): readonly KeptConfiguration[];
  /** By the hash, or by its beginning if no other begins so. */
  find(prefix: string): (KeptConfiguration & { readonly effective: unknown }) | 'ambiguous' | undefined;
}

const facts = 'hash, first_used_at, last_used_at';

export function createConfigurations(database: Database): Configurations {
  return {
    keep: (hash, effective, at) => {
      database.run(
        `INSERT INTO configurations (hash, first_used_at, last_used_at, effective) VALUES (?, ?, ?, ?)
         ON CONFLICT (hash) DO UPDATE SET last_used_at = excluded.last_used_at`,
        hash,
        Math.floor(at),
        Math.floor(at),
        JSON.stringify(effective),
      );
    },
    list: () => database.all(`SELECT ${facts} FROM configurations ORDER BY last_used_at DESC, hash`).map(toKept),
    find: (prefix) => {
      const [row, other] = database.all(
        `SELECT ${facts}, effective FROM configurations WHERE hash >= ? AND hash < ? LIMIT 2`,
        prefix,
        `${prefix}g`,
      );
      if (row === undefined || prefix === '') return undefined;
      return other ? 'ambiguous' : { ...toKept(row), effective: JSON.parse(textOf(row, 'effective')) as unknown };
    },
  };
}

function toKept(row: Row): KeptConfiguration {
  return {
    hash: textOf(row, 'hash'),
    firstUsedAt: numberOf(row, 'first_used_at'),
    lastUsedAt: numberOf(row, 'last_used_at'),
  };
}
