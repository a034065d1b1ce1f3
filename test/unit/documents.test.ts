import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { check } from '../../src/config/load.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

interface Package {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const project = JSON.parse(read('package.json')) as Package;
const dependencies = { ...project.dependencies, ...project.devDependencies };

test('every dependency has its row in docs/dependencies.md, and every row in use its dependency', () => {
  const [used = ''] = read('docs/dependencies.md').split('## First proposed');
  const rows = used.split('\n').filter((line) => line.startsWith('| `'));
  const named = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''),
  );
  assert.deepEqual([...named].sort(), Object.keys(dependencies).sort());
});

test('every dependency is pinned to one version', () => {
  const loose = Object.entries(dependencies).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version));
  assert.deepEqual(loose, []);
});

test('the lock file names no place to download from', () => {
  assert.ok(!read('package-lock.json').includes('"resolved"'));
});

test('the changelog speaks of the version that this is', () => {
  assert.match(read('CHANGELOG.md'), new RegExp(`^## \\[.*${project.version.replaceAll('.', '\\.')}`, 'm'));
});

test('the configuration of the containers is valid and needs nothing but what their example environment names', () => {
  const named = [...read('docker/example.env').matchAll(/^(\w+)=(.+)$/gm)].map((match) => [
    match[1] ?? '',
    match[2] ?? '',
  ]);
  const environment = Object.fromEntries(named) as Record<string, string>;
  const { problems } = check(fileURLToPath(new URL('../../docker/fernamt.yaml', import.meta.url)), { environment });
  assert.deepEqual(problems, []);
  const wanted = [...read('compose.yaml').matchAll(/\$\{(\w+):\?\}/g)].map((match) => match[1] ?? '');
  assert.ok(wanted.length > 2);
  assert.deepEqual(
    wanted.filter((name) => !(name in environment)),
    [],
  );
});
