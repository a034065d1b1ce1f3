/** Which recording settings were switched at run time: it stands in the database of the server, if there is one. */

import type { Config } from '../config/complete.ts';
import { createSettingOverrides, type SettingOverride } from '../store/setting-overrides.ts';
import { withDatabase } from './stored.ts';

export async function readSwitchedSettings(config: Config): Promise<readonly SettingOverride[]> {
  const read = await withDatabase(config, { readOnly: true }, (database) => createSettingOverrides(database).all());
  return read ?? [];
}
