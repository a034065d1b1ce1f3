import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toDirectory, type RoutingSource } from '../../../src/routing/directory.ts';
import { decideRoute, type Arrival, type Destination, type Route } from '../../../src/routing/policy.ts';
import { availabilityIn, type Situation } from '../../support/availability.ts';
import { configurations, numbering } from '../../support/scenario-setup.ts';

const office = configurations['office'] as RoutingSource;
const withLine: RoutingSource = { ...office, numbering: { ...numbering, outsideLine: '0' } };

/** Everything that a dialled number could be at once: each row of the dial order takes one thing away. */
const crowded: RoutingSource = {
  ...office,
  users: [...office.users, { extension: '81600', name: 'Hidden' }, { extension: '030555099', name: 'Local' }],
  hotlines: [...office.hotlines, { did: '+4930555099', name: 'Local line', destination: '600' }],
  serviceCodes: { ...office.serviceCodes, groupLogin: '81' },
};

interface Row {
  readonly says: string;
  readonly source?: RoutingSource;
  readonly situation?: Situation;
  readonly from: Partial<Arrival>;
  readonly goes: string;
}

const trunk = (dialled: string): Partial<Arrival> => ({ origin: 'trunk', endpoint: 'PJSIP/carrier', dialled });
const phone = (endpoint: string, dialled: string, number = ''): Partial<Arrival> => ({
  origin: 'phone',
  endpoint: `PJSIP/${endpoint}`,
  dialled,
  caller: { number, name: '' },
});

const both = 'carrier+backup';

const rows: readonly Row[] = [
  // From a trunk.
  { says: 'a DID leads to its hotline', from: trunk('+4930555010'), goes: 'in: group 600, hotline Muster GmbH' },
  { says: 'a DID is known in national notation', from: trunk('030555010'), goes: 'in: group 600, hotline Muster GmbH' },
  { says: 'a DID is known without the plus', from: trunk('4930555010'), goes: 'in: group 600, hotline Muster GmbH' },
  { says: 'a DID is known as a local number', from: trunk('555010'), goes: 'in: group 600, hotline Muster GmbH' },
  { says: "a user's own DID leads to the user", from: trunk('+4930555011'), goes: 'in: user 1001' },
  { says: 'a hotline may lead to one extension', from: trunk('+4930555030'), goes: 'in: user 1002, hotline Boss' },
  {
    says: 'a hotline may lead outside, through every trunk',
    from: trunk('+4930555040'),
    goes: `in: outside +491711111111 via ${both}, hotline Away`,
  },
  {
    says: 'a number that is nobody’s is refused with cause 1',
    from: trunk('+4930555099'),
    goes: 'refused: number-unknown 1',
  },
  {
    says: 'the catch-all hotline takes every number that is nobody’s',
    source: { ...office, hotlines: [...office.hotlines, { did: 'any', name: 'Rest', destination: '600' }] },
    from: trunk('+4930555099'),
    goes: 'in: group 600, hotline Rest',
  },
  {
    says: 'the catch-all hotline leaves the others their calls',
    source: { ...office, hotlines: [{ did: 'any', name: 'Rest', destination: '600' }, ...office.hotlines] },
    from: trunk('+4930555030'),
    goes: 'in: user 1002, hotline Boss',
  },
  { says: 'an extension cannot be dialled through a trunk', from: trunk('1001'), goes: 'refused: number-unknown 1' },
  {
    says: 'a service code cannot be dialled through a trunk',
    from: trunk('*81600'),
    goes: 'refused: number-unknown 1',
  },
  { says: 'nobody gets from trunk to trunk', from: trunk('+431234567'), goes: 'refused: number-unknown 1' },
  {
    says: 'an emergency number from a trunk is no emergency call',
    from: trunk('112'),
    goes: 'refused: number-unknown 1',
  },
  {
    says: 'one call too many gets cause 34',
    situation: { overloaded: true },
    from: trunk('+4930555010'),
    goes: 'refused: overload 34',
  },

  // The dial order of a telephone.
  {
    says: 'first comes the emergency number',
    source: crowded,
    from: phone('1001', '112'),
    goes: `out: outside 112 via ${both}, emergency`,
  },
  {
    says: 'it is known behind the outside line',
    source: withLine,
    from: phone('1001', '0112'),
    goes: `out: outside 112 via ${both}, emergency`,
  },
  {
    says: 'without an outside line a zero before it makes another number',
    from: phone('1001', '0112'),
    goes: `out: outside 0112 via ${both}`,
  },
  { says: 'then the service code', source: crowded, from: phone('1001', '81600'), goes: 'service: groupLogin 600' },
  { says: 'then the extension', source: crowded, from: phone('1001', '030555099'), goes: 'internal: user 030555099' },
  { says: 'or the group', from: phone('1001', '600'), goes: 'internal: group 600' },
  { says: 'then the hotline', from: phone('1001', '030555030'), goes: 'internal: user 1002, hotline Boss' },
  { says: 'or a colleague’s own number', from: phone('1002', '030555011'), goes: 'internal: user 1001' },
  { says: 'else an outside number', from: phone('1001', '030111222'), goes: `out: outside +4930111222 via ${both}` },
  { says: 'a local number is one', from: phone('1001', '4711222'), goes: `out: outside +49304711222 via ${both}` },
  { says: 'a number abroad is one', from: phone('1001', '00431234567'), goes: `out: outside +431234567 via ${both}` },
  {
    says: 'a number with a plus is one',
    from: phone('1001', '+431234567'),
    goes: `out: outside +431234567 via ${both}`,
  },
  {
    says: 'the outside line before a national number is taken away',
    source: withLine,
    from: phone('1001', '0030111222'),
    goes: `out: outside +4930111222 via ${both}`,
  },
  {
    says: 'the outside line before an international number is taken away',
    source: withLine,
    from: phone('1001', '000431234567'),
    goes: `out: outside +431234567 via ${both}`,
  },
  {
    says: 'the outside line before a plus is taken away',
    source: withLine,
    from: phone('1001', '0+431234567'),
    goes: `out: outside +431234567 via ${both}`,
  },
  {
    says: 'a national number is dialled without the outside line as well',
    source: withLine,
    from: phone('1001', '030111222'),
    goes: `out: outside +4930111222 via ${both}`,
  },
  {
    says: 'our own number behind the outside line stays in the house',
    source: withLine,
    from: phone('1001', '0030555030'),
    goes: 'internal: user 1002, hotline Boss',
  },
  { says: 'what cannot be dialled is refused', from: phone('1001', 'alice'), goes: 'refused: number-unknown 1' },

  // Service codes.
  {
    says: 'a code alone means all groups of the user',
    from: phone('1003', '*80'),
    goes: 'service: groupLogout 600+620',
  },
  {
    says: 'a code with one of the user’s groups means that group',
    from: phone('1003', '*81620'),
    goes: 'service: groupLogin 620',
  },
  { says: 'a code with a group of others means none', from: phone('1003', '*81610'), goes: 'service: groupLogin none' },
  { says: 'a star code never goes outside', from: phone('1003', '*81999'), goes: 'service: groupLogin none' },
  {
    says: 'a code whose function does not exist yet never goes outside',
    from: phone('1003', '*901001'),
    goes: 'refused: service-not-available 1',
  },
  {
    says: 'of two codes that begin alike the longer one counts',
    source: { ...office, serviceCodes: { groupLogin: '*8', groupLogout: '*80' } },
    from: phone('1003', '*80'),
    goes: 'service: groupLogout 600+620',
  },
  {
    says: 'a code of digits leaves longer numbers alone',
    source: { ...office, serviceCodes: { groupLogin: '03', groupLogout: '*80' } },
    from: phone('1001', '030111222'),
    goes: `out: outside +4930111222 via ${both}`,
  },

  // Who is known, and what strangers may.
  {
    says: 'a user is known by any of his devices',
    from: phone('1003-soft', '*81620'),
    goes: 'service: groupLogin 620',
  },
  {
    says: 'the number that a call shows makes nobody a user',
    from: phone('lobby', '030111222', '1001'),
    goes: 'refused: not-allowed 21',
  },
  {
    says: 'a stranger may call an extension, as one from outside',
    from: phone('lobby', '1001'),
    goes: 'in: user 1001',
  },
  { says: 'a stranger may call a group', from: phone('lobby', '600'), goes: 'in: group 600' },
  {
    says: 'a stranger may call for help',
    from: phone('lobby', '110'),
    goes: `out: outside 110 via ${both}, emergency`,
  },
  { says: 'a stranger may not call outside', from: phone('lobby', '030111222'), goes: 'refused: not-allowed 21' },
  { says: 'a stranger may not call a hotline', from: phone('lobby', '030555010'), goes: 'refused: not-allowed 21' },
  { says: 'a stranger may not use a service code', from: phone('lobby', '*80'), goes: 'refused: not-allowed 21' },
  {
    says: 'behind a trusted exchange the number tells the user',
    source: behindExchange(),
    from: phone('pbx', '030111222', '2002'),
    goes: `out: outside +4930111222 via ${both}`,
  },
  {
    says: 'behind a trusted exchange an unknown number is nobody',
    source: behindExchange(),
    from: phone('pbx', '030111222', '2009'),
    goes: 'refused: not-allowed 21',
  },
  {
    says: 'the number of a user behind a trusted exchange counts only there',
    source: behindExchange(),
    from: phone('lobby', '030111222', '2002'),
    goes: 'refused: not-allowed 21',
  },
  {
    says: 'an endpoint that two share without being told apart is nobody’s',
    source: sharedTelephone(),
    from: phone('lobby', '030111222'),
    goes: 'refused: not-allowed 21',
  },

  // Load.
  {
    says: 'one call too many gets cause 34 from a telephone too',
    situation: { overloaded: true },
    from: phone('1001', '1002'),
    goes: 'refused: overload 34',
  },
  {
    says: 'an emergency call is never one too many',
    situation: { overloaded: true },
    from: phone('1001', '112'),
    goes: `out: outside 112 via ${both}, emergency`,
  },

  // Toll fraud.
  {
    says: 'a route that fits gives its trunks',
    source: routed([{}]),
    from: phone('1002', '00431234567'),
    goes: 'out: outside +431234567 via carrier',
  },
  {
    says: 'where no route fits there is none',
    source: routed([{ pattern: '^\\+49' }]),
    from: phone('1001', '00431234567'),
    goes: 'refused: no-route 1',
  },
  {
    says: 'a route for some is not for others',
    source: routed([{ users: ['1001'] }]),
    from: phone('1002', '00431234567'),
    goes: 'refused: not-allowed 21',
  },
  {
    says: 'a route for some is for them',
    source: routed([{ users: ['1001'] }]),
    from: phone('1001', '00431234567'),
    goes: 'out: outside +431234567 via carrier',
  },
  {
    says: 'every route that fits and is allowed gives its trunks, in order',
    source: routed([{ trunks: ['backup'] }, { trunks: ['carrier', 'backup'] }]),
    from: phone('1001', '00431234567'),
    goes: 'out: outside +431234567 via backup+carrier',
  },
  {
    says: 'of a route that is not allowed no trunk is used',
    source: routed([{ trunks: ['backup'], users: ['1001'] }, {}]),
    from: phone('1002', '00431234567'),
    goes: 'out: outside +431234567 via carrier',
  },
  {
    says: 'as many calls a minute as the route allows',
    source: routed([{ callsPerMinute: 3 }]),
    situation: { outsideCalls: { '1001': 2 } },
    from: phone('1001', '00431234567'),
    goes: 'out: outside +431234567 via carrier',
  },
  {
    says: 'and no more',
    source: routed([{ callsPerMinute: 3 }]),
    situation: { outsideCalls: { '1001': 3 } },
    from: phone('1001', '00431234567'),
    goes: 'refused: too-many-outside-calls 21',
  },
  {
    says: 'the limit is counted for each user',
    source: routed([{ callsPerMinute: 3 }]),
    situation: { outsideCalls: { '1002': 9 } },
    from: phone('1001', '00431234567'),
    goes: 'out: outside +431234567 via carrier',
  },
  {
    says: 'no limit and no route holds back an emergency call',
    source: routed([{ pattern: '^never$', callsPerMinute: 1 }]),
    situation: { outsideCalls: { '1001': 9 } },
    from: phone('1001', '112'),
    goes: `out: outside 112 via ${both}, emergency`,
  },
  {
    says: 'the only user behind a trusted telephone system is not taken for the others there',
    source: {
      ...office,
      users: [...office.users, { extension: '2001', endpoint: 'PJSIP/2001@pbx', identifyByCallerNumber: true }],
    },
    from: { ...phone('1001', '030111222'), endpoint: 'PJSIP/pbx', caller: { number: '2002', name: '' } },
    goes: 'refused: not-allowed 21',
  },
  {
    says: 'without a trunk there is no way outside',
    source: { ...office, trunks: [] },
    from: phone('1001', '030111222'),
    goes: 'refused: no-route 1',
  },
];

function behindExchange(): RoutingSource {
  const trusted = { identifyByCallerNumber: true };
  const users = [
    { extension: '2001', endpoint: 'PJSIP/2001@pbx', ...trusted },
    { extension: '2002', endpoint: 'PJSIP/2002@pbx', ...trusted },
  ];
  return { ...office, users: [...office.users, ...users] };
}

function sharedTelephone(): RoutingSource {
  const lobby = { endpoint: 'PJSIP/lobby' };
  return { ...office, users: [...office.users, { extension: '2001', ...lobby }, { extension: '2002', ...lobby }] };
}

function routed(routes: readonly Partial<RoutingSource['outboundRoutes'][number]>[]): RoutingSource {
  const usual = { pattern: '.*', trunks: ['carrier'], users: 'all' } as const;
  return {
    ...office,
    outboundRoutes: routes.map((route, index) => ({ name: `route ${String(index + 1)}`, ...usual, ...route })),
  };
}

for (const { says, source = office, situation, from, goes } of rows) {
  test(`${says}: ${from.dialled ?? ''}`, () => {
    const arrival: Arrival = { origin: 'phone', endpoint: '', dialled: '', caller: { number: '', name: '' }, ...from };
    const matches = (pattern: string, text: string): boolean => new RegExp(pattern).test(text);
    const route = decideRoute(toDirectory(source), availabilityIn(source, situation), matches, arrival);
    assert.equal(words(route), goes);
  });
}

test('what is spoken to a caller is in the language of the hotline, the user called, or the user who calls', () => {
  const languages = [trunk('+4930555010'), trunk('+4930555020'), phone('1002', '600'), phone('1001', '600')].map(
    (from) => {
      const arrival: Arrival = {
        origin: 'phone',
        endpoint: '',
        dialled: '',
        caller: { number: '', name: '' },
        ...from,
      };
      return decideRoute(toDirectory(office), availabilityIn(office), () => true, arrival).language;
    },
  );
  assert.deepEqual(languages, ['de', 'en', 'de', 'en']);
});

function words(route: Route): string {
  switch (route.kind) {
    case 'refuse':
      return `refused: ${route.reason} ${String(route.cause)}`;
    case 'service':
      return `service: ${route.service} ${route.groups.join('+') || 'none'}`;
    case 'dial': {
      const hotline = route.hotline === undefined ? '' : `, hotline ${route.hotline}`;
      return `${route.direction}: ${destinationWords(route.destination)}${hotline}${route.emergency ? ', emergency' : ''}`;
    }
  }
}

function destinationWords(destination: Destination): string {
  switch (destination.kind) {
    case 'user':
      return `user ${destination.extension}`;
    case 'group':
      return `group ${destination.number}`;
    case 'outside':
      return `outside ${destination.number} via ${destination.trunks.join('+')}`;
  }
}
