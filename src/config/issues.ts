/** The schema's complaints in plain words, with a hint where one can be given. */

import type { z } from 'zod';
import { closest } from '../lib/closest.ts';
import type { Finding, Path } from './problem.ts';
import { error } from './problem.ts';
import type { SchemaNode } from './schema-index.ts';
import { keysAt, meaningAt, valueAt } from './schema-index.ts';

type Issue = z.core.$ZodIssue;

/** At most as many as anybody will read: looking for what was meant costs time. */
const mostFindings = 1000;

export function findingsOf(issues: readonly Issue[], schema: SchemaNode, root: unknown): Finding[] {
  return issues.slice(0, mostFindings).flatMap((issue) => describe(issue, { schema, root, path: stepsOf(issue.path) }));
}

interface Context {
  readonly schema: SchemaNode;
  readonly root: unknown;
  readonly path: Path;
}

function stepsOf(path: readonly PropertyKey[]): Path {
  return path.map((step) => (typeof step === 'symbol' ? String(step) : step));
}

function describe(issue: Issue, context: Context): Finding[] {
  const value = valueAt(context.root, context.path);
  if (value === undefined && issue.code !== 'unrecognized_keys') return [missing(issue, context)];
  if (value === null) return [error(context.path, 'has no value', 'give it one or remove the key')];
  switch (issue.code) {
    case 'unrecognized_keys':
      return unknownKeys(issue.keys, context);
    case 'invalid_type':
      return [wrongType(issue.expected, value, context.path)];
    case 'invalid_value':
      return [notOneOf(issue.values, value, context.path)];
    case 'invalid_union':
      return invalidUnion(issue, value, context);
    case 'too_small':
      return [error(context.path, tooSmall(issue))];
    case 'too_big':
      return [error(context.path, tooBig(issue))];
    case 'invalid_key':
      return [error(context.path, issue.issues[0]?.message ?? 'is no valid key')];
    default:
      return [worded(issue.message, context.path)];
  }
}

function missing(issue: Issue, { schema, root, path }: Context): Finding {
  const kinds = kindsOf(issue);
  const hint = kinds ? `one of ${list(kinds)}` : meaningAt(schema, path, root);
  return error(path, 'is missing', hint);
}

function unknownKeys(keys: readonly string[], { schema, root, path }: Context): Finding[] {
  const known = keysAt(schema, path, root);
  return keys.slice(0, mostFindings).map((key) => {
    const meant = closest(key, known);
    const hint = meant === undefined ? `known are ${known.join(', ')}` : `did you mean ${meant}?`;
    return { ...error([...path, key], 'unknown key', hint), atKey: true };
  });
}

const nouns: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping of keys to values',
  record: 'a mapping of keys to values',
};

function wrongType(expected: string, value: unknown, path: Path): Finding {
  const actual = Array.isArray(value) ? 'array' : typeof value;
  const wanted = nouns[expected] ?? expected;
  if (actual === 'number' && expected === 'int') return error(path, 'must be a whole number');
  return error(path, `must be ${wanted}, not ${nouns[actual] ?? actual}`, typeHint(expected, value));
}

function typeHint(expected: string, value: unknown): string | undefined {
  const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  if (expected === 'string' && isScalar) return 'write it in quotes';
  if (expected === 'array' && isScalar) return `write [${JSON.stringify(value)}]`;
  return typeof value === 'string' ? unquotedHint(expected, value) : undefined;
}

function unquotedHint(expected: string, value: string): string | undefined {
  if (expected === 'boolean') return booleanWords.get(value.toLowerCase());
  const isNumber = (expected === 'number' || expected === 'int') && /^-?[0-9.]+$/.test(value);
  return isNumber ? 'write it without quotes' : undefined;
}

/** YAML 1.2 takes only true and false. */
const booleanWords: ReadonlyMap<string, string> = new Map([
  ...['yes', 'on', 'ja', 'true'].map((word) => [word, 'write true'] as const),
  ...['no', 'off', 'nein', 'false'].map((word) => [word, 'write false'] as const),
]);

function notOneOf(values: readonly unknown[], value: unknown, path: Path): Finding {
  const meant = typeof value === 'string' ? closest(value, values.map(String)) : undefined;
  const only = values.length === 1 ? `must be ${String(values[0])}` : `must be one of ${list(values)}`;
  return error(path, only, meant === undefined ? undefined : `did you mean ${meant}?`);
}

/** Either the `kind` is wrong, or none of several shapes fits; then the complaints inside the nearest one say more. */
function invalidUnion(issue: z.core.$ZodIssueInvalidUnion, value: unknown, context: Context): Finding[] {
  const kinds = kindsOf(issue);
  if (kinds) return [notOneOf(kinds, value, context.path)];
  const inside = issue.errors.find((branch) => branch.length > 0 && branch.every((one) => one.path.length > 0));
  if (!inside) return [worded(issue.message, context.path)];
  return inside.flatMap((one) => describe(one, { ...context, path: [...context.path, ...stepsOf(one.path)] }));
}

/** What `kind` may be, if that is what is wrong. */
function kindsOf(issue: Issue): readonly unknown[] | undefined {
  return 'options' in issue && Array.isArray(issue.options) ? issue.options : undefined;
}

function tooSmall(issue: z.core.$ZodIssueTooSmall): string {
  if (issue.origin === 'string') return 'must not be empty';
  if (issue.origin === 'array') return 'must have at least one entry';
  return `must be at least ${issue.minimum}`;
}

function tooBig(issue: z.core.$ZodIssueTooBig): string {
  if (issue.origin === 'string') return `must have at most ${issue.maximum} characters`;
  if (issue.origin === 'array') return `must have at most ${issue.maximum} entries`;
  return `must be at most ${issue.maximum}`;
}

/** The fields' own words: `what is wrong | what to do`. */
function worded(message: string, path: Path): Finding {
  const bar = message.lastIndexOf(' | ');
  return bar === -1 ? error(path, message) : error(path, message.slice(0, bar), message.slice(bar + 3));
}

function list(values: readonly unknown[]): string {
  return values.map(String).join(', ');
}
