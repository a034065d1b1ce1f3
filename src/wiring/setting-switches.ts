/** Recording settings as they count: as the file says, unless somebody switched them at run time. */

import type { Config } from '../config/complete.ts';
import { hashOf } from '../config/effective.ts';
import type { SettingView } from '../http/ports.ts';
import { describeSettings } from '../recording/describe/describe-setting.ts';
import type { Logger } from '../observability/logger.ts';
import type { CheckedConfig } from './rules-in-force.ts';
import type { SettingOverride, SettingOverrides } from '../store/setting-overrides.ts';

export interface SettingSwitchTools {
  readonly overrides: SettingOverrides;
  now(): number;
  readonly logger: Pick<Logger, 'warn'>;
}

export interface SwitchedSettings {
  /** Forgets switches of settings that are no more, and gives the configuration as the others have it, with its hash. */
  settle(written: CheckedConfig): CheckedConfig;
  set(setting: string, enabled: boolean | null): void;
  views(written: Config): readonly SettingView[];
}

export function createSwitchedSettings({ overrides, now, logger }: SettingSwitchTools): SwitchedSettings {
  return {
    settle: (written) => {
      const names = new Set(written.config.recording.settings.map(({ name }) => name));
      for (const { setting } of overrides.all().filter((one) => !names.has(one.setting))) {
        overrides.set(setting, null, now());
        logger.warn({ setting }, 'switch of a recording setting forgotten, as there is no such setting any more');
      }
      return settled(written, overrides.all());
    },
    set: (setting, enabled) => {
      overrides.set(setting, enabled, now());
    },
    views: (written) => toSettingViews(written, overrides.all()),
  };
}

/** A switched setting makes it another configuration, which has a hash of its own. */
function settled(written: CheckedConfig, overrides: readonly SettingOverride[]): CheckedConfig {
  if (overrides.length === 0) return written;
  const config = withOverrides(written.config, overrides);
  const settings = config.recording.settings.map(({ enabled }) => enabled);
  const effective = withSwitches(written.effective, settings);
  return { config, effective, hash: hashOf(effective) };
}

function withSwitches(effective: unknown, enabled: readonly boolean[]): unknown {
  const copy = structuredClone(effective) as { recording?: { settings?: { enabled?: boolean }[] } };
  for (const [index, setting] of (copy.recording?.settings ?? []).entries()) setting.enabled = enabled[index] ?? true;
  return copy;
}

/** The configuration with every switched setting as it was switched. */
export function withOverrides(written: Config, overrides: readonly SettingOverride[]): Config {
  const { recording } = written;
  const settings = recording.settings.map((setting) => {
    const override = overrides.find((one) => one.setting === setting.name);
    return override === undefined ? setting : { ...setting, enabled: override.enabled };
  });
  return { ...written, recording: { ...recording, settings } };
}

export function toSettingViews(written: Config, overrides: readonly SettingOverride[]): readonly SettingView[] {
  const switched = new Map(overrides.map((one) => [one.setting, one.enabled]));
  const described = describeSettings(written, written.language, switched);
  return written.recording.settings.map(({ name, enabled, select, directions, exceptionLists }, index) => {
    const override = switched.get(name) ?? null;
    const sentence = described[index]?.text ?? '';
    return { name, enabled: override ?? enabled, override, select, directions, exceptionLists, sentence };
  });
}
