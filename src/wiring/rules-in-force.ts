/** The rules that new calls begin with; a reload replaces them. */

import type { Config } from '../config/complete.ts';
import { toChange } from './configuration-change.ts';
import { toRules, type Rules, type RulesPorts } from './rules.ts';

/** A configuration that passed its check, and its hash without secrets. */
export interface CheckedConfig {
  readonly config: Config;
  readonly hash: string;
}

export interface RulesInForce {
  rules(): Rules;
  loaded(): { readonly hash: string; readonly at: number };
  /** Gives the paths of changed values that count only after a restart. */
  replace(next: CheckedConfig): readonly string[];
}

export function createRulesInForce(first: CheckedConfig, ports: RulesPorts): RulesInForce {
  let rules = toRules(first.config, first.hash, ports);
  let at = ports.now();
  return {
    rules: () => rules,
    loaded: () => ({ hash: rules.hash, at }),
    replace: ({ config, hash }) => {
      const change = toChange(first.config, config);
      rules = toRules(change.config, hash, ports);
      at = ports.now();
      return change.needsRestart;
    },
  };
}
