/** The server as a process: arguments, configuration, signals, exit code. */

import { parseArgs } from 'node:util';
import { createApp, type App } from './app.ts';
import { load } from './config/load.ts';
import { formatProblem } from './config/problem.ts';
import type { CheckedConfig } from './wiring/rules-in-force.ts';

const usage = `Usage: npm start -- [--config FILE]

  --config FILE  the configuration (default config/fernamt.yaml)
  --help         this text

SIGHUP reads the configuration again. SIGTERM and SIGINT stop the server; running calls go on.
`;

const exitCode = { ok: 0, failed: 1, wrongUse: 2 } as const;

interface Arguments {
  readonly config: string;
  readonly help: boolean;
}

function readArguments(): Arguments | undefined {
  try {
    const { values } = parseArgs({
      options: {
        config: { type: 'string', default: 'config/fernamt.yaml' },
        help: { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return undefined;
  }
}

/** Problems go to standard error; undefined if there is no usable configuration. */
function loadChecked(file: string): { readonly checked?: CheckedConfig; readonly problems: readonly string[] } {
  const loaded = load(file);
  for (const problem of [...loaded.problems, ...loaded.warnings]) process.stderr.write(`${formatProblem(problem)}\n`);
  const problems = loaded.problems.map(formatProblem);
  return loaded.ok ? { checked: loaded, problems } : { problems };
}

async function run(app: App, file: string): Promise<number> {
  const reload = (): void => {
    const { checked, problems } = loadChecked(file);
    if (checked) void app.reload(checked);
    else app.report.configurationRejected(problems);
  };
  process.on('SIGHUP', reload);
  const stopped = new Promise<string>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
  await app.start();
  const reason = await Promise.race([stopped, app.fatal]);
  await app.stop(reason);
  return reason.startsWith('SIG') ? exitCode.ok : exitCode.failed;
}

async function main(): Promise<number> {
  const options = readArguments();
  if (options === undefined) return exitCode.wrongUse;
  if (options.help) {
    process.stdout.write(usage);
    return exitCode.ok;
  }
  const { checked } = loadChecked(options.config);
  return checked ? await run(await createApp(checked), options.config) : exitCode.wrongUse;
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(
    `the server could not start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return exitCode.failed;
});
