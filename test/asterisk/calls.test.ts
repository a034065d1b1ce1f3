/** Calls against a real Asterisk: they come, ring, are answered or not, and end, whoever ends them. */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { leavesNothing } from '../support/aftermath.ts';
import { HOLD_MUSIC_HZ } from '../support/asterisk.ts';
import { TONES_HZ } from '../support/audio.ts';
import { eventually } from '../support/eventually.ts';
import type { HangUp, Party } from '../support/phones.ts';
import { assertHeard } from '../support/prompts.ts';
import type { LogLine } from '../support/server.ts';
import { runSipp } from '../support/sipp.ts';
import { startSite, type Site } from '../support/site.ts';

const [low, high, , , third] = TONES_HZ;
const karla = '+491711234567';
/** Never recorded. */
const doctor = '+493055577712';

const config = {
  users: [
    { extension: '1001', name: 'Olivia Brandt', did: ['+4930555011'], endpoints: ['PJSIP/1001-soft'] },
    { extension: '1002', name: 'Benjamin Roth', did: ['+4930555022'] },
    { extension: '1003', name: 'Carla Weiss', language: 'de' },
    { extension: '1004', name: 'Daniel Kurz' },
    { extension: '1008', name: 'Never There', did: ['+4930555088'] },
  ],
  ringGroups: [{ number: '600', name: 'Support', members: ['1001', '1002', '1003'] }],
  hotlines: [
    { did: '+4930555010', name: 'Muster GmbH', destination: '600' },
    { did: '+4930555012', name: 'Benjamin', destination: '1002', phoneDisplay: '{hotline}: {caller.number}' },
    { did: '+4930555013', name: 'Auf Deutsch', destination: '1008', language: 'de' },
    { did: '+4930555014', name: 'Mobile', destination: '+491719999999' },
  ],
  recording: {
    settings: [{ name: 'Everything', select: { all: true } }],
    neverRecord: ['doctors'],
    exceptionLists: [{ name: 'doctors', entries: [{ number: doctor }] }],
  },
};

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
      config,
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

  async function hearEachOther(caller: Party, callee: Party): Promise<void> {
    await Promise.all([caller.hears(high), callee.hears(low)]);
  }

  /** Calls 1002, who answers; both hear each other. */
  async function talkInside(): Promise<{ caller: Party; callee: Party }> {
    const caller = await phone('1004').calls('1002', { playing: low });
    const callee = await phone('1002').answers({ playing: high });
    await hearEachOther(caller, callee);
    return { caller, callee };
  }

  async function talkOutside(from = karla): Promise<{ caller: Party; callee: Party }> {
    const caller = await comesIn('+4930555022', from);
    const callee = await phone('1002').answers({ playing: high });
    await hearEachOther(caller, callee);
    return { caller, callee };
  }

  const normally: HangUp = { cause: 16, sipStatus: undefined };
  const endedWell = ({ cause }: HangUp): void => {
    assert.equal(cause, normally.cause);
  };

  test('an outside call to a hotline rings the whole group, and the first who answers talks', async () => {
    const caller = await comesIn('+4930555010', karla, 'Karla Kern');
    const [first, second] = await Promise.all([phone('1001').rings(), phone('1002').rings()]);
    assert.deepEqual(first.caller, { number: karla, name: 'Muster GmbH Karla Kern' });
    await caller.hearsRinging();
    await first.answers({ playing: high });
    await hearEachOther(caller, first);
    assert.equal((await second.hungUp()).cause, 26);
    await caller.hangsUp();
    endedWell(await first.hungUp());
  });

  test("a call to a user's own number rings all of the user's devices", async () => {
    const caller = await comesIn('+4930555011');
    const [desk, soft] = await Promise.all([phone('1001').rings(), phone('1001-soft').rings()]);
    await soft.answers({ playing: high });
    await hearEachOther(caller, soft);
    assert.equal((await desk.hungUp()).cause, 26);
    await soft.hangsUp();
    endedWell(await caller.hungUp());
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
    await hearEachOther(caller, mobile);
    await caller.hangsUp();
    endedWell(await mobile.hungUp());
  });

  test('colleagues call each other by extension, by group and by their own outside numbers', async () => {
    for (const number of ['1002', '600', '+4930555022', '030555022', '0030555022', '+4930555012']) {
      const caller = await phone('1004').calls(number, { playing: low });
      const callee = await phone('1002').answers({ playing: high });
      assert.equal(callee.caller.number, '1004', number);
      await hearEachOther(caller, callee);
      await callee.hangsUp();
      endedWell(await caller.hungUp());
    }
    await site.phones.carrier.doesNotRing(1);
  });

  test('whoever calls from one device of a user does not ring it, but may reach the others', async () => {
    const caller = await phone('1001-soft').calls('1001', { playing: low });
    const desk = await phone('1001').answers({ playing: high });
    await hearEachOther(caller, desk);
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
    await site.server.reload({ ...config, hotlines: [...config.hotlines, all] });
    try {
      const caller = await comesIn('+4930555099');
      const callee = await phone('1002').answers({ playing: high });
      assert.equal(callee.caller.name, 'Unknown number');
      await hearEachOther(caller, callee);
      await caller.hangsUp();
      await callee.hungUp();
    } finally {
      await site.server.reload(config);
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
        endedWell(await talk[other].hungUp());
      }
    });
  }

  test('both may hang up in the same instant', async () => {
    const { caller, callee } = await talkInside();
    await Promise.all([caller.hangsUp(), callee.hangsUp()]);
  });

  test('digits reach the other party, by RFC 4733 and by INFO, recorded or not, and the talk goes on', async () => {
    for (const from of [karla, doctor]) {
      const { caller, callee } = await talkOutside(from);
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
      await hearEachOther(caller, callee);
      await caller.hangsUp();
      await callee.hungUp();
    }
  });

  test('who is put on hold hears music, the live view says so, and then the talk goes on', async () => {
    for (const from of [karla, doctor]) {
      const { caller, callee } = await talkOutside(from);
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
        assert.equal((await site.server.calls())[0]?.state, 'up');
      }
      await callee.hangsUp();
      await caller.hungUp();
    }
  });

  test('a party on hold may hang up, and so may the one who holds', async () => {
    for (const who of ['caller', 'callee'] as const) {
      const { caller, callee } = await talkOutside();
      await callee.holds();
      await caller.hears(HOLD_MUSIC_HZ);
      await (who === 'caller' ? caller : callee).hangsUp();
      endedWell(await (who === 'caller' ? callee : caller).hungUp());
    }
  });

  test('early media of the called phone is heard before the answer, of a group never', async () => {
    const caller = await comesIn('+4930555022');
    const callee = await phone('1002').rings();
    await callee.playsEarly(third);
    await caller.hears(third);
    assert.equal(caller.wasAnswered, false);
    await callee.answers({ playing: high });
    await hearEachOther(caller, callee);
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

  test('calls that a dialplan of one’s own sends with arguments go where these say', async () => {
    const asTrunk = await phone('1006').calls('700', { playing: low });
    const fromTrunk = await phone('1002').answers({ playing: high });
    assert.deepEqual(fromTrunk.caller, { number: '+4915112345678', name: 'Benjamin: +4915112345678' });
    await hearEachOther(asTrunk, fromTrunk);
    await asTrunk.hangsUp();
    const asPhone = await phone('1006').calls('701', { playing: low });
    const fromPhone = await phone('1002').answers({ playing: high });
    await hearEachOther(asPhone, fromPhone);
    await asPhone.hangsUp();
  });

  test('a call too many gets 503, but a call for help goes through', async () => {
    await site.server.reload({ ...config, asterisk: { maxCalls: 2 } });
    try {
      const talks = [await talkInside(), await talkOutside()];
      for (const caller of [await comesIn('+4930555010'), await phone('1003').calls('1001')]) {
        assert.deepEqual(await caller.hungUp(), { cause: 34, sipStatus: 503 });
      }
      const forHelp = await phone('1003').calls('112', { playing: low });
      const help = await site.phones.carrier.receives('112');
      await help.answers({ playing: high });
      await hearEachOther(forHelp, help);
      await forHelp.hangsUp();
      for (const { caller, callee } of talks) {
        await hearEachOther(caller, callee);
        await caller.hangsUp();
        await callee.hungUp();
      }
      const metrics = await (await fetch(`${site.server.url}/metrics`)).text();
      assert.match(metrics, /^fernamt_calls_refused_total 2$/m);
    } finally {
      await site.server.reload(config);
    }
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
    const isExpected = (line: LogLine) => line.message === 'call refused: too many calls' || crossed.has(line);
    const complaints = site.server.log.filter(
      (line) => ['warn', 'error', 'fatal'].includes(line.level) && !isExpected(line),
    );
    assert.deepEqual(complaints, []);
    await eventually(
      'Asterisk’s directory is empty',
      async () => (await readdir(site.asterisk.recordingDirectory)).length === 0,
    );
    const names = await readdir(site.server.recordingsDirectory);
    assert.deepEqual(
      names.filter((name) => !/\.(?:wav|json|wav\.sha256)$|^\.unfinished$/.test(name)),
      [],
    );
    assert.deepEqual(await readdir(join(site.server.recordingsDirectory, '.unfinished')), []);
  });
});
