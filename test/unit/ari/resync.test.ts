import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resync, type LiveSwitch } from '../../../src/ari/resync.ts';
import type { AriBridge, AriChannel } from '../../../src/ari/schema-resources.ts';
import type { SwitchEvent } from '../../../src/telephony/events.ts';
import type { BridgeId, CallId, LegId } from '../../../src/telephony/ids.ts';
import type { Call, Leg } from '../../../src/telephony/model.ts';

const nobody = { number: '', name: '' };

function channel(id: string, state = 'Up', more: Partial<AriChannel> = {}): AriChannel {
  const dialplan = { context: 'fernamt-trunk', exten: '600', appName: 'Stasis', appData: 'fernamt,leg' };
  return {
    id,
    name: `PJSIP/x-${id}`,
    state,
    caller: nobody,
    connected: nobody,
    dialplan,
    createdAt: 0,
    protocolId: '',
    ...more,
  };
}

function bridge(id: string, channelIds: readonly string[] = []): AriBridge {
  return { id, name: '', technology: '', bridgeType: 'mixing', bridgeClass: 'stasis', creator: 'Stasis', channelIds };
}

function leg(id: string, state: Leg['state'], role: Leg['role'] = 'callee'): Leg {
  return { id: id as LegId, role, state, endpoint: '', held: false, createdAt: 0 };
}

function call(id: string, legs: readonly Leg[], more: Partial<Call> = {}): Call {
  return {
    id: id as CallId,
    origin: 'trunk',
    state: 'ringing',
    startedAt: 0,
    direction: 'in',
    caller: nobody,
    callee: nobody,
    dialled: '',
    users: [],
    legs,
    recording: { state: 'none' },
    emergency: false,
    ...more,
  };
}

const nothing: LiveSwitch = { channels: [], bridges: [], recordings: [] };

function missed(one: Call, live: Partial<LiveSwitch>): readonly SwitchEvent[] {
  return resync('fernamt', [one], { ...nothing, ...live }, 5000).events.get(one.id) ?? [];
}

function words(events: readonly SwitchEvent[]): readonly string[] {
  return events.map((event) => {
    const about = 'leg' in event ? ` ${event.leg}` : '';
    return `${event.kind}${about}${event.kind === 'legEnded' ? ` ${String(event.cause)}` : ''}`;
  });
}

/** What we last knew of a leg, what its channel is like now, and what is told. */
const legs: readonly (readonly [
  says: string,
  known: Leg['state'],
  now: string | undefined,
  told: readonly string[],
])[] = [
  ['a leg that is gone', 'ringing', undefined, ['legEnded L -1', 'resynced']],
  ['a leg that had ended', 'ended', undefined, ['resynced']],
  ['a leg of which we never heard that it stands', 'created', 'Down', ['resynced', 'legReady L']],
  ['a leg that is Down and may have been dialled', 'dialling', 'Down', ['resynced', 'legEnded L -2']],
  ['a leg that rings since', 'dialling', 'Ringing', ['resynced', 'legRinging L']],
  ['a leg that rang before', 'ringing', 'Ringing', ['resynced']],
  ['a leg that answered', 'ringing', 'Up', ['resynced', 'legAnswered L']],
  ['a leg that answered without ringing', 'dialling', 'Up', ['resynced', 'legAnswered L']],
  ['a leg that had answered', 'up', 'Up', ['resynced']],
];

for (const [says, known, now, told] of legs) {
  test(`after a reconnection: ${says}`, () => {
    const one = call('c1', [leg('caller', 'up', 'caller'), leg('L', known)]);
    const channels = [channel('caller'), ...(now === undefined ? [] : [channel('L', now)])];
    assert.deepEqual(words(missed(one, { channels })), told);
  });
}

test('the caller’s end is told first, so that nobody is rung for him', () => {
  const one = call('c1', [leg('A', 'ringing'), leg('caller', 'ringing', 'caller'), leg('B', 'ringing')]);
  assert.deepEqual(words(missed(one, { channels: [channel('B', 'Up')] })), [
    'legEnded caller -1',
    'legEnded A -1',
    'resynced',
    'legAnswered B',
  ]);
});

test('a caller who has gone on in the dialplan has left us, although his channel stands', () => {
  const one = call('c1', [leg('caller', 'up', 'caller')]);
  const dialplan = { context: 'x', exten: '1', appName: 'Playback', appData: 'sorry' };
  assert.deepEqual(words(missed(one, { channels: [channel('caller', 'Up', { dialplan })] })), [
    'legEnded caller -1',
    'resynced',
  ]);
});

test('a call is told what of its own stands, and nothing of others', () => {
  const one = call('c1', [leg('caller', 'up', 'caller'), leg('L', 'up')], { bridge: 'fernamt-c1-bridge2' as BridgeId });
  const told = missed(one, {
    channels: [channel('caller'), channel('L'), channel('other')],
    bridges: [
      bridge('fernamt-c1-bridge1'),
      bridge('fernamt-c1-bridge2', ['caller', 'L']),
      bridge('fernamt-c2-bridge1'),
    ],
    recordings: ['fernamt-c1-rec1', 'fernamt-c2-rec1'],
  });
  assert.deepEqual(told, [
    {
      kind: 'resynced',
      at: 5000,
      channels: ['caller', 'L'],
      bridges: [{ id: 'fernamt-c1-bridge2', members: ['caller', 'L'] }],
      recordings: ['fernamt-c1-rec1'],
    },
  ]);
});

test('every call is told, and a call is not told of another one’s legs', () => {
  const calls = [call('c1', [leg('a', 'up', 'caller')]), call('c2', [leg('b', 'up', 'caller')])];
  const { events } = resync('fernamt', calls, { ...nothing, channels: [channel('b')] }, 5000);
  assert.deepEqual(
    [...events].map(([id, told]) => [id, words(told)]),
    [
      ['c1', ['legEnded a -1', 'resynced']],
      ['c2', ['resynced']],
    ],
  );
});

/** A channel that stands in Asterisk: whether it is swept away, and whether it is a call that nobody has seen. */
const strays: readonly (readonly [
  says: string,
  id: string,
  dialplan: Partial<AriChannel['dialplan']>,
  isSwept: boolean,
  isNew: boolean,
])[] = [
  ['of a call that nobody knows', 'fernamt-c9-leg1', {}, true, false],
  ['that listens to a call nobody knows', 'fernamt-c9-snoop1', {}, true, false],
  ['of a running call', 'fernamt-c1-leg1', {}, false, false],
  ['of a running call whose end was told', 'fernamt-c1-leg2', {}, true, false],
  ['that listens to a running call', 'fernamt-c1-snoop7', {}, false, false],
  ['of a running call’s caller', 'caller', { appData: 'fernamt,trunk' }, false, false],
  ['of a caller whom nobody has seen', '1700000000.7', { appData: 'fernamt,trunk' }, false, true],
  ['of a caller who is in another application', '1700000000.7', { appData: 'fernamt2,trunk' }, false, false],
  ['of a caller who is in the dialplan', '1700000000.7', { appName: 'Dial', appData: 'PJSIP/1001' }, false, false],
  ['that came to us without saying from where', '1700000000.7', { appData: 'fernamt' }, false, false],
  ['of another application with a name like ours', 'fernamt2-c1-leg1', {}, false, false],
  [
    'of an Asterisk whose system name is our application’s',
    'fernamt-1700000000.7',
    { appData: 'fernamt,trunk' },
    false,
    true,
  ],
];

for (const [says, id, dialplan, isSwept, isNew] of strays) {
  test(`a channel ${says} is ${isSwept ? 'swept away' : 'left alone'}${isNew ? ' and taken up' : ''}`, () => {
    const one = call('c1', [
      leg('caller', 'up', 'caller'),
      leg('fernamt-c1-leg1', 'up'),
      leg('fernamt-c1-leg2', 'ended'),
    ]);
    const stray = channel(id, 'Up', {
      dialplan: { context: '', exten: '600', appName: 'Stasis', appData: 'fernamt,leg', ...dialplan },
    });
    const found = resync('fernamt', [one], { ...nothing, channels: [stray] }, 5000);
    assert.deepEqual(found.orphanChannels, isSwept ? [id] : []);
    assert.deepEqual(
      found.arrived.map((arrived) => arrived.leg),
      isNew ? [id] : [],
    );
  });
}

test('bridges of ours that no running call is in are swept away, and no others', () => {
  const one = call('c1', [leg('caller', 'up', 'caller')], { bridge: 'fernamt-c1-bridge2' as BridgeId });
  const bridges = [
    'fernamt-c1-bridge1',
    'fernamt-c1-bridge2',
    'fernamt-c9-bridge1',
    'fernamt2-c9-bridge1',
    'conference',
  ];
  const found = resync('fernamt', [one], { ...nothing, bridges: bridges.map((id) => bridge(id)) }, 5000);
  assert.deepEqual(found.orphanBridges, ['fernamt-c1-bridge1', 'fernamt-c9-bridge1']);
});

test('a caller whom nobody has seen arrives with what the dialplan said', () => {
  const dialplan = {
    context: 'fernamt-trunk',
    exten: '030555010',
    appName: 'Stasis',
    appData: 'fernamt,trunk,600,030111',
  };
  const unseen = channel('1700000000.7', 'Ring', { name: 'PJSIP/carrier-0000002a', dialplan });
  const { arrived } = resync('fernamt', [], { ...nothing, channels: [unseen] }, 5000);
  assert.deepEqual(arrived, [
    {
      leg: '1700000000.7',
      origin: 'trunk',
      endpoint: 'PJSIP/carrier',
      channelName: 'PJSIP/carrier-0000002a',
      dialled: '600',
      caller: { number: '030111', name: '' },
      at: 5000,
    },
  ]);
});

test('two who talk in a call that nobody knows are left alone with all that belongs to it', () => {
  const dialplan = { context: 'fernamt-trunk', exten: '600', appName: 'Stasis', appData: 'fernamt,trunk' };
  const found = resync(
    'fernamt',
    [],
    {
      channels: [
        channel('caller', 'Up', { dialplan }),
        channel('fernamt-c1-leg1'),
        channel('fernamt-c1-snoop1'),
        channel('alone', 'Up', { dialplan }),
        channel('fernamt-c2-leg1'),
      ],
      bridges: [
        bridge('fernamt-c1-bridge1', ['caller', 'fernamt-c1-leg1']),
        bridge('fernamt-c2-bridge1', ['fernamt-c2-leg1']),
      ],
      recordings: [],
    },
    5000,
  );
  assert.deepEqual(found.orphanChannels, ['fernamt-c2-leg1']);
  assert.deepEqual(found.orphanBridges, ['fernamt-c2-bridge1']);
  assert.deepEqual(
    found.arrived.map((one) => one.leg),
    ['alone'],
  );
});

test('a leg of which nobody knows whether it was dialled is given up, one that sent audio is not', () => {
  const legs = [leg('caller', 'up', 'caller'), leg('L', 'dialling'), { ...leg('M', 'dialling'), progressedAt: 1 }];
  const channels = [channel('caller'), channel('L', 'Down'), channel('M', 'Down')];
  const found = resync('fernamt', [call('c1', legs)], { ...nothing, channels }, 5000);
  assert.deepEqual(found.orphanChannels, ['L']);
  assert.deepEqual(words(found.events.get('c1' as CallId) ?? []), ['resynced', 'legEnded L -2']);
});
