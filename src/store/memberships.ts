/** Who logged in to or out of which ring group. Members that never did are not in it. */

import type { Database } from './database.ts';
import { numberOf, textOf } from './row.ts';

export interface Membership {
  readonly group: string;
  readonly extension: string;
  readonly active: boolean;
}

export interface Memberships {
  set(group: string, extension: string, active: boolean): void;
  all(): readonly Membership[];
}

export function createMemberships(database: Database): Memberships {
  return {
    set: (group, extension, active) => {
      database.run(
        `INSERT INTO memberships (group_number, extension, active) VALUES (?, ?, ?)
         ON CONFLICT (group_number, extension) DO UPDATE SET active = excluded.active`,
        group,
        extension,
        active ? 1 : 0,
      );
    },
    all: () =>
      database.all('SELECT group_number, extension, active FROM memberships').map((row) => ({
        group: textOf(row, 'group_number'),
        extension: textOf(row, 'extension'),
        active: numberOf(row, 'active') === 1,
      })),
  };
}
