/** `dialplan`: the routes and fallback decisions as they are written for Asterisk. */

import type { Config } from '../config/complete.ts';
import { check } from '../config/load.ts';
import { formatProblem } from '../config/problem.ts';
import { createMemberships, type Membership } from '../store/memberships.ts';
import { toRoutesText } from '../wiring/fallback-routes.ts';
import { toRules } from '../wiring/rules.ts';
import { withOverrides } from '../wiring/setting-switches.ts';
import type { Command, ExitCode, Invocation } from './command.ts';
import { withDatabase } from './stored.ts';
import { readSwitchedSettings } from './switched-settings.ts';

export const dialplan: Command = {
  usage: 'dialplan',
  summary: 'print the routes that Asterisk follows while fernamt is away',
  run,
};

async function run({ configFile, environment, json, output }: Invocation): Promise<ExitCode> {
  const { problems, result } = check(configFile, { environment, resolveSecrets: false });
  for (const problem of problems) output.err(formatProblem(problem));
  if (!result) return 2;
  const { config } = result;
  const stored = await readMemberships(config);
  const switched = await readSwitchedSettings(config);
  const rules = toRules(withOverrides(config, switched), result.hash, {
    now: () => 0,
    calls: () => [],
    lastHunted: () => undefined,
    outsideCalls: () => [],
    announcement: () => undefined,
    membership: (group, extension) => stored.find((one) => one.group === group && one.extension === extension)?.active,
  });
  const text = toRoutesText(rules);
  output.out(json ? JSON.stringify({ file: config.asterisk.routesFile, text }) : text.trimEnd());
  return 0;
}

/** Who is logged in stands in the database of the server; without one everybody is as the configuration begins. */
async function readMemberships(config: Config): Promise<readonly Membership[]> {
  return (await withDatabase(config, { readOnly: true }, (database) => createMemberships(database).all())) ?? [];
}
