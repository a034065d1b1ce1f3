/** What a command of the CLI is. One file per command; `commands.ts` lists them. */

/** 0: yes or done; 1: the answer is no; 2: wrong use, or a fault in the configuration. */
export type ExitCode = 0 | 1 | 2;

export interface Command {
  /** The words of the command and its arguments: `recordings show <id>`, `check-config [file]`. */
  readonly usage: string;
  readonly summary: string;
  /** Besides `--config FILE`, `--json` and `--help`, which every command has. */
  readonly options?: readonly CommandOption[];
  run(invocation: Invocation): ExitCode | Promise<ExitCode>;
}

export interface CommandOption {
  /** As in `--limit <number>`, or `--strict` for a switch. */
  readonly flags: string;
  readonly summary: string;
  /** May be given several times; the values come as one text with a blank between them. */
  readonly repeatable?: boolean;
}

export interface Invocation {
  /** In the order of `usage`; an optional one that was not given is missing. */
  readonly arguments: readonly string[];
  /** By the option's name in camelCase: a text, or true for a switch. */
  readonly options: Readonly<Record<string, string | boolean>>;
  readonly configFile: string;
  /** With `--json` nothing but the answer goes to `out`. */
  readonly json: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly output: Output;
}

export interface Output {
  /** A line, or several, of the answer. */
  out(text: string): void;
  /** What is said besides the answer. */
  err(text: string): void;
}
