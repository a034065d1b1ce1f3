/** Calls to the outside against a real Asterisk: which trunk, which number, who may, and what comes back. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { leavesNothing } from '../support/aftermath.ts';
import { TONES_HZ } from '../support/audio.ts';
import type { Carrier, Party } from '../support/phones.ts';
import { startSite, type Site } from '../support/site.ts';

const [low, high, third] = TONES_HZ;
const mobile = '+491719999999';
const vienna = '+4315125880';
const london = '+442079460000';
const zurich = '+41442345678';

const config = {
  users: [
    { extension: '1001', name: 'Olivia Brandt', callerId: '+4930555011' },
    { extension: '1002', name: 'Benjamin Roth' },
    { extension: '1003', name: 'Carla Weiss' },
    { extension: '1004', name: 'Daniel Kurz' },
  ],
  ringGroups: [],
  trunks: [
    { name: 'carrier', endpoint: 'PJSIP/carrier', callerId: '+4930555000', numberFormat: 'e164' },
    { name: 'backup', endpoint: 'PJSIP/backup', callerId: '+4930555001', numberFormat: 'national', maxCalls: 1 },
    // Nobody is registered there.
    { name: 'dead', endpoint: 'PJSIP/1008', callerId: '+4930555002' },
  ],
  outboundRoutes: [
    { name: 'austria', pattern: '^\\+43', trunks: ['dead', 'backup'], users: ['1001'] },
    { name: 'britain', pattern: '^\\+44', trunks: ['carrier'], callsPerMinute: 2 },
    { name: 'switzerland', pattern: '^\\+41', trunks: ['backup', 'carrier'] },
    { name: 'inland', pattern: '^\\+49', trunks: ['carrier', 'backup'] },
  ],
  hotlines: [{ did: '+4930555010', name: 'Muster GmbH', destination: '1001' }],
};

describe('calls to the outside', () => {
  let site: Site;
  before(async () => {
    site = await startSite({ name: 'outbound', config, asterisk: { unregistered: ['1008'] } });
  });
  after(async () => {
    await site.stop();
  });
  afterEach(async () => {
    site.phones.carrier.behaves({ kind: 'rings' });
    site.phones.backup.behaves({ kind: 'rings' });
    await leavesNothing(site);
  });
  const phone = (name: string) => site.phones.phone(name);

  /** The call comes to this trunk with this number, and both hear each other. */
  async function reaches(caller: Party, trunk: Carrier, number: string): Promise<Party> {
    const outside = await trunk.receives(number);
    await outside.answers({ playing: high });
    await Promise.all([caller.hears(high), outside.hears(low)]);
    return outside;
  }

  async function ends(caller: Party, outside: Party): Promise<void> {
    await outside.hangsUp();
    assert.equal((await caller.hungUp()).cause, 16);
  }

  test('however a number is dialled, the trunk gets it in its own notation', async () => {
    for (const dialled of [mobile, '01719999999', '001719999999', '000491719999999']) {
      const caller = await phone('1001').calls(dialled, { playing: low });
      await ends(caller, await reaches(caller, site.phones.carrier, mobile));
    }
    const abroad = await phone('1001').calls(vienna, { playing: low });
    await ends(abroad, await reaches(abroad, site.phones.backup, '004315125880'));
  });

  test("the caller's own number is shown, or that of the trunk", async () => {
    for (const [extension, shown] of [
      ['1001', '+4930555011'],
      ['1002', '+4930555000'],
    ] as const) {
      const caller = await phone(extension).calls(mobile);
      const outside = await site.phones.carrier.receives(mobile);
      assert.equal(outside.caller.number, shown);
      await caller.hangsUp();
      await outside.hungUp();
    }
  });

  test('a trunk that cannot carry the call is followed by the next one', async () => {
    site.phones.carrier.behaves({ kind: 'refuses', how: 'congested' });
    const caller = await phone('1001').calls(mobile, { playing: low });
    await ends(caller, await reaches(caller, site.phones.backup, '01719999999'));
  });

  test('a trunk that is full is followed by the next one', async () => {
    const first = await phone('1001').calls(zurich, { playing: low });
    const outside = await reaches(first, site.phones.backup, '00' + zurich.slice(1));
    const second = await phone('1002').calls(zurich, { playing: low });
    await ends(second, await reaches(second, site.phones.carrier, zurich));
    await ends(first, outside);
  });

  test('what the called person says is passed on, and no other trunk is tried', async () => {
    const expected = [
      ['busy', { cause: 17, sipStatus: 486 }],
      ['unavailable', { cause: 19, sipStatus: 480 }],
      ['declines', { cause: 21, sipStatus: 403 }],
    ] as const;
    for (const [how, end] of expected) {
      const caller = await phone('1001').calls(mobile);
      const outside = await site.phones.carrier.receives(mobile);
      await caller.hearsRinging();
      await (how === 'busy' ? outside.isBusy() : how === 'declines' ? outside.declines() : outside.isUnavailable());
      assert.deepEqual(await caller.hungUp(), end, how);
      assert.equal(caller.wasAnswered, false);
    }
    await site.phones.backup.doesNotRing(1);
  });

  test('where no trunk can carry the call its cause comes back', async () => {
    site.phones.carrier.behaves({ kind: 'refuses', how: 'congested' });
    site.phones.backup.behaves({ kind: 'refuses', how: 'congested' });
    const caller = await phone('1001').calls(mobile);
    assert.deepEqual(await caller.hungUp(), { cause: 34, sipStatus: 503 });
  });

  test('who may not, whoever dials too often and what has no route is refused', async () => {
    const refused = async (extension: string, number: string) => (await phone(extension).calls(number)).hungUp();
    assert.deepEqual(await refused('1002', vienna), { cause: 21, sipStatus: 403 });
    assert.deepEqual(await refused('1001', '+33142685300'), { cause: 1, sipStatus: 404 });
    assert.deepEqual(await refused('1001', '12345#'), { cause: 1, sipStatus: 404 });
    for (const _ of [1, 2]) {
      const caller = await phone('1003').calls(london);
      await (await site.phones.carrier.receives(london)).isBusy();
      await caller.hungUp();
    }
    assert.deepEqual(await refused('1003', london), { cause: 21, sipStatus: 403 });
    const another = await phone('1004').calls(london);
    await (await site.phones.carrier.receives(london)).isBusy();
    assert.equal((await another.hungUp()).cause, 17);
  });

  test('a phone of nobody calls extensions, not the outside and no service, but for help', async () => {
    const inside = await phone('1007').calls('1002', { playing: low });
    const colleague = await phone('1002').answers({ playing: high });
    await Promise.all([inside.hears(high), colleague.hears(low)]);
    await inside.hangsUp();
    for (const number of [mobile, '*80', '01719999999']) {
      assert.deepEqual(await (await phone('1007').calls(number)).hungUp(), { cause: 21, sipStatus: 403 }, number);
    }
    const forHelp = await phone('1007').calls('112', { playing: low });
    const help = await site.phones.carrier.receives('112');
    assert.equal(help.caller.number, '+4930555000');
    await help.answers({ playing: high });
    await Promise.all([forHelp.hears(high), help.hears(low)]);
    await ends(forHelp, help);
  });

  test('a call from a trunk never goes out through a trunk', async () => {
    for (const number of [mobile, '0' + mobile, '112', '0112', '*81', '1001']) {
      const caller = await site.phones.carrier.calls(number, { from: '+491711234567' });
      assert.deepEqual(await caller.hungUp(), { cause: 1, sipStatus: 404 }, number);
    }
    await Promise.all([site.phones.carrier.doesNotRing(1), site.phones.backup.doesNotRing(1)]);
  });

  test('a call for help goes through every trunk in order until one carries it, also behind the outside line', async () => {
    site.phones.carrier.behaves({ kind: 'refuses', how: 'busy' });
    for (const dialled of ['112', '0110']) {
      const caller = await phone('1001').calls(dialled, { playing: low });
      await ends(caller, await reaches(caller, site.phones.backup, dialled.slice(-3)));
    }
  });

  test("the far end's own ringing tone and announcements are heard before the answer", async () => {
    const caller = await phone('1001').calls(mobile, { playing: low });
    const outside = await site.phones.carrier.receives(mobile);
    await outside.playsEarly(third);
    await caller.getsEarlyMedia();
    await caller.hears(third);
    assert.equal(caller.wasAnswered, false);
    await outside.answers({ playing: high });
    await Promise.all([caller.hears(high), outside.hears(low)]);
    await ends(caller, outside);
  });

  test('an announcement of the network before it refuses is heard, and its cause comes after it', async () => {
    const caller = await phone('1001').calls(mobile);
    const outside = await site.phones.carrier.receives(mobile);
    await outside.playsEarly(third);
    await caller.hears(third);
    await outside.isBusy();
    assert.deepEqual(await caller.hungUp(), { cause: 17, sipStatus: 486 });
    assert.equal(caller.wasAnswered, false);
  });

  test('who gives up while it rings outside, or hears early media, ends the call there', async () => {
    const ringing = await phone('1001').calls(mobile);
    const first = await site.phones.carrier.receives(mobile);
    await ringing.hearsRinging();
    await ringing.hangsUp();
    await first.hungUp();
    assert.equal(first.wasAnswered, false);
    const listening = await phone('1001').calls(mobile);
    const second = await site.phones.carrier.receives(mobile);
    await second.playsEarly(third);
    await listening.hears(third);
    await listening.hangsUp();
    await second.hungUp();
    assert.equal(second.wasAnswered, false);
  });
});
