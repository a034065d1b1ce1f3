/** Asterisk alone, with routes that fernamt would have written, and telephones around it. */

import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toFallbackDialplan } from '../../src/routing/fallback.ts';
import type { FallbackMode, FallbackSource, MatchingSetting, RecordedSide } from '../../src/routing/fallback-source.ts';
import { startAsterisk, type Asterisk } from '../support/asterisk.ts';
import { makeAudio, TONES_HZ, writeWav } from '../support/audio.ts';
import { eventually } from '../support/eventually.ts';
import { startPhones, type Party, type Phones } from '../support/phones.ts';

export const [callerHz, calleeHz] = TONES_HZ;
/** What each announcement sounds like here: a tone of its own, in German another one. */
export const spoken = { closed: TONES_HZ[2], 'everybody-busy': TONES_HZ[3], 'nobody-there': TONES_HZ[4] };
export const germanHz = TONES_HZ[5];

export const recordedKey = '0123456789abcdef';

export interface FallbackBench {
  readonly phones: Phones;
  readonly asterisk: Asterisk;
  /** Writes the routes anew and lets Asterisk read them; calls and recordings of before are gone. */
  decide(mode: FallbackMode, change?: Partial<FallbackSource>): Promise<void>;
  recordings(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** 1001 has two devices, 1004 is registered nowhere, 1006 to 1008 are nobody's telephones. */
export async function startFallbackBench(name: string): Promise<FallbackBench> {
  const phones = await startPhones(`${name}-phones`);
  const asterisk = await startAsterisk({
    name,
    peers: phones.peers,
    unregistered: ['1004'],
    endpoints: {
      '1003': { set_var: 'FERNAMT_FALLBACK=closed' },
      '1005': { set_var: 'FERNAMT_FALLBACK=open' },
      '1008': { set_var: 'FERNAMT_FALLBACK=closed' },
      backup: { set_var: 'FERNAMT_FALLBACK=open' },
    },
    extraModules: ['func_devstate'],
  });
  phones.callInto(asterisk);
  await writeAnnouncements(asterisk);
  return {
    phones,
    asterisk,
    decide: async (mode, change = {}) => {
      await hangUpAll(asterisk);
      await rm(asterisk.recordingDirectory, { recursive: true });
      await mkdir(asterisk.recordingDirectory);
      await writeFile(asterisk.routesFile, toRoutes(mode, change));
      await asterisk.cli('dialplan reload');
      await asterisk.cli('database deltree fernamt-fallback');
    },
    recordings: () => readdir(asterisk.recordingDirectory),
    stop: async () => {
      await asterisk.stop();
      await phones.stop();
    },
  };
}

async function hangUpAll(asterisk: Asterisk): Promise<void> {
  await asterisk.cli('channel request hangup all');
  const isOver = async (): Promise<boolean> =>
    (await asterisk.cli('core show channels count')).startsWith('0 active channels');
  await eventually('all calls are over', isOver);
}

async function writeAnnouncements(asterisk: Asterisk): Promise<void> {
  for (const language of ['en', 'de']) {
    const folder = join(asterisk.soundsDirectory, 'fernamt', language);
    await mkdir(folder, { recursive: true });
    for (const [prompt, hz] of Object.entries(spoken)) {
      await writeWav(
        join(folder, `${prompt}.wav`),
        makeAudio([{ hz: language === 'de' ? germanHz : hz, seconds: 0.8 }]),
      );
    }
  }
}

function toRoutes(fallback: FallbackMode, change: Partial<FallbackSource>): string {
  const decided = { ...source, ...change, asterisk: { application: 'fernamt', fallback } };
  return toFallbackDialplan(decided, {
    matchingSetting,
    settingKey: () => recordedKey,
    activeMembers: (number) => decided.ringGroups.find((one) => one.number === number)?.members ?? [],
  });
}

/** Recorded are calls to group 600, to 1002 from outside, and every call that 1001 makes; for 1005 callers would be asked first. */
function matchingSetting(side: RecordedSide): MatchingSetting | undefined {
  const all = { order: 1, setting: 'All' };
  if (side.direction === 'out') return side.user === '1001' ? all : undefined;
  if (side.addressed.kind === 'group') return side.addressed.number === '600' ? all : undefined;
  if (side.addressed.kind !== 'user') return undefined;
  if (side.addressed.extension === '1005') return { order: 0 };
  return side.addressed.extension === '1002' && !side.internal ? all : undefined;
}

export const source: FallbackSource = {
  language: 'en',
  asterisk: { application: 'fernamt', fallback: 'open' },
  numbering: {
    country: 'DE',
    areaCode: '30',
    internationalPrefix: '00',
    nationalPrefix: '0',
    outsideLine: '0',
    emergencyNumbers: ['110', '112'],
    companyPrefixes: [],
  },
  users: [
    { extension: '1001', endpoints: ['PJSIP/1001-soft'], did: ['+4930555011'], callerId: '+4930555011' },
    { extension: '1002' },
    { extension: '1003' },
    { extension: '1004' },
    { extension: '1005' },
  ],
  ringGroups: [
    group('600', ['1001', '1002']),
    { ...group('601', ['1001', '1002']), strategy: 'linear', memberRingSeconds: 1, rounds: 1, overflow: '602' },
    { ...group('602', ['1005']), ringSeconds: 1, overflow: '601' },
    { ...group('603', ['1004']), overflow: '+491711234567' },
  ],
  trunks: [
    { name: 'dead', endpoint: 'PJSIP/nowhere', numberFormat: 'e164' },
    { name: 'carrier', endpoint: 'PJSIP/carrier', numberFormat: 'e164', callerId: '+4930555000' },
    { name: 'backup', endpoint: 'PJSIP/backup', numberFormat: 'national' },
  ],
  outboundRoutes: [
    { name: 'abroad', pattern: '^\\+(?:43|41)\\d{4,}$', trunks: ['carrier'], users: ['1001'], callsPerMinute: 2 },
    { name: 'home', pattern: '^(?:\\+49|1|\\*)', trunks: ['carrier', 'backup'], users: 'all' },
    { name: 'failing', pattern: '^\\+33', trunks: ['dead', 'backup', 'carrier'], users: 'all' },
    { name: 'hopeless', pattern: '^\\+31', trunks: ['dead'], users: 'all' },
  ],
  hotlines: [
    { did: '+4930555010', name: 'Muster GmbH', destination: '600' },
    { did: '+4930555012', name: 'Shop', destination: '1002' },
    { did: '+4930555013', name: 'Laden', destination: '600', language: 'de', fallback: 'closed' },
    { did: '+4930555014', name: 'Sales', destination: '601' },
    { did: '+4930555015', name: 'Mobile', destination: '603' },
  ],
  serviceCodes: { groupLogin: '*81', groupLogout: '*80' },
};

function group(number: string, members: readonly string[]): FallbackSource['ringGroups'][number] {
  return {
    number,
    members,
    strategy: 'ringAll',
    ringSeconds: 25,
    memberRingSeconds: 15,
    rounds: 2,
    ringBusyMembers: false,
    startActive: true,
  };
}

export const outside = { from: '+491711111111', playing: callerHz };

/** They hear each other, for so long at least. */
export async function talk(caller: Party, callee: Party, forMs = 0): Promise<void> {
  await callee.answers({ playing: calleeHz });
  await caller.isAnswered();
  await caller.hears(calleeHz);
  await callee.hears(callerHz);
  const { heard } = caller;
  const enough = heard.seconds + forMs / 1000;
  if (!(await heard.until(() => heard.seconds >= enough, forMs + 5000)))
    throw new Error(`${caller.name} hears no more`);
}

/** The call was never answered and ends like this, after the announcement if there is to be one. */
export async function isTurnedAway(
  caller: Party,
  end: { readonly sipStatus: number; readonly hz?: number },
): Promise<void> {
  if (end.hz !== undefined) {
    await caller.getsEarlyMedia();
    await caller.hears(end.hz);
  }
  const { sipStatus } = await caller.hungUp(10_000);
  if (sipStatus !== end.sipStatus || caller.wasAnswered) {
    throw new Error(`${caller.name}: ${caller.wasAnswered ? 'answered' : 'refused'} with ${String(sipStatus)}`);
  }
}
