/** Runs a command line and keeps what it says. */

import type { Command, ExitCode } from '../../../src/cli/command.ts';
import { runCli } from '../../../src/cli/program.ts';

export interface Captured {
  readonly exitCode: ExitCode;
  readonly out: string;
  readonly err: string;
}

export async function captureCli(words: readonly string[], commands?: readonly Command[]): Promise<Captured> {
  const out: string[] = [];
  const err: string[] = [];
  const exitCode = await runCli(words, {
    environment: { ARI_PASSWORD: 'not to be seen' },
    output: { out: (text) => out.push(text), err: (text) => err.push(text) },
    ...(commands ? { commands } : {}),
  });
  return { exitCode, out: out.join('\n'), err: err.join('\n') };
}
