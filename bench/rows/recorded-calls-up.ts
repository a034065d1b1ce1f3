/** What Asterisk spends on recorded calls that are up, with us and without us. */

import { setTimeout as delay } from 'node:timers/promises';
import { numbers, type BenchSite } from '../bench-site.ts';
import { cpuMs } from '../process-cost.ts';
import { ratioOf, valueOf, type Row, type Run } from '../results.ts';

const calls = 60;
const callsPerSecond = 20;
/** Until all are up and nothing is being set up any more. */
const settleMs = 2000;

export interface UpSettings {
  readonly runs: number;
  readonly windowMs: number;
}

export async function measureRecordedCallsUp(site: BenchSite, { runs, windowMs }: UpSettings): Promise<readonly Row[]> {
  const asterisk: Run[] = [];
  const server: Run[] = [];
  for (let run = 0; run < runs; run += 1) {
    const ours = await measureWindow(site, numbers.fernamt, windowMs);
    const against = await measureWindow(site, numbers.mixMonitor, windowMs);
    asterisk.push(ratioOf(ours.asterisk, against.asterisk));
    server.push(valueOf(ours.server));
  }
  return [
    {
      name: 'Asterisk CPU, 60 recorded calls up',
      against: 'MixMonitor + Dial',
      unit: 'cores',
      figure: 'ratio',
      reach: { at: 1, better: 'less' },
      runs: asterisk,
    },
    { name: 'fernamt CPU meanwhile', against: '', unit: 'cores', figure: 'value', runs: server },
  ];
}

/** Cores in use while all calls are up. */
async function measureWindow(
  { load, asterisk, server, settled, countRecorded }: BenchSite,
  number: string,
  windowMs: number,
): Promise<{ readonly asterisk: number; readonly server: number }> {
  const buildUpMs = (1000 * calls) / callsPerSecond + settleMs;
  const { sipPort } = asterisk;
  const recordedBefore = await countRecorded();
  const placed = load.run({ sipPort, number, calls, callsPerSecond, talkMs: buildUpMs + windowMs });
  await delay(buildUpMs);
  const before = { asterisk: await cpuMs(asterisk.pid), server: await cpuMs(server.pid), at: performance.now() };
  await delay(windowMs);
  const elapsedMs = performance.now() - before.at;
  const spent = {
    asterisk: ((await cpuMs(asterisk.pid)) - before.asterisk) / elapsedMs,
    server: ((await cpuMs(server.pid)) - before.server) / elapsedMs,
  };
  const { failed, complaints } = await placed;
  if (failed > 0) throw new Error(`${failed} of ${calls} calls to ${number} failed\n${complaints}`);
  await settled();
  const recorded = (await countRecorded()) - recordedBefore;
  if (recorded !== calls) throw new Error(`${recorded} of ${calls} calls to ${number} were recorded`);
  return spent;
}
