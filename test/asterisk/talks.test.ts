/** What happens in a talk, against a real Asterisk: digits, hold, early media, phones of other makes. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { leavesNothing } from '../support/aftermath.ts';
import { HOLD_MUSIC_HZ } from '../support/asterisk.ts';
import { eventually } from '../support/eventually.ts';
import {
  assertClean,
  calleeHz as high,
  callerHz as low,
  doctor,
  hearEachOther,
  karla,
  officeConfig,
  talksOutside,
  thirdHz as third,
} from '../support/office.ts';
import type { Party } from '../support/phones.ts';
import { runSipp } from '../support/sipp.ts';
import { startSite, type Site } from '../support/site.ts';

describe('talks', () => {
  let site: Site;
  before(async () => {
    site = await startSite({ name: 'talks', config: officeConfig });
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

  test('digits reach the other party, by RFC 4733 and by INFO, recorded or not, and the talk goes on', async () => {
    for (const from of [karla, doctor]) {
      const { caller, callee } = await talksOutside(site, from);
      const [call] = await site.server.calls();
      assert.equal(call?.recording.state, from === karla ? 'recording' : 'none');
      await caller.presses('15#', { mode: 'rfc4733' });
      await callee.receives('15#');
      await callee.presses('*', { mode: 'info' });
      await caller.receives('*');
      await caller.presses('7', { mode: 'info', durationMs: 300 });
      await callee.receives('15#7');
      await callee.presses('42', { mode: 'rfc4733' });
      await caller.receives('*42');
      await hearEachOther({ caller, callee });
      await caller.hangsUp();
      await callee.hungUp();
    }
  });

  test('who is put on hold hears music, the live view says so, and then the talk goes on', async () => {
    for (const from of [karla, doctor]) {
      const { caller, callee } = await talksOutside(site, from);
      for (const [holding, held, heard] of [
        [callee, caller, high],
        [caller, callee, low],
      ] as const) {
        await holding.holds();
        await held.hears(HOLD_MUSIC_HZ);
        await held.hearsNoMore(heard);
        await eventually('the call is shown as held', async () => (await site.server.calls())[0]?.state === 'held');
        await holding.resumes();
        await held.hears(heard);
        await held.hearsNoMore(HOLD_MUSIC_HZ);
        await eventually('the call is shown as up', async () => (await site.server.calls())[0]?.state === 'up');
      }
      await callee.hangsUp();
      await caller.hungUp();
    }
  });

  test('a party on hold may hang up, and so may the one who holds', async () => {
    for (const who of ['caller', 'callee'] as const) {
      const { caller, callee } = await talksOutside(site, karla);
      await callee.holds();
      await caller.hears(HOLD_MUSIC_HZ);
      await (who === 'caller' ? caller : callee).hangsUp();
      assert.equal((await (who === 'caller' ? callee : caller).hungUp()).cause, 16);
    }
  });

  test('early media of the called phone is heard before the answer, of a group never', async () => {
    const caller = await comesIn('+4930555022');
    const callee = await phone('1002').rings();
    await callee.playsEarly(third);
    await caller.hears(third);
    assert.equal(caller.wasAnswered, false);
    await callee.answers({ playing: high });
    await hearEachOther({ caller, callee });
    await caller.hangsUp();
    await callee.hungUp();
    const another = await phone('1004').calls('600');
    await (await phone('1002').rings()).playsEarly(third);
    const carla = await phone('1003').answers({ playing: high });
    await another.hears(high);
    await another.doesNotHear(third, 200);
    await carla.hangsUp();
    await another.hungUp();
  });

  test('the live view shows each call as it is', async () => {
    const caller = await comesIn('+4930555010', karla, 'Karla Kern');
    const callee = await phone('1002').rings();
    await caller.hearsRinging();
    const [ringing] = await site.server.calls();
    assert.ok(ringing);
    const { id, startedAt, ...shown } = ringing;
    assert.match(id, /^[0-9A-Za-z-]+$/);
    assert.ok(Math.abs(Date.parse(startedAt) - Date.now()) < 10_000);
    assert.deepEqual(shown, {
      direction: 'in',
      state: 'ringing',
      answeredAt: null,
      caller: { number: karla, name: 'Karla Kern', contactId: null },
      callee: { number: '+4930555010', name: 'Muster GmbH' },
      hotline: 'Muster GmbH',
      group: '600',
      users: [],
      recording: { state: 'waiting', setting: 'Everything', reason: 'all-calls' },
      supervisors: [],
    });
    await callee.answers({ playing: high });
    await caller.hears(high);
    const [up] = await site.server.calls();
    assert.deepEqual([up?.id, up?.state, up?.users, up?.recording.state], [id, 'up', ['1002'], 'recording']);
    await caller.hangsUp();
    await callee.hungUp();
  });

  for (const scenario of ['hold-by-reinvite', 'late-offer', 'refer-is-refused', 'hangs-up-with-the-answer']) {
    test(`a phone of another make: ${scenario}`, async () => {
      phone('1002').behaves({ kind: 'answers', playing: high });
      const keys = { hold_ms: 300, talk_ms: 300 };
      const result = await runSipp({ scenario, system: site.asterisk, from: '1004', to: '1002', keys });
      phone('1002').behaves({ kind: 'rings' });
      assert.equal(result.exitCode, 0, result.complaints + result.messages);
    });
  }

  test('twenty calls at once are put through, heard, and leave nothing', async () => {
    phone('1002').behaves({ kind: 'answers', playing: high });
    const callers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => comesIn('+4930555022', `+49171000${String(1000 + index)}`)),
    );
    await Promise.all(callers.map((caller) => caller.hears(high)));
    await Promise.all(callers.map((caller) => caller.hangsUp()));
    phone('1002').behaves({ kind: 'rings' });
    await site.server.finishedRecordings(20);
  });

  test('in all of this nothing went wrong in the server, and nothing is left in its directories', async () => {
    await assertClean(site, () => false);
  });
});
