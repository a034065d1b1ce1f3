/** Who was rung first at a ring group's last call, so that the next call begins with the one after. */

import type { Database } from './database.ts';
import { textOf } from './row.ts';

export interface HuntPositions {
  set(group: string, extension: string): void;
  get(group: string): string | undefined;
}

export function createHuntPositions(database: Database): HuntPositions {
  return {
    set: (group, extension) => {
      database.run(
        `INSERT INTO hunt_positions (group_number, extension) VALUES (?, ?)
         ON CONFLICT (group_number) DO UPDATE SET extension = excluded.extension`,
        group,
        extension,
      );
    },
    get: (group) => {
      const row = database.get('SELECT extension FROM hunt_positions WHERE group_number = ?', group);
      return row && textOf(row, 'extension');
    },
  };
}
