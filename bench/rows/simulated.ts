/** More calls than this machine could carry, on a simulated ARI: what they take of memory, and how late events get. */

import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startServer, type RunningServer } from '../../test/support/server.ts';
import { residentMb } from '../process-cost.ts';
import { percentile, valueOf, type Row, type Run } from '../results.ts';
import { startSimulatedAsterisk, type SimulatedAsterisk, type SimulatedCall } from '../simulated-asterisk.ts';

export interface SimulatedSettings {
  readonly runs: number;
  readonly manyCalls: number;
}

const number = '+4930555020';
const fewCalls = 1000;
const atOnce = 50;
const quietMs = 3000;
const eventCalls = 500;
const eventsPerSecond = 50;

export async function measureSimulated({ runs, manyCalls }: SimulatedSettings): Promise<readonly Row[]> {
  const [few, many, lag]: [Run[], Run[], Run[]] = [[], [], []];
  for (let run = 0; run < runs; run += 1) {
    const result = await onStage((asterisk, server) => measureOnce(asterisk, server, manyCalls));
    few.push(valueOf(result.fewMb));
    many.push(valueOf(result.manyMb));
    lag.push(valueOf(result.lagMs));
  }
  const circumstances = 'simulated ARI';
  return [
    {
      name: `fernamt memory, ${fewCalls} calls up against idle (${circumstances})`,
      against: '',
      unit: 'MB',
      figure: 'value',
      reach: { at: 25, better: 'less' },
      runs: few,
    },
    {
      name: `the same for ${manyCalls} calls`,
      against: '',
      unit: 'MB',
      figure: 'value',
      reach: { at: (25 * manyCalls) / fewCalls, better: 'less' },
      runs: many,
    },
    {
      name: `arrival → first request, p99, ${manyCalls} calls up (${circumstances})`,
      against: '',
      unit: 'ms',
      figure: 'value',
      reach: { at: 20, better: 'less' },
      runs: lag,
    },
  ];
}

async function measureOnce(
  asterisk: SimulatedAsterisk,
  server: RunningServer,
  manyCalls: number,
): Promise<{ fewMb: number; manyMb: number; lagMs: number }> {
  // A server that has handled calls before: code and caches are no memory of the calls that are up.
  for (const call of await raise(asterisk, fewCalls / 2)) call.hangUp();
  await delay(2 * quietMs);
  const idleMb = await residentMb(server.pid);
  await raise(asterisk, fewCalls);
  await delay(quietMs);
  const fewMb = (await residentMb(server.pid)) - idleMb;
  await raise(asterisk, manyCalls - fewCalls);
  await delay(quietMs);
  const manyMb = (await residentMb(server.pid)) - idleMb;
  return { fewMb, manyMb, lagMs: percentile(await react(asterisk), 99) };
}

async function raise(asterisk: SimulatedAsterisk, count: number): Promise<readonly SimulatedCall[]> {
  const calls: SimulatedCall[] = [];
  while (calls.length < count) {
    const batch = Math.min(atOnce, count - calls.length);
    calls.push(...(await Promise.all(Array.from({ length: batch }, () => asterisk.call(number)))));
  }
  return calls;
}

/** Calls come and go at a steady rate beside those that are up. */
async function react(asterisk: SimulatedAsterisk): Promise<readonly number[]> {
  const reactions: Promise<number>[] = [];
  for (let count = 0; count < eventCalls; count += 1) {
    reactions.push(
      asterisk.call(number).then((call) => {
        call.hangUp();
        return call.reactionMs;
      }),
    );
    await delay(1000 / eventsPerSecond);
  }
  return await Promise.all(reactions);
}

async function onStage<Result>(
  work: (asterisk: SimulatedAsterisk, server: RunningServer) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'fernamt-simulated-'));
  const password = 'simulated';
  const [recordingDirectory, soundsDirectory] = [join(folder, 'recording'), join(folder, 'sounds')];
  for (const directory of [recordingDirectory, soundsDirectory]) await mkdir(directory);
  const asterisk = await startSimulatedAsterisk({ password, recordingDirectory });
  const place = { ariUrl: asterisk.ari.url, username: 'fernamt', password, recordingDirectory, soundsDirectory };
  const server = await startServer({
    asterisk: { ...place, routesFile: join(folder, 'routes.conf') },
    config: {
      logging: { level: 'info', personalData: 'redact' },
      asterisk: { maxCalls: 100_000 },
      users: [{ extension: '1001', name: 'Olivia Brandt' }],
      ringGroups: [{ number: '620', name: 'Load', members: ['1001'], strategy: 'ringAll', ringBusyMembers: true }],
      hotlines: [{ did: number, name: 'Load', destination: '620' }],
    },
  });
  try {
    return await work(asterisk, server);
  } finally {
    await server.kill('SIGKILL');
    await server.remove();
    await asterisk.ari.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
