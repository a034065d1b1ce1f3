/** A server that had run and was killed: what its last rules make Asterisk do, and what the next start makes of that. */

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { after, afterEach, before, describe, test } from 'node:test';
import { leavesNothing } from '../support/aftermath.ts';
import { startSite, type Site } from '../support/site.ts';
import {
  callerHz,
  freshNumber,
  hearEachOtherFor,
  inbound,
  isRecordedOnce,
  oneOfEach,
  recordingsOf,
} from './fault-bench.ts';

describe('while the server is away', () => {
  let site: Site;
  before(async () => {
    site = await startSite({ name: 'away' });
  });
  after(async () => {
    await site.stop();
  });
  afterEach(async () => {
    await site.server.start();
    await site.server.reload({});
    await leavesNothing(site);
  });

  test('record: each call is recorded by Asterisk, and the next start takes it in under its setting’s name', async () => {
    await site.server.reload({
      asterisk: { fallback: 'record' },
      recording: { settings: [{ name: 'Für’s Archiv', select: { all: true } }] },
    });
    await site.server.kill('SIGKILL');
    const talks = await oneOfEach(site);
    await Promise.all(talks.map((talk) => hearEachOtherFor(talk, 800)));
    await Promise.all(talks.map(({ caller }) => caller.hangsUp()));
    await site.server.start();
    for (const talk of talks) {
      const since = { ...talk, beganAt: talk.beganAt - 1000 };
      await isRecordedOnce(site, since, { judgement: 'ok', atLeastSeconds: 0.6 });
      const [recording] = await recordingsOf(site, since);
      assert.equal(recording?.setting, 'Für’s Archiv');
    }
    assert.deepEqual(await readdir(site.asterisk.recordingDirectory), []);
  });

  test('record: a talk that outlasts the time away is taken in when it is over', async () => {
    await site.server.reload({ asterisk: { fallback: 'record' } });
    await site.server.kill('SIGKILL');
    const talk = await inbound(site);
    await site.server.start();
    await hearEachOtherFor(talk, 500);
    assert.deepEqual(await site.server.calls(), []);
    await talk.callee.hangsUp();
    await isRecordedOnce(site, { ...talk, beganAt: talk.beganAt - 1000 }, { judgement: 'ok', atLeastSeconds: 0.5 });
  });

  test('record: a call that nobody answers leaves no recording', async () => {
    await site.server.reload({ asterisk: { fallback: 'record' } });
    await site.server.kill('SIGKILL');
    const number = freshNumber();
    const caller = await site.phones.carrier.calls('+4930555012', { from: number });
    await site.phones.phone('1001').rings();
    await caller.hangsUp();
    const outside = await site.phones.phone('1004').calls('0030123456', { playing: callerHz });
    await (await site.phones.carrier.receives('+4930123456')).playsEarly(callerHz);
    await outside.getsEarlyMedia();
    await outside.hangsUp();
    await site.server.start();
    const talk = await inbound(site);
    await hearEachOtherFor(talk, 500);
    await talk.caller.hangsUp();
    await isRecordedOnce(site, talk, { judgement: 'ok', atLeastSeconds: 0.5 });
    assert.deepEqual(await recordingsOf(site, { number, beganAt: 0 }), []);
    assert.deepEqual(await recordingsOf(site, { number: '+4930123456', beganAt: 0 }), []);
    assert.deepEqual(await readdir(site.asterisk.recordingDirectory), []);
  });

  test('open: calls go on, and the next start neither records nor disturbs them', async () => {
    await site.server.kill('SIGKILL');
    const talks = await oneOfEach(site);
    await site.server.start();
    await Promise.all(talks.map((talk) => hearEachOtherFor(talk, 500)));
    await Promise.all(talks.map(({ caller }) => caller.hangsUp()));
    for (const talk of talks) assert.deepEqual(await recordingsOf(site, { ...talk, beganAt: talk.beganAt - 1000 }), []);
  });

  test('closed: nobody is rung, and with the next start everything is open again', async () => {
    await site.server.reload({ asterisk: { fallback: 'closed' } });
    await site.server.kill('SIGKILL');
    const caller = await site.phones.carrier.calls('+4930555012', { from: freshNumber() });
    await site.phones.phone('1001').doesNotRing();
    assert.equal((await caller.hungUp(15_000)).sipStatus, 503);
    await site.server.start();
    const talk = await inbound(site);
    await talk.caller.hangsUp();
  });
});
