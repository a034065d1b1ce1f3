/** From YAML nodes to the configuration's tree: aliases, merges, references and keys given twice are settled here. */

import type { Place, Problem } from './problem.ts';
import { formatPath, formatPlace } from './problem.ts';
import type { MappingEntry, MappingNode, TreeNode } from './tree.ts';
import type { YamlNode, YamlPair } from './yaml-text.ts';

export interface ConvertedTree {
  /** Undefined when the file is unusable as a whole. */
  readonly tree: TreeNode | undefined;
  readonly problems: readonly Problem[];
}

/** Counted with every alias expanded. */
const maxNodes = 200_000;

/** `directory` is where the file lies: `!file` and `include` start from there. */
export function toTree(root: YamlNode, directory: string): ConvertedTree {
  const conversion: Conversion = { directory, problems: [], path: [], anchors: new Map(), nodes: 0 };
  const tree = convert(conversion, root);
  if (conversion.nodes <= maxNodes) return { tree, problems: conversion.problems };
  return {
    tree: undefined,
    problems: [{ ...root.at, path: '', message: 'is too large once its aliases are expanded', hint: '' }],
  };
}

/** What one conversion carries along. */
interface Conversion {
  readonly directory: string;
  readonly problems: Problem[];
  /** Of the node that is being converted. */
  readonly path: (string | number)[];
  /** An anchor is `open` while its own content is being converted. */
  readonly anchors: Map<string, { readonly tree: TreeNode; readonly nodes: number } | 'open'>;
  /** So far. An aliased tree counts each time, though it is shared, so that a bomb costs nothing here. */
  nodes: number;
}

function convert(conversion: Conversion, node: YamlNode): TreeNode {
  if (node.kind === 'alias') return convertAlias(conversion, node.name, node.at);
  const before = conversion.nodes;
  if (node.anchor !== undefined) conversion.anchors.set(node.anchor, 'open');
  const tree = convertContent(conversion, node);
  conversion.nodes += 1;
  if (node.anchor !== undefined) conversion.anchors.set(node.anchor, { tree, nodes: conversion.nodes - before });
  return tree;
}

function convertContent(conversion: Conversion, node: Exclude<YamlNode, { kind: 'alias' }>): TreeNode {
  const { at } = node;
  if (node.kind === 'scalar' && (node.tag === '!env' || node.tag === '!file')) {
    const name = node.source.trim();
    if (name !== '')
      return {
        kind: 'reference',
        at,
        from: node.tag === '!env' ? 'env' : 'file',
        name,
        directory: conversion.directory,
      };
  }
  refuseTag(conversion, node);
  if (node.kind === 'scalar') return { kind: 'scalar', at, value: plainValue(node.value) };
  if (node.kind === 'mapping') return convertMapping(conversion, node.pairs, at);
  return {
    kind: 'list',
    at,
    items: node.items.map((item, index) => within(conversion, index, () => convert(conversion, item))),
  };
}

function convertAlias(conversion: Conversion, name: string, at: Place): TreeNode {
  const anchor = conversion.anchors.get(name);
  if (anchor === undefined || anchor === 'open') {
    const inside = anchor === 'open';
    complain(
      conversion,
      at,
      inside ? `*${name} stands inside its own anchor` : `no anchor &${name} stands before this`,
    );
    return { kind: 'scalar', at, value: null };
  }
  conversion.nodes += anchor.nodes;
  return anchor.tree.kind === 'scalar' ? { ...anchor.tree, at } : anchor.tree;
}

/** Anything but these the core schema of YAML does not know. */
function plainValue(value: unknown): string | number | boolean | null {
  const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null;
  return plain ? value : null;
}

function refuseTag(conversion: Conversion, node: YamlNode): void {
  if (node.tag === undefined) return;
  const known = node.tag === '!env' || node.tag === '!file';
  const message = known ? `${node.tag} must be followed by a name` : `unknown tag ${node.tag}`;
  complain(conversion, node.at, message, 'the tags are !env NAME and !file PATH');
}

function convertMapping(conversion: Conversion, pairs: readonly YamlPair[], at: Place): MappingNode {
  const entries = new Map<string, MappingEntry>();
  const merged = pairs.flatMap((pair) => convertPair(conversion, pair, entries));
  for (const source of merged) merge(conversion, source, entries);
  return { kind: 'mapping', at, entries };
}

/** Adds the pair to the entries; what stands behind `<<` is handed back instead. */
function convertPair(conversion: Conversion, { key, value }: YamlPair, entries: Map<string, MappingEntry>): TreeNode[] {
  if (key.kind !== 'scalar') {
    complain(conversion, key.at, 'a key must be a single word');
    return [];
  }
  return within(conversion, key.source, () => {
    const node = convert(conversion, value);
    if (key.source === '<<' && key.plain) return [node];
    const earlier = entries.get(key.source);
    if (earlier)
      complain(conversion, key.at, `is given twice; first at ${formatPlace(earlier.keyAt)}`, 'keep one of the two');
    else entries.set(key.source, { keyAt: key.at, node });
    return [];
  });
}

/** What a mapping says itself beats what it merges; of several merged mappings the first wins. */
function merge(conversion: Conversion, source: TreeNode, entries: Map<string, MappingEntry>): void {
  for (const mapping of source.kind === 'list' ? source.items : [source]) {
    if (conversion.nodes > maxNodes) return;
    if (mapping.kind === 'mapping') addMissing(entries, mapping.entries);
    else if (!isToldOf(conversion, mapping.at))
      complain(conversion, mapping.at, '<< must be followed by a mapping', 'write <<: *anchor');
  }
}

/** An alias that leads nowhere has been complained about. */
function isToldOf({ problems }: Conversion, at: Place): boolean {
  return problems.some((problem) => formatPlace(problem) === formatPlace(at));
}

function addMissing(entries: Map<string, MappingEntry>, others: ReadonlyMap<string, MappingEntry>): void {
  for (const [key, entry] of others) if (!entries.has(key)) entries.set(key, entry);
}

function within<Result>(conversion: Conversion, step: string | number, work: () => Result): Result {
  conversion.path.push(step);
  const result = work();
  conversion.path.pop();
  return result;
}

function complain(conversion: Conversion, at: Place, message: string, hint = ''): void {
  conversion.problems.push({ ...at, path: formatPath(conversion.path), message, hint });
}
