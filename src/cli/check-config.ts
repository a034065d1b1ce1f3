/** `check-config`: is this configuration right, and what does it amount to? */

import type { Config } from '../config/complete.ts';
import type { Checked } from '../config/load.ts';
import { check } from '../config/load.ts';
import type { Problem } from '../config/problem.ts';
import { formatProblem } from '../config/problem.ts';
import { toJsonSchema } from '../config/schema-index.ts';
import { systemClock } from '../lib/clock.ts';
import { openAnnouncementStore, withShipped } from '../wiring/announcements.ts';
import type { Command, ExitCode, Invocation } from './command.ts';
import { withDatabase } from './stored.ts';

export const checkConfig: Command = {
  usage: 'check-config [file]',
  summary: 'check a configuration file, with everything that is wrong at once',
  options: [
    { flags: '--effective', summary: 'print the configuration with all defaults and without secrets' },
    { flags: '--schema', summary: 'print the JSON Schema of the file, for editors' },
    { flags: '--no-secrets', summary: 'leave !env and !file as they are' },
    { flags: '--strict', summary: 'warnings count as problems' },
  ],
  run: runCheck,
};

async function runCheck(invocation: Invocation): Promise<ExitCode> {
  const { options, output, environment } = invocation;
  if (options['schema'] === true) {
    output.out(JSON.stringify(toJsonSchema(), null, 2));
    return 0;
  }
  const file = invocation.arguments[0] ?? invocation.configFile;
  const checkOptions = { environment, resolveSecrets: options['secrets'] !== false };
  const first = check(file, checkOptions);
  const announcements = first.result && (await readAnnouncementNames(first.result.config));
  const checked = announcements ? check(file, { ...checkOptions, announcements }) : first;
  const answer = toAnswer(checked, options['strict'] === true);
  if (invocation.json) printJson(invocation, answer, checked);
  else print(invocation, answer, checked, file);
  return answer.problems.length === 0 ? 0 : 2;
}

/** The store lies on the machine of the server; on another one nothing is known of it. */
async function readAnnouncementNames(config: Config): Promise<readonly string[] | undefined> {
  try {
    return await withDatabase(config, { readOnly: true }, (database) => {
      const store = openAnnouncementStore({ config, database, clock: systemClock });
      return withShipped(store.list()).map(({ name }) => name);
    });
  } catch {
    // It may belong to another user, or to another version of the program.
    return undefined;
  }
}

interface Answer {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

function toAnswer({ problems, warnings }: Checked, strict: boolean): Answer {
  return strict ? { problems: [...problems, ...warnings], warnings: [] } : { problems, warnings };
}

function printJson({ options, output }: Invocation, { problems, warnings }: Answer, { result }: Checked): void {
  const shown = options['effective'] === true && result ? { hash: result.hash, effective: result.effective } : {};
  output.out(JSON.stringify({ ok: problems.length === 0, problems, warnings, ...shown }, null, 2));
}

function print(
  { options, output }: Invocation,
  { problems, warnings }: Answer,
  { result }: Checked,
  file: string,
): void {
  for (const warning of warnings) output.err(`warning: ${formatProblem(warning)}`);
  for (const problem of problems) output.out(formatProblem(problem));
  if (options['effective'] === true && result) output.out(`# ${result.hash}\n${result.effectiveYaml.trimEnd()}`);
  else if (problems.length === 0) output.out(`${file} is valid`);
}
