/** The server is stopped, or given another configuration, while calls are under way. */

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { after, afterEach, before, describe, test } from 'node:test';
import { leavesNothing } from '../support/aftermath.ts';
import { eventually } from '../support/eventually.ts';
import type { LogLine } from '../support/server.ts';
import { startSite, type Site } from '../support/site.ts';
import {
  answered,
  calleeHz,
  callerHz,
  channelsOf,
  freshNumber,
  hearEachOther,
  hearEachOtherFor,
  inbound,
  isAsteriskEmpty,
  isRecordedOnce,
  oneOfEach,
  recordingsOf,
  ringingInbound,
} from './fault-bench.ts';

const promptlyMs = 5000;

describe('a server that is stopped', () => {
  let site: Site;
  before(async () => {
    site = await startSite({ name: 'stop' });
  });
  after(async () => {
    await site.stop();
  });
  afterEach(async () => {
    await site.server.start();
    await site.server.reload({});
    await leavesNothing(site);
  });

  test('leaves running calls to Asterisk, new ones to the dialplan, and takes its own up again', async () => {
    const talks = await oneOfEach(site);
    const ringing = await ringingInbound(site);
    const stoppedAt = Date.now();
    assert.equal(await site.server.stop(), 0);
    assert.ok(Date.now() - stoppedAt < promptlyMs);
    const fallback = await inbound(site);
    await Promise.all(talks.map((talk) => hearEachOtherFor(talk, 300)));
    await site.server.start();
    assert.equal((await site.server.calls()).length, 4);
    await answered(ringing);
    await Promise.all([...talks, ringing, fallback].map((talk) => hearEachOtherFor(talk, 300)));
    await Promise.all([...talks, ringing, fallback].map(({ caller }) => caller.hangsUp()));
    for (const talk of talks) await isRecordedOnce(site, talk, { judgement: 'ok', atLeastSeconds: 0.8 });
    await isRecordedOnce(site, ringing, { judgement: 'ok', atLeastSeconds: 0.2 });
    assert.deepEqual(await recordingsOf(site, fallback), []);
  });

  test('with finish it waits for running calls, sends new ones to the dialplan, and then ends', async () => {
    await site.server.reload({ shutdown: { calls: 'finish', graceSeconds: 30 } });
    const talk = await inbound(site);
    const stopping = site.server.stop();
    await eventually('new calls are sent to the dialplan', async () => {
      const { caller, callee } = await inbound(site);
      const own = (await channelsOf(site.asterisk)).filter(({ id }) => id.startsWith('fernamt-'));
      await caller.hangsUp();
      await callee.hungUp();
      // One leg and one listener: those of the running call.
      return own.length === 2;
    });
    await hearEachOtherFor(talk, 300);
    await talk.callee.hangsUp();
    await talk.caller.hungUp();
    assert.equal(await stopping, 0);
    await isAsteriskEmpty(site.asterisk, 1000);
    await site.server.start();
    await isRecordedOnce(site, talk, { judgement: 'ok', atLeastSeconds: 0.3 });
  });

  test('with finish and a talk that outlasts the time it ends, too, and the talk goes on', async () => {
    await site.server.reload({ shutdown: { calls: 'finish', graceSeconds: 1 } });
    const talk = await inbound(site);
    assert.equal(await site.server.stop(), 0);
    await hearEachOtherFor(talk, 500);
    await site.server.start();
    assert.equal((await site.server.calls()).length, 1);
    await talk.caller.hangsUp();
    await isRecordedOnce(site, talk, { judgement: 'ok', atLeastSeconds: 1 });
  });
});

describe('a server that reads its configuration again', () => {
  let site: Site;
  before(async () => {
    site = await startSite({ name: 'reload' });
  });
  after(async () => {
    await site.stop();
  });
  afterEach(async () => {
    await site.server.reload({});
    await leavesNothing(site);
  });

  test('has new rules for new calls, while a running one keeps its own', async () => {
    const { carrier, phone } = site.phones;
    const numbers = [freshNumber(), freshNumber()] as const;
    const beganAt = Date.now();
    const first = await carrier.calls('+4930555015', { from: numbers[0], playing: callerHz });
    await phone('1002').rings();
    const { needsRestart } = await site.server.reload({
      ringGroups: [{ number: '603', name: 'Night', members: ['1002'], ringSeconds: 2, overflow: '1003' }],
      hotlines: [{ did: '+4930555015', name: 'Night', destination: '603' }],
      recording: { settings: [{ name: 'Other', select: { all: true } }] },
    });
    assert.deepEqual(needsRestart, []);
    const second = await carrier.calls('+4930555015', { from: numbers[1], playing: callerHz });
    await phone('1002').rings();
    const callees = [await phone('1004').rings(), await phone('1003').rings()];
    for (const callee of callees) await callee.answers({ playing: calleeHz });
    for (const [index, caller] of [first, second].entries()) {
      await caller.hears(calleeHz);
      await caller.hangsUp();
      const [recording] = await recordingsOf(site, { number: numbers[index] ?? '', beganAt });
      assert.equal(recording?.setting, ['Everything', 'Other'][index]);
    }
  });

  test('keeps the old one where the new one has faults, and says at which line', async () => {
    await writeFile(site.server.configFile, 'language: en\nusers: [\n');
    process.kill(site.server.pid, 'SIGHUP');
    const line = await eventually('the fault is told', () => lineOf(site, 'configuration rejected'));
    assert.match(JSON.stringify(line['problems']), /fernamt\.yaml:3:/);
    const talk = await inbound(site);
    await talk.caller.hangsUp();
    await isRecordedOnce(site, talk, { judgement: 'ok', atLeastSeconds: 0 });
  });

  test('names what has no effect before a restart', async () => {
    const { needsRestart } = await site.server.reload({
      dataDirectory: '/nowhere',
      asterisk: { application: 'another' },
      recording: { directory: 'elsewhere' },
    });
    assert.deepEqual(needsRestart, ['dataDirectory', 'asterisk.application', 'recording.directory']);
    const talk = await inbound(site);
    await hearEachOther(talk);
    await talk.caller.hangsUp();
    await isRecordedOnce(site, talk, { judgement: 'ok', atLeastSeconds: 0 });
  });
});

function lineOf({ server }: Site, message: string): LogLine | undefined {
  return server.log.find((line) => line.message === message);
}
