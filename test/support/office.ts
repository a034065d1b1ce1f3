/** A small office, and conversations in it: the caller says one tone, the callee another one. */

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { TONES_HZ } from './audio.ts';
import { eventually } from './eventually.ts';
import type { Party } from './phones.ts';
import type { LogLine } from './server.ts';
import type { Site } from './site.ts';

export const [callerHz, calleeHz, , , thirdHz] = TONES_HZ;
export const karla = '+491711234567';
/** Never recorded. */
export const doctor = '+493055577712';

/** 1008 is there only if the test lets it be registered. */
export const officeConfig = {
  users: [
    { extension: '1001', name: 'Olivia Brandt', did: ['+4930555011'], endpoints: ['PJSIP/1001-soft'] },
    { extension: '1002', name: 'Benjamin Roth', did: ['+4930555022'] },
    { extension: '1003', name: 'Carla Weiss', language: 'de' },
    { extension: '1004', name: 'Daniel Kurz' },
    { extension: '1008', name: 'Never There', did: ['+4930555088'] },
  ],
  ringGroups: [{ number: '600', name: 'Support', members: ['1001', '1002', '1003'] }],
  hotlines: [
    { did: '+4930555010', name: 'Muster GmbH', destination: '600' },
    { did: '+4930555012', name: 'Benjamin', destination: '1002', phoneDisplay: '{hotline}: {caller.number}' },
    { did: '+4930555013', name: 'Auf Deutsch', destination: '1008', language: 'de' },
    { did: '+4930555014', name: 'Mobile', destination: '+491719999999' },
  ],
  recording: {
    settings: [{ name: 'Everything', select: { all: true } }],
    neverRecord: ['doctors'],
    exceptionLists: [{ name: 'doctors', entries: [{ number: doctor }] }],
  },
};

export interface Conversation {
  readonly caller: Party;
  readonly callee: Party;
}

export async function hearEachOther({ caller, callee }: Conversation): Promise<void> {
  await Promise.all([caller.hears(calleeHz), callee.hears(callerHz)]);
}

/** 1004 calls 1002, and both hear each other. */
export async function talksInside({ phones: { phone } }: Site): Promise<Conversation> {
  const caller = await phone('1004').calls('1002', { playing: callerHz });
  const callee = await phone('1002').answers({ playing: calleeHz });
  await hearEachOther({ caller, callee });
  return { caller, callee };
}

/** Somebody outside calls 1002, and both hear each other. */
export async function talksOutside({ phones: { carrier, phone } }: Site, from: string): Promise<Conversation> {
  const caller = await carrier.calls('+4930555022', { from, playing: callerHz });
  const callee = await phone('1002').answers({ playing: calleeHz });
  await hearEachOther({ caller, callee });
  return { caller, callee };
}

/** Nothing went wrong, nothing unusual was logged, and no file lies where none should. */
export async function assertClean(
  { server, asterisk }: Site,
  isExpected: (line: LogLine) => boolean,
  fileNames = /\.(?:wav|json|wav\.sha256)$|^\.unfinished$/,
): Promise<void> {
  const unusual = server.log.filter(({ level }) => ['warn', 'error', 'fatal'].includes(level));
  assert.deepEqual(
    unusual.filter((line) => !isExpected(line)),
    [],
  );
  const isEmpty = async (): Promise<boolean> => (await readdir(asterisk.recordingDirectory)).length === 0;
  await eventually('Asterisk’s directory is empty', isEmpty);
  const names = await readdir(server.recordingsDirectory);
  assert.deepEqual(
    names.filter((name) => !fileNames.test(name)),
    [],
  );
  assert.deepEqual(await readdir(join(server.recordingsDirectory, '.unfinished')), []);
}
