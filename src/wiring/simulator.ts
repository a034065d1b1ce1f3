/** `simulate` for the HTTP side: by the rules in force, with the settings as they were switched. */

import type { SimulatedCallView, SimulationView, Simulator } from '../http/ports.ts';
import type { Rules } from './rules.ts';
import { simulate, toSimulationAnswer } from './simulation.ts';

export function createSimulator(rules: () => Rules, clock: { now(): number }): Simulator {
  return {
    simulate: (call) => {
      const { config, hash } = rules();
      return toView(config, hash, call, clock.now());
    },
  };
}

function toView(
  config: Rules['config'],
  hash: string,
  { at, ...call }: SimulatedCallView,
  now: number,
): SimulationView | { readonly problem: string } {
  const simulation = simulate(config, hash, { ...call, at: at === undefined ? now : Date.parse(at) });
  if ('problem' in simulation) return simulation;
  const { detail, announcement, looks } = simulation.plan;
  return {
    ...toSimulationAnswer(simulation),
    detail: detail ?? null,
    announcement: announcement ?? null,
    looks: looks.map((look) => ({ setting: look.setting, result: look.result, detail: look.detail ?? null })),
  };
}
