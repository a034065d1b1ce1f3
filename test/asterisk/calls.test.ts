/** Calls against a real Asterisk: they come, ring, are answered or not, and end, whoever ends them. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { leavesNothing } from '../support/aftermath.ts';
import {
  assertClean,
  calleeHz as high,
  callerHz as low,
  hearEachOther,
  karla,
  officeConfig,
  talksInside,
  talksOutside,
  type Conversation,
} from '../support/office.ts';
import type { Party } from '../support/phones.ts';
import { assertHeard } from '../support/prompts.ts';
import type { LogLine } from '../support/server.ts';
import { runSipp } from '../support/sipp.ts';
import { startSite, type Site } from '../support/site.ts';

/** Calls that come with arguments of their own, from a dialplan of the administrator's. */
const ownDialplan = `
[own-phones]
exten => 700,1,Stasis(fernamt,trunk,+4930555012,+4915112345678)
 same => n,Hangup()
exten => 701,1,Stasis(fernamt,phone,1002)
 same => n,Hangup()
`;

describe('calls', () => {
  let site: Site;
  before(async () => {
    site = await startSite({
      name: 'calls',
      config: officeConfig,
      asterisk: { unregistered: ['1008'], dialplan: ownDialplan, endpoints: { '1006': { context: 'own-phones' } } },
    });
  });
  after(async () => {
    await site.stop();
  });
  afterEach(async () => {
    await leavesNothing(site);
  });
  const phone = (name: string) => site.phones.phone(name);
  const comesIn = (did: string, from = karla, name = ''): Promise<Party> =>
    site.phones.carrier.calls(did, { from, name, playing: low });

  const talkInside = (): Promise<Conversation> => talksInside(site);
  const talkOutside = (): Promise<Conversation> => talksOutside(site, karla);

  test('an outside call to a hotline rings the whole group, and the first who answers talks', async () => {
    const caller = await comesIn('+4930555010', karla, 'Karla Kern');
    const [first, second] = await Promise.all([phone('1001').rings(), phone('1002').rings()]);
    assert.deepEqual(first.caller, { number: karla, name: 'Muster GmbH Karla Kern' });
    await caller.hearsRinging();
    await first.answers({ playing: high });
    await hearEachOther({ caller, callee: first });
    assert.equal((await second.hungUp()).cause, 26);
    await caller.hangsUp();
    assert.equal((await first.hungUp()).cause, 16);
  });

  test("a call to a user's own number rings all of the user's devices", async () => {
    const caller = await comesIn('+4930555011');
    const [desk, soft] = await Promise.all([phone('1001').rings(), phone('1001-soft').rings()]);
    await soft.answers({ playing: high });
    await hearEachOther({ caller, callee: soft });
    assert.equal((await desk.hungUp()).cause, 26);
    await soft.hangsUp();
    assert.equal((await caller.hungUp()).cause, 16);
  });

  test('the number that was called is known in every notation of it', async () => {
    for (const did of ['+4930555022', '4930555022', '030555022', '004930555022', '555022']) {
      const caller = await comesIn(did);
      const callee = await phone('1002').rings();
      assert.deepEqual(callee.caller, { number: karla, name: '' }, did);
      await caller.hangsUp();
    }
  });

  test('the display of the phone is made as the hotline says, and a hidden number stays hidden', async () => {
    const shown = await comesIn('+4930555012');
    assert.equal((await phone('1002').rings()).caller.name, `Benjamin: ${karla}`);
    await shown.hangsUp();
    const hidden = await site.phones.carrier.calls('+4930555012', { from: karla, withheld: true });
    const callee = await phone('1002').rings();
    assert.doesNotMatch(JSON.stringify(callee.caller), /1711234567/);
    assert.match(callee.caller.name, /^Benjamin: /);
    await hidden.hangsUp();
  });

  test('a hotline may lead to a number outside', async () => {
    const caller = await comesIn('+4930555014');
    const mobile = await site.phones.carrier.receives('+491719999999');
    assert.equal(mobile.caller.number, karla);
    await mobile.answers({ playing: high });
    await hearEachOther({ caller, callee: mobile });
    await caller.hangsUp();
    assert.equal((await mobile.hungUp()).cause, 16);
  });

  test('colleagues call each other by extension, by group and by their own outside numbers', async () => {
    for (const number of ['1002', '600', '+4930555022', '030555022', '0030555022', '+4930555012']) {
      const caller = await phone('1004').calls(number, { playing: low });
      const callee = await phone('1002').answers({ playing: high });
      assert.equal(callee.caller.number, '1004', number);
      await hearEachOther({ caller, callee });
      await callee.hangsUp();
      assert.equal((await caller.hungUp()).cause, 16);
    }
    await site.phones.carrier.doesNotRing(1);
  });

  test('whoever calls from one device of a user does not ring it, but may reach the others', async () => {
    const caller = await phone('1001-soft').calls('1001', { playing: low });
    const desk = await phone('1001').answers({ playing: high });
    await hearEachOther({ caller, callee: desk });
    await desk.hangsUp();
    await caller.hungUp();
    const himself = await phone('1002').calls('1002');
    assert.deepEqual(await himself.hungUp(), { cause: 17, sipStatus: 486 });
  });

  test('a number that does not exist is refused with cause 1', async () => {
    const refused = async (did: string) => (await comesIn(did)).hungUp();
    for (const did of ['+4930555099', '12345', '+', '*#', '+4930555022*']) {
      assert.deepEqual(await refused(did), { cause: 1, sipStatus: 404 }, did);
    }
  });

  test('with a catch-all hotline every other number is taken', async () => {
    const all = { did: 'any', name: 'Unknown number', destination: '1002' };
    await site.server.reload({ ...officeConfig, hotlines: [...officeConfig.hotlines, all] });
    try {
      const caller = await comesIn('+4930555099');
      const callee = await phone('1002').answers({ playing: high });
      assert.equal(callee.caller.name, 'Unknown number');
      await hearEachOther({ caller, callee });
      await caller.hangsUp();
      await callee.hungUp();
    } finally {
      await site.server.reload(officeConfig);
    }
  });

  test('busy, declined and not answered are passed on as they are', async () => {
    const expected = [
      ['isBusy', { cause: 17, sipStatus: 486 }],
      ['declines', { cause: 21, sipStatus: 403 }],
      ['isUnavailable', { cause: 19, sipStatus: 480 }],
    ] as const;
    for (const [how, end] of expected) {
      for (const dial of [() => phone('1004').calls('1002'), () => comesIn('+4930555022')]) {
        const caller = await dial();
        const callee = await phone('1002').rings();
        await caller.hearsRinging();
        await callee[how]();
        assert.deepEqual(await caller.hungUp(), end, how);
        assert.equal(caller.wasAnswered, false);
      }
    }
  });

  test('a phone that is registered nowhere: a colleague gets the cause, the caller of a hotline hears it in its language', async () => {
    const colleague = await phone('1004').calls('1008');
    assert.equal((await colleague.hungUp()).sipStatus, 480);
    const caller = await comesIn('+4930555013');
    assert.equal((await caller.hungUp(10_000)).sipStatus, 480);
    assert.equal(caller.wasAnswered, false);
    await assertHeard(caller, 'nobody-there', 'de');
  });

  test('a colleague who is in a talk is rung all the same when called directly', async () => {
    const { caller, callee } = await talkInside();
    const third = await phone('1003').calls('1002');
    const waiting = await phone('1002').rings();
    await third.hangsUp();
    await waiting.hungUp();
    await caller.hears(high);
    await caller.hangsUp();
    await callee.hungUp();
  });

  test('a caller who gives up while it rings leaves no phone ringing', async () => {
    const callers = [await comesIn('+4930555010'), await phone('1004').calls('600')];
    for (const caller of callers) await caller.hearsRinging();
    const ringing = await Promise.all(
      ['1001', '1001-soft', '1002', '1003'].flatMap((name) => [phone(name).rings(), phone(name).rings()]),
    );
    await Promise.all(callers.map((caller) => caller.hangsUp()));
    for (const party of ringing) {
      await party.hungUp();
      assert.equal(party.wasAnswered, false);
    }
  });

  /** What was logged while somebody hung up in the very moment that something was asked of his leg. */
  const crossed = new Set<LogLine>();

  test('a caller may give up at any moment, also in that of the answer', async () => {
    const before = site.server.log.length;
    for (let round = 0; round < 4; round += 1) {
      const callers = await Promise.all([comesIn('+4930555022'), phone('1004').calls('1002')]);
      const callees = await Promise.all([phone('1002').rings(), phone('1002').rings()]);
      const answered = callees.map((callee) => callee.answers().catch(() => callee));
      await Promise.all([...answered, ...callers.map((caller) => caller.hangsUp())]);
      await Promise.all(callees.map((callee) => callee.hungUp()));
    }
    const system = site.asterisk;
    const result = await runSipp({
      scenario: 'cancel-at-once',
      system,
      from: '1004',
      to: '600',
      calls: 10,
      callsPerSecond: 50,
    });
    assert.equal(result.exitCode, 0, result.complaints);
    await site.isEmpty();
    for (const line of site.server.log.slice(before)) if (line.message === 'command failed') crossed.add(line);
  });

  for (const [who, other] of [
    ['caller', 'callee'],
    ['callee', 'caller'],
  ] as const) {
    test(`when the ${who} hangs up the ${other}'s call is over, too`, async () => {
      for (const talk of [await talkInside(), await talkOutside()]) {
        await talk[who].hangsUp();
        assert.equal((await talk[other].hungUp()).cause, 16);
      }
    });
  }

  test('both may hang up in the same instant', async () => {
    const { caller, callee } = await talkInside();
    await Promise.all([caller.hangsUp(), callee.hangsUp()]);
  });

  test('calls that a dialplan of one’s own sends with arguments go where these say', async () => {
    const asTrunk = await phone('1006').calls('700', { playing: low });
    const fromTrunk = await phone('1002').answers({ playing: high });
    assert.deepEqual(fromTrunk.caller, { number: '+4915112345678', name: 'Benjamin: +4915112345678' });
    await hearEachOther({ caller: asTrunk, callee: fromTrunk });
    await asTrunk.hangsUp();
    const asPhone = await phone('1006').calls('701', { playing: low });
    const fromPhone = await phone('1002').answers({ playing: high });
    await hearEachOther({ caller: asPhone, callee: fromPhone });
    await asPhone.hangsUp();
  });

  test('a call too many gets 503, but a call for help goes through', async () => {
    await site.server.reload({ ...officeConfig, asterisk: { maxCalls: 2 } });
    try {
      const talks = [await talkInside(), await talkOutside()];
      for (const caller of [await comesIn('+4930555010'), await phone('1003').calls('1001')]) {
        assert.deepEqual(await caller.hungUp(), { cause: 34, sipStatus: 503 });
      }
      const forHelp = await phone('1003').calls('112', { playing: low });
      const help = await site.phones.carrier.receives('112');
      await help.answers({ playing: high });
      await hearEachOther({ caller: forHelp, callee: help });
      await forHelp.hangsUp();
      for (const { caller, callee } of talks) {
        await hearEachOther({ caller, callee });
        await caller.hangsUp();
        await callee.hungUp();
      }
      const metrics = await (await fetch(`${site.server.url}/metrics`)).text();
      assert.match(metrics, /^fernamt_calls_refused_total 2$/m);
    } finally {
      await site.server.reload(officeConfig);
    }
  });

  test('in all of this nothing went wrong in the server, and nothing is left in its directories', async () => {
    await assertClean(site, (line) => line.message === 'call refused: too many calls' || crossed.has(line));
  });
});
