/** What short recorded calls cost at a steady rate, and how much later they are answered because of us. */

import { setTimeout as delay } from 'node:timers/promises';
import { numbers, type BenchSite } from '../bench-site.ts';
import { cpuMs } from '../process-cost.ts';
import { differenceOf, percentile, ratioOf, valueOf, type Row, type Run } from '../results.ts';

const callsPerSecond = 20;
const talkMs = 3000;
/** Finishing files goes on for a moment after the last call. */
const restMs = 1500;

export interface ShortCallSettings {
  readonly runs: number;
  readonly calls: number;
}

interface Spent {
  readonly asteriskMs: number;
  readonly serverMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export async function measureShortCalls(site: BenchSite, settings: ShortCallSettings): Promise<readonly Row[]> {
  const [cpu, server, p50, p99]: [Run[], Run[], Run[], Run[]] = [[], [], [], []];
  for (let run = 0; run < settings.runs; run += 1) {
    const dial = await measureCalls(site, numbers.dial, settings.calls);
    const ours = await measureCalls(site, numbers.fernamt, settings.calls);
    const recorded = await measureCalls(site, numbers.mixMonitor, settings.calls);
    cpu.push(ratioOf(ours.asteriskMs + ours.serverMs, recorded.asteriskMs));
    server.push(valueOf(ours.serverMs));
    p50.push(differenceOf(ours.p50Ms, dial.p50Ms));
    p99.push(differenceOf(ours.p99Ms, dial.p99Ms));
  }
  return [
    {
      name: 'Asterisk + fernamt CPU per recorded call (3 s, 20/s)',
      against: 'MixMonitor + Dial',
      unit: 'ms',
      figure: 'ratio',
      reach: { at: 1.1, better: 'less' },
      runs: cpu,
    },
    {
      name: 'fernamt CPU per call',
      against: '',
      unit: 'ms',
      figure: 'value',
      reach: { at: 2, better: 'less' },
      runs: server,
    },
    { name: 'INVITE → 200 at 20/s, median', against: 'Dial', unit: 'ms', figure: 'difference', runs: p50 },
    {
      name: 'INVITE → 200 at 20/s, p99',
      against: 'Dial',
      unit: 'ms',
      figure: 'difference',
      reach: { at: 10, better: 'less' },
      runs: p99,
    },
  ];
}

/** Per call: CPU time from the first INVITE until the last file is finished, and the times to the answer. */
async function measureCalls(
  { load, asterisk, server, settled }: BenchSite,
  number: string,
  calls: number,
): Promise<Spent> {
  const before = { asterisk: await cpuMs(asterisk.pid), server: await cpuMs(server.pid) };
  const result = await load.run({ sipPort: asterisk.sipPort, number, calls, callsPerSecond, talkMs });
  await delay(restMs);
  const asteriskMs = ((await cpuMs(asterisk.pid)) - before.asterisk) / calls;
  const serverMs = ((await cpuMs(server.pid)) - before.server) / calls;
  await settled();
  if (result.failed > 0)
    throw new Error(`${result.failed} of ${calls} calls to ${number} failed\n${result.complaints}`);
  return { asteriskMs, serverMs, p50Ms: percentile(result.setupMs, 50), p99Ms: percentile(result.setupMs, 99) };
}
