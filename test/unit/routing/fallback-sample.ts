/** A configuration with one of everything that the fallback can meet. */

import type { FallbackPorts, FallbackSource, RecordedSide } from '../../../src/routing/fallback-source.ts';

export const sampleSource: FallbackSource = {
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
    {
      extension: '1001',
      name: 'Olivia Brandt',
      endpoints: ['PJSIP/1001-soft'],
      did: ['+4930555011'],
      callerId: '+4930555011',
      language: 'de',
    },
    { extension: '1002', name: 'Benjamin Roth', endpoint: 'PJSIP/1002' },
    { extension: '1003', name: 'Carla "; Hangup()', endpoint: 'PJSIP/oldpbx', identifyByCallerNumber: true },
    { name: 'Only a login' },
  ],
  ringGroups: [
    { ...group('600', 'Support', ['1001', '1002']), overflow: '1002' },
    { ...group('601', 'Sales', ['1001', '1002']), strategy: 'linear', overflow: '600', ringBusyMembers: true },
    { ...group('602', 'Night', ['1001']), overflow: '+491711234567' },
  ],
  trunks: [
    { name: 'carrier', endpoint: 'PJSIP/carrier', numberFormat: 'e164', callerId: '+4930555000' },
    {
      name: 'spare',
      endpoint: 'PJSIP/spare',
      dial: 'PJSIP/spare/sip:{number}@127.0.0.1;user=phone',
      numberFormat: 'national',
    },
  ],
  outboundRoutes: [
    { name: 'abroad', pattern: '^\\+(?:43|41)', trunks: ['carrier'], users: ['1001'], callsPerMinute: 10 },
    { name: 'home', pattern: '^(\\+49|1)', trunks: ['carrier', 'spare'], users: 'all' },
  ],
  hotlines: [
    { did: '+4930555010', name: 'Muster GmbH', destination: '600', language: 'de', fallback: 'record' },
    {
      did: '+4930555012',
      name: 'Shop',
      destination: '1002',
      fallback: 'closed',
      phoneDisplay: '{hotline}: {contact.name} {x}',
    },
    { did: '007', name: 'Short', destination: '601' },
    { did: 'any', name: 'Unknown number', destination: '602' },
  ],
  serviceCodes: { groupLogin: '*81', groupLogout: '*80', spy: '*90' },
};

export const samplePorts: FallbackPorts = {
  matchingSetting,
  settingKey: (setting) => (setting === 'Support incoming' ? '0123456789abcdef' : 'fedcba9876543210'),
  activeMembers: (number) => sampleSource.ringGroups.find((one) => one.number === number)?.members ?? [],
};

/** Support incoming records calls to 600, then a setting that asks takes calls to 601, then the calls of 1001 are recorded. */
function matchingSetting(side: RecordedSide): ReturnType<FallbackPorts['matchingSetting']> {
  if (side.direction === 'out') return side.user === '1001' ? { order: 2, setting: 'Outgoing' } : undefined;
  if (side.addressed.kind !== 'group') return undefined;
  if (side.addressed.number === '600') return side.internal ? undefined : { order: 0, setting: 'Support incoming' };
  return side.addressed.number === '601' ? { order: 1 } : undefined;
}

function group(number: string, name: string, members: readonly string[]): FallbackSource['ringGroups'][number] {
  return {
    number,
    name,
    members,
    strategy: 'ringAll',
    ringSeconds: 25,
    memberRingSeconds: 15,
    rounds: 2,
    ringBusyMembers: false,
    startActive: true,
  };
}
