/** Asterisk alone, with the routes that fernamt wrote and without fernamt. */

import assert from 'node:assert/strict';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { toFallbackDialplan } from '../../src/routing/fallback.ts';
import type { FallbackMode, FallbackSource, RecordedSide } from '../../src/routing/fallback-source.ts';
import { startAsterisk } from '../support/asterisk.ts';
import { makeAudio, readWav, secondsOf, toneDbfs, TONES_HZ, writeWav } from '../support/audio.ts';
import { eventually } from '../support/eventually.ts';
import { startPhones, type Party } from '../support/phones.ts';

const [callerHz, calleeHz, closedHz, busyHz, nobodyHz, germanHz] = TONES_HZ;
const key = '0123456789abcdef';

const phones = await startPhones('fallback-phones');
const asterisk = await startAsterisk({
  name: 'fallback',
  peers: phones.peers,
  unregistered: ['1004'],
  // Telephones 1006 to 1008 are no user's.
  endpoints: {
    '1003': { set_var: 'FERNAMT_FALLBACK=closed' },
    '1005': { set_var: 'FERNAMT_FALLBACK=open' },
    '1008': { set_var: 'FERNAMT_FALLBACK=closed' },
  },
  extraModules: ['func_devstate'],
});
phones.callInto(asterisk);
after(async () => {
  await asterisk.stop();
  await phones.stop();
});

const announcements = { closed: closedHz, 'everybody-busy': busyHz, 'nobody-there': nobodyHz };
for (const language of ['en', 'de']) {
  const folder = join(asterisk.soundsDirectory, 'fernamt', language);
  await mkdir(folder, { recursive: true });
  for (const [name, hz] of Object.entries(announcements)) {
    const tone = language === 'de' ? germanHz : hz;
    await writeWav(join(folder, `${name}.wav`), makeAudio([{ hz: tone ?? 0, seconds: 1, dbfs: -13 }]));
  }
}

const source: FallbackSource = {
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
    { extension: '1001', name: 'Olivia', endpoints: ['PJSIP/1001-soft'], did: ['+4930555011'], callerId: '+4930555011' },
    { extension: '1002', name: 'Benjamin' },
    { extension: '1003', name: 'Strict' },
    { extension: '1004', name: 'Nowhere' },
    { extension: '1005', name: 'Free' },
  ],
  ringGroups: [
    group('600', ['1001', '1002']),
    { ...group('601', ['1001', '1002']), strategy: 'linear', memberRingSeconds: 1, rounds: 1, overflow: '602' },
    { ...group('602', ['1005']), ringSeconds: 1, overflow: '601' },
    { ...group('603', ['1004']), overflow: '+491711234567' },
  ],
  trunks: [
    { name: 'carrier', endpoint: 'PJSIP/carrier', numberFormat: 'e164', callerId: '+4930555000' },
    { name: 'backup', endpoint: 'PJSIP/backup', numberFormat: 'national' },
  ],
  outboundRoutes: [
    { name: 'abroad', pattern: '^\\+(?:43|41)\\d{4,}$', trunks: ['carrier'], users: ['1001'], callsPerMinute: 2 },
    { name: 'home', pattern: '^(?:\\+49|1|\\*)', trunks: ['carrier', 'backup'], users: 'all' },
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

/** Every call of 1001 and to group 600 is recorded, one to 1005 would be asked first. */
function matchingSetting(side: RecordedSide): { order: number; setting?: string } | undefined {
  if (side.direction === 'out') return side.user === '1001' ? { order: 1, setting: 'All' } : undefined;
  if (side.addressed.kind === 'group') return side.addressed.number === '600' ? { order: 1, setting: 'All' } : undefined;
  if (side.addressed.kind !== 'user') return undefined;
  if (side.addressed.extension === '1005') return { order: 0 };
  return side.addressed.extension === '1002' && !side.internal ? { order: 1, setting: 'All' } : undefined;
}

async function decide(fallback: FallbackMode, change: Partial<FallbackSource> = {}): Promise<void> {
  const decided = { ...source, ...change, asterisk: { application: 'fernamt', fallback } };
  const text = toFallbackDialplan(decided, {
    matchingSetting,
    settingKey: () => key,
    activeMembers: (number) => decided.ringGroups.find((one) => one.number === number)?.members ?? [],
  });
  await writeFile(asterisk.routesFile, text);
  await asterisk.cli('dialplan reload');
  for (const name of await readdir(asterisk.recordingDirectory)) await rm(join(asterisk.recordingDirectory, name));
}

async function talk(caller: Party, callee: Party): Promise<void> {
  await callee.answers({ playing: calleeHz ?? 0 });
  await caller.isAnswered();
  await caller.hears(calleeHz ?? 0);
  await callee.hears(callerHz ?? 0);
}

test('X', async () => {
  await decide('open');
  const caller = await phones.carrier.calls('+4930555010', { from: '+491711111111', playing: callerHz ?? 0 });
  const ringing = await phones.phone('1001').rings();
  const soft = await phones.phone('1001-soft').rings();
  const other = await phones.phone('1002').rings();
  console.log(other.caller);
  await talk(caller, ringing);
  console.log(await other.hungUp(), await soft.hungUp());
  await caller.hangsUp();
  console.log(await ringing.hungUp());
  console.log(await readdir(asterisk.recordingDirectory));
});
test('Y', async () => {
  await decide('record');
  const caller = await phones.carrier.calls('+4930555010', { from: '+491711111111', playing: callerHz ?? 0 });
  const ringing = await phones.phone('1001').rings();
  await talk(caller, ringing);
  await caller.hangsUp();
  console.log(await ringing.hungUp());
  console.log(await readdir(asterisk.recordingDirectory));
  const c2 = await phones.carrier.calls('+4930555010', { from: '+491711111111', playing: callerHz ?? 0 });
  await phones.phone('1001').rings();
  await c2.hangsUp();
  console.log(await readdir(asterisk.recordingDirectory));
});
test('Z', async () => {
  await decide('closed');
  const caller = await phones.carrier.calls('+4930555010', { from: '+491711111111', playing: callerHz ?? 0 });
  await caller.getsEarlyMedia();
  await caller.hears(closedHz ?? 0);
  console.log(await caller.hungUp(), caller.wasAnswered);
});
test('O', async () => {
  await decide('open');
  const caller = await phones.phone('1001').calls('0030123456', { playing: callerHz ?? 0 });
  const c = await phones.carrier.receives();
  console.log(c.number, c.caller);
  await talk(caller, c);
  await caller.hangsUp();
  phones.carrier.behaves({kind: 'refuses', how: 'unavailable'});
  console.log(await (await phones.phone('1001').calls('0030123456')).hungUp());
});
