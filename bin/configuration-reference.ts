/** Writes the tables of docs/configuration.md from the schema: `node --import tsx bin/configuration-reference.ts`. */

import { readFileSync, writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import type { SchemaNode } from '../src/config/schema-index.ts';
import { toJsonSchema } from '../src/config/schema-index.ts';

const document = fileURLToPath(new URL('../docs/configuration.md', import.meta.url));
const marker = '<!-- From here on written by bin/configuration-reference.ts. -->';

/** The document as it should be: what is written by hand, then the tables. */
export function configurationReference(): { readonly file: string; readonly wanted: string; readonly actual: string } {
  const actual = readFileSync(document, 'utf8');
  const [byHand = ''] = actual.split(marker);
  return { file: document, wanted: `${byHand}${marker}\n\n${tables(toJsonSchema())}`, actual };
}

interface Row {
  readonly key: string;
  readonly node: SchemaNode;
  /** Instead of a default. */
  readonly required?: string | undefined;
}

function tables(schema: SchemaNode): string {
  const entries = Object.entries(schema.properties ?? {});
  const single = entries.filter(([, node]) => !hasKeys(node));
  const sections = entries.filter(([, node]) => hasKeys(node)).flatMap(([key, node]) => section(key, node));
  const general = single.map(([key, node]) => ({ key, node }));
  return [`## General\n\n${table(general)}`, ...sections].join('\n\n') + '\n';
}

/** One chapter for a block of keys, and one for each list of blocks inside it. */
function section(title: string, node: SchemaNode): string[] {
  const about = node.description === undefined ? '' : `${sentence(node.description)}\n\n`;
  const block = node.type === 'array' ? (node.items ?? {}) : node;
  const name = node.type === 'array' ? `${title}[]` : title;
  const variants = block.oneOf ?? [block];
  return variants.flatMap((variant, index) => {
    const kind = variant.properties?.['kind'];
    const heading = kind?.const === undefined ? `## ${name}` : `## ${name}, kind: ${String(kind.const)}`;
    const rows = rowsOf(variant, '');
    const inner = nestedLists(variant, name);
    return [`${heading}\n\n${kind?.const === undefined || index === 0 ? about : ''}${table(rows)}`, ...inner];
  });
}

/** The keys of a block, those of blocks inside it with their path; such a block may be left out as a whole. */
function rowsOf(block: SchemaNode, prefix: string): Row[] {
  const required = prefix === '' || block.default !== undefined ? 'required' : `required in ${prefix.slice(0, -1)}`;
  return Object.entries(block.properties ?? {}).flatMap(([key, node]) => {
    const row = { key: `${prefix}${key}`, node, required: block.required?.includes(key) ? required : undefined };
    if (!node.properties) return [row];
    return [...(row.required ? [row] : []), ...rowsOf(node, `${prefix}${key}.`)];
  });
}

function nestedLists(block: SchemaNode, name: string): string[] {
  return Object.entries(block.properties ?? {}).flatMap(([key, node]) =>
    node.type === 'array' && hasKeys(node) ? section(`${name}.${key}`, node) : [],
  );
}

function hasKeys(node: SchemaNode): boolean {
  return node.properties !== undefined || node.oneOf !== undefined || (node.items !== undefined && hasKeys(node.items));
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(({ key, node, required }) =>
    [`\`${key}\``, typeOf(node), required ?? defaultOf(node), escape(node.description ?? '')].join(' | '),
  );
  return [
    '| key | type | default | meaning |',
    '| --- | --- | --- | --- |',
    ...lines.map((line) => `| ${line} |`),
  ].join('\n');
}

function typeOf(node: SchemaNode): string {
  if (node.writeOnly) return 'secret';
  if (node.const !== undefined) return `\`${node.const}\``;
  if (node.enum) return node.enum.map((value) => `\`${value}\``).join(', ');
  if (node.type === 'array') return hasKeys(node) ? 'list of blocks' : `list of ${plural(typeOf(node.items ?? {}))}`;
  if (node.anyOf && !hasKeys(node)) return node.anyOf.map(typeOf).join(' or ');
  return `${plainTypes.get(node.type ?? '') ?? 'block'}${range(node)}`;
}

const plainTypes: ReadonlyMap<string, string> = new Map([
  ['string', 'text'],
  ['integer', 'whole number'],
  ['number', 'number'],
  ['boolean', 'true or false'],
  ['null', '`null`'],
]);

function plural(type: string): string {
  return type === 'text' ? 'texts' : type;
}

function range({ minimum, maximum }: SchemaNode): string {
  return minimum === undefined || maximum === undefined ? '' : `, ${minimum} to ${maximum}`;
}

function defaultOf(node: SchemaNode): string {
  if (node.default === undefined) return '–';
  return `\`${escape(JSON.stringify(node.default))}\``;
}

function sentence(text: string): string {
  const [first = '', rest = ''] = [text.slice(0, 1), text.slice(1)];
  return `${first.toUpperCase()}${rest}.`;
}

function escape(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '\\<');
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const { file, wanted } = configurationReference();
  writeFileSync(file, wanted);
}
