/** Pauses: by code, over HTTP and by command, proved by what is and what is not in the file. */

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { leavesNothing } from '../support/aftermath.ts';
import { secondsOf } from '../support/audio.ts';
import { assertClean } from '../support/office.ts';
import { startSite, type Site } from '../support/site.ts';
import {
  assertPausedOnce,
  audioOf,
  cli,
  connect,
  control,
  eightUsers,
  finished,
  hangUp,
  isRecording,
  listen,
  metadataOf,
  otherHz,
  otherSecretHz,
  spanOf,
  userHz,
  userSecretHz,
  type Line,
  type Talk,
} from './control-bench.ts';

const config = (channels: 'mono' | 'stereo', maxSeconds = 60) => ({
  ...eightUsers,
  recording: { channels, pause: { maxSeconds }, judgement: { oneSidedSeconds: 2 } },
});

/** How the pause begins and ends, and who is written down for it. */
interface Way {
  readonly line: Line;
  readonly by: Readonly<Record<string, string>>;
  pause(talk: Talk): Promise<unknown>;
  resume(talk: Talk): Promise<unknown>;
}

describe('a pause of a recording', () => {
  let site: Site;
  before(async () => {
    site = await startSite({ name: 'pause', config: config('mono') });
  });
  after(async () => {
    await site.stop();
  });
  afterEach(async () => {
    await leavesNothing(site);
  });

  const byCode = (mode: 'rfc4733' | 'info', line: Line): Way => ({
    line,
    by: { kind: 'user', extension: line.user },
    pause: ({ userParty }) => userParty.presses('*1', { mode }),
    resume: ({ userParty }) => userParty.presses('*2', { mode }),
  });
  const overHttp: Way = {
    line: { kind: 'in', user: '1007', other: '+491711000003' },
    by: { kind: 'api', name: 'control token' },
    pause: async (talk) => {
      assert.equal(await control(site, talk, 'pause'), 204);
      assert.equal(await control(site, talk, 'pause'), 409);
    },
    resume: async (talk) => {
      assert.equal((await cli(site, 'calls', 'resume', talk.callid)).exitCode, 0);
      assert.equal(await control(site, talk, 'resume'), 409);
    },
  };
  const ways: readonly Way[] = [
    byCode('rfc4733', { kind: 'in', user: '1001', other: '+491711000001' }),
    byCode('info', { kind: 'in', user: '1002', other: '+491711000002' }),
    byCode('rfc4733', { kind: 'out', user: '1003', other: '+491719999901' }),
    byCode('info', { kind: 'out', user: '1003', other: '+491719999902' }),
    byCode('rfc4733', { kind: 'internal', user: '1004', other: '1005' }),
    byCode('info', { kind: 'called', user: '1006', other: '1008' }),
    overHttp,
  ];

  async function pauseInTalk({ line, pause, resume }: Way): Promise<Talk> {
    const talk = await connect(site, line);
    const { userParty, otherParty } = talk;
    await listen(userParty, 1);
    await pause(talk);
    await isRecording(site, talk, 'paused');
    await saySecrets(talk);
    await resume(talk);
    await isRecording(site, talk, 'recording');
    await listen(userParty, 1);
    assert.deepEqual([userParty.digits, otherParty.digits], ['4929', '7']);
    await hangUp(talk);
    return talk;
  }

  /** What is said and pressed here may be in no file. */
  async function saySecrets({ userParty, otherParty }: Talk): Promise<void> {
    await Promise.all([userParty.plays(userSecretHz), otherParty.plays(otherSecretHz)]);
    await Promise.all([userParty.hears(otherSecretHz), otherParty.hears(userSecretHz)]);
    // Asterisk, which plays the phones, takes a digit that comes right behind one that it sent for two (seen in 22.10).
    await listen(userParty, 0.7);
    await otherParty.presses('4929');
    await userParty.receives('4929');
    await listen(userParty, 0.7);
    await userParty.presses('7');
    await otherParty.receives('7');
    await otherParty.presses('4929', { mode: 'inband' });
    await userParty.hears(770);
    await userParty.hears(otherSecretHz);
    await Promise.all([userParty.plays(userHz), otherParty.plays(otherHz)]);
    await Promise.all([userParty.hears(otherHz), otherParty.hears(userHz)]);
    await Promise.all([userParty.hearsNoMore(otherSecretHz), otherParty.hearsNoMore(userSecretHz)]);
  }

  for (const channels of ['mono', 'stereo'] as const) {
    test(`is silence in the file, however it was begun and ended: ${channels}`, async () => {
      if (channels === 'stereo') await site.server.reload(config('stereo'));
      const talks = await Promise.all(ways.map(pauseInTalk));
      for (const [index, talk] of talks.entries()) await assertPaused(talk, ways[index]!, channels);
    });
  }

  async function assertPaused(talk: Talk, { by }: Way, channels: 'mono' | 'stereo'): Promise<void> {
    const [recording] = await finished(site, talk, 1);
    assert.ok(recording);
    const told = await metadataOf(site, recording);
    const audio = await audioOf(site, recording);
    const resumedBy = by['kind'] === 'api' ? { kind: 'api', name: 'control token' } : by;
    assert.deepEqual(
      told.pauses.map((one) => [one.by, one.resumedBy]),
      [[by, resumedBy]],
      talk.kind,
    );
    assert.equal(audio.lanes.length, channels === 'mono' ? 1 : 2);
    assertPausedOnce(talk, audio, spanOf(told, told.pauses[0]!));
    const talked = (Date.parse(told.partedAt) - Date.parse(told.joinedAt)) / 1000;
    assert.ok(Math.abs(secondsOf(audio) - talked) < 0.1, `${secondsOf(audio)} s of ${talked} s`);
    assert.equal(recording.judgement, 'ok', told.judgement.method);
  }

  test('ends by itself after its longest time, also if it was begun anew', async () => {
    await site.server.reload(config('mono', 1));
    const talk = await connect(site, { kind: 'in', user: '1001', other: '+491711000011' });
    await listen(talk.userParty, 0.5);
    for (const action of ['*1', '*1']) {
      await talk.userParty.presses(action);
      await isRecording(site, talk, 'paused');
      await isRecording(site, talk, 'recording');
    }
    await listen(talk.userParty, 0.5);
    await hangUp(talk);
    const [recording] = await finished(site, talk, 1);
    assert.ok(recording);
    const told = await metadataOf(site, recording);
    assert.equal(told.pauses.length, 2);
    for (const one of told.pauses) {
      assert.deepEqual(one.resumedBy, { kind: 'time-limit' });
      const span = spanOf(told, one);
      assert.ok(span.to - span.from > 0.98 && span.to - span.from < 1.5, JSON.stringify(span));
    }
    assert.equal(recording.judgement, 'ok', told.judgement.method);
  });

  test('outlives the server, can be ended afterwards, and ends by itself', async () => {
    await site.server.reload(config('mono', 8));
    const lines: readonly Line[] = [
      { kind: 'in', user: '1001', other: '+491711000021' },
      { kind: 'out', user: '1002', other: '+491719999921' },
      { kind: 'internal', user: '1003', other: '1004' },
    ];
    const talks = await Promise.all(lines.map((line) => connect(site, line)));
    await listen(talks[0]!.userParty, 1);
    for (const talk of talks) assert.equal(await control(site, talk, 'pause'), 204);
    await Promise.all(
      talks.flatMap(({ userParty, otherParty }) => [userParty.plays(userSecretHz), otherParty.plays(otherSecretHz)]),
    );
    await site.server.kill('SIGKILL');
    await site.server.start();
    const [one, two, three] = talks;
    assert.ok(one && two && three);
    await Promise.all(talks.map((talk) => isRecording(site, talk, 'paused')));
    await Promise.all(
      talks.flatMap(({ userParty, otherParty }) => [userParty.plays(userHz), otherParty.plays(otherHz)]),
    );
    await Promise.all(
      talks.map((talk) => Promise.all([talk.userParty.hearsNoMore(otherSecretHz), talk.otherParty.hears(userHz)])),
    );
    assert.equal(await control(site, one, 'resume'), 204);
    await two.userParty.presses('*2');
    await Promise.all(talks.map((talk) => isRecording(site, talk, 'recording')));
    await listen(three.userParty, 1);
    await Promise.all(talks.map(hangUp));
    for (const talk of talks) {
      const [recording] = await finished(site, talk, 1);
      assert.ok(recording);
      const told = await metadataOf(site, recording);
      assert.equal(told.pauses.length, 1);
      const [pause] = told.pauses;
      assert.ok(pause);
      const span = spanOf(told, pause);
      assertPausedOnce(talk, await audioOf(site, recording), span);
      const by: string = talk === one ? 'api' : talk === two ? 'user' : 'time-limit';
      assert.equal(pause.resumedBy?.['kind'], by);
      if (talk === three) assert.ok(span.to - span.from > 7.9 && span.to - span.from < 10, JSON.stringify(span));
    }
  });

  test('in all of this nothing went wrong in the server, and nothing is left in its directories', async () => {
    await site.isEmpty();
    await assertClean(site, () => false);
  });
});
