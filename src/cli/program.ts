/** The frame of the CLI, and the only file that knows commander: words to a command, and what becomes of its end. */

import { Command as Commander, CommanderError } from 'commander';
import type { Command, CommandOption, ExitCode, Invocation, Output } from './command.ts';
import { commands } from './commands.ts';

export interface CliSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly output: Output;
  /** For tests; what exists if left out. */
  readonly commands?: readonly Command[];
}

const defaultConfigFile = 'config/fernamt.yaml';

/** Runs one command line, without the names of the program. Never throws for what a user can do. */
export async function runCli(words: readonly string[], surroundings: CliSurroundings): Promise<ExitCode> {
  const { output } = surroundings;
  let exitCode: ExitCode = 2;
  const program = buildProgram(surroundings, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...words], { from: 'user' });
    return exitCode;
  } catch (cause) {
    if (cause instanceof CommanderError) return cause.exitCode === 0 ? 0 : 2;
    output.err(`fernamt: ${cause instanceof Error ? cause.message : String(cause)}`);
    return 2;
  }
}

function buildProgram(surroundings: CliSurroundings, done: (code: ExitCode) => void): Commander {
  const program = withCommonOptions(frame(surroundings.output, 'fernamt')).description(
    'business telephony on Asterisk',
  );
  for (const command of surroundings.commands ?? commands) {
    const [words, rest] = splitUsage(command.usage);
    const parent = words.slice(0, -1).reduce((at, word) => childNamed(at, word, surroundings.output), program);
    const leaf = withCommonOptions(frame(surroundings.output, [words.at(-1), rest].join(' ').trim()));
    leaf.description(command.summary).action(async () => {
      done(await command.run(toInvocation(leaf, surroundings)));
    });
    for (const option of command.options ?? []) addOption(leaf, option);
    parent.addCommand(leaf);
  }
  return program;
}

function addOption(leaf: Commander, { flags, summary, repeatable }: CommandOption): void {
  if (repeatable !== true) leaf.option(flags, summary);
  else leaf.option(flags, summary, (value, before?: string) => (before === undefined ? value : `${before} ${value}`));
}

/** `recordings show <id>` → the words of the command, and its arguments. */
function splitUsage(usage: string): [words: string[], rest: string] {
  const start = usage.search(/[[<]/);
  const head = start === -1 ? usage : usage.slice(0, start);
  return [head.trim().split(/\s+/), start === -1 ? '' : usage.slice(start)];
}

function frame(output: Output, nameAndArguments: string): Commander {
  const [name = '', ...rest] = nameAndArguments.split(' ');
  const command = new Commander(name)
    .exitOverride()
    .allowExcessArguments(false)
    .showHelpAfterError('(--help says more)')
    .configureOutput({
      writeOut: (text) => output.out(text.trimEnd()),
      writeErr: (text) => output.err(text.trimEnd()),
    });
  return rest.length === 0 ? command : command.arguments(rest.join(' '));
}

function withCommonOptions(command: Commander): Commander {
  return command
    .option('--config <file>', `the configuration file (default: ${defaultConfigFile})`)
    .option('--json', 'answer in JSON, and nothing else on standard output');
}

function childNamed(parent: Commander, name: string, output: Output): Commander {
  const existing = parent.commands.find((command) => command.name() === name);
  if (existing) return existing;
  const child = withCommonOptions(frame(output, name));
  parent.addCommand(child);
  return child;
}

/** Common options count wherever they stand, before or behind the command. */
function toInvocation(leaf: Commander, { environment, output }: CliSurroundings): Invocation {
  const options: Record<string, string | boolean> = leaf.optsWithGlobals();
  const own: Record<string, string | boolean> = leaf.opts();
  const configFile = own['config'] ?? options['config'];
  return {
    arguments: leaf.processedArgs.filter((argument) => typeof argument === 'string'),
    options: { ...options, ...own },
    configFile: typeof configFile === 'string' ? configFile : defaultConfigFile,
    json: options['json'] === true || own['json'] === true,
    environment,
    output,
  };
}
