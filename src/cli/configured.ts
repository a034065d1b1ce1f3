/** For commands that need the configuration: read and checked, secrets left alone. */

import { check } from '../config/load.ts';
import type { Config } from '../config/complete.ts';
import { formatProblem } from '../config/problem.ts';
import type { ExitCode, Invocation } from './command.ts';

export interface Configured {
  readonly config: Config;
  /** All files that it was read from, the main one first. */
  readonly files: readonly string[];
}

/** A broken configuration is told, and nothing else is done. */
export async function withConfig(
  { configFile, environment, output }: Invocation,
  use: (configured: Configured) => ExitCode | Promise<ExitCode>,
): Promise<ExitCode> {
  const { problems, result, files } = check(configFile, { environment, resolveSecrets: false });
  for (const problem of problems) output.err(formatProblem(problem));
  return result ? use({ config: result.config, files }) : 2;
}
