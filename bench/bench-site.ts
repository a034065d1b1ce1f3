/** One Asterisk, one server on it, and a dialplan that does the same without the server, to be measured side by side. */

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { startAsterisk, type Asterisk } from '../test/support/asterisk.ts';
import { eventually } from '../test/support/eventually.ts';
import { startServer, type RunningServer } from '../test/support/server.ts';
import { openLoad, type Load } from './load.ts';

/** Numbers that the carrier dials. */
export const numbers = {
  /** Through the server, recorded. */
  fernamt: '+4930555020',
  /** Dialplan alone: MixMonitor and Dial. */
  mixMonitor: '7001',
  /** Dialplan alone: Dial. */
  dial: '7000',
} as const;

export interface BenchSite {
  readonly asterisk: Asterisk;
  readonly server: RunningServer;
  readonly load: Load;
  /** A server that has just started is slower than one that has been at work; that is not what is measured. */
  warmUp(calls: number): Promise<void>;
  /** Good recordings so far, ours and the dialplan's together. */
  countRecorded(): Promise<number>;
  /** No channel is left and every recording is finished. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

const dialplan = `
[fernamt-trunk]
exten => ${numbers.dial},1,Dial(PJSIP/1001,30)
 same => n,Hangup()
exten => ${numbers.mixMonitor},1,MixMonitor(bench-\${UNIQUEID}.wav)
 same => n,Dial(PJSIP/1001,30)
 same => n,Hangup()
`;

// Who is connected would be told by a re-INVITE in the middle of the talk, which SIPp does not understand.
const endpoints = { carrier: { send_connected_line: 'no' }, '1001': { send_connected_line: 'no' } };

/** What a firm would run: recorded calls to a group, the log as it is by default. */
const config = {
  logging: { level: 'info', personalData: 'redact' },
  users: [{ extension: '1001', name: 'Olivia Brandt' }],
  ringGroups: [{ number: '620', name: 'Load', members: ['1001'], strategy: 'ringAll', ringBusyMembers: true }],
  hotlines: [{ did: numbers.fernamt, name: 'Load', destination: '620' }],
  recording: { settings: [{ name: 'Everything', select: { all: true } }] },
};

const leastAudioBytes = 1000;
const warmUpRate = 30;
const warmUpTalkMs = 300;

export async function startBenchSite(): Promise<BenchSite> {
  const load = await openLoad();
  const peers = { phonesPort: load.port, trunkPorts: { carrier: 9, backup: 9 } };
  const asterisk = await startAsterisk({ name: 'bench', peers, dialplan, endpoints });
  const server = await startServer({ asterisk, config: { ...config, asterisk: { maxCalls: 10_000 } } });
  const settled = async (): Promise<void> => {
    await eventually('nothing is left of the calls', () => isSettled(asterisk, server), 60_000);
  };
  return {
    asterisk,
    server,
    load,
    settled,
    countRecorded: async () => (await countJudgedOk(server)) + (await countMixed(asterisk)),
    warmUp: async (calls) => {
      const { sipPort } = asterisk;
      await load.run({ sipPort, number: numbers.fernamt, calls, callsPerSecond: warmUpRate, talkMs: warmUpTalkMs });
      await settled();
    },
    stop: async () => {
      await server.remove();
      await asterisk.stop();
      await load.stop();
    },
  };
}

async function isSettled(asterisk: Asterisk, server: RunningServer): Promise<boolean> {
  const [channels, calls, answer] = await Promise.all([
    asterisk.cli('core show channels count'),
    server.calls(),
    fetch(`${server.url}/api/v1/system`),
  ]);
  const { recordingsOpen } = (await answer.json()) as { readonly recordingsOpen: number };
  return channels.startsWith('0 active channels') && calls.length === 0 && recordingsOpen === 0;
}

/** What the server judged to be good; it has opened each file. */
async function countJudgedOk({ url }: RunningServer): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^fernamt_recordings_total\{judgement="ok"\} (\d+)$/m.exec(text)?.[1] ?? 0);
}

/** Files with more in them than a header. */
async function countMixed({ recordingDirectory }: Asterisk): Promise<number> {
  const directory = join(recordingDirectory, '../monitor');
  const names = await readdir(directory).catch(() => []);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(directory, name))).size));
  return sizes.filter((size) => size > leastAudioBytes).length;
}
