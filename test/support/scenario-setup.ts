/** The small telephone systems in which scenarios play, and what a scenario's header says of them. */

import { createExceptionMatcher } from '../../src/recording/exceptions.ts';
import { beepMachine } from '../../src/recording/beep-machine.ts';
import { codesMachine } from '../../src/recording/codes-machine.ts';
import { consentGate, consentMachine } from '../../src/recording/consent/machine.ts';
import { ledgerMachine } from '../../src/recording/ledger/machine.ts';
import { recordingGate, recordingMachine } from '../../src/recording/machine.ts';
import type { RecordingSetting } from '../../src/recording/policy.ts';
import { toDirectory, type Directory, type RoutingSource } from '../../src/routing/directory.ts';
import { routingMachine } from '../../src/routing/machine.ts';
import type { Availability } from '../../src/routing/ports.ts';
import type { Machine } from '../../src/telephony/machine.ts';
import { isWithheld, readings, type Numbering } from '../../src/telephony/number.ts';

export const application = 'fernamt';

export const numbering: Numbering = {
  country: 'DE',
  areaCode: '30',
  internationalPrefix: '00',
  nationalPrefix: '0',
  outsideLine: '',
  emergencyNumbers: ['110', '112'],
  companyPrefixes: [],
};

const group = {
  strategy: 'ringAll',
  ringSeconds: 25,
  memberRingSeconds: 15,
  rounds: 1,
  ringBusyMembers: false,
  startActive: true,
} as const;

/** Three users, one of them with two devices; a group of each kind; two trunks; no rules for calls to the outside. */
const office: RoutingSource = {
  language: 'en',
  numbering,
  users: [
    { extension: '1001', name: 'Olivia', did: ['+4930555011'], callerId: '+4930555011' },
    { extension: '1002', name: 'Benjamin', language: 'de' },
    { extension: '1003', name: 'Carla', endpoints: ['PJSIP/1003-soft'] },
  ],
  ringGroups: [
    { ...group, number: '600', name: 'Support', members: ['1001', '1002', '1003'] },
    { ...group, number: '610', name: 'Sales', members: ['1001', '1002'], strategy: 'linear', rounds: 2 },
    { ...group, number: '620', name: 'Service', members: ['1001', '1002', '1003'], strategy: 'roundRobin' },
    { ...group, number: '630', name: 'Day', members: ['1001'], overflow: '1002' },
    { ...group, number: '640', name: 'Night', members: ['1001'], overflow: '+491711111111' },
    { ...group, number: '650', name: 'Here', members: ['1001'], overflow: '660' },
    { ...group, number: '660', name: 'There', members: ['1002'], overflow: '650' },
    { ...group, number: '670', name: 'Crowd', members: ['1001', '1002'], ringBusyMembers: true },
  ],
  trunks: [
    { name: 'carrier', endpoint: 'PJSIP/carrier', numberFormat: 'e164', callerId: '+4930555000', maxCalls: 30 },
    { name: 'backup', endpoint: 'PJSIP/backup', numberFormat: 'national', callerId: '+4930777000', maxCalls: 10 },
  ],
  outboundRoutes: [],
  hotlines: [
    { did: '+4930555010', name: 'Muster GmbH', destination: '600', language: 'de' },
    { did: '+4930555020', name: 'Night line', destination: '640' },
    { did: '+4930555030', name: 'Boss', destination: '1002' },
    { did: '+4930555040', name: 'Away', destination: '+491711111111' },
  ],
  serviceCodes: { groupLogin: '*81', groupLogout: '*80', spy: '*90' },
};

export const configurations: Readonly<Record<string, RoutingSource>> = {
  office,
  'office with outside line': { ...office, numbering: { ...numbering, outsideLine: '0' } },
  'office with limits': {
    ...office,
    outboundRoutes: [
      { name: 'abroad', pattern: '^\\+4[13]', trunks: ['backup'], users: ['1001'], callsPerMinute: 2 },
      { name: 'inland', pattern: '^\\+49', trunks: ['carrier', 'backup'], users: 'all' },
    ],
  },
};

const setting: RecordingSetting = {
  name: 'Everything',
  enabled: true,
  required: false,
  select: { all: true },
  directions: ['in', 'out'],
  internalCalls: true,
  directCallsToActiveMembers: false,
  exceptionLists: [],
  consent: { mode: 'none', seconds: 5, ringMeanwhile: false, whenUnheard: 'skip', internal: 'ask' },
  announcements: {},
};

const asking = (mode: 'optIn' | 'optOut', change: Partial<RecordingSetting['consent']> = {}): RecordingSetting => ({
  ...setting,
  name: 'Asking',
  consent: { ...setting.consent, mode, ...change },
  announcements: { in: 'question' },
});

export const recordingRules: Readonly<Record<string, readonly RecordingSetting[]>> = {
  nothing: [],
  everything: [setting],
  'everything or refuse': [{ ...setting, required: true }],
  'outside only': [{ ...setting, name: 'Outside', internalCalls: false }],
  'opt in': [asking('optIn')],
  'opt out': [asking('optOut')],
  'opt out, ring meanwhile': [asking('optOut', { ringMeanwhile: true })],
  'opt out or refuse': [asking('optOut', { whenUnheard: 'refuse' })],
  'opt out but colleagues': [asking('optOut', { internal: 'skip' })],
  'opt out for 600, then everything': [{ ...asking('optOut'), select: { groups: ['600'] } }, setting],
  'everything at 660': [{ ...setting, name: 'There', select: { groups: ['660'] } }],
  'opt out at 660': [{ ...asking('optOut'), select: { groups: ['660'] } }],
  notices: [{ ...setting, name: 'Notice', announcements: { in: 'notice', out: 'notice' } }],
};

/** What a scenario says before its first event, by key. */
export type Header = ReadonlyMap<string, string>;

export interface Stage {
  readonly machines: readonly Machine[];
  /** Memberships changed by the calls of the scenario count at once. */
  setMembership(group: string, user: string, active: boolean): void;
}

const headerKeys = [
  'config',
  'record',
  'channels',
  'beep',
  'announcements',
  'busy',
  'logged out',
  'last hunted',
  'overloaded',
  'trunk calls',
  'outside calls',
  'faulty',
];

export function toStage(header: Header): Stage {
  for (const key of header.keys()) if (!headerKeys.includes(key)) throw new Error(`there is no header "${key}"`);
  const source = named(configurations, header.get('config') ?? 'office');
  const directory = toDirectory(source);
  const loggedOut = new Set(words(header, 'logged out'));
  const availability = toAvailability(header, directory, loggedOut);
  const recording = recordingMachine({
    application,
    rules: { settings: named(recordingRules, header.get('record') ?? 'nothing'), neverRecord: [] },
    channels: header.get('channels') === 'stereo' ? 'stereo' : 'mono',
    sampleRate: 8000,
    maxPauseSeconds: 20,
    oneSidedSeconds: 10,
    ports: {
      isActiveMember: (number, user) => availability.activeMembers(number).includes(user),
      matchException: createExceptionMatcher({
        lists: [],
        compile: neverMatches,
        readings: (one) => [one],
        isWithheld,
      }),
    },
    readings: (number) => readings(number, source.numbering),
  });
  const consent = consentMachine({
    application,
    announcement: (name) =>
      header.get('announcements') === 'missing'
        ? undefined
        : { name, sha256: `hash of ${name}`, language: 'en', seconds: 3, sound: `announcements/${name}` },
  });
  const beep = beepMachine({ application, seconds: Number(header.get('beep') ?? 0), sound: 'tones/recording' });
  const codes = codesMachine({ codes: { pause: '*1', resume: '*2', discard: '*3' } });
  const routing = routingMachine({
    application,
    takesCodes: true,
    directory,
    availability,
    matches: (pattern, text) => new RegExp(pattern).test(text),
    gates: { ringing: [consentGate], connecting: [consentGate, recordingGate] },
  });
  return {
    machines: [ledgerMachine(), codes, consent, recording, beep, routing].map((machine) =>
      withFaults(machine as Machine, header),
    ),
    setMembership: (number, user, active) => {
      if (active) loggedOut.delete(`${number}/${user}`);
      else loggedOut.add(`${number}/${user}`);
    },
  };
}

function toAvailability(header: Header, directory: Directory, loggedOut: ReadonlySet<string>): Availability {
  const busy = words(header, 'busy');
  const lastHunted = pairs(header, 'last hunted', '/');
  const trunkCalls = pairs(header, 'trunk calls', '=');
  const outsideCalls = pairs(header, 'outside calls', '=');
  return {
    activeMembers: (number) =>
      (directory.groups.get(number)?.members ?? []).filter((user) => !loggedOut.has(`${number}/${user}`)),
    isBusy: (extension) => busy.includes(extension),
    lastHunted: (number) => lastHunted.get(number),
    trunkCalls: (trunk) => Number(trunkCalls.get(trunk) ?? 0),
    outsideCallsLastMinute: (extension) => Number(outsideCalls.get(extension) ?? 0),
    isOverloaded: () => header.get('overloaded') === 'yes',
  };
}

/** `faulty: routing at legAnswered` makes that machine throw there. */
function withFaults(machine: Machine, header: Header): Machine {
  const [name, , kind] = words(header, 'faulty');
  if (name !== machine.name) return machine;
  return {
    ...machine,
    step: (state, call, event) => {
      if (event.kind === kind) throw new Error('a fault of ours');
      return machine.step(state, call, event);
    },
  };
}

function words(header: Header, key: string): readonly string[] {
  return (header.get(key) ?? '').split(/\s+/).filter((word) => word !== '');
}

function pairs(header: Header, key: string, separator: string): ReadonlyMap<string, string> {
  return new Map(words(header, key).map((word) => [word.split(separator)[0] ?? '', word.split(separator)[1] ?? '']));
}

function named<Value>(values: Readonly<Record<string, Value>>, name: string): Value {
  const value = values[name];
  if (value === undefined) throw new Error(`there is no "${name}", only ${Object.keys(values).join(', ')}`);
  return value;
}

function neverMatches(): { matches(): boolean } {
  return { matches: () => false };
}
