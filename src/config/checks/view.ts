/**
 * Looking into values that may be wrong in any way. The checks work on what stands in the file and not on what the
 * schema accepted, so that one wrong value does not hide the others.
 */

import type { Path } from '../problem.ts';
import { childOf, valueAt } from '../schema-index.ts';

export interface Entry {
  readonly path: Path;
  readonly value: unknown;
}

export interface Named {
  readonly path: Path;
  readonly text: string;
}

/** The mappings in the list at a path; what is no mapping is left to the schema. */
export function entriesAt(root: unknown, ...path: string[]): Entry[] {
  return itemsOf(valueAt(root, path), path).filter(isMapping);
}

/** One entry's own list of mappings. */
export function entriesOf(entry: Entry, ...path: string[]): Entry[] {
  return itemsOf(valueAt(entry.value, path), [...entry.path, ...path]).filter(isMapping);
}

function isMapping({ value }: Entry): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The text of a key. A number counts as its digits: that quotes are missing is said by the schema, and what refers to
 * it shall not be called dangling as well.
 */
export function textOf(entry: Entry, ...path: string[]): Named | undefined {
  return toNamed(valueAt(entry.value, path), [...entry.path, ...path]);
}

/** The texts in the list under a key. */
export function textsOf(entry: Entry, ...path: string[]): Named[] {
  return itemsOf(valueAt(entry.value, path), [...entry.path, ...path])
    .map((item) => toNamed(item.value, item.path))
    .filter((named) => named !== undefined);
}

/** A key in every entry of a list. */
export function textsIn(root: unknown, list: readonly string[], key: string): Named[] {
  return entriesAt(root, ...list)
    .map((entry) => textOf(entry, key))
    .filter((named) => named !== undefined);
}

export function isSet(entry: Entry, key: string): boolean {
  return childOf(entry.value, key) !== undefined;
}

export function rootOf(root: unknown): Entry {
  return { path: [], value: root };
}

function itemsOf(value: unknown, path: Path): Entry[] {
  return Array.isArray(value) ? value.map((item: unknown, index) => ({ path: [...path, index], value: item })) : [];
}

function toNamed(value: unknown, path: Path): Named | undefined {
  if (typeof value === 'string') return { path, text: value };
  return typeof value === 'number' ? { path, text: String(value) } : undefined;
}
