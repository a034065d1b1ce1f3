/** Who is asked and who is not: colleagues, calls that go on to others, calls for help, and a server that is away. */

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { leavesNothing } from '../support/aftermath.ts';
import { inOneOf } from '../support/attempts.ts';
import { readWav } from '../support/audio.ts';
import type { Party } from '../support/phones.ts';
import { startSite, type Site } from '../support/site.ts';
import { tracesOfTone } from '../support/traces-of-tone.ts';
import {
  addAnnouncement,
  announcementHz,
  assertAbsent,
  assertHeardWhole,
  assertNothingInSpool,
  assertNotHeard,
  assertQuietLog,
  assertThroughout,
  calleeHz,
  callerHz,
  hearsAnnouncement,
  hearsBegin,
  listens,
  pressesAt,
  recordingsOf,
  refusingHz,
  sounding,
  traceOf,
} from './consent-bench.ts';

const ringingHz = 425;
const longSeconds = 1.6;

const asks = (name: string, select: object, consent: object = {}) => ({
  name,
  select,
  directions: ['in'],
  consent: { mode: 'optOut', seconds: 1, ...consent },
  announcements: { in: 'question' },
});

const config = {
  users: ['1001', '1002', '1003', '1004', '1005', '1006', '1007'].map((extension) => ({
    extension,
    did: [`+493055502${extension.slice(2)}`],
  })),
  ringGroups: [
    { number: '600', name: 'First', members: ['1006'], ringSeconds: 1, overflow: '601' },
    { number: '601', name: 'Asks', members: ['1007'] },
    { number: '610', name: 'Other', members: ['1006'], ringSeconds: 1, overflow: '611' },
    { number: '611', name: 'Records', members: ['1007'] },
  ],
  hotlines: [
    { did: '+4930555010', name: 'To one that asks', destination: '600' },
    { did: '+4930555011', name: 'To one that records', destination: '610' },
    { did: '+4930555012', name: 'Asks at last', destination: '1005', fallback: 'record' },
    { did: '+4930555013', name: 'Records at last', destination: '611', fallback: 'record' },
  ],
};

const settings = [
  asks('Everybody', { users: ['1001'] }),
  asks('Strangers', { users: ['1002'] }, { internal: 'skip' }),
  { ...asks('Meanwhile', { users: ['1003'] }, { ringMeanwhile: true }), announcements: { in: 'long' } },
  asks('Patient', { users: ['1005'] }, { seconds: 3 }),
  asks('Group', { groups: ['601'] }),
  { name: 'Plain', select: { groups: ['611'] } },
  { name: 'Notice', select: { users: ['1004'] }, directions: ['out'], announcements: { out: 'long' } },
];

describe('who is asked', () => {
  let site: Site;
  before(async () => {
    site = await startSite({
      name: 'consent-rules',
      config: { ...config, recording: { settings: [] } },
    });
    await addAnnouncement(site, { name: 'question' });
    await addAnnouncement(site, { name: 'long', seconds: longSeconds });
    await site.server.reload({ ...config, recording: { settings } });
  });
  after(async () => {
    await site.stop();
  });
  afterEach(async () => {
    await leavesNothing(site);
  });
  const phone = (extension: string) => site.phones.phone(extension);

  /** From outside. */
  function dial(did: string, from: string, playing: number = callerHz): Promise<Party> {
    return site.phones.carrier.calls(did, { from, playing });
  }

  async function talk(caller: Party, callee: Party, callersHz: number): Promise<void> {
    await callee.answers({ playing: calleeHz });
    await Promise.all([caller.hears(calleeHz), callee.hears(callersHz)]);
    await listens(caller, 0.4);
  }

  async function hangUp(caller: Party, callee: Party): Promise<void> {
    await caller.hangsUp();
    await callee.hungUp();
    await site.isEmpty();
  }

  /** Nothing of whoever is not to be recorded lies anywhere, but for Asterisk's own sounds. */
  async function assertNoTrace(): Promise<void> {
    const { asterisk, server } = site;
    const passes = (path: string): boolean => /\/data\/(?:sounds|moh)$/.test(path);
    const folders = [asterisk.directory, server.directory];
    assert.deepEqual(await tracesOfTone({ folders, hz: refusingHz, passes }), []);
  }

  test('a colleague is asked like anybody else, unless the setting passes colleagues over', async () => {
    const since = Date.now();
    const asked = async (): Promise<void> => {
      const caller = await phone('1004').calls('1001', { playing: refusingHz });
      await pressesAt(caller, (await hearsAnnouncement(caller)).to + 300, '1', {});
      const callee = await phone('1001').rings();
      await talk(caller, callee, refusingHz);
      await assertNothingInSpool(site);
      await caller.hangsUp();
      await callee.hungUp();
    };
    const passedOver = async (): Promise<void> => {
      const caller = await phone('1006').calls('1002', { playing: refusingHz });
      const callee = await phone('1002').rings();
      await talk(caller, callee, refusingHz);
      await caller.hangsUp();
      await callee.hungUp();
      assertNotHeard(caller, announcementHz);
    };
    await Promise.all([asked(), passedOver()]);
    await site.isEmpty();
    const [first, second] = [await traceOf(site, '1004', since), await traceOf(site, '1006', since)];
    assert.deepEqual([first.setting, first.consent?.outcome], ['Everybody', 'refused']);
    assert.deepEqual([second.setting, second.reason, second.consent], ['Strangers', 'internal-not-asked', null]);
    for (const from of ['1004', '1006']) assert.deepEqual(await recordingsOf(site, from, since), []);
  });

  test('where it rings meanwhile, whoever answers early hears ringing until it is decided, and nothing is recorded before', async () => {
    await inOneOf(3, async () => {
      const [from, since] = ['+491711000003', Date.now()];
      const caller = await dial('+49305550203', from);
      const callee = await phone('1003').rings();
      await hearsBegin(caller);
      await callee.answers({ playing: calleeHz });
      await callee.hears(ringingHz);
      await assertNothingInSpool(site);
      assertNotHeard(callee, callerHz);
      assertNotHeard(caller, calleeHz);
      await Promise.all([caller.hears(calleeHz), callee.hears(callerHz)]);
      await listens(caller, 1);
      await hangUp(caller, callee);
      assertHeardWhole(caller, announcementHz, longSeconds);
      assertNotHeard(callee, announcementHz);
      const [voice] = sounding(callee.heard.audio, callerHz);
      assert.ok(sounding(callee.heard.audio, ringingHz).every(({ to }) => to < (voice?.from ?? 0) + 0.06));
      const [recording, ...more] = await recordingsOf(site, from, since);
      assert.ok(recording && more.length === 0);
      assert.equal((await traceOf(site, from, since)).consent?.outcome, 'silent');
      const audio = await readWav(site.server.audioPath(recording));
      for (const hz of [callerHz, calleeHz]) assertThroughout(audio, hz);
      for (const hz of [announcementHz, ringingHz]) assertAbsent(audio, hz);
    });
  });

  test('whoever answered early is put through at once to a caller who objects, and is free when he hangs up', async () => {
    const [objects, leaves, since] = ['+491711000004', '+491711000005', Date.now()];
    const objecting = async (): Promise<void> => {
      const caller = await dial('+49305550203', objects, refusingHz);
      const callee = await phone('1003').ringsFor(objects);
      await hearsBegin(caller);
      await callee.answers({ playing: calleeHz });
      await caller.presses('5');
      await Promise.all([caller.hears(calleeHz), callee.hears(refusingHz)]);
      await caller.hangsUp();
      await callee.hungUp();
    };
    const leaving = async (): Promise<void> => {
      const caller = await dial('+49305550203', leaves, refusingHz);
      const callee = await phone('1003').ringsFor(leaves);
      await hearsBegin(caller);
      await callee.answers({ playing: calleeHz });
      await caller.hangsUp();
      await callee.hungUp();
      assertNotHeard(callee, refusingHz);
    };
    await Promise.all([objecting(), leaving()]);
    assert.equal((await traceOf(site, objects, since)).consent?.outcome, 'refused');
    assert.equal((await traceOf(site, leaves, since)).consent?.outcome, 'hungUp');
    for (const from of [objects, leaves]) assert.deepEqual(await recordingsOf(site, from, since), []);
  });

  test('a call that flows over to a group that asks is not recorded, one to a group that does not ask is', async () => {
    const since = Date.now();
    const flows = async (did: string, from: string, playing: number): Promise<void> => {
      const caller = await dial(did, from, playing);
      const callee = await phone('1007').ringsFor(from, 8000);
      await talk(caller, callee, playing);
      await caller.hangsUp();
      await callee.hungUp();
      assertNotHeard(caller, announcementHz);
    };
    await Promise.all([
      flows('+4930555010', '+491711000010', refusingHz),
      flows('+4930555011', '+491711000011', callerHz),
    ]);
    await site.isEmpty();
    const trace = await traceOf(site, '+491711000010', since);
    assert.deepEqual([trace.setting, trace.reason, trace.consent], ['Group', 'not-asked', null]);
    assert.deepEqual(await recordingsOf(site, '+491711000010', since), []);
    const recordings = await recordingsOf(site, '+491711000011', since);
    assert.deepEqual(
      recordings.map(({ setting, judgement }) => [setting, judgement]),
      [['Plain', 'ok']],
    );
  });

  test('a call for help is held up by no announcement, and so it is not recorded', async () => {
    const since = Date.now();
    const caller = await phone('1004').calls('110', { playing: refusingHz });
    const callee = await site.phones.carrier.receives('110');
    await talk(caller, callee, refusingHz);
    await assertNothingInSpool(site);
    await hangUp(caller, callee);
    assertNotHeard(callee, announcementHz);
    const trace = await traceOf(site, '1004', since);
    assert.deepEqual([trace.setting, trace.reason], ['Notice', 'not-announced']);
    assert.deepEqual(await recordingsOf(site, '110', since), []);
  });

  /** The call was recorded once, after this and nothing else had been heard and answered. */
  async function assertRecordedAfter(outcome: string, caller: string, since: number): Promise<void> {
    const { evidence } = await traceOf(site, caller, since);
    assert.deepEqual(
      evidence.map((one) => one.outcome),
      [outcome],
    );
    const [recording, ...more] = await recordingsOf(site, caller, since);
    assert.ok(recording && more.length === 0, `${caller} is recorded once`);
    assertAbsent(await readWav(site.server.audioPath(recording)), announcementHz);
  }

  test('whoever hears an announcement or may answer when the server dies hears it again, and is never recorded without it', async () => {
    const since = Date.now();
    const [objects, agrees, meanwhile, called] = ['+491711000021', '+491711000022', '+491711000023', '+491719990023'];
    const objector = await dial('+49305550205', objects, refusingHz);
    await hearsAnnouncement(objector);
    // By now he may answer; the others hear it.
    const callers = [
      await dial('+49305550205', agrees),
      await dial('+49305550203', meanwhile),
      await phone('1004').calls(called, { playing: callerHz }),
    ] as const;
    const waiting = await Promise.all([phone('1003').ringsFor(meanwhile), site.phones.carrier.receives(called)]);
    await Promise.all(waiting.map((party) => party.answers({ playing: calleeHz })));
    const [agreeing] = callers;
    const listeners = [agreeing, callers[1], waiting[1]];
    await Promise.all(listeners.map(hearsBegin));
    await site.server.kill('SIGKILL');
    await objector.presses('1');
    await assertNothingInSpool(site);
    await site.server.start();
    const [again] = await Promise.all([hearsAnnouncement(objector), ...listeners.map(hearsBegin)]);
    assert.deepEqual(phone('1005').untaken, []);
    await pressesAt(objector, again.to + 300, '2', {});
    const answering = await phone('1005').ringsFor(objects);
    await talk(objector, answering, refusingHz);
    const other = await phone('1005').ringsFor(agrees, 10_000);
    await talk(agreeing, other, callerHz);
    for (const party of callers) await party.hears(calleeHz);
    for (const party of waiting) await party.hears(callerHz);
    await assertNoTrace();
    await Promise.all([objector, ...callers].map((party) => party.hangsUp()));
    await site.isEmpty();
    for (const party of [waiting[0], callers[2]]) assertNotHeard(party, announcementHz);
    const { evidence } = await traceOf(site, objects, since);
    assert.deepEqual(
      evidence.map(({ outcome, digit }) => [outcome, digit]),
      [['refused', '2']],
    );
    assert.deepEqual(await recordingsOf(site, objects, since), []);
    for (const caller of [agrees, meanwhile]) await assertRecordedAfter('silent', caller, since);
    await assertRecordedAfter('told', '1004', since);
  });

  test('while the server is away nobody is recorded who would have to be asked', async () => {
    const since = Date.now();
    await site.server.kill('SIGKILL');
    const asked = await dial('+4930555012', '+491711000031', refusingHz);
    const other = await dial('+4930555013', '+491711000032');
    const [one, two] = [await phone('1005').rings(), await phone('1007').rings()];
    await Promise.all([talk(asked, one, refusingHz), talk(other, two, callerHz)]);
    const names = await readdir(site.asterisk.recordingDirectory);
    assert.equal(names.length, 1, names.join());
    await assertNoTrace();
    for (const party of [asked, other]) await party.hangsUp();
    await site.server.start();
    await site.isEmpty();
    assert.equal((await site.recordingOf('+491711000032')).judgement, 'ok');
    assert.deepEqual(await recordingsOf(site, '+491711000031', since), []);
  });

  test('nothing is left behind, and nothing unusual is in the log', async () => {
    await assertNoTrace();
    await assertNothingInSpool(site);
    assert.deepEqual(await readdir(join(site.server.recordingsDirectory, '.unfinished')), []);
    assertQuietLog(site);
  });
});
