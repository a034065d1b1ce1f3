/** Reads and checks the configuration. Never throws for what stands in a file, and changes nothing anywhere. */

import { checkAll } from './checks.ts';
import { checkAnnouncements } from './checks/announcements.ts';
import type { Config } from './complete.ts';
import { complete } from './complete.ts';
import { effectiveYaml, hashOf, toEffective } from './effective.ts';
import type { Reading } from './include.ts';
import { readWithIncludes } from './include.ts';
import { findingsOf } from './issues.ts';
import { notBuiltYet } from './not-built-yet.ts';
import type { Finding, Problem } from './problem.ts';
import { formatPath, formatPlace, sortProblems, warning } from './problem.ts';
import type { Environment, ResolvedReferences } from './references.ts';
import { leaveReferences, resolveReferences } from './references.ts';
import type { SchemaNode } from './schema-index.ts';
import { secretsIn, toJsonSchema } from './schema-index.ts';
import { fileSchema } from './schema.ts';
import type { MappingNode } from './tree.ts';
import { nodeAt, placeOf, referencesIn, toPlain } from './tree.ts';

export interface CheckOptions {
  /** For `!env`; the process's own if left out. */
  readonly environment?: Environment;
  /** False: references are left as they are, for a check on a machine that has none of the secrets. */
  readonly resolveSecrets?: boolean;
  /** The names of the announcements that there are, where somebody knows them. */
  readonly announcements?: readonly string[];
}

/** What a configuration amounts to. */
export interface Effective {
  readonly config: Config;
  /** SHA-256 of the effective configuration without secrets. */
  readonly hash: string;
  /** Plain values with every default, secrets shown as `!env NAME`, `!file PATH` or `***`. */
  readonly effective: unknown;
  /** The same as YAML that can be read in again. */
  readonly effectiveYaml: string;
}

export interface Checked {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** All files that were read, the main one first. */
  readonly files: readonly string[];
  /** Undefined when there are problems, and where it would hang on a reference that was not resolved. */
  readonly result: Effective | undefined;
}

export type LoadResult =
  | ({ readonly ok: true; readonly problems: readonly []; readonly warnings: readonly Problem[] } & Effective)
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] };

/** For the server: the configuration, or everything that is wrong with it. */
export function load(file: string, environment: Environment = process.env): LoadResult {
  const { problems, warnings, result } = check(file, { environment });
  return result ? { ok: true, problems: [], warnings, ...result } : { ok: false, problems, warnings };
}

export function check(file: string, options: CheckOptions = {}): Checked {
  const reading = readWithIncludes(file);
  const { tree, files } = reading;
  if (!tree) return { problems: inOrder(reading.problems, files), warnings: [], files, result: undefined };

  const { environment = process.env, resolveSecrets = true, announcements } = options;
  const references = resolveSecrets ? resolveReferences(tree, environment) : leaveReferences(tree);
  const root = toPlain(tree, references.textOf);
  const schema = toJsonSchema();
  const parsed = fileSchema.safeParse(root);
  const issues = parsed.success ? [] : parsed.error.issues;

  const known = (finding: Finding): boolean => !hangsOn(finding, references);
  const found = [...findingsOf(issues, schema, root), ...checkAll(root)].filter(known);
  const missing = announcements ? checkAnnouncements(root, announcements) : [];
  const noticed = [...notBuiltYet(root), ...openSecrets(reading, tree, schema, root), ...missing];
  const problems = withoutEchoes([...reading.problems, ...references.problems], locate(found, 'error', tree));
  const warnings = locate([...found, ...noticed], 'warning', tree);
  return {
    problems: inOrder(problems, files),
    warnings: inOrder(warnings, files),
    files,
    result:
      parsed.success && problems.length === 0
        ? toResult(complete(parsed.data, machineTimeZone()), schema, tree)
        : undefined,
  };
}

/** More than anybody will read; a file that is wrong throughout must not take for ever. */
const mostProblems = 1000;

function inOrder(problems: readonly Problem[], files: readonly string[]): Problem[] {
  return sortProblems(problems, files).slice(0, mostProblems);
}

function toResult(config: Config, schema: SchemaNode, tree: MappingNode): Effective {
  const references = [...referencesIn(tree)];
  const effective = toEffective(config, schema, references);
  return { config, hash: hashOf(effective), effective, effectiveYaml: effectiveYaml(effective, references) };
}

/** Nothing can be said about a value that is not there; that it is missing has been said. */
function hangsOn({ path }: Finding, { unresolved }: ResolvedReferences): boolean {
  return path.some((_, index) => unresolved.has(formatPath(path.slice(0, index + 1))));
}

function locate(findings: readonly Finding[], severity: Finding['severity'], tree: MappingNode): Problem[] {
  return findings
    .filter((finding) => finding.severity === severity)
    .map(({ path, message, hint = '', atKey }) => ({
      ...placeOf(tree, path, atKey),
      path: formatPath(path),
      message,
      hint,
    }));
}

/** What is wrong as YAML often shows up as a wrong value once more. */
function withoutEchoes(first: readonly Problem[], second: readonly Problem[]): Problem[] {
  const identity = (problem: Problem): string => `${formatPlace(problem)} ${problem.path}`;
  const told = new Set(first.map(identity));
  return [...first, ...second.filter((problem) => !told.has(identity(problem)))];
}

/** Secrets written out in a file that others can read. */
function openSecrets(reading: Reading, tree: MappingNode, schema: SchemaNode, root: unknown): Finding[] {
  return secretsIn(schema, root)
    .filter(({ path, warn }) => {
      const node = nodeAt(tree, path);
      return warn && node?.kind === 'scalar' && node.value !== null && reading.readableByOthers.has(node.at.file);
    })
    .map(({ path }) =>
      warning(path, 'is a secret in a file that others can read', 'use !env NAME or !file PATH, or chmod 600'),
    );
}

function machineTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
