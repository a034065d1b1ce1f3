/** What ships beside the code says the same as the code. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { configurationReference } from '../../../bin/configuration-reference.ts';
import { check, load } from '../../../src/config/load.ts';
import { readWithIncludes } from '../../../src/config/include.ts';
import type { SchemaNode } from '../../../src/config/schema-index.ts';
import { toJsonSchema } from '../../../src/config/schema-index.ts';
import type { TreeNode } from '../../../src/config/tree.ts';
import { writeFiles } from './written-config.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

test('the configuration that ships is valid, without warnings', () => {
  const loaded = load(`${root}/config/fernamt.yaml`, { ARI_PASSWORD: 'x' });
  assert.deepEqual([...loaded.problems, ...loaded.warnings], []);
});

test('it stays valid when its example of consent is uncommented', (context) => {
  const text = readFileSync(`${root}/config/fernamt.yaml`, 'utf8');
  const uncommented = text.replace(/^( {6})# (consent:|announcements:|  in:)/gm, '$1$2');
  const folder = writeFiles(context, { 'fernamt.yaml': uncommented });
  const loaded = load(`${folder}/fernamt.yaml`, { ARI_PASSWORD: 'x' });
  assert.deepEqual([...loaded.problems, ...loaded.warnings], []);
  const [setting] = loaded.ok ? loaded.config.recording.settings : [];
  assert.deepEqual(
    [setting?.consent.mode, setting?.consent.seconds, setting?.announcements.in],
    ['optOut', 5, 'recording-optout-en'],
  );
});

test('the tour of all keys is valid', () => {
  const { problems, result } = check(`${root}/config/example-full.yaml`, { resolveSecrets: false });
  assert.deepEqual(problems, []);
  assert.ok(result);
});

test('the tour names every key that there is', () => {
  const { tree } = readWithIncludes(`${root}/config/example-full.yaml`);
  assert.ok(tree);
  const shown = new Set(keysIn(tree));
  const comments = readFileSync(`${root}/config/example-full.yaml`, 'utf8').match(/#.*$/gm)?.join('\n') ?? '';
  const missing = keysOf(toJsonSchema()).filter((key) => !shown.has(key) && !new RegExp(`\\b${key}:`).test(comments));
  assert.deepEqual(missing, []);
});

test('the reference has a row for every key, with its default and meaning', () => {
  const { wanted, actual } = configurationReference();
  assert.equal(actual, wanted, 'run: node --import tsx bin/configuration-reference.ts');
});

test('every key says what it means', () => {
  assert.deepEqual(keysWithoutMeaning(toJsonSchema(), ''), []);
});

function keysIn(node: TreeNode): string[] {
  if (node.kind === 'list') return node.items.flatMap(keysIn);
  if (node.kind !== 'mapping') return [];
  return [...node.entries].flatMap(([key, entry]) => [key, ...keysIn(entry.node)]);
}

function shapesOf(node: SchemaNode): SchemaNode[] {
  return [node, ...(node.oneOf ?? []), ...(node.anyOf ?? []), ...(node.items ? shapesOf(node.items) : [])];
}

function keysOf(node: SchemaNode): string[] {
  return shapesOf(node).flatMap((shape) =>
    Object.entries(shape.properties ?? {}).flatMap(([key, child]) => [key, ...keysOf(child)]),
  );
}

function keysWithoutMeaning(node: SchemaNode, path: string): string[] {
  return shapesOf(node).flatMap((shape) =>
    Object.entries(shape.properties ?? {}).flatMap(([key, child]) => [
      ...(child.description === undefined ? [`${path}.${key}`] : []),
      ...keysWithoutMeaning(child, `${path}.${key}`),
    ]),
  );
}
