/** The layering of the source, held by machine. The tables are the rules; read them top to bottom. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readSource, readSources, type ImportFact, type SourceFacts } from './support/source-facts.ts';

const capabilities = [
  'ari',
  'routing',
  'recording',
  'announcements',
  'storage',
  'recordlog',
  'supervision',
  'contacts',
  'cti',
  'notifications',
  'http',
];
const ground = ['telephony', 'lib', 'observability', 'store'];

/** Folder (or file in the root of src) → the folders it may import besides itself. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  telephony: [],
  lib: [],
  observability: ['telephony', 'lib'],
  store: ['telephony', 'lib', 'observability'],
  config: ['telephony', 'lib'],
  ...Object.fromEntries(capabilities.map((capability) => [capability, ground])),
  // What app.ts puts together in more than a line; like app.ts it knows everybody and is known by nobody else.
  wiring: [...ground, ...capabilities, 'config'],
  cli: [...ground, ...capabilities, 'config', 'wiring', 'app.ts', 'main.ts'],
  'app.ts': [...ground, ...capabilities, 'config', 'wiring'],
  'main.ts': ['app.ts', 'config', 'wiring', 'cli', 'lib', 'observability'],
};

/** Decisions: the same input gives the same output, always. So is everything in telephony. */
const pureNames = ['policy', 'machine', 'translate', 'resync', 'fallback', 'reconciliation'];

/** Package → where it may be imported, and in how many files its code (not merely its types) is used. */
const packages: Readonly<Record<string, { readonly where: RegExp; readonly files: number }>> = {
  'libphonenumber-js': { where: /^src\/telephony\/number\.ts$/, files: 1 },
  undici: { where: /^src\/ari\/transport-[a-z]+\.ts$/, files: 1 },
  ws: { where: /^src\/ari\/transport-[a-z]+\.ts$/, files: 1 },
  'better-sqlite3': { where: /^src\/store\//, files: 1 },
  pino: { where: /^src\/observability\/logger\.ts$/, files: 1 },
  'prom-client': { where: /^src\/observability\/metrics\.ts$/, files: 1 },
  fastify: { where: /^src\/http\//, files: 1 },
  '@fastify/static': { where: /^src\/http\//, files: 1 },
  '@fastify/websocket': { where: /^src\/http\//, files: 1 },
  commander: { where: /^src\/cli\//, files: 1 },
  re2js: { where: /^src\/(lib|recording|config)\//, files: 1 },
  yaml: { where: /^src\/config\//, files: 1 },
  zod: { where: /^src\/(config\/.*|[a-z]+\/config\.ts|ari\/schema[a-z-]*\.ts)$/, files: Infinity },
};

const longestFileLines = 400;
/** Names that say nothing about what is inside. */
const emptyNames = ['index', 'util', 'utils', 'helper', 'helpers', 'manager', 'common', 'data', 'info', 'misc'];

type Rule = (sources: readonly SourceFacts[]) => readonly string[];

const rules: Readonly<Record<string, Rule>> = {
  'a folder imports only the folders that its row in the table allows': (sources) =>
    eachOwnImport(sources, (from, { target }) => allowsFolder(from, target)),
  'config takes nothing from a capability but its slice, and only config.ts uses the configuration': (sources) =>
    eachOwnImport(sources, (from, { target }) => allowsConfig(from, target)),
  'pure files use no clock, timer, randomness, process or output': (sources) =>
    pureFiles(sources).flatMap((source) => source.impurities.map((impurity) => `${source.path} uses ${impurity}`)),
  'pure files import only telephony, pure neighbours and types': (sources) =>
    pureFiles(sources).flatMap((source) =>
      source.imports
        .filter((fact) => !allowsPure(sources, source, fact))
        .map((fact) => `${source.path} → ${fact.target}`),
    ),
  'a package is imported only where the table says': (sources) =>
    sources.flatMap((source) =>
      foreignImports(source)
        .filter((fact) => !packages[fact.target]?.where.test(source.path))
        .map((fact) => `${source.path} → ${fact.target}`),
    ),
  'the code of a package is used in as many files as the table says': (sources) =>
    Object.entries(packages).flatMap(([name, { files }]) => {
      const users = sources.filter((source) =>
        foreignImports(source).some((fact) => fact.target === name && !fact.typeOnly),
      );
      return users.length > files ? [`${name}: ${users.map((source) => source.path).join(', ')}`] : [];
    }),
  'the server never imports the browser client': (sources) =>
    eachOwnImport(sources, (_from, { target }) => folderOf(target) !== 'web'),
  'nothing happens merely because a file is imported': (sources) => eachOwnImport(sources, (_from, { bare }) => !bare),
  'imports carry the ending .ts': (sources) => eachOwnImport(sources, (_from, { target }) => target.endsWith('.ts')),
  'there are no default exports': (sources) => pathsWhere(sources, (source) => source.defaultExport),
  'there is no mutable module state': (sources) => pathsWhere(sources, (source) => source.mutableTopLevel),
  'no file is longer than 400 lines': (sources) => pathsWhere(sources, (source) => source.lines > longestFileLines),
  'files are kebab-case nouns, without barrels and empty names': (sources) =>
    pathsWhere(
      sources,
      ({ path }) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(nameOf(path)) || emptyNames.includes(nameOf(path)),
    ),
};

const sources = readSources(fileURLToPath(new URL('..', import.meta.url)), 'src').filter(
  (source) => folderOf(source.path) !== 'web',
);

for (const [sentence, rule] of Object.entries(rules)) {
  test(sentence, () => assert.deepEqual(rule(sources), []));
}

test('there is something to look at', () => {
  assert.ok(sources.length > 5);
});

/** Each row: a file that breaks a rule, and what is said about it. */
const crooked: readonly (readonly [path: string, text: string, complaint: string])[] = [
  ['src/telephony/call.ts', "import { x } from '../lib/x.ts';", 'src/telephony/call.ts → src/lib/x.ts'],
  [
    'src/routing/service.ts',
    "import { x } from '../recording/ports.ts';",
    'src/routing/service.ts → src/recording/ports.ts',
  ],
  [
    'src/recording/service.ts',
    "import type { C } from '../ari/client.ts';",
    'src/recording/service.ts → src/ari/client.ts',
  ],
  ['src/config/load.ts', "import { x } from '../routing/policy.ts';", 'src/config/load.ts → src/routing/policy.ts'],
  ['src/routing/service.ts', "import { x } from '../config/load.ts';", 'src/routing/service.ts → src/config/load.ts'],
  ['src/routing/policy.ts', 'const at = Date.now();', 'src/routing/policy.ts uses Date.now'],
  ['src/routing/policy.ts', 'const at = new Date();', 'src/routing/policy.ts uses new Date()'],
  ['src/telephony/call.ts', 'const chance = () => Math.random();', 'src/telephony/call.ts uses Math.random'],
  ['src/telephony/call.ts', 'setTimeout(() => undefined, 5);', 'src/telephony/call.ts uses setTimeout'],
  ['src/ari/translate.ts', "import { readFileSync } from 'node:fs';", 'src/ari/translate.ts → node:fs'],
  [
    'src/ari/resync.ts',
    "import { x } from '../observability/logger.ts';",
    'src/ari/resync.ts → src/observability/logger.ts',
  ],
  ['src/routing/machine.ts', "import { x } from './service.ts';", 'src/routing/machine.ts → src/routing/service.ts'],
  ['src/routing/service.ts', "import pino from 'pino';", 'src/routing/service.ts → pino'],
  ['src/lib/left.ts', "import pad from 'left-pad';", 'src/lib/left.ts → left-pad'],
  ['src/app.ts', "import { x } from './web/live/live.ts';", 'src/app.ts → src/web/live/live.ts'],
  ['src/app.ts', "import './lib/start.ts';", 'src/app.ts → src/lib/start.ts'],
  ['src/app.ts', "import { x } from './lib/start.js';", 'src/app.ts → src/lib/start.js'],
  ['src/lib/left.ts', 'export default 5;', 'src/lib/left.ts'],
  ['src/lib/left.ts', 'export let count = 0;', 'src/lib/left.ts'],
  ['src/lib/long.ts', 'const x = 1;\n'.repeat(401), 'src/lib/long.ts'],
  ['src/lib/index.ts', '', 'src/lib/index.ts'],
  ['src/lib/camelCase.ts', '', 'src/lib/camelCase.ts'],
];

for (const [path, text, complaint] of crooked) {
  test(`the rules complain about ${path} with ${text.split('\n')[0] || 'that name'}`, () => {
    const neighbour = readSource('src/routing/service.ts', 'const at = Date.now();');
    const complaints = Object.values(rules).flatMap((rule) => rule([readSource(path, text), neighbour]));
    assert.ok(complaints.includes(complaint), `complaints: ${complaints.join('; ')}`);
  });
}

function eachOwnImport(
  all: readonly SourceFacts[],
  allows: (from: string, fact: ImportFact) => boolean,
): readonly string[] {
  return all.flatMap((source) =>
    source.imports
      .filter((fact) => fact.own && !allows(source.path, fact))
      .map((fact) => `${source.path} → ${fact.target}`),
  );
}

function pathsWhere(all: readonly SourceFacts[], breaks: (source: SourceFacts) => boolean): readonly string[] {
  return all.filter(breaks).map((source) => source.path);
}

/** `src/ari/client.ts` → `ari`; `src/app.ts` → `app.ts`. */
function folderOf(path: string): string {
  return path.split('/')[1] ?? '';
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.ts$/, '');
}

function foreignImports(source: SourceFacts): readonly ImportFact[] {
  return source.imports.filter((fact) => !fact.own && !fact.target.startsWith('node:'));
}

/** What touches the configuration has a rule of its own, below. */
function allowsFolder(from: string, target: string): boolean {
  const [own, other] = [folderOf(from), folderOf(target)];
  if (own === other || isSlice(from) || isSlice(target) || other === 'web') return true;
  return mayImport[own]?.includes(other) ?? false;
}

function isSlice(path: string): boolean {
  return /^src\/[a-z]+\/config\.ts$/.test(path) && folderOf(path) !== 'config';
}

function allowsConfig(from: string, target: string): boolean {
  const [own, other] = [folderOf(from), folderOf(target)];
  if (own === other) return true;
  if (isSlice(from)) return ['config', 'lib', 'telephony'].includes(other);
  if (isSlice(target)) return ['config', 'cli', 'wiring', 'app.ts', 'main.ts'].includes(own);
  return true;
}

function pureFiles(all: readonly SourceFacts[]): readonly SourceFacts[] {
  const isPure = ({ path }: SourceFacts): boolean => folderOf(path) === 'telephony' || pureNames.includes(nameOf(path));
  return all.filter(isPure);
}

function allowsPure(all: readonly SourceFacts[], source: SourceFacts, fact: ImportFact): boolean {
  if (!fact.own) return source.path === 'src/telephony/number.ts' && fact.target === 'libphonenumber-js';
  if (fact.typeOnly || folderOf(fact.target) === 'telephony') return true;
  return isPureNeighbour(all, fact.target, folderOf(source.path));
}

/** A neighbour is pure if it and all that it uses at run time keep the rules of a pure file, whatever their names. */
function isPureNeighbour(all: readonly SourceFacts[], path: string, folder: string, seen = new Set<string>()): boolean {
  if (folderOf(path) === 'telephony' || seen.has(path)) return true;
  if (folderOf(path) !== folder && folderOf(path) !== 'lib') return false;
  seen.add(path);
  const source = all.find((candidate) => candidate.path === path);
  if (!source || source.impurities.length > 0) return false;
  const used = source.imports.filter((fact) => !fact.typeOnly);
  return used.every((fact) => fact.own && isPureNeighbour(all, fact.target, folder, seen));
}
