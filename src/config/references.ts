/** Resolves `!env NAME` and `!file PATH`. */

import { isAbsolute, join } from 'node:path';
import type { Problem } from './problem.ts';
import { formatPath } from './problem.ts';
import { readSource } from './source.ts';
import type { ReferenceNode, TreeNode } from './tree.ts';
import { referencesIn } from './tree.ts';

export interface ResolvedReferences {
  /** The text, or the reference as it was written when it is not resolved. */
  readonly textOf: (reference: ReferenceNode) => string;
  /** Paths of references without a value: what is said about these values would be wrong. */
  readonly unresolved: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

export type Environment = Readonly<Record<string, string | undefined>>;

const maxBytes = 256 * 1024;

type Resolved =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly message: string; readonly hint: string };

export function resolveReferences(tree: TreeNode, environment: Environment): ResolvedReferences {
  const texts = new Map<ReferenceNode, string>();
  const unresolved = new Set<string>();
  const problems: Problem[] = [];
  for (const { path, node } of referencesIn(tree)) {
    const resolved = resolveOne(node, environment);
    if (resolved.ok) {
      texts.set(node, resolved.text);
      continue;
    }
    const { message, hint } = resolved;
    unresolved.add(formatPath(path));
    problems.push({ ...node.at, path: formatPath(path), message, hint });
  }
  return { textOf: (reference) => texts.get(reference) ?? writtenAs(reference), unresolved, problems };
}

/** For a check on a machine that has none of the secrets. */
export function leaveReferences(tree: TreeNode): ResolvedReferences {
  const unresolved = new Set([...referencesIn(tree)].map(({ path }) => formatPath(path)));
  return { textOf: writtenAs, unresolved, problems: [] };
}

export function writtenAs({ from, name }: ReferenceNode): string {
  return `!${from} ${name}`;
}

function resolveOne(reference: ReferenceNode, environment: Environment): Resolved {
  return reference.from === 'env' ? fromEnvironment(reference, environment) : fromFile(reference);
}

function fromEnvironment({ name }: ReferenceNode, environment: Environment): Resolved {
  const text = Object.hasOwn(environment, name) ? environment[name] : undefined;
  if (text === undefined)
    return { ok: false, message: `the environment variable ${name} is not set`, hint: 'set it before the start' };
  if (text === '') return { ok: false, message: `the environment variable ${name} is empty`, hint: 'give it a value' };
  return { ok: true, text };
}

function fromFile({ name, directory }: ReferenceNode): Resolved {
  const file = isAbsolute(name) ? name : join(directory, name);
  const source = readSource(file, maxBytes);
  if (!source.ok)
    return { ok: false, message: `the file ${file} ${source.message}`, hint: 'paths are relative to the YAML file' };
  const text = source.text.replace(/\r?\n$/, '');
  return text === '' ? { ok: false, message: `the file ${file} is empty`, hint: '' } : { ok: true, text };
}
