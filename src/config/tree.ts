/** A configuration as it was written: values with the places where they stand. Includes, anchors and merges are resolved. */

import type { Path, Place } from './problem.ts';

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly at: Place;
  readonly value: string | number | boolean | null;
}

/** `!env NAME` or `!file PATH`; `directory` is where the naming file lies. */
export interface ReferenceNode {
  readonly kind: 'reference';
  readonly at: Place;
  readonly from: 'env' | 'file';
  readonly name: string;
  readonly directory: string;
}

export interface MappingNode {
  readonly kind: 'mapping';
  readonly at: Place;
  readonly entries: ReadonlyMap<string, MappingEntry>;
}

export interface MappingEntry {
  readonly keyAt: Place;
  readonly node: TreeNode;
}

export interface ListNode {
  readonly kind: 'list';
  readonly at: Place;
  readonly items: readonly TreeNode[];
}

export type TreeNode = ScalarNode | ReferenceNode | MappingNode | ListNode;

/** The node at a path, or undefined when the file does not set it. */
export function nodeAt(root: TreeNode, path: Path): TreeNode | undefined {
  let node: TreeNode | undefined = root;
  for (const step of path) node = node && childOf(node, step);
  return node;
}

function childOf(node: TreeNode, step: string | number): TreeNode | undefined {
  if (node.kind === 'mapping') return node.entries.get(String(step))?.node;
  if (node.kind === 'list' && typeof step === 'number') return node.items[step];
  return undefined;
}

/** Where a fault is shown: the value, or its key when there is none to see, or for a missing key the mapping that lacks it. */
export function placeOf(root: TreeNode, path: Path, atKey = false): Place {
  const node = nodeAt(root, path);
  if (node && !atKey && !isEmpty(node)) return node.at;
  const parent = path.length === 0 ? undefined : nodeAt(root, path.slice(0, -1));
  const entry = parent?.kind === 'mapping' ? parent.entries.get(String(path.at(-1))) : undefined;
  if (entry) return entry.keyAt;
  return node?.at ?? placeOf(root, path.slice(0, -1));
}

function isEmpty(node: TreeNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

export interface Reference {
  readonly path: Path;
  readonly node: ReferenceNode;
}

/** Every reference in the tree with its path. */
export function* referencesIn(node: TreeNode, path: Path = []): Generator<Reference> {
  if (node.kind === 'reference') yield { path, node };
  if (node.kind === 'list')
    for (const [index, item] of node.items.entries()) yield* referencesIn(item, [...path, index]);
  if (node.kind === 'mapping') for (const [key, entry] of node.entries) yield* referencesIn(entry.node, [...path, key]);
}

/** Plain values, as a schema wants them. */
export function toPlain(node: TreeNode, textOf: (reference: ReferenceNode) => string): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'reference') return textOf(node);
  if (node.kind === 'list') return node.items.map((item) => toPlain(item, textOf));
  return Object.fromEntries([...node.entries].map(([key, entry]) => [key, toPlain(entry.node, textOf)]));
}
