/** The schema as data (JSON Schema): which keys there are at a path, what they mean, and which values are secrets. */

import { z } from 'zod';
import type { Path } from './problem.ts';
import { formatPath } from './problem.ts';
import { fileSchema } from './schema.ts';

export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: string | number | boolean;
  readonly enum?: readonly (string | number)[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly required?: readonly string[];
  readonly writeOnly?: boolean;
  readonly 'x-literal'?: 'warn';
  readonly minimum?: number;
  readonly maximum?: number;
}

/** JSON Schema (2020-12) of the file, for editors. */
export function toJsonSchema(): SchemaNode {
  const schema: unknown = z.toJSONSchema(fileSchema, { io: 'input' });
  return schema as SchemaNode;
}

/** The keys that may stand in the mapping at a path; `root` is the file's content, which decides between kinds of an entry. */
export function keysAt(schema: SchemaNode, path: Path, root: unknown): readonly string[] {
  let [node, value]: [SchemaNode | undefined, unknown] = [variantOf(schema, root), root];
  for (const step of path) {
    value = childOf(value, step);
    const child: SchemaNode | undefined = node && schemaChild(node, step);
    node = child && variantOf(child, value);
  }
  return Object.keys(node?.properties ?? {});
}

/** What the key at a path means, if the schema says so. */
export function meaningAt(schema: SchemaNode, path: Path, root: unknown): string | undefined {
  let [node, value]: [SchemaNode | undefined, unknown] = [schema, root];
  for (const step of path) {
    const variant: SchemaNode | undefined = node && variantOf(node, value);
    value = childOf(value, step);
    node = variant && schemaChild(variant, step);
  }
  return node?.description;
}

export interface SecretPlace {
  readonly path: Path;
  /** Whether to warn when it stands in a file that others can read. */
  readonly warn: boolean;
}

/** Where in these values secrets stand. */
export function secretsIn(schema: SchemaNode, value: unknown, path: Path = []): SecretPlace[] {
  const node = variantOf(schema, value);
  if (node.writeOnly) return value === undefined ? [] : [{ path, warn: node['x-literal'] === 'warn' }];
  if (Array.isArray(value)) {
    const { items } = node;
    return items ? value.flatMap((item: unknown, index) => secretsIn(items, item, [...path, index])) : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const child = schemaChild(node, key);
    return child ? secretsIn(child, item, [...path, key]) : [];
  });
}

/** The values with each secret replaced. */
export function replaceSecrets(schema: SchemaNode, value: unknown, replacement: (path: string) => string): unknown {
  const secrets = new Set(secretsIn(schema, value).map(({ path }) => formatPath(path)));
  return replaceAt(value, [], secrets, replacement);
}

function replaceAt(
  value: unknown,
  path: Path,
  at: ReadonlySet<string>,
  replacement: (path: string) => string,
): unknown {
  const name = formatPath(path);
  if (at.has(name)) return replacement(name);
  if (Array.isArray(value))
    return value.map((item: unknown, index) => replaceAt(item, [...path, index], at, replacement));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, replaceAt(item, [...path, key], at, replacement)]),
  );
}

function schemaChild(node: SchemaNode, step: string | number): SchemaNode | undefined {
  if (typeof step === 'number') return node.items;
  const known = node.properties && Object.hasOwn(node.properties, step) ? node.properties[step] : undefined;
  return known ?? (typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined);
}

/** Of several shapes the one that the value's `kind` chooses, else the one that fits the value's type. */
function variantOf(node: SchemaNode, value: unknown): SchemaNode {
  const variants = node.oneOf ?? node.anyOf;
  if (!variants) return node;
  const kind = childOf(value, 'kind');
  const type = Array.isArray(value) ? 'array' : typeof value;
  return (
    variants.find((variant) => variant.properties?.['kind'] && variant.properties['kind'].const === kind) ??
    variants.find((variant) => variant.type === type && !variant.properties?.['kind']) ??
    node
  );
}

/** What stands at one step below a value, whatever the value is. */
export function childOf(value: unknown, step: string | number): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
  return (value as Record<string | number, unknown>)[step];
}

export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) value = childOf(value, step);
  return value;
}
