/** Ring groups against a real Asterisk: who rings, when, and what the caller is told. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { leavesNothing } from '../support/aftermath.ts';
import { TONES_HZ } from '../support/audio.ts';
import { eventually } from '../support/eventually.ts';
import type { Party, Phone } from '../support/phones.ts';
import { assertHeard } from '../support/prompts.ts';
import { startSite, type Site } from '../support/site.ts';

const [low, high] = TONES_HZ;
const outsider = { from: '+491711234567', name: 'Karla Kern' };

const config = {
  users: [
    { extension: '1001', name: 'Olivia Brandt', endpoints: ['PJSIP/1001-soft'] },
    { extension: '1002', name: 'Benjamin Roth' },
    { extension: '1003', name: 'Carla Weiss' },
    { extension: '1004', name: 'Daniel Kurz' },
    { extension: '1005', name: 'Emil Lang' },
    { extension: '1008', name: 'Never There' },
  ],
  ringGroups: [
    { number: '600', name: 'Support', members: ['1001', '1002', '1003'], ringSeconds: 20 },
    {
      number: '601',
      name: 'Line',
      members: ['1002', '1003', '1004'],
      strategy: 'linear',
      memberRingSeconds: 1,
      rounds: 2,
    },
    {
      number: '602',
      name: 'Turns',
      members: ['1002', '1003', '1004'],
      strategy: 'roundRobin',
      memberRingSeconds: 10,
      rounds: 2,
    },
    { number: '603', name: 'To Daniel', members: ['1003'], ringSeconds: 1, overflow: '1004' },
    { number: '604', name: 'Outside', members: ['1003'], ringSeconds: 1, overflow: '+491719999999' },
    { number: '605', name: 'Even busy', members: ['1002', '1003'], ringBusyMembers: true },
    { number: '606', name: 'To a group', members: ['1008'], overflow: '605' },
    { number: '607', name: 'Short', members: ['1003', '1004'], ringSeconds: 1 },
    { number: '608', name: 'Nobody there', members: ['1008'] },
    { number: '609', name: 'Empty', members: ['1004'], startActive: false },
    { number: '610', name: 'Soon given up', members: ['1002'], ringSeconds: 1 },
  ],
  hotlines: Array.from({ length: 11 }, (_, index) => ({
    did: `+493055501${String(index).padStart(2, '0')}`,
    name: `Line ${String(index)}`,
    destination: `6${String(index).padStart(2, '0')}`,
  })),
};

describe('ring groups', () => {
  let site: Site;
  before(async () => {
    site = await startSite({ name: 'groups', config, asterisk: { unregistered: ['1008'] } });
  });
  after(async () => {
    await site.stop();
  });
  afterEach(async () => {
    for (const name of ['1001', '1001-soft', '1002', '1003', '1004', '1005']) phone(name).behaves({ kind: 'rings' });
    await leavesNothing(site);
  });
  const phone = (name: string) => site.phones.phone(name);
  const callsGroup = (group: string, playing = low): Promise<Party> => {
    const did = config.hotlines.find(({ destination }) => destination === group)?.did ?? '';
    return site.phones.carrier.calls(did, { ...outsider, playing });
  };

  async function talk(caller: Party, agent: Party): Promise<void> {
    await Promise.all([caller.hears(high), agent.hears(low)]);
  }

  async function hangUp(caller: Party, agent: Party): Promise<void> {
    await caller.hangsUp();
    assert.equal((await agent.hungUp()).cause, 16);
  }

  test('ringAll rings every device of every member at once, and the first who answers has the call', async () => {
    const caller = await callsGroup('600');
    const ringing = await Promise.all(['1001', '1001-soft', '1002', '1003'].map((name) => phone(name).rings()));
    const [desk, soft, second, third] = ringing as [Party, Party, Party, Party];
    await caller.hearsRinging();
    assert.equal(caller.wasAnswered, false);
    await soft.answers({ playing: high });
    await talk(caller, soft);
    for (const other of [desk, second, third])
      assert.equal((await other.hungUp()).cause, 26, 'told that it was answered elsewhere');
    await hangUp(caller, soft);
  });

  test('two who answer in the same instant: one has the call, the other one is hung up', async () => {
    const caller = await callsGroup('600');
    const all = await Promise.all(['1001', '1001-soft', '1002', '1003'].map((name) => phone(name).rings()));
    // A phone whose call is gone by then cannot answer any more.
    await Promise.all(all.map((party) => party.answers({ playing: high }).catch(() => party)));
    await caller.hears(high);
    await eventually('only one of them is left', () => all.filter((party) => !party.isOver).length === 1);
    await caller.hears(high);
    await caller.hangsUp();
    await Promise.all(all.map((party) => party.hungUp()));
  });

  test('linear hunts in order, one after the other, for every round', async () => {
    const caller = await callsGroup('601');
    for (const name of ['1002', '1003', '1004', '1002']) {
      const party = await phone(name).rings();
      for (const other of ['1002', '1003', '1004'].filter((one) => one !== name)) await phone(other).doesNotRing(1);
      assert.equal((await party.hungUp()).cause, 19);
    }
    const second = await phone('1003').answers({ playing: high });
    await talk(caller, second);
    await hangUp(caller, second);
    await phone('1004').doesNotRing(1);
  });

  test('linear goes on at once where a member is busy or declines', async () => {
    const caller = await callsGroup('601');
    await phone('1002').isBusy();
    await phone('1003').declines();
    const agent = await phone('1004').answers({ playing: high });
    await talk(caller, agent);
    await hangUp(caller, agent);
  });

  test('roundRobin begins with the next member at each call, also after a restart', async () => {
    const firstToRing = async (): Promise<string> => {
      const caller = await callsGroup('602');
      const members = ['1002', '1003', '1004'].map(phone);
      const isRinging = (member: Phone) => member.untaken.some((party) => !party.isOver);
      const first = await (await eventually('one of them rings', () => members.find(isRinging))).rings();
      assert.equal(members.some(isRinging), false);
      await caller.hangsUp();
      await first.hungUp();
      await site.isEmpty();
      return first.name;
    };
    assert.deepEqual([await firstToRing(), await firstToRing()], ['1002', '1003']);
    await site.server.kill('SIGKILL');
    await site.server.start();
    assert.deepEqual([await firstToRing(), await firstToRing()], ['1004', '1002']);
  });

  test('a member on a call is not rung, unless the group says so', async () => {
    const talking = await phone('1002').calls('1005');
    const other = await phone('1005').answers();
    await talking.isAnswered();
    const caller = await callsGroup('600');
    await Promise.all([phone('1001').rings(), phone('1003').rings()]);
    await phone('1002').doesNotRing();
    await caller.hangsUp();
    const second = await callsGroup('605');
    await Promise.all([phone('1002').rings(), phone('1003').rings()]);
    await second.hangsUp();
    await talking.hangsUp();
    await other.hungUp();
  });

  test('one who declines on one device is rung on none of the others any more', async () => {
    const caller = await callsGroup('600');
    const [desk, soft, second] = await Promise.all([
      phone('1001').rings(),
      phone('1001-soft').rings(),
      phone('1002').rings(),
    ]);
    await desk.declines();
    await soft.hungUp();
    assert.equal(second.isOver, false);
    await caller.hangsUp();
  });

  test('who does not answer in time is passed over to an extension, a group or a number outside', async () => {
    const toDaniel = await callsGroup('603');
    const carla = await phone('1003').rings();
    const daniel = await phone('1004').answers({ playing: high });
    assert.equal((await carla.hungUp()).cause, 19);
    await talk(toDaniel, daniel);
    await hangUp(toDaniel, daniel);

    const toGroup = await callsGroup('606');
    const agent = await phone('1002').answers({ playing: high });
    await talk(toGroup, agent);
    await hangUp(toGroup, agent);

    const toOutside = await callsGroup('604');
    const mobile = await site.phones.carrier.receives('+491719999999');
    assert.equal(mobile.caller.number, outsider.from);
    await mobile.answers({ playing: high });
    await talk(toOutside, mobile);
    await hangUp(toOutside, mobile);
  });

  test('the display of the phone shows the hotline and the caller', async () => {
    const caller = await callsGroup('603');
    const ringing = await phone('1003').rings();
    assert.deepEqual(ringing.caller, { name: 'Line 3 Karla Kern', number: outsider.from });
    await caller.hangsUp();
  });

  test('what became of an unanswered call is spoken before the answer, and then comes the right cause', async () => {
    phone('1003').behaves({ kind: 'refuses', how: 'busy' });
    phone('1004').behaves({ kind: 'refuses', how: 'declines' });
    const expected = [
      { group: '607', prompt: 'everybody-busy', end: { cause: 17, sipStatus: 486 } },
      { group: '610', prompt: 'nobody-there', end: { cause: 19, sipStatus: 480 } },
      // Asterisk's phones read every 480 as cause 19.
      { group: '608', prompt: 'nobody-there', end: { cause: 19, sipStatus: 480 } },
      { group: '609', prompt: 'nobody-there', end: { cause: 19, sipStatus: 480 } },
    ];
    await Promise.all(
      expected.map(async ({ group, prompt, end }) => {
        const caller = await callsGroup(group);
        await caller.getsEarlyMedia();
        const hungUp = await caller.hungUp(10_000);
        assert.equal(caller.wasAnswered, false);
        await assertHeard(caller, prompt);
        assert.deepEqual(hungUp, end, group);
      }),
    );
  });

  test('logging out and in by service code is confirmed, takes effect, and outlives the death of the server', async () => {
    const dials = async (name: string, code: string, prompt: string): Promise<void> => {
      const party = await phone(name).calls(code);
      await party.isAnswered();
      assert.equal((await party.hungUp(10_000)).cause, 16);
      await assertHeard(party, prompt);
    };
    const ringingIn = async (group: string): Promise<readonly string[]> => {
      const caller = await callsGroup(group);
      await caller.hearsRinging();
      const all = ['1001', '1001-soft', '1002', '1003', '1004'];
      const rung = await Promise.all(
        all.map((name) =>
          phone(name)
            .rings(400)
            .then(
              () => [name],
              () => [],
            ),
        ),
      );
      await caller.hangsUp();
      await site.isEmpty();
      return rung.flat();
    };
    await Promise.all([
      dials('1003', '*80600', 'group-logout-done'),
      dials('1001-soft', '*80', 'group-logout-done'),
      dials('1004', '*81609', 'group-login-done'),
      dials('1005', '*81600', 'not-a-group-member'),
    ]);
    assert.deepEqual(await ringingIn('600'), ['1002']);
    await site.server.kill('SIGKILL');
    await site.server.start();
    assert.deepEqual(await ringingIn('600'), ['1002']);
    assert.deepEqual(await ringingIn('609'), ['1004']);
    await Promise.all([dials('1001', '*81', 'group-login-done'), dials('1003', '*81600', 'group-login-done')]);
    assert.deepEqual(await ringingIn('600'), ['1001', '1001-soft', '1002', '1003']);
  });
});
