/** Which real calls are recorded, by which setting and why. */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { after, afterEach, before, describe, test } from 'node:test';
import { leavesNothing } from '../support/aftermath.ts';
import { TONES_HZ } from '../support/audio.ts';
import { eventually } from '../support/eventually.ts';
import type { Party } from '../support/phones.ts';
import { startSite, type Site } from '../support/site.ts';

const [low, high] = TONES_HZ;
const customer = '+491711234567';
const partner = '+493055577700';
const doctor = '+493055588800';
const mobile = '+491719999999';

const settings = [
  { name: 'Switched off', enabled: false, select: { all: true } },
  {
    name: 'To support',
    select: { groups: ['600'] },
    directions: ['in'],
    exceptionLists: ['partners'],
    directCallsToActiveMembers: true,
  },
  { name: 'By support', select: { groups: ['600'] }, directions: ['out'], internalCalls: false },
  { name: 'Boss', select: { users: ['1003'] } },
];

const config = {
  users: ['1001', '1002', '1003', '1004', '1005'].map((extension) => ({
    extension,
    did: [`+493055502${extension.slice(2)}`],
  })),
  ringGroups: [{ number: '600', name: 'Support', members: ['1001', '1002'] }],
  hotlines: [{ did: '+4930555010', name: 'Muster GmbH', destination: '600' }],
  recording: {
    settings,
    neverRecord: ['doctors'],
    exceptionLists: [
      { name: 'partners', entries: [{ number: partner }, { number: 'anonymous' }, { pattern: '^\\+4989' }] },
      { name: 'doctors', entries: [{ number: '030 555 888 00'.replaceAll(' ', '') }] },
    ],
  },
};

/** Who calls what, who answers, and what becomes of it. */
interface Case {
  readonly from: string;
  readonly to: string;
  readonly answers: string;
  readonly setting: string | null;
  readonly reason: string;
  readonly direction?: 'in' | 'out';
}

const cases: readonly Case[] = [
  {
    from: customer,
    to: '+4930555010',
    answers: '1001',
    setting: 'To support',
    reason: 'call-to-group',
    direction: 'in',
  },
  { from: partner, to: '+4930555010', answers: '1001', setting: 'To support', reason: 'exception' },
  { from: '+4989123456', to: '+4930555010', answers: '1001', setting: 'To support', reason: 'exception' },
  { from: 'hidden', to: '+4930555010', answers: '1001', setting: 'To support', reason: 'exception' },
  {
    from: customer,
    to: '+49305550201',
    answers: '1001',
    setting: 'To support',
    reason: 'call-to-active-member',
    direction: 'in',
  },
  {
    from: '1001',
    to: mobile,
    answers: 'carrier',
    setting: 'By support',
    reason: 'call-from-active-member',
    direction: 'out',
  },
  { from: '1001', to: '1004', answers: '1004', setting: null, reason: 'no-setting-matches' },
  { from: '1004', to: '600', answers: '1001', setting: 'To support', reason: 'call-to-group', direction: 'in' },
  { from: '1004', to: mobile, answers: 'carrier', setting: null, reason: 'no-setting-matches' },
  { from: customer, to: '+49305550204', answers: '1004', setting: null, reason: 'no-setting-matches' },
  { from: customer, to: '+49305550203', answers: '1003', setting: 'Boss', reason: 'call-to-user', direction: 'in' },
  { from: doctor, to: '+49305550203', answers: '1003', setting: 'Boss', reason: 'never-record' },
  { from: '1003', to: doctor, answers: 'carrier', setting: 'Boss', reason: 'never-record' },
  { from: '1003', to: partner, answers: 'carrier', setting: 'Boss', reason: 'call-from-user', direction: 'out' },
  { from: '1004', to: '1003', answers: '1003', setting: 'Boss', reason: 'call-to-user', direction: 'in' },
  { from: '1003', to: '1004', answers: '1004', setting: 'Boss', reason: 'call-from-user', direction: 'out' },
];

describe('who is recorded', () => {
  let site: Site;
  before(async () => {
    site = await startSite({ name: 'recording-rules', config });
  });
  after(async () => {
    await site.stop();
  });
  afterEach(async () => {
    await leavesNothing(site);
  });

  function dials({ from, to }: Pick<Case, 'from' | 'to'>): Promise<Party> {
    const { carrier, phone } = site.phones;
    if (from === 'hidden') return carrier.calls(to, { from: customer, withheld: true, playing: low });
    return from.startsWith('+') ? carrier.calls(to, { from, playing: low }) : phone(from).calls(to, { playing: low });
  }

  async function connects(one: Pick<Case, 'from' | 'to' | 'answers'>): Promise<{ caller: Party; callee: Party }> {
    const caller = await dials(one);
    const { carrier, phone } = site.phones;
    const callee = await (one.answers === 'carrier' ? carrier.receives() : phone(one.answers).rings());
    await callee.answers({ playing: high });
    await Promise.all([caller.hears(high), callee.hears(low)]);
    return { caller, callee };
  }

  test('each call is recorded by the first setting that takes it, or not at all, and says why', async () => {
    for (const one of cases) {
      const told = JSON.stringify(one);
      const { caller, callee } = await connects(one);
      const [shown, ...others] = await site.server.calls();
      assert.deepEqual(others, []);
      const state = one.direction === undefined ? 'none' : 'recording';
      assert.deepEqual(shown?.recording, { state, setting: one.setting, reason: one.reason }, told);
      const files = await readdir(site.asterisk.recordingDirectory);
      assert.equal(
        files.some((name) => name.includes(shown.id)),
        one.direction !== undefined,
        told,
      );
      await caller.hangsUp();
      await callee.hungUp();
      await site.isEmpty();
    }
    const expected = cases.filter(({ direction }) => direction !== undefined);
    const recorded = await site.server.finishedRecordings(expected.length);
    assert.deepEqual(
      recorded.map(({ setting, direction, caller }) => ({ setting, direction, caller })).reverse(),
      expected.map(({ setting, direction, from }) => ({ setting, direction, caller: from })),
    );
  });

  test('whoever has logged out of the group makes a call that is not recorded, and a call to him is not either', async () => {
    const party = await site.phones.phone('1001').calls('*80600');
    await party.hungUp(10_000);
    await site.isEmpty();
    for (const one of [
      { from: '1001', to: mobile, answers: 'carrier' },
      { from: customer, to: '+49305550201', answers: '1001' },
    ]) {
      const { caller, callee } = await connects(one);
      assert.equal((await site.server.calls())[0]?.recording.state, 'none');
      await caller.hangsUp();
      await callee.hungUp();
      await site.isEmpty();
    }
  });

  test('a reload counts for the next call; a running one keeps the rules that it began with', async () => {
    const running = await connects({ from: customer, to: '+49305550203', answers: '1003' });
    const before = (await site.server.recordings()).length;
    const all = settings.map((setting) => ({ ...setting, enabled: setting.name === 'Switched off' }));
    await site.server.reload({ ...config, recording: { ...config.recording, settings: all } });
    const next = await connects({ from: '1004', to: '1005', answers: '1005' });
    const shown = (await site.server.calls()).map(({ recording }) => recording.setting);
    assert.deepEqual(new Set(shown), new Set(['Boss', 'Switched off']));
    for (const { caller, callee } of [running, next]) {
      await caller.hangsUp();
      await callee.hungUp();
    }
    const names = (await site.server.finishedRecordings(before + 1)).slice(0, 2).map(({ setting }) => setting);
    assert.deepEqual(names, ['Switched off', 'Boss']);
    await site.server.reload({ ...config, recording: { ...config.recording, settings: [] } });
    const { caller, callee } = await connects({ from: '1004', to: '1005', answers: '1005' });
    const [unrecorded] = await site.server.calls();
    assert.deepEqual(unrecorded?.recording, { state: 'none', setting: null, reason: 'no-setting-matches' });
    await caller.hangsUp();
    await callee.hungUp();
  });

  test('nothing is left of calls that were not recorded', async () => {
    await eventually(
      'Asterisk’s directory is empty',
      async () => (await readdir(site.asterisk.recordingDirectory)).length === 0,
    );
  });
});
