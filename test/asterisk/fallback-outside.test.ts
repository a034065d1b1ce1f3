/** With no fernamt at all: calls to the outside, for help, and from people who mean harm. */

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import type { FallbackMode, FallbackSource } from '../../src/routing/fallback-source.ts';
import { callerHz, isTurnedAway, outside, source, startFallbackBench, talk } from './fallback-bench.ts';

const bench = await startFallbackBench('fallback-outside');
const { phones, asterisk } = bench;
after(() => bench.stop());

const dialled: readonly (readonly [string, string])[] = [
  ['030123456', '+4930123456'],
  ['0030123456', '+4930123456'],
  ['123456', '+4930123456'],
  ['+4930123456', '+4930123456'],
  ['0+4930123456', '+4930123456'],
  ['0004312345678', '+4312345678'],
  ['0043123456', '+4943123456'],
  ['116117', '116117'],
  ['*43', '*43'],
];
for (const [number, sent] of dialled) {
  test(`${number} dialled by a user goes out as ${sent}, with his own number`, async () => {
    await bench.decide('open');
    const caller = await phones.phone('1001').calls(number, { playing: callerHz });
    const callee = await phones.carrier.receives(sent);
    assert.equal(callee.caller.number, '+4930555011');
    await talk(caller, callee);
    await caller.hangsUp();
  });
}

test('a user without a number of his own shows that of the trunk', async () => {
  await bench.decide('open');
  const caller = await phones.phone('1002').calls('030123456');
  assert.equal((await phones.carrier.receives('+4930123456')).caller.number, '+4930555000');
  await caller.hangsUp();
});

test('a trunk that cannot carry the call gives way to the next one, in the notation of that one', async () => {
  await bench.decide('open');
  const caller = await phones.phone('1002').calls('00033123456', { playing: callerHz });
  await talk(caller, await phones.backup.receives('0033123456'));
  await caller.hangsUp();
  const german = {
    ...source,
    outboundRoutes: [{ name: 'all', pattern: '', trunks: ['dead', 'backup'], users: 'all' as const }],
  };
  await bench.decide('open', german);
  const other = await phones.phone('1002').calls('123456', { playing: callerHz });
  await talk(other, await phones.backup.receives('030123456'));
  await other.hangsUp();
});

test('a person who does not answer is not called again through the next trunk, and the cause is passed on', async () => {
  await bench.decide('open');
  phones.carrier.behaves({ kind: 'refuses', how: 'unavailable' });
  await isTurnedAway(await phones.phone('1002').calls('030123456'), { sipStatus: 480 });
  phones.carrier.behaves({ kind: 'refuses', how: 'busy' });
  await isTurnedAway(await phones.phone('1002').calls('030123456'), { sipStatus: 486 });
  phones.carrier.behaves({ kind: 'rings' });
  await phones.backup.doesNotRing(100);
});

test('a trunk that refuses before it rings gives way to the next one, a person who declines does not', async () => {
  await bench.decide('open');
  phones.carrier.behaves({ kind: 'ignores' });
  const caller = await phones.phone('1002').calls('030123456', { playing: callerHz });
  await (await phones.carrier.receives()).declines();
  await talk(caller, await phones.backup.receives('030123456'));
  await caller.hangsUp();
  phones.carrier.behaves({ kind: 'refuses', how: 'declines' });
  await isTurnedAway(await phones.phone('1002').calls('030123456'), { sipStatus: 403 });
  phones.carrier.behaves({ kind: 'rings' });
});

test('users behind one trusted endpoint are told apart by their numbers', async () => {
  const shared = { endpoint: 'PJSIP/1006', identifyByCallerNumber: true };
  const users = [
    { extension: '1006', callerId: '+4930555016', ...shared },
    { extension: '1016', ...shared },
  ];
  await bench.decide('open', { users });
  const caller = await phones.phone('1006').calls('030123456');
  assert.equal((await phones.carrier.receives('+4930123456')).caller.number, '+4930555016');
  await caller.hangsUp();
  await bench.decide('open', { users: users.map((user) => ({ ...user, extension: `2${user.extension}` })) });
  await isTurnedAway(await phones.phone('1006').calls('030123456'), { sipStatus: 403 });
});

test('a number without a route is none, one without a trunk that works gets a congestion', async () => {
  await bench.decide('open');
  await isTurnedAway(await phones.phone('1001').calls('00044123456'), { sipStatus: 404 });
  await isTurnedAway(await phones.phone('1001').calls('00031123456'), { sipStatus: 503 });
});

test('a route is for its users alone, and for so many calls a minute', async () => {
  await bench.decide('open');
  await isTurnedAway(await phones.phone('1002').calls('0004312345678'), { sipStatus: 403 });
  // The calls are counted by the minute of the clock: all four have to be in one.
  await eventually('a minute has just begun, or is not nearly over', () => new Date().getSeconds() < 50);
  for (const _ of [1, 2]) {
    const caller = await phones.phone('1001').calls('0004312345678');
    await phones.carrier.receives('+4312345678');
    await caller.hangsUp();
  }
  await isTurnedAway(await phones.phone('1001').calls('0004312345678'), { sipStatus: 403 });
  const home = await phones.phone('1001').calls('030123456');
  await phones.carrier.receives('+4930123456');
  await home.hangsUp();
});

test('a telephone that is nobody’s reaches extensions and groups, and nothing else', async () => {
  await bench.decide('open');
  for (const number of ['600', '1002']) {
    const caller = await phones.phone('1006').calls(number, { playing: callerHz });
    await talk(caller, await phones.phone('1002').rings());
    await caller.hangsUp();
  }
  for (const number of ['030123456', '0004312345678', '+4930555010', '0030555010', '*43']) {
    await isTurnedAway(await phones.phone('1006').calls(number), { sipStatus: 403 });
  }
});

test('spaces, brackets, dashes and slashes in a number are passed over', async () => {
  await bench.decide('open');
  const caller = await phones.phone('1001').calls('0(030)/12-34.56', { playing: callerHz });
  await talk(caller, await phones.carrier.receives('+4930123456'));
  await caller.hangsUp();
});

test('a service code is not taken for a number outside', async () => {
  await bench.decide('open', { outboundRoutes: [] });
  for (const code of ['*81', '*81600', '*80']) {
    await isTurnedAway(await phones.phone('1001').calls(code), { sipStatus: 503 });
  }
});

const states: readonly (readonly [FallbackMode, Partial<FallbackSource>])[] = [
  ['open', {}],
  ['record', {}],
  ['closed', {}],
  [
    'closed',
    { outboundRoutes: [{ name: 'none', pattern: '^999$', trunks: ['carrier'], users: ['1002'], callsPerMinute: 0 }] },
  ],
];
for (const [mode, change] of states) {
  const limits = change.outboundRoutes === undefined ? '' : ', and no route allows it';
  test(`calls for help go through, from any telephone, where the fallback is ${mode}${limits}`, async () => {
    await bench.decide(mode, change);
    // 1006 is nobody's, 1008 is nobody's and closed, 1003 is a user's and closed.
    for (const [from, number] of [
      ['1001', '110'],
      ['1001', '0112'],
      ['1003', '112'],
      ['1006', '110'],
      ['1008', '0110'],
    ] as const) {
      const caller = await phones.phone(from).calls(number, { playing: callerHz });
      const help = await phones.carrier.receives(number.slice(-3));
      assert.equal(help.caller.number, from === '1001' ? '+4930555011' : '+4930555000');
      await talk(caller, help);
      await caller.hangsUp();
    }
    assert.deepEqual(await bench.recordings(), []);
  });
}

test('a call for help takes the next trunk, whatever the first one says', async () => {
  await bench.decide('open');
  phones.carrier.behaves({ kind: 'refuses', how: 'busy' });
  const caller = await phones.phone('1006').calls('112', { playing: callerHz });
  await talk(caller, await phones.backup.receives('112'));
  await caller.hangsUp();
  phones.carrier.behaves({ kind: 'rings' });
});

const harmful = [
  '1002&PJSIP/1005',
  '1002,1',
  '1002|1',
  '1002"',
  '1002):1',
  '${CALLERID(num)}',
  `\${SHELL(touch ${asterisk.toAsteriskPath(asterisk.directory)}/was-here)}`,
  '$[1+1]',
  '"]?1002:"',
  '1002;x',
  '1002^',
  '../1002',
  '_1002',
  '!',
  'h',
  'i',
  't',
  's',
  'T',
  'olivia',
];
for (const text of harmful) {
  test(`${text.replace(asterisk.toAsteriskPath(asterisk.directory), '')} is no number: nobody rings for it, on a telephone or on a trunk`, async () => {
    await bench.decide('record', { outboundRoutes: [] });
    const everybody = [...['1001', '1002', '1005'].map((name) => phones.phone(name)), phones.carrier, phones.backup];
    const rung = everybody.map((one) => one.untaken.length);
    const number = [...text].map((one) => `%${one.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');
    for (const caller of [
      await phones.phone('1001').calls(number, { listens: false }),
      await phones.phone('1006').calls(number, { listens: false }),
      await phones.carrier.calls(number, { ...outside, listens: false }),
    ]) {
      const { sipStatus = 0 } = await caller.hungUp();
      assert.ok([403, 404, 480, 484, 503].includes(sipStatus), String(sipStatus));
    }
    assert.deepEqual(
      everybody.map((one) => one.untaken.length),
      rung,
    );
    assert.ok(!existsSync(join(asterisk.directory, 'was-here')));
  });
}

const callers: readonly (readonly [string, string])[] = [
  ['"],System(touch x)&${SHELL(id)}', '+491711111111'],
  ['a&b|c,d;e', '171&PJSIP,1'],
  ['../../x', '..%2f..%2fx'],
  ['', ''],
];
for (const [name, from] of callers) {
  test(`a caller named ${name} with the number ${from} is put through and recorded under a harmless name`, async () => {
    await bench.decide('record');
    const caller = await phones.carrier.calls('+4930555012', { from, name, playing: callerHz });
    await talk(caller, await phones.phone('1002').rings(), 100);
    await caller.hangsUp();
    const [file = '', ...others] = await eventually('it is recorded', async () => {
      const found = await bench.recordings();
      return found.length > 0 && found;
    });
    assert.deepEqual(others, []);
    assert.match(file, /^fernamt-fallback-\d+-in-[0-9a-f]{16}-[+0-9A-Za-z*#]+-\+4930555012-[-.0-9A-Za-z_]+\.wav$/);
  });
}

test('a caller who hides his number is recorded as anonymous', async () => {
  await bench.decide('record');
  const caller = await phones.carrier.calls('+4930555012', { ...outside, from: 'anonymous', withheld: true });
  await talk(caller, await phones.phone('1002').rings());
  await caller.hangsUp();
  assert.match((await bench.recordings())[0] ?? '', /-anonymous-\+4930555012-/);
});
