/** The configuration as it takes effect, without its secrets: for people, for the hash, for comparing. */

import { createHash } from 'node:crypto';
import type { Config } from './complete.ts';
import { formatPath } from './problem.ts';
import { writtenAs } from './references.ts';
import type { SchemaNode } from './schema-index.ts';
import { replaceSecrets, valueAt } from './schema-index.ts';
import type { Reference } from './tree.ts';
import { formatYaml } from './yaml-text.ts';

/** What stands in place of a secret that was written out. */
const masked = '***';

/** Plain values; a secret is shown as `!env NAME`, `!file PATH` or `***`. */
export function toEffective(config: Config, schema: SchemaNode, references: readonly Reference[]): unknown {
  const byPath = new Map(references.map(({ path, node }) => [formatPath(path), node]));
  return replaceSecrets(schema, config, (path) => {
    const reference = byPath.get(path);
    return reference ? writtenAs(reference) : masked;
  });
}

/** SHA-256 over the effective configuration: the same for the same rules, whatever order, file or secret they come from. */
export function hashOf(effective: unknown): string {
  return createHash('sha256').update(canonical(effective)).digest('hex');
}

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}

/** As YAML that can be read in again: references are tags there. */
export function effectiveYaml(effective: unknown, references: readonly Reference[]): string {
  const shown = references.filter(({ path, node }) => valueAt(effective, path) === writtenAs(node));
  return formatYaml(
    effective,
    new Map(shown.map(({ path, node }) => [formatPath(path), { tag: `!${node.from}`, text: node.name }])),
  );
}
