/** `dialplan`: the routes and fallback decisions as they are written for Asterisk. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/complete.ts';
import { check } from '../config/load.ts';
import { formatProblem } from '../config/problem.ts';
import { openDatabase } from '../store/database.ts';
import { createMemberships, type Membership } from '../store/memberships.ts';
import { toRoutesText } from '../wiring/fallback-routes.ts';
import { toRules } from '../wiring/rules.ts';
import type { Command, ExitCode, Invocation } from './command.ts';

export const dialplan: Command = {
  usage: 'dialplan',
  summary: 'print the routes that Asterisk follows while fernamt is away',
  run,
};

async function run({ configFile, environment, json, output }: Invocation): Promise<ExitCode> {
  const { problems, result } = check(configFile, { environment, resolveSecrets: false });
  for (const problem of problems) output.err(formatProblem(problem));
  if (!result) return 2;
  const stored = await readMemberships(result.config);
  const rules = toRules(result.config, result.hash, {
    now: () => 0,
    calls: () => [],
    lastHunted: () => undefined,
    outsideCalls: () => [],
    membership: (group, extension) => stored.find((one) => one.group === group && one.extension === extension)?.active,
  });
  const text = toRoutesText(rules);
  output.out(json ? JSON.stringify({ file: result.config.asterisk.routesFile, text }) : text.trimEnd());
  return 0;
}

/** Who is logged in stands in the database of the server; without one everybody is as the configuration begins. */
async function readMemberships({ dataDirectory }: Config): Promise<readonly Membership[]> {
  const path = join(dataDirectory, 'fernamt.db');
  if (!existsSync(path)) return [];
  const database = await openDatabase(path, { readOnly: true });
  try {
    return createMemberships(database).all();
  } finally {
    await database.close();
  }
}
