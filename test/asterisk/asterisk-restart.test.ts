/** Asterisk dies, or is restarted, and the server stays. */

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { leavesNothing } from '../support/aftermath.ts';
import { secondsOf } from '../support/audio.ts';
import { eventually } from '../support/eventually.ts';
import { startSite, type Site } from '../support/site.ts';
import { hearEachOtherFor, inbound, isRecordedOnce, oneOfEach, recordingsOf, ringingInbound } from './fault-bench.ts';

/** Asterisk writes a recorded file in pieces of 32 KiB. */
const unwrittenSeconds = 2.1;

describe('when Asterisk goes', () => {
  let site: Site;
  before(async () => {
    site = await startSite({ name: 'asterisk-restart' });
  });
  after(async () => {
    await site.stop();
  });
  afterEach(async () => {
    await leavesNothing(site);
  });

  test('killed in talk: what was recorded is recovered, and calls work again as soon as it is back', async () => {
    const talks = await oneOfEach(site);
    const ringing = await ringingInbound(site);
    await Promise.all(talks.map((talk) => hearEachOtherFor(talk, 3000)));
    const seconds = (Date.now() - (talks[0]?.beganAt ?? 0)) / 1000;
    await site.asterisk.kill('SIGKILL');
    await isReady(site, false);
    await site.asterisk.start();
    await isReady(site, true);
    // No telephone was told that its call is over.
    await Promise.all([...talks, ringing].flatMap(({ caller, callee }) => [caller.hangsUp(), callee.hangsUp()]));

    const next = await inbound(site);
    await next.caller.hangsUp();
    await isRecordedOnce(site, next, { judgement: 'ok', atLeastSeconds: 0 });
    for (const talk of talks) {
      const audio = await isRecordedOnce(site, talk, { judgement: 'recovered', atLeastSeconds: 0.9 });
      const lost = seconds - secondsOf(audio);
      assert.ok(lost < unwrittenSeconds + 1, `${lost.toFixed(2)} s of ${seconds.toFixed(2)} s are lost`);
    }
    assert.deepEqual(await recordingsOf(site, ringing), []);
  });

  test('stopped in talk: the recordings are complete, and the talks end as what they were', async () => {
    const talks = await oneOfEach(site);
    await Promise.all(talks.map((talk) => hearEachOtherFor(talk, 500)));
    await site.asterisk.restart();
    await Promise.all(talks.flatMap(({ caller, callee }) => [caller.hungUp(), callee.hungUp()]));
    await isReady(site, true);
    for (const talk of talks) await isRecordedOnce(site, talk, { judgement: 'ok', atLeastSeconds: 0.3 });
  });

  test('both die in talk: the server may be back first, and what was recorded is recovered', async () => {
    const talks = await oneOfEach(site);
    await Promise.all(talks.map((talk) => hearEachOtherFor(talk, 3000)));
    await Promise.all([site.asterisk.kill('SIGKILL'), site.server.kill('SIGKILL')]);
    const starting = site.server.start();
    await isReady(site, false);
    await site.asterisk.start();
    await starting;
    await Promise.all(talks.flatMap(({ caller, callee }) => [caller.hangsUp(), callee.hangsUp()]));
    for (const talk of talks) await isRecordedOnce(site, talk, { judgement: 'recovered', atLeastSeconds: 0.9 });
  });

  test('while it is away the server can be stopped, and says that all is well', async () => {
    await site.asterisk.kill('SIGKILL');
    await isReady(site, false);
    assert.equal(await site.server.stop(), 0);
    await site.asterisk.start();
    await site.server.start();
  });
});

async function isReady({ server }: Site, expected: boolean): Promise<void> {
  await eventually(`the server is ${expected ? '' : 'not '}ready`, async () => {
    const answer = await fetch(`${server.url}/readyz`).catch(() => undefined);
    return answer?.ok === expected;
  });
}
