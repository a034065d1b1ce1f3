/** An administrator's pattern in the form that Asterisk's dialplan understands: POSIX, without a single backslash. */

/** All that a dialled number can consist of once the dialplan has filtered it. */
const alphabet = [...'+*#0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'];
const never = '[%]';

const shorthand: Readonly<Record<string, RegExp>> = {
  d: /[0-9]/,
  D: /[^0-9]/,
  w: /[0-9A-Za-z_]/,
  W: /[^0-9A-Za-z_]/,
  s: /\s/,
  S: /\S/,
};

interface Translated {
  readonly text: string;
  readonly length: number;
}

/**
 * Finds in a dialled number what `pattern` finds in it, and nothing else. Undefined where the dialplan has no such form
 * (word boundaries, flags, Unicode classes).
 */
export function toPosixPattern(pattern: string): string | undefined {
  let posix = '';
  for (let rest = pattern; rest !== '';) {
    const next = translateNext(rest);
    if (next === undefined) return undefined;
    posix += next.text;
    rest = rest.slice(next.length);
  }
  // A dollar before a bracket would begin a variable or an expression of the dialplan.
  return /\$[[{]/.test(posix) || compiled(posix) === undefined ? undefined : posix;
}

function translateNext(rest: string): Translated | undefined {
  const [first = ''] = rest;
  switch (first) {
    case '\\':
      return translateEscape(rest);
    case '[':
      return translateClass(rest);
    case '(':
      return translateGroup(rest);
    case '*':
    case '+':
    case '?':
    case '{':
      return translateRepeat(rest);
    case '.':
    case '|':
    case ')':
    case '^':
    case '$':
      return { text: first, length: 1 };
    default:
      return { text: classOf(new RegExp(`^[${escaped(first)}]$`)), length: first.length };
  }
}

function translateEscape(rest: string): Translated | undefined {
  const [, second = ''] = rest;
  const set = shorthand[second];
  if (set) return { text: classOf(set), length: 2 };
  if (second === 'A') return { text: '^', length: 2 };
  if (second === 'z') return { text: '$', length: 2 };
  if (second === '' || /[0-9A-Za-z]/.test(second) || second > '~') return undefined;
  return { text: classOf(new RegExp(`[${escaped(second)}]`)), length: 2 };
}

/** Greedy or lazy makes no difference to whether something is found. */
function translateRepeat(rest: string): Translated | undefined {
  const found = /^([*+?]|\{[0-9]{1,3}(?:,[0-9]{0,3})?\})\??/.exec(rest);
  return found?.[1] === undefined ? undefined : { text: found[1], length: found[0].length };
}

function translateGroup(rest: string): Translated | undefined {
  if (!rest.startsWith('(?')) return { text: '(', length: 1 };
  const found = /^\(\?(?::|P?<[A-Za-z_][0-9A-Za-z_]*>)/.exec(rest);
  return found ? { text: '(', length: found[0].length } : undefined;
}

/** The class is tried on every character that can occur, so that no notation has to be carried over. */
function translateClass(rest: string): Translated | undefined {
  const found = /^\[(\^?)(\]?(?:\\[dDwWsS]|\\[^0-9A-Za-z]|[^\\\][])*)\]/.exec(rest);
  if (!found) return undefined;
  const [whole, negated = '', inside = ''] = found;
  const set = compiled(`^[${negated}${inside.replace(/^\]/, '\\]')}]$`);
  return set === undefined ? undefined : { text: classOf(set), length: whole.length };
}

function compiled(source: string): RegExp | undefined {
  try {
    return new RegExp(source);
  } catch {
    return undefined;
  }
}

function classOf(set: RegExp): string {
  const members = alphabet.filter((character) => set.test(character));
  const [only] = members;
  if (only === undefined) return never;
  if (members.length === 1 && /[0-9A-Za-z#]/.test(only)) return only;
  return `[${toRanges(members)}]`;
}

/** `0123456789` → `0-9`; shorter runs stay as they are. */
function toRanges(members: readonly string[]): string {
  const runs: string[] = [];
  for (const member of members) {
    const last = runs.at(-1);
    if (last !== undefined && last.charCodeAt(last.length - 1) + 1 === member.charCodeAt(0))
      runs[runs.length - 1] = last + member;
    else runs.push(member);
  }
  return runs.map((run) => (run.length > 3 ? `${run.slice(0, 1)}-${run.slice(-1)}` : run)).join('');
}

function escaped(character: string): string {
  return /[\\\]^-]/.test(character) ? `\\${character}` : character;
}
