/** How many recorded calls a second this machine takes without one of them failing, with us and without us. */

import { numbers, type BenchSite } from '../bench-site.ts';
import { ratioOf, type Row, type Run } from '../results.ts';

const talkMs = 3000;
const secondsAtRate = 8;
/** A caller who waits longer for the answer of a telephone that answers at once has not been served. */
const answeredWithinMs = 1000;
const slowestRate = 10;
const fastestRate = 160;

export interface CallRateSettings {
  readonly runs: number;
  /** How close the limit is searched for, in calls per second. */
  readonly precision: number;
}

export async function measureCallRate(site: BenchSite, { runs, precision }: CallRateSettings): Promise<readonly Row[]> {
  const rates: Run[] = [];
  for (let run = 0; run < runs; run += 1) {
    const ours = await findHighestRate(site, numbers.fernamt, precision);
    rates.push(ratioOf(ours, await findHighestRate(site, numbers.mixMonitor, precision)));
  }
  const reach = { at: 0.9, better: 'more' } as const;
  const name = 'highest rate of recorded calls without a failure';
  return [{ name, against: 'MixMonitor + Dial', unit: 'calls/s', figure: 'ratio', reach, runs: rates }];
}

/** By halving: a rate that fails is taken for too high, and so is every higher one. */
async function findHighestRate(site: BenchSite, number: string, precision: number): Promise<number> {
  let [good, bad] = [slowestRate, fastestRate];
  while (bad - good > precision) {
    const rate = Math.round((good + bad) / 2);
    if (await takes(site, number, rate)) good = rate;
    else bad = rate;
  }
  return good;
}

/** Every call was answered in time and ended well. */
async function takes({ load, asterisk, settled }: BenchSite, number: string, rate: number): Promise<boolean> {
  const calls = rate * secondsAtRate;
  const result = await load.run({ sipPort: asterisk.sipPort, number, calls, callsPerSecond: rate, talkMs });
  await settled();
  return result.failed === 0 && result.setupMs.every((ms) => ms < answeredWithinMs);
}
