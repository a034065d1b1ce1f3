/** Withdrawals: what was recorded is gone, wherever it lay, and it stays so. */

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { leavesNothing } from '../support/aftermath.ts';
import { eventually } from '../support/eventually.ts';
import { assertClean } from '../support/office.ts';
import { startSite, type Site } from '../support/site.ts';
import { tracesOfTone } from '../support/traces-of-tone.ts';
import {
  api,
  cli,
  connect,
  control,
  eightUsers,
  finished,
  hangUp,
  isRecording,
  listen,
  otherHz,
  otherSecretHz,
  recordingsOf,
  userSecretHz,
  type Line,
  type Talk,
} from './control-bench.ts';

/** What is said in talks whose recording is withdrawn, and in no other. */
const withdrawn = { user: userSecretHz, other: otherSecretHz };

const config = (channels: 'mono' | 'stereo') => ({
  ...eightUsers,
  recording: { channels, judgement: { oneSidedSeconds: 2 } },
});

interface Way {
  readonly line: Line;
  readonly by: Readonly<Record<string, string>>;
  /** Audio before it. */
  readonly seconds: number;
  withdraw(talk: Talk): Promise<unknown>;
}

describe('a withdrawal of a recording', () => {
  let site: Site;
  before(async () => {
    site = await startSite({ name: 'withdrawal', config: config('mono') });
  });
  after(async () => {
    await site.stop();
  });
  afterEach(async () => {
    await leavesNothing(site);
  });

  const overHttp = { kind: 'api', name: 'control token' };
  const discard = async (talk: Talk): Promise<void> => {
    assert.equal(await control(site, talk, 'discard'), 204);
  };
  const byUser = (line: Line): Pick<Way, 'line' | 'by'> => ({ line, by: { kind: 'user', extension: line.user } });
  const ways: readonly Way[] = [
    {
      ...byUser({ kind: 'in', user: '1001', other: '+491711000001' }),
      seconds: 1,
      withdraw: ({ userParty }) => userParty.presses('*3'),
    },
    {
      ...byUser({ kind: 'internal', user: '1002', other: '1003' }),
      seconds: 1,
      withdraw: ({ userParty }) => userParty.presses('*3', { mode: 'info' }),
    },
    // Right at the beginning.
    {
      ...byUser({ kind: 'out', user: '1004', other: '+491719999901' }),
      seconds: 0,
      withdraw: ({ userParty }) => userParty.presses('*3'),
    },
    {
      line: { kind: 'in', user: '1005', other: '+491711000002' },
      by: overHttp,
      seconds: 0,
      withdraw: discard,
    },
    {
      line: { kind: 'called', user: '1006', other: '1007' },
      by: overHttp,
      seconds: 1,
      withdraw: async ({ callid }) => {
        assert.equal((await cli(site, 'calls', 'discard', callid)).exitCode, 0);
      },
    },
    // In a pause, and in one that is over.
    {
      line: { kind: 'out', user: '1008', other: '+491719999902' },
      by: overHttp,
      seconds: 1,
      withdraw: async (talk) => {
        assert.equal(await control(site, talk, 'pause'), 204);
        await listen(talk.userParty, 0.3);
        await discard(talk);
      },
    },
    {
      line: { kind: 'in', user: '1008', other: '+491711000003' },
      by: { kind: 'user', extension: '1008' },
      seconds: 1,
      withdraw: async (talk) => {
        await talk.userParty.presses('*1');
        await isRecording(site, talk, 'paused');
        await talk.userParty.presses('*2');
        await isRecording(site, talk, 'recording');
        await talk.userParty.presses('*3');
      },
    },
  ];

  async function withdrawInTalk({ line, seconds, withdraw }: Way): Promise<Talk> {
    const talk = await connect(site, line, withdrawn);
    await isRecording(site, talk, 'recording');
    if (seconds > 0) await listen(talk.userParty, seconds);
    await withdraw(talk);
    await isRecording(site, talk, 'none');
    for (const action of ['pause', 'resume', 'discard']) assert.equal(await control(site, talk, action), 409, action);
    await listen(talk.userParty, 0.5);
    await Promise.all([talk.userParty.hears(withdrawn.other), talk.otherParty.hears(withdrawn.user)]);
    await talk.userParty.presses('*1');
    assert.equal(talk.otherParty.digits, '');
    return talk;
  }

  for (const channels of ['mono', 'stereo'] as const) {
    test(`leaves nothing of what was said, and the talk goes on: ${channels}`, async () => {
      if (channels === 'stereo') await site.server.reload(config('stereo'));
      const kept = await connect(site, { kind: 'in', user: '1001', other: '+491711000009' }, said);
      const tried = channels === 'mono' ? ways : ways.slice(0, 3);
      const talks = await Promise.all(tried.map(withdrawInTalk));
      await eventually('nothing is left while they talk', async () => (await traces()).length === 0).catch(async () => {
        assert.deepEqual(await traces(), []);
      });
      await Promise.all([...talks, kept].map(hangUp));
      await site.isEmpty();
      for (const [index, talk] of talks.entries()) await isWrittenDown(talk, ways[index]!.by);
      // The search finds what is there.
      const [other] = await finished(site, kept, 1);
      assert.equal(other?.judgement, 'ok');
      const found = await tracesOfTone({ folders: [site.server.directory], hz: said.user });
      assert.notDeepEqual(found, []);
    });
  }

  test('holds when the server is killed right behind it', async () => {
    const lines: readonly Line[] = [
      { kind: 'in', user: '1001', other: '+491711000021' },
      { kind: 'out', user: '1002', other: '+491719999921' },
      { kind: 'internal', user: '1003', other: '1004' },
      { kind: 'in', user: '1005', other: '+491711000022' },
    ];
    const talks = await Promise.all(lines.map((line) => connect(site, line, withdrawn)));
    await listen(talks[0]!.userParty, 1);
    await Promise.all(talks.map(discard));
    await site.server.kill('SIGKILL');
    await Promise.all([talks[3]!].map(hangUp));
    await site.server.start();
    const running = talks.slice(0, 3);
    await Promise.all(running.map((talk) => isRecording(site, talk, 'none')));
    for (const talk of running) assert.equal(await control(site, talk, 'pause'), 409);
    await Promise.all(running.map(({ userParty }) => listen(userParty, 0.5)));
    await Promise.all(running.map(hangUp));
    await site.isEmpty();
    await eventually('nothing is left', async () => (await traces()).length === 0);
    for (const talk of talks) await isWrittenDown(talk, overHttp);
  });

  test('in all of this nothing went wrong in the server, and nothing is left in its directories', async () => {
    await assertClean(site, () => false);
    assert.deepEqual(await traces(), []);
  });

  const said = { user: 1418, other: otherHz };

  /** Where somebody can be heard who withdrew. */
  async function traces(): Promise<readonly unknown[]> {
    const { server, asterisk } = site;
    const folders = [server.directory, asterisk.directory];
    // What was there before, and takes long to look through.
    const passes = (path: string): boolean => path.startsWith(asterisk.soundsDirectory) || path.includes('/data/moh/');
    const found = [withdrawn.user, withdrawn.other].map((hz) => tracesOfTone({ folders, hz, passes }));
    return (await Promise.all(found)).flat();
  }

  async function isWrittenDown(talk: Talk, by: Way['by']): Promise<void> {
    const recordings = await recordingsOf(site, talk);
    assert.deepEqual(
      recordings.map(({ state, erased }) => [state, erased?.by]),
      [['deleted', by]],
      `${talk.kind} ${talk.user}`,
    );
    const [one] = recordings;
    assert.ok(one?.erased);
    assert.ok(Date.parse(one.erased.at) >= Date.parse(one.startedAt));
    assert.equal((await api(site, 'GET', `/recordings/${one.id}/audio`)).status, 410);
    const line = await eventually('the ledger has looked', async () => {
      const { calls } = (await api(site, 'GET', '/ledger?limit=100')).json() as { calls?: readonly LedgerLine[] };
      return calls?.find(({ callid, outcome }) => callid === talk.callid && outcome !== 'open');
    });
    assert.deepEqual([line.obligation, line.outcome], ['must', 'ok']);
    const why = await cli(site, 'why', talk.callid);
    assert.ok(why.out.includes('withdrawn'), why.out);
  }
});

interface LedgerLine {
  readonly callid: string;
  readonly obligation: string;
  readonly outcome: string | null;
}
