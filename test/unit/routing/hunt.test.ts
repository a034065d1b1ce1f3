import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toDirectory, type RingGroup, type RoutingSource, type Trunk } from '../../../src/routing/directory.ts';
import { beginHunt, nextAttempt, type Attempt, type HuntContext } from '../../../src/routing/hunt.ts';
import { dispositionOf, noteCause, outcomeOf } from '../../../src/routing/hunt-outcome.ts';
import { decideRoute, type DialRoute } from '../../../src/routing/policy.ts';
import { availabilityIn, type Situation } from '../../support/availability.ts';
import { configurations } from '../../support/scenario-setup.ts';

const office = configurations['office'] as RoutingSource;

interface Called {
  readonly source?: RoutingSource;
  readonly situation?: Situation;
  readonly dialled: string;
  /** The telephone that calls; from the trunk without one. */
  readonly by?: string;
  readonly callerNumber?: string;
}

/** Everybody who is rung, attempt by attempt, if the telephones end with these causes, and what comes of it. */
function hunt(called: Called, causes: readonly (readonly [ended: number, hasRung?: boolean])[] = []) {
  const { source = office, situation, dialled, by, callerNumber = '+491711234567' } = called;
  const directory = toDirectory(source);
  const availability = availabilityIn(source, situation);
  const caller = { number: callerNumber, name: 'Kunde' };
  const endpoint = by === undefined ? 'PJSIP/carrier' : `PJSIP/${by}`;
  const arrival = { origin: by === undefined ? 'trunk' : 'phone', endpoint, dialled, caller } as const;
  const route = decideRoute(directory, availability, () => true, arrival) as DialRoute;
  const context: HuntContext = { directory, availability, route, caller, callerEndpoint: endpoint, callId: 'c1' };
  const attempts: Attempt[] = [];
  let state = beginHunt(route.destination);
  for (let index = 0; ; index += 1) {
    const next = nextAttempt(context, state);
    state = next.state;
    const outcome = { cause: outcomeOf(state), disposition: dispositionOf(outcomeOf(state)) };
    if (!next.attempt) return { attempts, rung: attempts.map(rung), outcome };
    attempts.push(next.attempt);
    const [ended, hasRung] = causes[index] ?? [19, true];
    for (const _ of next.attempt.targets) state = noteCause(state, ended, hasRung);
  }
}

function rung({ targets }: Attempt): string {
  return targets.map((target) => target.dial.replace('PJSIP/', '')).join(' ');
}

const withGroup = (group: Partial<RingGroup>): RoutingSource => ({
  ...office,
  ringGroups: [...office.ringGroups.filter(({ number }) => number !== '610'), { ...sales(), ...group }],
});

function sales(): RingGroup {
  const found = office.ringGroups.find(({ number }) => number === '610');
  assert.ok(found);
  return found;
}

const orders: readonly (readonly [says: string, called: Called, rung: readonly string[]])[] = [
  ['all devices of one user ring together', { dialled: '1003', by: '1001' }, ['1003 1003-soft']],
  ['the telephone that calls is not rung', { dialled: '1003', by: '1003' }, ['1003-soft']],
  ['the other one is, when that one calls', { dialled: '1003', by: '1003-soft' }, ['1003']],
  ['ringAll rings everybody at once', { dialled: '+4930555010' }, ['1001 1002 1003 1003-soft']],
  [
    'one who is on the phone is left out',
    { dialled: '+4930555010', situation: { busy: ['1001'] } },
    ['1002 1003 1003-soft'],
  ],
  [
    'one who logged out is left out',
    { dialled: '+4930555010', situation: { loggedOut: ['600/1002'] } },
    ['1001 1003 1003-soft'],
  ],
  ['the member who calls is left out, with all his devices', { dialled: '600', by: '1003' }, ['1001 1002']],
  [
    'one who is on the phone rings where the group says so',
    { dialled: '670', by: '1003', situation: { busy: ['1001'] } },
    ['1001 1002'],
  ],
  [
    'the member who calls is left out even there',
    { dialled: '670', by: '1001', situation: { busy: ['1001'] } },
    ['1002'],
  ],
  [
    'linear goes from the first to the last, round by round',
    { dialled: '610', by: '1003' },
    ['1001', '1002', '1001', '1002'],
  ],
  [
    'linear does not care who was rung last',
    { dialled: '610', by: '1003', situation: { lastHunted: { '610': '1001' } } },
    ['1001', '1002', '1001', '1002'],
  ],
  [
    'linear passes over one who is on the phone',
    { dialled: '610', by: '1003', situation: { busy: ['1001'] } },
    ['1002', '1002'],
  ],
  [
    'as many rounds as the group says',
    { dialled: '610', by: '1003', source: withGroup({ rounds: 1 }) },
    ['1001', '1002'],
  ],
  ['roundRobin begins with the first', { dialled: '620', by: '1099' }, ['1001', '1002', '1003 1003-soft']],
  [
    'roundRobin begins after the one rung first last time',
    { dialled: '620', by: '1099', situation: { lastHunted: { '620': '1001' } } },
    ['1002', '1003 1003-soft', '1001'],
  ],
  [
    'and after the last one with the first',
    { dialled: '620', by: '1099', situation: { lastHunted: { '620': '1003' } } },
    ['1001', '1002', '1003 1003-soft'],
  ],
  [
    'even if that one has logged out since',
    { dialled: '620', by: '1099', situation: { lastHunted: { '620': '1001' }, loggedOut: ['620/1001'] } },
    ['1002', '1003 1003-soft'],
  ],
  [
    'one who is no member any more counts for nothing',
    { dialled: '620', by: '1099', situation: { lastHunted: { '620': '1009' } } },
    ['1001', '1002', '1003 1003-soft'],
  ],
  ['after the group comes its overflow', { dialled: '630', by: '1003' }, ['1001', '1002']],
  [
    'an overflow rings one who is on the phone',
    { dialled: '630', by: '1003', situation: { busy: ['1002'] } },
    ['1001', '1002'],
  ],
  [
    'a group in which nobody is there overflows at once',
    { dialled: '630', by: '1003', situation: { loggedOut: ['630/1001'] } },
    ['1002'],
  ],
  ['an overflow to a group that had its turn ends', { dialled: '650', by: '1003' }, ['1001', '1002']],
  [
    'an overflow to itself ends',
    { dialled: '610', by: '1003', source: withGroup({ rounds: 1, overflow: '610' }) },
    ['1001', '1002'],
  ],
  [
    'an overflow outside takes the first trunk; one that did not carry it is followed by the next',
    { dialled: '640', by: '1003' },
    ['1001', '+491711111111@carrier'],
  ],
  [
    'a trunk whose lines are all taken is passed over',
    { dialled: '01711234567', by: '1001', situation: { trunkCalls: { carrier: 30 } } },
    ['01711234567@backup'],
  ],
  [
    'one line fewer, and it is taken',
    { dialled: '01711234567', by: '1001', situation: { trunkCalls: { carrier: 29 } } },
    ['+491711234567@carrier'],
  ],
  [
    'an emergency call takes it all the same',
    { dialled: '110', by: '1001', situation: { trunkCalls: { carrier: 30, backup: 10 } } },
    ['110@carrier', '110@backup'],
  ],
];

for (const [says, called, expected] of orders) {
  test(says, () => {
    assert.deepEqual(hunt(called).rung, expected);
  });
}

test('ring times and early media are those of the destination', () => {
  const one = (called: Called): unknown => {
    const [attempt] = hunt(called).attempts;
    return [attempt?.seconds, attempt?.earlyMedia, attempt?.group];
  };
  assert.deepEqual(one({ dialled: '1002', by: '1001' }), [120, true, undefined]);
  assert.deepEqual(one({ dialled: '600', by: '1099' }), [25, false, '600']);
  assert.deepEqual(one({ dialled: '610', by: '1099' }), [15, false, '610']);
  assert.deepEqual(one({ dialled: '01711234567', by: '1001' }), [180, true, undefined]);
});

test('only roundRobin notes whom it rang first, and only once', () => {
  const noted = (called: Called): unknown => hunt(called).attempts.map(({ hunted }) => hunted);
  assert.deepEqual(noted({ dialled: '620', by: '1099' }), ['1001', undefined, undefined]);
  assert.deepEqual(noted({ dialled: '620', by: '1001' }), ['1002', undefined]);
  assert.deepEqual(noted({ dialled: '620', by: '1099', situation: { busy: ['1001', '1002'] } }), ['1003']);
  assert.deepEqual(noted({ dialled: '610', by: '1099' }), [undefined, undefined, undefined, undefined]);
});

/** How the first trunk ended, and whether the second one is tried. */
const trunkEnds: readonly (readonly [cause: number, hasRung: boolean, isFollowed: boolean, says: string])[] = [
  [0, false, true, 'without any cause'],
  [3, false, true, 'no route to the destination'],
  [18, false, true, 'no response at all'],
  [20, false, true, 'the trunk is not registered'],
  [21, false, true, 'the trunk lets us not in'],
  [27, false, true, 'out of order'],
  [34, false, true, 'congestion'],
  [34, true, true, 'congestion after early media'],
  [38, false, true, 'network failure'],
  [41, false, true, 'temporary failure'],
  [42, false, true, 'congestion in the switch'],
  [44, false, true, 'no channel'],
  [58, false, true, 'no bearer'],
  [102, false, true, 'recovery on timer expiry'],
  [127, false, true, 'interworking'],
  [1, false, false, 'no such number'],
  [16, true, false, 'normal clearing'],
  [17, false, false, 'busy'],
  [18, true, false, 'no answer after ringing'],
  [19, true, false, 'no answer'],
  [21, true, false, 'declined after ringing'],
  [28, false, false, 'a number of the wrong form'],
];

for (const [ended, hasRung, isFollowed, says] of trunkEnds) {
  test(`a trunk that ends with ${String(ended)} (${says}) is ${isFollowed ? '' : 'not '}followed by the next`, () => {
    const { rung: tried } = hunt({ dialled: '01711234567', by: '1001' }, [[ended, hasRung]]);
    assert.equal(tried.length, isFollowed ? 2 : 1);
  });
  test(`an emergency call goes on after ${String(ended)} (${says})`, () => {
    assert.equal(hunt({ dialled: '112', by: '1001' }, [[ended, hasRung]]).rung.length, 2);
  });
}

/** Causes in the order of the telephones, and what the caller gets. */
const outcomes: readonly (readonly [
  called: Called,
  causes: readonly number[],
  cause: number,
  disposition: string,
  says: string,
])[] = [
  [{ dialled: '1002', by: '1001' }, [17], 17, 'busy', 'one telephone that is busy'],
  [{ dialled: '1002', by: '1001' }, [21], 21, 'busy', 'one telephone that declines'],
  [{ dialled: '1002', by: '1001' }, [19], 19, 'no-answer', 'one telephone that does not answer'],
  [{ dialled: '1002', by: '1001' }, [16], 19, 'no-answer', 'one telephone that a time limit hung up'],
  [{ dialled: '1002', by: '1001' }, [20], 20, 'unreachable', 'one telephone that is not there'],
  [{ dialled: '1002', by: '1001' }, [0], 20, 'unreachable', 'one telephone that gives no cause'],
  [{ dialled: '1001', by: '1001' }, [], 17, 'busy', 'one’s own telephone'],
  [{ dialled: '01711234567', by: '1001' }, [1], 1, 'unreachable', 'a number outside that does not exist'],
  [{ dialled: '01711234567', by: '1001' }, [34, 17], 17, 'busy', 'a number that is busy through the second trunk'],
  [{ dialled: '01711234567', by: '1001' }, [34, 38], 38, 'unreachable', 'two trunks that fail'],
  [{ dialled: '610', by: '1003' }, [17, 17, 17, 17], 17, 'busy', 'a group in which everybody is busy'],
  [{ dialled: '610', by: '1003' }, [17, 21, 17, 17], 17, 'busy', 'a group that is busy or declines'],
  [{ dialled: '610', by: '1003' }, [17, 19, 17, 17], 19, 'no-answer', 'a group in which one did not answer'],
  [{ dialled: '610', by: '1003' }, [17, 20, 17, 20], 17, 'busy', 'a group that is busy as far as it can be reached'],
  [
    { dialled: '610', by: '1003' },
    [19, 20, 20, 20],
    19,
    'no-answer',
    'a group that does not answer as far as it can be reached',
  ],
  [{ dialled: '610', by: '1003' }, [20, 27, 20, 18], 20, 'unreachable', 'a group that cannot be reached'],
  [{ dialled: '630', by: '1003' }, [19, 17], 19, 'no-answer', 'a group that did not answer and a busy overflow'],
  [{ dialled: '640', by: '1003' }, [17, 34, 34], 17, 'busy', 'a busy group and an overflow that no trunk carries'],
];

for (const [called, causes, cause, disposition, says] of outcomes) {
  test(`the outcome of ${says} is ${String(cause)}, ${disposition}`, () => {
    const ended = causes.map((one) => [one, one === 19] as const);
    assert.deepEqual(hunt(called, ended).outcome, { cause, disposition });
  });
}

test('a group in which nobody is logged in, and one in which all are on the phone, end at once', () => {
  const loggedOut = ['610/1001', '610/1002'];
  assert.deepEqual(hunt({ dialled: '610', by: '1003', situation: { loggedOut } }).outcome, {
    cause: 20,
    disposition: 'unreachable',
  });
  assert.deepEqual(hunt({ dialled: '610', by: '1003', situation: { busy: ['1001', '1002'] } }).outcome, {
    cause: 17,
    disposition: 'busy',
  });
});

/** What the telephone that rings shows of the caller. */
const displays: readonly (readonly [called: Called, shown: string, says: string])[] = [
  [{ dialled: '+4930555010' }, '+491711234567 Muster GmbH Kunde', 'of a call to a hotline its name and the caller’s'],
  [{ dialled: '+4930555011' }, '+491711234567 Kunde', 'of a call to a user the caller’s name'],
  [{ dialled: '01711234567', by: '1001' }, '+4930555011 Olivia', 'outside the user’s own number'],
  [{ dialled: '01711234567', by: '1002' }, '+4930555000 Benjamin', 'outside the trunk’s number for a user without one'],
  [{ dialled: '+4930555040' }, '+491711234567 Kunde', 'outside the caller’s own number where a call is sent on'],
  [{ dialled: '+4930555040', callerNumber: 'anonymous' }, ' Kunde', 'no number where it is withheld'],
  [{ dialled: '110', by: '1099' }, '+4930555000 ', 'the trunk’s number of an emergency call from a stranger'],
  [{ dialled: '110', by: '1001' }, '+4930555011 Olivia', 'the user’s own number of an emergency call'],
];

for (const [called, shown, says] of displays) {
  test(`what is shown: ${says}`, () => {
    const [target] = hunt(called).attempts[0]?.targets ?? [];
    assert.equal(`${target?.from.number ?? ''} ${target?.from.name ?? ''}`, shown);
  });
}

test('a template for the display cannot be turned against us by a caller’s name', () => {
  const hotlines = office.hotlines.map((hotline) => ({
    ...hotline,
    phoneDisplay: '{hotline}: {contact.name} {nothing}',
  }));
  const directory = toDirectory({ ...office, hotlines });
  const caller = { number: '1', name: '$& {hotline} {contact.name}' };
  const arrival = { origin: 'trunk', endpoint: 'PJSIP/carrier', dialled: '+4930555030', caller } as const;
  const availability = availabilityIn(office);
  const route = decideRoute(directory, availability, () => true, arrival) as DialRoute;
  const context: HuntContext = { directory, availability, route, caller, callerEndpoint: '', callId: 'c1' };
  const { attempt } = nextAttempt(context, beginHunt(route.destination));
  assert.equal(attempt?.targets[0]?.from.name, 'Boss: $& {hotline} {contact.name}');
});

const notations: readonly (readonly [format: Trunk['numberFormat'], dialled: string, sent: string])[] = [
  ['e164', '01711234567', '+491711234567'],
  ['e164NoPlus', '01711234567', '491711234567'],
  ['international', '01711234567', '00491711234567'],
  ['national', '01711234567', '01711234567'],
  ['national', '000431234567', '00431234567'],
  ['asDialled', '01711234567', '01711234567'],
  ['asDialled', '001711234567', '01711234567'],
  ['asDialled', '000431234567', '00431234567'],
  ['asDialled', '+431234567', '+431234567'],
  ['national', '112', '112'],
  ['international', '0112', '112'],
];

for (const [numberFormat, dialled, sent] of notations) {
  test(`a trunk that wants numbers ${numberFormat} gets ${sent} for ${dialled}`, () => {
    const trunks = [{ name: 'carrier', endpoint: 'PJSIP/carrier', numberFormat }];
    const source = { ...(configurations['office with outside line'] as RoutingSource), trunks };
    assert.deepEqual(hunt({ source, dialled, by: '1001' }).rung, [`${sent}@carrier`]);
  });
}
