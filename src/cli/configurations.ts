/** `configurations`: which ones were ever in force, and what differs between two. */

import { differencesBetween, type ConfigurationDifference } from '../config/difference.ts';
import { createConfigurations, type Configurations } from '../store/configurations.ts';
import { sayNo } from './answer.ts';
import type { Command, ExitCode, Invocation } from './command.ts';
import { toLocalTime, withStored } from './stored.ts';
import { formatTable } from './table.ts';

export const listConfigurations: Command = {
  usage: 'configurations list',
  summary: 'list every configuration that was ever in force, the latest first',
  run: runList,
};

export const diffConfigurations: Command = {
  usage: 'configurations diff <hash> <hash>',
  summary: 'show what differs between two configurations; the beginning of a hash is enough if no other begins so',
  run: runDiff,
};

function runList(invocation: Invocation): Promise<ExitCode> {
  return withStored(invocation, ({ config, database }) => {
    const kept = database ? createConfigurations(database).list() : [];
    const { output, json } = invocation;
    if (json) {
      const times = kept.map(({ hash, firstUsedAt, lastUsedAt }) => ({
        hash,
        firstUsedAt: new Date(firstUsedAt).toISOString(),
        lastUsedAt: new Date(lastUsedAt).toISOString(),
      }));
      output.out(JSON.stringify(times, null, 2));
    } else if (kept.length === 0) {
      output.out('No configuration was in force yet.');
    } else {
      const time = (at: number): string => toLocalTime(at, config.timeZone);
      const rows = kept.map((one) => [time(one.firstUsedAt), time(one.lastUsedAt), one.hash]);
      output.out(formatTable(['FIRST USED', 'LAST PUT IN FORCE', 'HASH'], rows));
    }
    return 0;
  });
}

function runDiff(invocation: Invocation): Promise<ExitCode> {
  return withStored(invocation, ({ database }) => {
    const { output, json } = invocation;
    const [before, after] = invocation.arguments.map((hash) => find(database && createConfigurations(database), hash));
    if (typeof before !== 'object' || typeof after !== 'object') {
      const problems = [before, after].filter((one) => typeof one === 'string');
      return sayNo(invocation, 'unknown-configuration', problems.join('\n'));
    }
    const found = differencesBetween(before.effective, after.effective);
    if (json) output.out(JSON.stringify(found, null, 2));
    else output.out(found.length === 0 ? 'There is no difference.' : found.map(toLine).join('\n'));
    return 0;
  });
}

interface Found {
  readonly effective: unknown;
}

/** The configuration, or what is wrong with the hash. */
function find(configurations: Configurations | undefined, hash: string): Found | string {
  const found = configurations?.find(hash.toLowerCase());
  if (found === 'ambiguous') return `Several configurations begin with ${hash}: give more of the hash.`;
  return found ?? `There is no configuration ${hash}.`;
}

const signs = { added: '+', removed: '-', changed: '~', reordered: '~' } as const;

function toLine({ kind, path, before, after }: ConfigurationDifference): string {
  const [old, now] = [before, after].map(toText);
  switch (kind) {
    case 'added':
      return `${signs.added} ${path}: ${now}`;
    case 'removed':
      return `${signs.removed} ${path}: ${old}`;
    case 'changed':
      return `${signs.changed} ${path}: ${old} → ${now}`;
    case 'reordered':
      return `${signs.reordered} ${path}, in another order: ${now}`;
  }
}

function toText(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value : JSON.stringify(value ?? null);
}
