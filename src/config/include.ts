/** Reads a configuration file and the files that it includes into one tree. */

import { dirname, join, isAbsolute, resolve } from 'node:path';
import type { Place, Problem } from './problem.ts';
import { formatPath, formatPlace } from './problem.ts';
import { readSource } from './source.ts';
import { toTree } from './tree-from-yaml.ts';
import type { ListNode, MappingEntry, MappingNode, TreeNode } from './tree.ts';
import { parseYaml } from './yaml-text.ts';

export interface Reading {
  /** Undefined when there is nothing to check. */
  readonly tree: MappingNode | undefined;
  readonly problems: readonly Problem[];
  /** In the order in which they were read. */
  readonly files: readonly string[];
  /** Those that the group or others may read. */
  readonly readableByOthers: ReadonlySet<string>;
}

const maxBytes = 2 * 1024 * 1024;
const maxFiles = 100;

export function readWithIncludes(file: string): Reading {
  const state: State = { problems: [], files: [], seen: new Map(), readableByOthers: new Set(), complete: true };
  const tree = readOne(state, file, { at: { file, line: 1, column: 1 }, path: '' }, []);
  return { ...state, tree: state.complete ? tree : undefined };
}

interface State {
  readonly problems: Problem[];
  readonly files: string[];
  /** Absolute file → where it was named first. */
  readonly seen: Map<string, Place>;
  readonly readableByOthers: Set<string>;
  /** False once a file could not be used: what it would have defined must not be reported as missing. */
  complete: boolean;
}

/** Where a file is named. */
interface Naming {
  readonly at: Place;
  readonly path: string;
}

function readOne(state: State, file: string, naming: Naming, chain: readonly string[]): MappingNode | undefined {
  const source = readSource(file, maxBytes);
  if (!source.ok) return giveUp(state, naming, chain.length === 0 ? source.message : `${file} ${source.message}`);
  state.files.push(file);
  if (source.readableByOthers) state.readableByOthers.add(file);

  const { root, problems } = parseYaml(source.text, file);
  state.problems.push(...problems);
  if (problems.length > 0) return giveUp(state);
  const start = { file, line: 1, column: 1 };
  if (root === undefined || (root.kind === 'scalar' && root.value === null))
    return { kind: 'mapping', at: start, entries: new Map() };

  const converted = toTree(root, dirname(file));
  state.problems.push(...converted.problems);
  if (converted.tree === undefined) return giveUp(state);
  if (converted.tree.kind !== 'mapping')
    return giveUp(state, { at: converted.tree.at, path: '' }, 'must be a mapping of keys to values');
  return withIncludes(state, converted.tree, file, [...chain, resolve(file)]);
}

function giveUp(state: State, naming?: Naming, message = ''): undefined {
  state.complete = false;
  if (naming) state.problems.push({ ...naming.at, path: naming.path, message, hint: '' });
  return undefined;
}

function withIncludes(state: State, tree: MappingNode, file: string, chain: readonly string[]): MappingNode {
  const include = tree.entries.get('include');
  if (!include) return tree;
  let whole: MappingNode = { ...tree, entries: new Map([...tree.entries].filter(([key]) => key !== 'include')) };
  for (const { name, at, path } of includedNames(state, include)) {
    const other = isAbsolute(name) ? name : join(dirname(file), name);
    const complaint = refusal(state, other, chain);
    if (complaint) {
      state.problems.push({ ...at, path, ...complaint });
      continue;
    }
    state.seen.set(resolve(other), at);
    const included = readOne(state, other, { at, path }, chain);
    if (included) whole = joinMappings(state, whole, included, []);
  }
  return whole;
}

function includedNames(state: State, { node, keyAt }: MappingEntry): (Naming & { readonly name: string })[] {
  if (node.kind !== 'list') {
    state.problems.push({
      ...keyAt,
      path: 'include',
      message: 'must be a list of files',
      hint: 'write include: [other.yaml]',
    });
    return [];
  }
  return node.items.flatMap((item, index) => {
    const path = formatPath(['include', index]);
    if (item.kind === 'scalar' && typeof item.value === 'string' && item.value !== '')
      return [{ name: item.value, at: item.at, path }];
    state.problems.push({ ...item.at, path, message: 'must be the name of a file', hint: '' });
    return [];
  });
}

function refusal(state: State, other: string, chain: readonly string[]): { message: string; hint: string } | undefined {
  const absolute = resolve(other);
  if (chain.includes(absolute))
    return { message: `${other} includes itself`, hint: 'remove one of the includes that form the circle' };
  const earlier = state.seen.get(absolute);
  if (earlier)
    return { message: `${other} is included twice; first at ${formatPlace(earlier)}`, hint: 'keep one of the two' };
  if (state.files.length >= maxFiles) return { message: `more than ${maxFiles} files are included`, hint: '' };
  return undefined;
}

/** Lists are joined, the including file's entries first; mappings are merged; anything else may be given only once. */
function joinMappings(state: State, first: MappingNode, second: MappingNode, path: readonly string[]): MappingNode {
  const entries = new Map(first.entries);
  for (const [key, entry] of second.entries) {
    const earlier = entries.get(key);
    entries.set(key, earlier ? joinEntries(state, earlier, entry, [...path, key]) : entry);
  }
  return { ...first, entries };
}

function joinEntries(state: State, first: MappingEntry, second: MappingEntry, path: readonly string[]): MappingEntry {
  const joined = joinNodes(state, first.node, second.node, path);
  if (joined) return { ...first, node: joined };
  const message = `is given twice; first at ${formatPlace(first.keyAt)}`;
  state.problems.push({ ...second.keyAt, path: formatPath(path), message, hint: 'keep one of the two' });
  return first;
}

function joinNodes(state: State, first: TreeNode, second: TreeNode, path: readonly string[]): TreeNode | undefined {
  if (first.kind === 'list' && second.kind === 'list') return joinLists(first, second);
  if (first.kind === 'mapping' && second.kind === 'mapping') return joinMappings(state, first, second, path);
  return undefined;
}

function joinLists(first: ListNode, second: ListNode): ListNode {
  return { ...first, items: [...first.items, ...second.items] };
}
