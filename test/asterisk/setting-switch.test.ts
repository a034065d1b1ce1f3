/** A setting that is switched at run time: it counts for the next call, and holds until it is taken back. */

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { leavesNothing } from '../support/aftermath.ts';
import { assertClean } from '../support/office.ts';
import { startSite, type Site } from '../support/site.ts';
import { api, cli, connect, eightUsers, finished, hangUp, isRecording, listen, type Line } from './control-bench.ts';

const config = {
  ...eightUsers,
  recording: {
    judgement: { oneSidedSeconds: 2 },
    settings: [
      { name: 'First', select: { users: ['1001', '1003'] } },
      { name: 'Second', select: { users: ['1001'] } },
    ],
  },
};

describe('a setting that is switched at run time', () => {
  let site: Site;
  before(async () => {
    site = await startSite({ name: 'switch', config });
  });
  after(async () => {
    await site.stop();
  });
  afterEach(async () => {
    await leavesNothing(site);
  });

  const lines = (number: number): readonly [Line, Line] => [
    { kind: 'in', user: '1001', other: `+4917110000${String(number)}1` },
    { kind: 'in', user: '1003', other: `+4917110000${String(number)}3` },
  ];

  /** By which settings two calls that begin now are recorded: one that both would take, one that the first alone takes. */
  async function settingsNow(number: number): Promise<readonly (string | null)[]> {
    const talks = await Promise.all(lines(number).map((line) => connect(site, line)));
    const calls = await site.server.calls();
    const taken = talks.map(({ callid }) => {
      const recording = calls.find(({ id }) => id === callid)?.recording;
      return recording?.state === 'recording' ? (recording.setting ?? '') : null;
    });
    await Promise.all(talks.map(({ userParty }) => listen(userParty, 0.5)));
    await Promise.all(talks.map(hangUp));
    return taken;
  }

  const patch = async (enabled: boolean | null): Promise<void> => {
    const answer = await api(site, 'PATCH', '/settings/First', { enabled });
    assert.equal(answer.status, 200, answer.body.toString());
  };

  test('counts for the next call and not for one that is running, by HTTP and by command', async () => {
    assert.deepEqual(await settingsNow(1), ['First', 'First']);
    const [line] = lines(2);
    const talk = await connect(site, line);
    await isRecording(site, talk, 'recording');
    await patch(false);
    await listen(talk.userParty, 0.5);
    assert.deepEqual(await settingsNow(3), ['Second', null]);
    await isRecording(site, talk, 'recording');
    await hangUp(talk);
    const [recording] = await finished(site, talk, 1);
    assert.deepEqual([recording?.setting, recording?.judgement], ['First', 'ok']);
    // And the other way round.
    const [, other] = lines(4);
    const unrecorded = await connect(site, other);
    assert.equal((await cli(site, 'settings', 'enable', 'First')).exitCode, 0);
    assert.deepEqual(await settingsNow(5), ['First', 'First']);
    await isRecording(site, unrecorded, 'none');
    await hangUp(unrecorded);
  });

  test('outlives a restart, until it is taken back', async () => {
    assert.equal((await cli(site, 'settings', 'disable', 'First')).exitCode, 0);
    await site.server.kill('SIGKILL');
    await site.server.start();
    assert.deepEqual(await settingsNow(6), ['Second', null]);
    await site.server.reload(config);
    assert.deepEqual(await settingsNow(7), ['Second', null]);
    assert.equal((await cli(site, 'settings', 'reset', 'First')).exitCode, 0);
    assert.deepEqual(await settingsNow(8), ['First', 'First']);
    await patch(false);
    await patch(null);
    assert.deepEqual(await settingsNow(9), ['First', 'First']);
  });

  test('makes no recording without a rule, and nothing goes wrong in the server', async () => {
    const recordings = await site.server.recordings();
    // Two calls at a time, four times by the first setting, three times by the second alone, and one on its own.
    assert.equal(recordings.filter(({ setting }) => setting === 'First').length, 2 * 4 + 1);
    assert.equal(recordings.filter(({ setting }) => setting === 'Second').length, 3);
    await assertClean(site, () => false);
  });
});
