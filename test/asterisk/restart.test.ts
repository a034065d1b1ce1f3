/** The server is killed at work and started again: what happens to the calls meanwhile, and what afterwards. */

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { leavesNothing } from '../support/aftermath.ts';
import { cut, secondsOf } from '../support/audio.ts';
import { eventually } from '../support/eventually.ts';
import { assertHeard } from '../support/prompts.ts';
import { startSite, type Site } from '../support/site.ts';
import {
  answered,
  ari,
  calleeHz,
  callerHz,
  channelsOf,
  freshNumber,
  hearEachOther,
  hearEachOtherFor,
  inbound,
  isAsteriskEmpty,
  isRecordedOnce,
  limitOf,
  oneOfEach,
  recordingsOf,
  ringingInbound,
  ringingOutbound,
  type Talk,
} from './fault-bench.ts';

const leftWithinMs = 10_000;

describe('a killed server', () => {
  let site: Site;
  before(async () => {
    site = await startSite({ name: 'restart' });
  });
  after(async () => {
    await site.stop();
  });
  afterEach(async () => {
    await site.server.start();
    await leavesNothing(site);
  });

  test('talks go on with their recordings, the next start adopts them, and a hang-up then ends all of it', async () => {
    const talks = await oneOfEach(site);
    const beganAt = Date.now();
    await site.server.kill('SIGKILL');
    await Promise.all(talks.map((talk) => hearEachOtherFor(talk, 700)));
    await site.server.start();
    const calls = await site.server.calls();
    assert.deepEqual(
      new Set(calls.map(({ state, recording }) => `${state} ${recording.state}`)),
      new Set(['up recording']),
    );
    assert.equal(calls.length, talks.length);
    await Promise.all(talks.map((talk) => hearEachOtherFor(talk, 500)));
    const seconds = (Date.now() - beganAt) / 1000;
    await Promise.all(talks.map(({ caller, callee }, index) => (index === 0 ? callee : caller).hangsUp()));
    for (const { caller, callee } of talks) {
      assert.equal((await caller.hungUp()).cause, 16);
      assert.equal((await callee.hungUp()).cause, 16);
    }
    for (const talk of talks) await isRecordedOnce(site, talk, { judgement: 'ok', atLeastSeconds: seconds - 0.1 });
  });

  test('a stereo recording goes on, too, each party in its lane', async () => {
    await site.server.reload({ recording: { channels: 'stereo' } });
    const talk = await inbound(site);
    await site.server.kill('SIGKILL');
    await hearEachOtherFor(talk, 500);
    await site.server.start();
    await hearEachOtherFor(talk, 500);
    await talk.caller.hangsUp();
    await isRecordedOnce(site, talk, { judgement: 'ok', atLeastSeconds: 1.5, lanes: 2 });
    await site.server.reload({});
  });

  test('who hangs up while it is away ends the talk for both, and the recordings are complete', async () => {
    const [one, two, three] = await oneOfEach(site);
    await site.server.kill('SIGKILL');
    await Promise.all([one, two, three].map((talk) => hearEachOtherFor(talk, 500)));
    await one.caller.hangsUp();
    await one.callee.hungUp(500);
    await two.callee.hangsUp();
    await two.caller.hungUp(500);
    await Promise.all([three.caller.hangsUp(), three.callee.hangsUp()]);
    await isAsteriskEmptyOfChannels(site);
    await site.server.start();
    await isAsteriskEmpty(site.asterisk, leftWithinMs);
    for (const talk of [one, two, three]) {
      await isRecordedOnce(site, talk, { judgement: 'ok', atLeastSeconds: 0.3 });
    }
  });

  test('where nobody told the other leg, the next start ends it', async () => {
    const talk = await inbound(site);
    await Promise.all(
      (await channelsOf(site.asterisk)).filter(({ name }) => name.startsWith('PJSIP')).map(wipeHandler),
    );
    await site.server.kill('SIGKILL');
    await talk.callee.hangsUp();
    await talk.caller.fallsSilent();
    assert.equal(talk.caller.isOver, false);
    await site.server.start();
    assert.equal((await talk.caller.hungUp(leftWithinMs)).cause, 16);
    await isAsteriskEmpty(site.asterisk, leftWithinMs);
    assert.equal((await recordingsOf(site, talk)).length, 1);
  });

  test('telephones ring on, and whoever picks up after the next start is recorded', async () => {
    const { carrier, phone } = site.phones;
    const [number, beganAt] = [freshNumber(), Date.now()];
    const caller = await carrier.calls('+4930555010', { from: number, playing: callerHz });
    const [first, second] = [await phone('1001').rings(), await phone('1002').rings()];
    await caller.hearsRinging();
    await site.server.kill('SIGKILL');
    await site.server.start();
    assert.deepEqual(
      [caller, first, second].map(({ isOver }) => isOver),
      [false, false, false],
    );
    const talk = await answered({ caller, callee: second, number, beganAt });
    assert.equal((await first.hungUp()).cause, 26);
    await hearEachOtherFor(talk, 500);
    await caller.hangsUp();
    await isRecordedOnce(site, talk, { judgement: 'ok', atLeastSeconds: 0.3 });
  });

  test('who picked up while it was away is joined at once by the next start', async () => {
    const talks = await Promise.all([ringingInbound(site), ringingOutbound(site)]);
    await site.server.kill('SIGKILL');
    await Promise.all(talks.map(answeredAlone));
    await site.server.start();
    await Promise.all(talks.map(hearEachOther));
    await Promise.all(talks.map((talk) => hearEachOtherFor(talk, 500)));
    await Promise.all(talks.map(({ callee }) => callee.hangsUp()));
    for (const talk of talks) await isRecordedOnce(site, talk, { judgement: 'ok', atLeastSeconds: 0.3 });
  });

  test('a caller who gave up while it was away leaves no telephone ringing after the next start', async () => {
    const [number, beganAt] = [freshNumber(), Date.now()];
    const caller = await site.phones.carrier.calls('+4930555010', { from: number });
    const [first, second] = [await site.phones.phone('1001').rings(), await site.phones.phone('1002').rings()];
    await site.server.kill('SIGKILL');
    await caller.hangsUp();
    await site.server.start();
    await Promise.all([first.hungUp(leftWithinMs), second.hungUp(leftWithinMs)]);
    await isAsteriskEmpty(site.asterisk, leftWithinMs);
    assert.deepEqual(await recordingsOf(site, { number, beganAt }), []);
  });

  test('telephones that gave up while it was away are rung once more by the next start', async () => {
    const ringing = await ringingInbound(site);
    await site.server.kill('SIGKILL');
    await ringing.callee.isUnavailable();
    await site.server.start();
    const talk = await answered({ ...ringing, callee: await site.phones.phone('1001').rings() });
    await hearEachOtherFor(talk, 500);
    await talk.caller.hangsUp();
    await isRecordedOnce(site, talk, { judgement: 'ok', atLeastSeconds: 0.3 });
  });

  test('an announcement that was being spoken is spoken again from its beginning', async () => {
    const party = await site.phones.phone('1003').calls('*80600');
    await party.isAnswered();
    await party.heard.until(() => party.heard.seconds > 0.5, 5000);
    // The rest of it is still heard; the beginning can only come from anew.
    const from = party.heard.seconds;
    await site.server.kill('SIGKILL');
    await site.server.start();
    assert.equal((await party.hungUp(15_000)).cause, 16);
    const audio = cut(party.heard.audio, { from, to: party.heard.seconds });
    await assertHeard({ name: '1003', heard: { audio, seconds: secondsOf(audio) } }, 'group-logout-done');
    await (await site.phones.phone('1003').calls('*81600')).hungUp(15_000);
  });

  test('without a next start a time limit ends each channel that is not in talk', async () => {
    const { carrier, phone } = site.phones;
    const talk = await inbound(site);
    const ringing = await carrier.calls('+4930555015', { from: freshNumber() });
    const callee = await phone('1002').rings();
    const announced = await phone('1003').calls('*80600');
    await announced.isAnswered();
    await site.server.kill('SIGKILL');
    const channels = (await channelsOf(site.asterisk)).filter(({ name }) => name.startsWith('PJSIP'));
    const limits = await Promise.all(channels.map(({ id }) => limitOf(site.asterisk, id)));
    assert.equal(limits.filter((seconds) => seconds === 0).length, 2, 'a talk must outlive the server');
    const limited = limits.filter((seconds) => seconds > 0);
    assert.equal(limited.length, 3);
    assert.ok(Math.max(...limited) <= 60, `${String(limited)} s`);
    await Promise.all([talk.caller.hangsUp(), ringing.hangsUp(), callee.hangsUp(), announced.hangsUp()]);
  });

  async function wipeHandler({ id }: { readonly id: string }): Promise<void> {
    await ari(site.asterisk, 'POST', `channels/${id}/variable`, {
      variable: 'CHANNEL(hangup_handler_wipe)',
      value: '',
    });
  }
});

/** The other party does not hear it yet. */
async function answeredAlone({ callee }: Talk): Promise<void> {
  await callee.answers({ playing: calleeHz });
}

/** Bridges stay for the server to remove. */
async function isAsteriskEmptyOfChannels(site: Site): Promise<void> {
  const isEmpty = async (): Promise<boolean> =>
    (await site.asterisk.cli('core show channels count')).startsWith('0 active channels');
  await eventually('no channel is left in Asterisk', isEmpty, leftWithinMs);
}
