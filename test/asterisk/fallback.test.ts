/** With no fernamt at all: calls in the house and from outside, in each of the three modes. */

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parseFallbackName } from '../../src/recording/files/recorded-files.ts';
import { readWav, secondsOf, toneDbfs } from '../support/audio.ts';
import { eventually } from '../support/eventually.ts';
import {
  calleeHz,
  callerHz,
  germanHz,
  isTurnedAway,
  outside,
  recordedKey,
  spoken,
  startFallbackBench,
  talk,
} from './fallback-bench.ts';

const bench = await startFallbackBench('fallback');
const { phones, asterisk } = bench;
after(() => bench.stop());

test('open: a hotline rings every device of its group, and the talk is not recorded', async () => {
  await bench.decide('open');
  const caller = await phones.carrier.calls('+4930555010', { ...outside, name: 'Erika' });
  const losers = [await phones.phone('1001').rings(), await phones.phone('1001-soft').rings()];
  const winner = await phones.phone('1002').rings();
  assert.deepEqual(winner.caller, { name: 'Muster GmbH Erika', number: '+491711111111' });
  await caller.hearsRinging();
  await talk(caller, winner);
  for (const loser of losers) assert.equal((await loser.hungUp()).cause, 26);
  await winner.hangsUp();
  assert.equal((await caller.hungUp()).cause, 16);
  assert.deepEqual(await bench.recordings(), []);
});

test('open: a hotline rings an extension, and a colleague is called by his extension or his number', async () => {
  await bench.decide('open');
  const inbound = await phones.carrier.calls('+4930555012', outside);
  await talk(inbound, await phones.phone('1002').rings());
  await inbound.hangsUp();
  for (const number of ['1001', '555011', '0030555011', '+4930555011']) {
    const internal = await phones.phone('1002').calls(number, { playing: callerHz });
    const loser = await phones.phone('1001').rings();
    await talk(internal, await phones.phone('1001-soft').rings());
    await loser.hungUp();
    await internal.hangsUp();
  }
  assert.deepEqual(await bench.recordings(), []);
});

test('a hotline and a direct number are known in every notation that a trunk may send', async () => {
  await bench.decide('open');
  for (const number of ['4930555012', '004930555012', '030555012', '30555012', '555012']) {
    const caller = await phones.carrier.calls(number, { ...outside, listens: false });
    await phones.phone('1002').rings();
    await caller.hangsUp();
  }
  const caller = await phones.carrier.calls('030555011', { ...outside, listens: false });
  await phones.phone('1001').rings();
  await phones.phone('1001-soft').rings();
  await caller.hangsUp();
});

test('an unknown number from a trunk is no number, unless a hotline takes all', async () => {
  await bench.decide('open');
  for (const number of ['+4930999', '1001', '600', '110', '0030123456']) {
    await isTurnedAway(await phones.carrier.calls(number, outside), { sipStatus: 404 });
  }
  await bench.decide('open', { hotlines: [{ did: 'any', name: 'Any', destination: '1002' }] });
  const caller = await phones.carrier.calls('+4930999', outside);
  await talk(caller, await phones.phone('1002').rings());
  await caller.hangsUp();
});

test('everybody busy and nobody there are spoken, then comes the right cause', async () => {
  await bench.decide('open');
  const both = ['1001', '1001-soft', '1002'].map((name) => phones.phone(name));
  for (const phone of both) phone.behaves({ kind: 'refuses', how: 'busy' });
  await isTurnedAway(await phones.carrier.calls('+4930555010', outside), {
    sipStatus: 486,
    hz: spoken['everybody-busy'],
  });
  await isTurnedAway(await phones.carrier.calls('+4930555012', outside), {
    sipStatus: 486,
    hz: spoken['everybody-busy'],
  });
  await isTurnedAway(await phones.phone('1005').calls('1002'), { sipStatus: 486 });
  for (const phone of both) phone.behaves({ kind: 'refuses', how: 'declines' });
  await isTurnedAway(await phones.carrier.calls('+4930555010', outside), {
    sipStatus: 486,
    hz: spoken['everybody-busy'],
  });
  for (const phone of both) phone.behaves({ kind: 'refuses', how: 'unavailable' });
  await isTurnedAway(await phones.carrier.calls('+4930555010', outside), {
    sipStatus: 480,
    hz: spoken['nobody-there'],
  });
  for (const phone of both) phone.behaves({ kind: 'rings' });
  await isTurnedAway(await phones.phone('1001').calls('1004'), { sipStatus: 480 });
});

test('a member in a call is not rung, and a caller does not ring himself', async () => {
  await bench.decide('open');
  const first = await phones.phone('1005').calls('1001', { playing: callerHz });
  const other = await phones.phone('1001-soft').rings();
  await talk(first, await phones.phone('1001').rings());
  await other.hungUp();
  const caller = await phones.carrier.calls('+4930555010', outside);
  await phones.phone('1002').rings();
  await phones.phone('1001-soft').doesNotRing();
  await caller.hangsUp();
  await first.hangsUp();
  const member = await phones.phone('1002').calls('600', { playing: callerHz });
  await phones.phone('1001').rings();
  await phones.phone('1002').doesNotRing();
  await member.hangsUp();
});

test('a group is hunted in order, overflows, and two that overflow into each other come to an end', async () => {
  await bench.decide('open');
  const caller = await phones.carrier.calls('+4930555014', outside);
  for (const name of ['1001', '1002', '1005']) {
    const ringing = await phones.phone(name).rings();
    assert.equal(ringing.isOver, false);
    await ringing.hungUp();
  }
  await isTurnedAway(caller, { sipStatus: 480, hz: spoken['nobody-there'] });
});

test('a group overflows to a number outside, which sees the number of the caller', async () => {
  await bench.decide('open');
  const caller = await phones.carrier.calls('+4930555015', outside);
  const mobile = await phones.carrier.receives('+491711234567');
  assert.equal(mobile.caller.number, '+491711111111');
  await talk(caller, mobile);
  await caller.hangsUp();
});

test('record: what the rules record without asking is recorded from the first to the last word', async () => {
  await bench.decide('record');
  const begunAt = Date.now();
  const caller = await phones.carrier.calls('+4930555010', outside);
  const callee = await phones.phone('1002').rings();
  await talk(caller, callee, 1000);
  await callee.hangsUp();
  await caller.hungUp();
  const [name = '', ...others] = await bench.recordings();
  assert.deepEqual(others, []);
  const facts = parseFallbackName('fernamt', name.replace(/\.wav$/, ''));
  assert.deepEqual(
    { direction: facts?.direction, key: facts?.settingKey, caller: facts?.caller, callee: facts?.callee },
    { direction: 'in', key: recordedKey, caller: '+491711111111', callee: '+4930555010' },
  );
  assert.ok(Math.abs((facts?.startedAt ?? 0) - begunAt) < 3000);
  const audio = await finished(name);
  const seconds = secondsOf(audio);
  assert.ok(seconds > 0.95 && seconds < 3, `${seconds} s`);
  for (const hz of [callerHz, calleeHz]) {
    assert.ok(toneDbfs(audio, hz, { from: 0, to: 0.2 }) > -25, `${hz} Hz in the first 200 ms`);
    assert.ok(toneDbfs(audio, hz, { from: seconds - 0.2, to: seconds }) > -25, `${hz} Hz in the last 200 ms`);
  }
});

test('record: a hotline for an extension, a call in the house and one to the outside are recorded by their own rules', async () => {
  await bench.decide('record');
  const inbound = await phones.carrier.calls('+4930555012', outside);
  await talk(inbound, await phones.phone('1002').rings(), 300);
  await inbound.hangsUp();
  const internal = await phones.phone('1001').calls('1002', { playing: callerHz });
  await talk(internal, await phones.phone('1002').rings(), 300);
  await internal.hangsUp();
  const outbound = await phones.phone('1001').calls('030123456', { playing: callerHz });
  await talk(outbound, await phones.carrier.receives('+4930123456'), 300);
  await outbound.hangsUp();
  const names = [...(await bench.recordings())].sort();
  const facts = names.map((name) => parseFallbackName('fernamt', name.replace(/\.wav$/, '')));
  assert.deepEqual(facts.map((one) => `${one?.direction} ${one?.caller} ${one?.callee}`).sort(), [
    'in +491711111111 +4930555012',
    'internal 1001 1002',
    'out 1001 +4930123456',
  ]);
  for (const name of names) {
    const audio = await finished(name);
    for (const hz of [callerHz, calleeHz]) assert.ok(toneDbfs(audio, hz) > -25, `${hz} Hz in ${name}`);
  }
});

test('record: what no rule records, or only after asking, goes on unrecorded', async () => {
  await bench.decide('record');
  for (const number of ['1005', '1002']) {
    const from = number === '1005' ? '1001' : '1005';
    const caller = await phones.phone(from).calls(number, { playing: callerHz });
    await talk(caller, await phones.phone(number).rings());
    await caller.hangsUp();
  }
  const outbound = await phones.phone('1002').calls('030123456', { playing: callerHz });
  await talk(outbound, await phones.carrier.receives('+4930123456'));
  await outbound.hangsUp();
  assert.deepEqual(await bench.recordings(), []);
});

test('record: before the answer nothing is recorded', async () => {
  await bench.decide('record');
  const caller = await phones.carrier.calls('+4930555012', outside);
  await phones.phone('1002').rings();
  await caller.hangsUp();
  const outbound = await phones.phone('1001').calls('030123456', { playing: callerHz });
  await (await phones.carrier.receives()).playsEarly(calleeHz);
  await outbound.hears(calleeHz);
  await outbound.hangsUp();
  for (const name of await bench.recordings()) assert.equal(secondsOf(await finished(name)), 0);
});

test('closed: every route ends with the announcement in its language, unanswered, and nobody rings', async () => {
  await bench.decide('closed');
  const everybody = [...['1001', '1001-soft', '1002'].map((name) => phones.phone(name)), phones.carrier];
  const rung = everybody.map((one) => one.untaken.length);
  const end = { sipStatus: 503, hz: spoken.closed };
  await isTurnedAway(await phones.carrier.calls('+4930555010', outside), end);
  await isTurnedAway(await phones.carrier.calls('+4930555012', outside), end);
  await isTurnedAway(await phones.carrier.calls('+4930555013', outside), { ...end, hz: germanHz });
  await isTurnedAway(await phones.carrier.calls('+4930555011', outside), end);
  await isTurnedAway(await phones.phone('1001').calls('1002'), end);
  await isTurnedAway(await phones.phone('1001').calls('600'), end);
  await isTurnedAway(await phones.phone('1001').calls('030123456'), end);
  assert.deepEqual(
    everybody.map((one) => one.untaken.length),
    rung,
  );
});

test('a hotline decides for itself', async () => {
  await bench.decide('open');
  await isTurnedAway(await phones.carrier.calls('+4930555013', outside), { sipStatus: 503, hz: germanHz });
});

test('FERNAMT_FALLBACK beats the general rule and the rule of the hotline', async () => {
  await bench.decide('open');
  await isTurnedAway(await phones.phone('1003').calls('1002'), { sipStatus: 503, hz: spoken.closed });
  await bench.decide('closed');
  const internal = await phones.phone('1005').calls('1002', { playing: callerHz });
  await talk(internal, await phones.phone('1002').rings());
  await internal.hangsUp();
  const hotline = await phones.backup.calls('+4930555013', outside);
  await talk(hotline, await phones.phone('1002').rings());
  await hotline.hangsUp();
});

test('without a routes file a call ends with cause 34 and an error in the log', async () => {
  await bench.decide('open');
  await writeFile(asterisk.routesFile, '');
  await asterisk.cli('dialplan reload');
  await isTurnedAway(await phones.phone('1001').calls('1002'), { sipStatus: 503 });
  await isTurnedAway(await phones.carrier.calls('+4930555010', outside), { sipStatus: 503 });
  assert.match(await readFile(asterisk.logFile, 'utf8'), /ERROR.*fernamt is away and its routes file is missing/);
});

/** Asterisk writes the length into the file when it closes it. */
async function finished(name: string): ReturnType<typeof readWav> {
  const path = join(asterisk.recordingDirectory, name);
  return eventually('the file is closed', async () => {
    const file = await readFile(path);
    return file.length > 44 ? file.readUInt32LE(40) > 0 && readWav(path) : readWav(path);
  });
}
