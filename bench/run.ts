/** The benchmarks: `npm run bench [-- --quick] [-- --only NAME,NAME]`. Prints a table and writes bench/results/*.json. */

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findOrMakeAsterisk } from '../bin/asterisk/find.ts';
import { startBenchSite, type BenchSite } from './bench-site.ts';
import { describeMachine, isReached, toTable, writeReport, type Row } from './results.ts';
import { measureCallRate } from './rows/call-rate.ts';
import { measureDemo } from './rows/demo-once.ts';
import { measureLongNumber } from './rows/long-number.ts';
import { measurePatterns } from './rows/patterns.ts';
import { measureRecordedCallsUp } from './rows/recorded-calls-up.ts';
import { measureShortCalls } from './rows/short-calls.ts';
import { measureSimulated } from './rows/simulated.ts';

const usage = `Usage: npm run bench -- [--quick] [--only NAME,NAME]

  --quick      fewer and shorter runs: to see that it works, not to quote
  --only NAME  only these: NAMES
  --help       this text

Wants a quiet machine: everything runs on it at once, the load as well.
`;
const wrongUse = 2;
const quietLoad = 0.3;
const results = join(import.meta.dirname, 'results');

type Measure = (site: () => Promise<BenchSite>, quick: boolean) => Promise<readonly Row[]>;

const measures: Readonly<Record<string, Measure>> = {
  demo: (_site, quick) => measureDemo(quick ? 1 : 5),
  'calls-up': async (site, quick) =>
    await measureRecordedCallsUp(await site(), quick ? { runs: 1, windowMs: 5000 } : { runs: 5, windowMs: 15_000 }),
  'short-calls': async (site, quick) =>
    await measureShortCalls(await site(), quick ? { runs: 1, calls: 200 } : { runs: 5, calls: 400 }),
  'call-rate': async (site, quick) =>
    await measureCallRate(await site(), quick ? { runs: 1, precision: 20 } : { runs: 5, precision: 4 }),
  simulated: (_site, quick) => measureSimulated(quick ? { runs: 1, manyCalls: 2000 } : { runs: 5, manyCalls: 10_000 }),
  'long-number': (_site, quick) => Promise.resolve(measureLongNumber(quick ? 1 : 5)),
  patterns: (_site, quick) => Promise.resolve(measurePatterns(quick ? 1 : 5)),
};

interface Options {
  readonly quick: boolean;
  readonly help: boolean;
  readonly names: readonly string[];
}

function readOptions(): Options | undefined {
  try {
    const flag = { type: 'boolean', default: false } as const;
    const { values } = parseArgs({ options: { quick: flag, help: flag, only: { type: 'string' } } });
    const names = values.only?.split(',') ?? Object.keys(measures);
    const unknown = names.filter((name) => !(name in measures));
    if (unknown.length > 0) throw new Error(`There is no benchmark ${unknown.join(', ')}.`);
    return { ...values, names };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usageText()}`);
    return undefined;
  }
}

function usageText(): string {
  return usage.replace('NAMES', Object.keys(measures).join(', '));
}

async function main(): Promise<number> {
  const options = readOptions();
  if (options === undefined) return wrongUse;
  if (options.help) {
    process.stdout.write(usageText());
    return 0;
  }
  const startedAt = new Date().toISOString();
  const { version } = await findOrMakeAsterisk((line) => console.log(line));
  const machine = describeMachine(version);
  console.log(`${machine.cores} × ${machine.processor}, Node ${machine.node}, Asterisk ${machine.asterisk}`);
  const isQuiet = machine.load < quietLoad * machine.cores;
  if (!isQuiet) console.log(`This machine is busy (load ${machine.load.toFixed(2)}): the figures are worth little.`);
  const rows = await measureAll(options);
  const command = ['npm run bench', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(' ');
  const path = await writeReport(results, { command, startedAt, quick: options.quick, machine, rows });
  console.log(`\n${toTable(rows)}\n\n${path}`);
  return rows.some((row) => isReached(row) === false) ? 1 : 0;
}

/** One Asterisk and one server for all rows that need them, so that they are comparable. */
async function measureAll({ names, quick }: Options): Promise<readonly Row[]> {
  let site: Promise<BenchSite> | undefined;
  const rows: Row[] = [];
  try {
    for (const name of names) {
      console.log(`Measuring ${name}.`);
      rows.push(...((await measures[name]?.(() => (site ??= prepareSite(quick)), quick)) ?? []));
    }
  } finally {
    await (await site)?.stop();
  }
  return rows;
}

async function prepareSite(quick: boolean): Promise<BenchSite> {
  const site = await startBenchSite();
  await site.warmUp(quick ? 300 : 1500);
  return site;
}

process.exitCode = await main();
