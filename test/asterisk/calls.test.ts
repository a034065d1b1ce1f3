import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { startSite, type Site } from '../support/site.ts';

describe('calls', () => {
  let site: Site;
  before(async () => {
    site = await startSite({ name: 'calls' });
  });
  after(async () => {
    await site.stop();
  });
  afterEach(async () => {
    await site.isEmpty();
  });

  test('an outside call to a hotline rings the whole group, and the first who answers talks', async () => {
    const { carrier, phone } = site.phones;
    const caller = await carrier.calls('+4930555010', { from: '+491711234567', playing: 400 });
    const [first, second] = [await phone('1001').rings(), await phone('1002').rings()];
    assert.equal(first.caller.number, '+491711234567');
    assert.match(first.caller.name, /Muster GmbH/);
    await caller.hearsRinging();
    const agent = await first.answers({ playing: 1000 });
    await caller.hears(1000);
    await agent.hears(400);
    assert.equal((await second.hungUp()).cause, 26);
    await caller.hangsUp();
    assert.equal((await agent.hungUp()).cause, 16);
  });

  test('a user logs out of a group by service code and hears so', async () => {
    const party = await site.phones.phone('1003').calls('*80600');
    await party.isAnswered();
    assert.equal((await party.hungUp(10_000)).cause, 16);
    await site.isEmpty();
    const caller = await site.phones.carrier.calls('+4930555010', { from: '+491711234567' });
    await site.phones.phone('1001').rings();
    await site.phones.phone('1003').doesNotRing();
    await caller.hangsUp();
  });
});
