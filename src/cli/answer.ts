/** Yes and no, for people and for machines. */

import type { ExitCode, Invocation } from './command.ts';

/** It is done. */
export function sayDone({ json, output }: Invocation, message: string, more: object = {}): ExitCode {
  output.out(json ? JSON.stringify({ ok: true, ...more }) : message);
  return 0;
}

/** The answer is no: `reason` is kebab-case, for machines. */
export function sayNo({ json, output }: Invocation, reason: string, message: string): ExitCode {
  if (json) output.out(JSON.stringify({ ok: false, reason, message }));
  else output.err(message);
  return 1;
}

export function sayWrongUse({ output }: Invocation, message: string): ExitCode {
  output.err(message);
  return 2;
}
