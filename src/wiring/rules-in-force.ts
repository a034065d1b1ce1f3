/** The rules that new calls begin with; a reload or a switched setting replaces them. */

import type { Config } from '../config/complete.ts';
import { toChange } from './configuration-change.ts';
import { toRules, type Rules, type RulesPorts } from './rules.ts';
import type { SwitchedSettings } from './setting-switches.ts';

/** A configuration that passed its check, and its hash without secrets. */
export interface CheckedConfig {
  readonly config: Config;
  readonly hash: string;
  /** The effective configuration as plain values, without secrets. */
  readonly effective: unknown;
}

export interface RulesInForce {
  rules(): Rules;
  /** The configuration as it stands in the file. */
  written(): Config;
  loaded(): { readonly hash: string; readonly at: number };
  /** Gives the paths of changed values that count only after a restart. */
  replace(next: CheckedConfig): readonly string[];
  /** A setting was switched: makes the rules anew for calls that begin from now on. */
  renew(): void;
}

export interface RulesInForcePorts extends RulesPorts, Pick<SwitchedSettings, 'settle'> {
  /** Told of every configuration that is put in force, with the settings as they were switched. */
  keep(checked: CheckedConfig): void;
}

export function createRulesInForce(first: CheckedConfig, ports: RulesInForcePorts): RulesInForce {
  const make = (checked: CheckedConfig): Rules => {
    const settled = ports.settle(checked);
    ports.keep(settled);
    return toRules(settled.config, settled.hash, ports);
  };
  let written = first;
  let rules = make(first);
  let at = ports.now();
  return {
    rules: () => rules,
    written: () => written.config,
    loaded: () => ({ hash: rules.hash, at }),
    replace: (next) => {
      const change = toChange(first.config, next.config);
      written = { ...next, config: change.config };
      rules = make(written);
      at = ports.now();
      return change.needsRestart;
    },
    renew: () => {
      rules = make(written);
    },
  };
}
