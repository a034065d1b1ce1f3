/** The link between server and Asterisk breaks, and both live on. */

import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { after, afterEach, before, describe, test } from 'node:test';
import { leavesNothing } from '../support/aftermath.ts';
import { eventually } from '../support/eventually.ts';
import { chanceOf, seedOfTheDay } from '../support/random.ts';
import { startSite, type Site } from '../support/site.ts';
import {
  calleeHz,
  callerHz,
  freshNumber,
  hearEachOther,
  hearEachOtherFor,
  inbound,
  isRecordedOnce,
  oneOfEach,
  recordingsOf,
  ringingInbound,
  ringingOutbound,
} from './fault-bench.ts';

const everyCase = process.env['FERNAMT_TEST_ALL'] === '1';

describe(`a broken link to Asterisk (seed ${seedOfTheDay()})`, () => {
  let site: Site;
  before(async () => {
    // A call that comes during a cut is recorded by Asterisk itself.
    site = await startSite({ name: 'broken-link', throughLink: true, config: { asterisk: { fallback: 'record' } } });
  });
  after(async () => {
    await site.stop();
  });
  afterEach(async () => {
    await leavesNothing(site);
  });

  test('talks go on through a cut, whoever hangs up meanwhile ends his talk, and nothing is recorded twice', async () => {
    const [one, two, three] = await oneOfEach(site);
    site.link.cut();
    await isConnected(site, false);
    await Promise.all([one, two, three].map((talk) => hearEachOtherFor(talk, 500)));
    await one.callee.hangsUp();
    await one.caller.hungUp(500);
    site.link.mend();
    await isConnected(site, true);
    assert.deepEqual(
      (await site.server.calls()).map(({ state }) => state),
      ['up', 'up'],
    );
    await Promise.all([two, three].map((talk) => hearEachOtherFor(talk, 300)));
    await Promise.all([two.caller.hangsUp(), three.caller.hangsUp()]);
    for (const talk of [one, two, three]) await isRecordedOnce(site, talk, { judgement: 'ok', atLeastSeconds: 0.4 });
  });

  test('who rings during a cut rings on, and who picked up meanwhile is joined when the link is mended', async () => {
    const ringing = await ringingInbound(site);
    const pickedUp = [await ringingInbound(site), await ringingOutbound(site)];
    site.link.cut();
    await isConnected(site, false);
    await Promise.all(pickedUp.map(({ callee }) => callee.answers({ playing: calleeHz })));
    site.link.mend();
    await Promise.all(pickedUp.map(hearEachOther));
    assert.equal(ringing.callee.isOver, false);
    await ringing.callee.answers({ playing: calleeHz });
    const talks = [ringing, ...pickedUp];
    await Promise.all(talks.map((talk) => hearEachOtherFor(talk, 400)));
    await Promise.all(talks.map(({ caller }) => caller.hangsUp()));
    for (const talk of talks) await isRecordedOnce(site, talk, { judgement: 'ok', atLeastSeconds: 0.3 });
  });

  test('a frozen link is noticed, and a call that came in meanwhile rings as soon as there is a new one', async () => {
    const talk = await inbound(site);
    site.link.freeze();
    const number = freshNumber();
    const caller = await site.phones.carrier.calls('+4930555015', { from: number, playing: callerHz });
    await eventually('the server notices', () => site.server.log.some(({ reason }) => reason === 'frozen'), 10_000);
    await hearEachOtherFor(talk, 300);
    site.link.mend();
    const callee = await site.phones.phone('1002').rings(10_000);
    await callee.answers({ playing: calleeHz });
    await hearEachOther({ caller, callee, number, beganAt: 0 });
    await hearEachOtherFor(talk, 300);
    await Promise.all([talk.caller.hangsUp(), caller.hangsUp()]);
    await isRecordedOnce(site, talk, { judgement: 'ok', atLeastSeconds: 2 });
    await isRecordedOnce(site, { number, beganAt: 0 }, { judgement: 'ok', atLeastSeconds: 0 });
  });

  for (let round = 1; round <= (everyCase ? 30 : 4); round += 1) {
    test(`cut at a random moment, round ${String(round)}: each call is answered and has one recording`, async () => {
      const chance = chanceOf(`broken-link ${String(round)}`);
      const { carrier, phone } = site.phones;
      phone('1001').behaves({ kind: 'answers', afterMs: 150, playing: calleeHz }, { listens: false });
      const beganAt = Date.now();
      const cut = delay(600).then(() => site.link.cut());
      const calls = Array.from({ length: 6 }, async (_, index) => {
        const number = freshNumber();
        await delay(index % 2 === 0 ? chance.between(400, 450) : chance.between(550, 600));
        return { number, beganAt, caller: await carrier.calls('+4930555012', { from: number, playing: callerHz }) };
      });
      await cut;
      await delay(chance.between(0, 400));
      site.link.mend();
      const placed = await Promise.all(calls);
      await Promise.all(placed.map(({ caller }) => caller.hears(calleeHz, 15_000)));
      await Promise.all(placed.map(({ caller }) => caller.doesNotHear(callerHz, 300)));
      await Promise.all(placed.map(({ caller }) => caller.hangsUp()));
      phone('1001').behaves({ kind: 'rings' });
      await isConnected(site, true);
      for (const one of placed) await isRecordedOnce(site, one, { judgement: 'ok', atLeastSeconds: 0.2 });
      assert.equal((await recordingsOf(site, { number: '+4930555012', beganAt })).length, placed.length);
    });
  }
});

async function isConnected({ server }: Site, expected: boolean): Promise<void> {
  await eventually(`the server is ${expected ? '' : 'not '}connected`, async () => {
    return (await fetch(`${server.url}/readyz`)).ok === expected;
  });
}
