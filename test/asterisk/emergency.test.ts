/** A call for help goes through, whatever the server is busy with, and when it is not there at all. */

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { leavesNothing } from '../support/aftermath.ts';
import { startSite, type Site } from '../support/site.ts';
import { answered, callerHz, hearEachOtherFor, inbound, outbound, type Talk } from './fault-bench.ts';

describe('a call for help', () => {
  let site: Site;
  before(async () => {
    site = await startSite({ name: 'emergency' });
  });
  after(async () => {
    await site.stop();
  });
  afterEach(async () => {
    await site.server.start();
    await site.server.reload({});
    await leavesNothing(site);
  });

  async function callsForHelp(number = '110'): Promise<void> {
    const beganAt = Date.now();
    const caller = await site.phones.phone('1003').calls(number, { playing: callerHz });
    const callee = await site.phones.carrier.receives('110');
    const talk: Talk = await answered({ caller, callee, number: '110', beganAt });
    await hearEachOtherFor(talk, 200);
    await caller.hangsUp();
    await callee.hungUp();
  }

  test('goes through while there are as many calls as there may be', async () => {
    await site.server.reload({ asterisk: { maxCalls: 1 } });
    const talk = await inbound(site);
    const refused = await site.phones.phone('1002').calls('1004');
    assert.equal((await refused.hungUp()).sipStatus, 503);
    await callsForHelp();
    await talk.caller.hangsUp();
  });

  test('goes through a trunk that has as many calls as it may have', async () => {
    const trunk = { name: 'carrier', endpoint: 'PJSIP/carrier', callerId: '+4930555000', maxCalls: 1 };
    await site.server.reload({ trunks: [trunk] });
    const talk = await outbound(site);
    const refused = await site.phones.phone('1002').calls('0030123456');
    assert.equal((await refused.hungUp()).sipStatus, 503);
    await callsForHelp('0110');
    await talk.caller.hangsUp();
  });

  test('goes through while the server waits for its last calls to end', async () => {
    await site.server.reload({ shutdown: { calls: 'finish', graceSeconds: 30 } });
    const talk = await inbound(site);
    const stopping = site.server.stop();
    await callsForHelp();
    await talk.caller.hangsUp();
    assert.equal(await stopping, 0);
  });

  for (const fallback of ['open', 'record', 'closed']) {
    test(`goes through when the server was killed, with ${fallback}`, async () => {
      await site.server.reload({ asterisk: { fallback } });
      await site.server.kill('SIGKILL');
      await callsForHelp();
    });
  }

  test('goes on when the server dies and comes back while it rings', async () => {
    const caller = await site.phones.phone('1003').calls('110', { playing: callerHz });
    const callee = await site.phones.carrier.receives('110');
    await site.server.kill('SIGKILL');
    await site.server.start();
    await answered({ caller, callee, number: '110', beganAt: 0 });
    await caller.hangsUp();
  });
});
