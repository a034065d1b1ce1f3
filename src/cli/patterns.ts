/** `patterns test`: would this exception list keep a call of this number from being recorded? */

import type { Config } from '../config/complete.ts';
import { compilePattern } from '../lib/pattern.ts';
import { createExceptionMatcher, type ExceptionEntry } from '../recording/exceptions.ts';
import { isWithheld, readings } from '../telephony/number.ts';
import { sayWrongUse } from './answer.ts';
import type { Command, ExitCode, Invocation } from './command.ts';
import { withConfig } from './configured.ts';
import { formatFacts } from './table.ts';

export const testPatterns: Command = {
  usage: 'patterns test <list> <number>',
  summary: 'say which entry of an exception list matches a number, and as what it was read',
  run: (invocation) => withConfig(invocation, ({ config }) => test(invocation, config)),
};

interface Match {
  readonly entry: ExceptionEntry;
  /** From 1 on. */
  readonly position: number;
  /** None if it is an entry that is turned round: it matches since no reading is what it names. */
  readonly reading: string | undefined;
}

function test(invocation: Invocation, config: Config): ExitCode {
  const [name = '', number = ''] = invocation.arguments;
  const list = config.recording.exceptionLists.find((one) => one.name === name);
  if (!list) return sayWrongUse(invocation, `There is no exception list ${name}.`);
  const read = isWithheld(number) ? ['anonymous'] : readings(number, config.numbering);
  const match = findMatch(config, list.entries, read);
  const { json, output } = invocation;
  if (json) output.out(JSON.stringify(toJson(name, number, read, match)));
  else output.out(formatFacts(toFacts(name, number, read, match)));
  return match ? 0 : 1;
}

function findMatch(config: Config, entries: readonly ExceptionEntry[], read: readonly string[]): Match | undefined {
  for (const [index, entry] of entries.entries()) {
    const matches = matcherOf(config, entry);
    if (!matches(read)) continue;
    const reading = entry.not === true ? undefined : read.find((one) => matches([one]));
    return { entry, position: index + 1, reading };
  }
  return undefined;
}

/** As calls are matched, but one entry at a time. */
function matcherOf({ numbering }: Config, entry: ExceptionEntry): (numbers: readonly string[]) => boolean {
  const match = createExceptionMatcher({
    lists: [{ name: '', entries: [entry] }],
    compile: (source) => {
      const compiled = compilePattern(source);
      return compiled.ok ? compiled.pattern : { matches: () => false };
    },
    readings: (number) => readings(number, numbering),
    isWithheld,
  });
  return (numbers) => match('', numbers) !== undefined;
}

function toJson(list: string, number: string, read: readonly string[], match: Match | undefined): object {
  const found = match && { position: match.position, ...match.entry };
  return {
    matches: match !== undefined,
    list,
    number,
    readings: read,
    entry: found ?? null,
    reading: match?.reading ?? null,
  };
}

function toFacts(
  list: string,
  number: string,
  read: readonly string[],
  match: Match | undefined,
): readonly (readonly [string, string])[] {
  const shared = [
    ['number', number],
    ['may mean', read.join(', ')],
  ] as const;
  if (!match) return [...shared, ['answer', `no entry of ${list} matches`]];
  const { entry, position, reading } = match;
  const words = entry.number ?? `/${entry.pattern ?? ''}/`;
  return [
    ...shared,
    ['answer', `${list} matches`],
    ['entry', `${String(position)}: ${entry.not === true ? 'not ' : ''}${words}`],
    ['comment', entry.comment ?? '-'],
    ['read as', reading ?? 'no reading is what the entry names'],
  ];
}
