/** What was measured, as a table for people and as JSON for comparison. */

import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';

/** One measurement: ours, what it is held against (if anything), and the figure that has to reach the mark. */
export interface Run {
  readonly ours: number;
  readonly against?: number;
  readonly figure: number;
}

export interface Row {
  readonly name: string;
  /** What a user would otherwise use. */
  readonly against: string;
  /** Of `ours` and `against`. */
  readonly unit: string;
  /** What the figure is: a ratio of the two, their difference, or ours alone. */
  readonly figure: 'ratio' | 'difference' | 'value';
  /** The mark, and on which side of it is good; none for what is only told. */
  readonly reach?: { readonly at: number; readonly better: 'less' | 'more' };
  readonly runs: readonly Run[];
  /** Under what circumstances, where the name does not say it. */
  readonly note?: string;
}

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly node: string;
  readonly asterisk: string;
  /** Before the first measurement: on a quiet machine next to nothing. */
  readonly load: number;
}

export function describeMachine(asterisk: string): Machine {
  const all = cpus();
  const [load = 0] = loadavg();
  return { processor: all[0]?.model ?? 'unknown', cores: all.length, node: process.versions.node, asterisk, load };
}

export function ratioOf(ours: number, against: number): Run {
  return { ours, against, figure: ours / against };
}

export function differenceOf(ours: number, against: number): Run {
  return { ours, against, figure: ours - against };
}

export function valueOf(ours: number): Run {
  return { ours, figure: ours };
}

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** The smallest value that is not below so many percent of them. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}

/** Undefined where there is no mark. */
export function isReached({ reach, runs }: Row): boolean | undefined {
  if (reach === undefined) return undefined;
  const figure = median(runs.map((run) => run.figure));
  return reach.better === 'less' ? figure <= reach.at : figure >= reach.at;
}

export function toTable(rows: readonly Row[]): string {
  const head = ['what', 'ours', 'against', 'figure', 'reach', 'runs', ''];
  const cells = [head, ...rows.map(toCells)];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function toCells(row: Row): readonly string[] {
  const { name, against, unit, figure, reach, runs } = row;
  const ours = median(runs.map((run) => run.ours));
  const others = runs.flatMap((run) => (run.against === undefined ? [] : [run.against]));
  const measured = median(runs.map((run) => run.figure));
  const reached = isReached(row);
  const figureUnit = figure === 'ratio' ? '' : ` ${unit}`;
  return [
    name,
    `${toText(ours)} ${unit}`,
    others.length === 0 ? against : `${toText(median(others))} ${unit} (${against})`,
    figure === 'value' ? '' : `${toText(measured)}${figureUnit}`,
    reach === undefined ? '' : `${reach.better === 'less' ? '≤' : '≥'} ${reach.at}${figureUnit}`,
    String(runs.length),
    reached === undefined ? '' : reached ? 'reached' : 'MISSED',
  ];
}

/** Three digits that count, and no more. */
function toText(value: number): string {
  if (!Number.isFinite(value)) return '-';
  return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

export interface Report {
  readonly command: string;
  readonly startedAt: string;
  readonly quick: boolean;
  readonly machine: Machine;
  readonly rows: readonly Row[];
}

/** Gives the path. */
export async function writeReport(directory: string, report: Report): Promise<string> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, `${report.startedAt.slice(0, 19).replace('T', '-').replaceAll(':', '')}.json`);
  await writeFile(path, `${JSON.stringify({ ...report, commit: readCommit() }, undefined, 2)}\n`);
  return path;
}

function readCommit(): string | null {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
  } catch {
    return null;
  }
}
