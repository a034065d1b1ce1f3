/** Exception lists: whose calls a setting does not record. */

import type { Pattern } from '../lib/pattern.ts';

export interface ExceptionEntry {
  readonly number?: string | undefined;
  readonly pattern?: string | undefined;
  /** Turns the entry round: it matches whatever is not this. */
  readonly not?: boolean | undefined;
  readonly comment?: string | undefined;
}

export interface ExceptionList {
  readonly name: string;
  readonly entries: readonly ExceptionEntry[];
}

export interface ExceptionSetup {
  readonly lists: readonly ExceptionList[];
  /** Patterns were checked when the configuration was loaded. */
  readonly compile: (pattern: string) => Pattern;
  /** Every valid reading of a number and the number as it came. */
  readonly readings: (number: string) => readonly string[];
  readonly isWithheld: (number: string) => boolean;
}

type Matcher = (numbers: readonly string[]) => string | undefined;

/** A withheld number is matched as this word. */
const withheldName = 'anonymous';

/**
 * Numbers are shorter; of anything longer the rest is not looked at. Patterns take linear time, but `(1?){1000}` takes
 * a second and more for ten thousand characters, which any caller can send.
 */
const mostCharacters = 64;

export function createExceptionMatcher(
  setup: ExceptionSetup,
): (list: string, numbers: readonly string[]) => string | undefined {
  const lists = new Map<string, Matcher>(setup.lists.map((list) => [list.name, toMatcher(setup, list)]));
  return (list, numbers) =>
    lists.get(list)?.(
      numbers.map((number) => (setup.isWithheld(number) ? withheldName : number.slice(0, mostCharacters))),
    );
}

function toMatcher(setup: ExceptionSetup, list: ExceptionList): Matcher {
  const entries = list.entries.map((entry) => ({ entry, test: toTest(setup, entry) }));
  return (numbers) => {
    const hit = entries.find(({ entry, test }) => test(numbers) !== (entry.not === true));
    return hit && describe(list.name, hit.entry);
  };
}

function toTest(setup: ExceptionSetup, entry: ExceptionEntry): (numbers: readonly string[]) => boolean {
  if (entry.pattern !== undefined) {
    const pattern = setup.compile(entry.pattern);
    return (numbers) => numbers.some((number) => pattern.matches(number));
  }
  const { number = '' } = entry;
  const readings = setup.readings(number);
  const own = new Set(readings);
  // What is no telephone number in any reading is compared by its digits.
  const digits = readings.length > 1 ? '' : digitsOf(number);
  return (numbers) => numbers.some((one) => own.has(one) || (digits !== '' && digitsOf(one) === digits));
}

function digitsOf(number: string): string {
  return number.replace(/[^0-9*#]/g, '');
}

function describe(list: string, entry: ExceptionEntry): string {
  const what = entry.number ?? `${entry.not === true ? 'not ' : ''}/${entry.pattern ?? ''}/`;
  return `${list}: ${what}${entry.comment === undefined ? '' : ` (${entry.comment})`}`;
}
