/** Recording settings that were switched on or off at run time, against what stands in the file. */

import type { Database } from './database.ts';
import { numberOf, textOf } from './row.ts';

export interface SettingOverride {
  readonly setting: string;
  readonly enabled: boolean;
}

export interface SettingOverrides {
  /** Null gives the word back to the file. `at` is Unix time in milliseconds. */
  set(setting: string, enabled: boolean | null, at: number): void;
  all(): readonly SettingOverride[];
}

export function createSettingOverrides(database: Database): SettingOverrides {
  return {
    set: (setting, enabled, at) => {
      if (enabled === null) {
        database.run('DELETE FROM setting_overrides WHERE setting = ?', setting);
        return;
      }
      database.run(
        `INSERT INTO setting_overrides (setting, enabled, switched_at) VALUES (?, ?, ?)
         ON CONFLICT (setting) DO UPDATE SET enabled = excluded.enabled, switched_at = excluded.switched_at`,
        setting,
        enabled ? 1 : 0,
        Math.floor(at),
      );
    },
    all: () =>
      database
        .all('SELECT setting, enabled FROM setting_overrides')
        .map((row) => ({ setting: textOf(row, 'setting'), enabled: numberOf(row, 'enabled') === 1 })),
  };
}
