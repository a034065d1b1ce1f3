/** Codes are kept from the other party; every other digit reaches him, in order. */

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { leavesNothing } from '../support/aftermath.ts';
import { assertClean } from '../support/office.ts';
import type { Party } from '../support/phones.ts';
import { startSite, type Site } from '../support/site.ts';
import {
  connect,
  eightUsers,
  finished,
  hangUp,
  isRecording,
  listen,
  loudest,
  metadataOf,
  otherHz,
  userHz,
  type Line,
} from './control-bench.ts';

const unrecorded = '+4917100000';
const config = {
  ...eightUsers,
  recording: {
    judgement: { oneSidedSeconds: 2 },
    settings: [{ name: 'Everything', select: { all: true }, internalCalls: true }],
    exceptionLists: [{ name: 'unrecorded', entries: [{ pattern: '^\\+4917100000' }] }],
    neverRecord: ['unrecorded'],
  },
};

type Mode = 'rfc4733' | 'info';

describe('digits in a talk', () => {
  let site: Site;
  before(async () => {
    site = await startSite({ name: 'codes', config });
  });
  after(async () => {
    await site.stop();
  });
  afterEach(async () => {
    await leavesNothing(site);
  });

  const recorded: readonly (Line & { readonly mode: Mode })[] = [
    { kind: 'in', user: '1001', other: '+491711000001', mode: 'rfc4733' },
    { kind: 'out', user: '1002', other: '+491719999901', mode: 'info' },
    { kind: 'internal', user: '1003', other: '1004', mode: 'rfc4733' },
    { kind: 'called', user: '1005', other: '1006', mode: 'info' },
  ];

  test('codes of the user are kept back, what is none and what stands beside them is passed on in order', async () => {
    await Promise.all(
      recorded.map(async (line) => {
        const talk = await connect(site, line);
        const { userParty, otherParty } = talk;
        const press = (digits: string): Promise<void> => userParty.presses(digits, { mode: line.mode });
        await press('12*9*#**0');
        await otherParty.receives('12*9*#**0');
        // Right before a code and right behind it.
        await press('3*14');
        await isRecording(site, talk, 'paused');
        await otherParty.receives('34');
        await press('**2');
        await isRecording(site, talk, 'recording');
        await otherParty.receives('34*');
        // Alone: it is passed on when nothing came behind it.
        await press('*');
        await otherParty.receives('34**');
        assert.equal(otherParty.digits, '12*9*#**034**');
        assert.equal(userParty.digits, '');
        heardNoDigit(otherParty);
        await hangUp(talk);
        const [recording] = await finished(site, talk, 1);
        assert.equal((await metadataOf(site, recording!)).pauses.length, 1);
      }),
    );
  });

  test('digits of the other party all pass, codes as well, and change nothing', async () => {
    const outside = recorded.filter(({ kind }) => kind === 'in' || kind === 'out');
    await Promise.all(
      outside.map(async (line) => {
        const talk = await connect(site, line);
        await pressesAll(talk.otherParty, talk.userParty, line.mode, '0123456789*#*1*3');
        await isRecording(site, talk, 'recording');
        await hangUp(talk);
        const [recording] = await finished(site, talk, 1);
        assert.deepEqual((await metadataOf(site, recording!)).pauses, []);
      }),
    );
  });

  test('where nothing is recorded all digits of both pass, codes as well', async () => {
    const lines: readonly (Line & { readonly mode: Mode })[] = [
      { kind: 'in', user: '1001', other: `${unrecorded}01`, mode: 'rfc4733' },
      { kind: 'in', user: '1002', other: `${unrecorded}02`, mode: 'info' },
      { kind: 'out', user: '1003', other: `${unrecorded}03`, mode: 'rfc4733' },
    ];
    await Promise.all(
      lines.map(async (line) => {
        const talk = await connect(site, line);
        await isRecording(site, talk, 'none');
        await pressesAll(talk.userParty, talk.otherParty, line.mode, '0123*1*2*3#**');
        await listen(talk.userParty, 1);
        await pressesAll(talk.otherParty, talk.userParty, line.mode, '456789*1');
        await hangUp(talk);
      }),
    );
  });

  test('a user who pressed digits before a code that another one pressed is not mistaken for him', async () => {
    const talk = await connect(site, { kind: 'internal', user: '1003', other: '1004' });
    const { userParty, otherParty } = talk;
    await userParty.presses('*');
    await otherParty.presses('1');
    await otherParty.receives('*');
    await userParty.receives('1');
    await isRecording(site, talk, 'recording');
    await hangUp(talk);
  });

  test('behind early media digits reach the far end, and codes do not', async () => {
    const number = '+491719999911';
    const { carrier, phone } = site.phones;
    const userParty = await phone('1007').calls(number, { playing: userHz });
    const otherParty = await carrier.receives(number);
    await otherParty.playsEarly(otherHz);
    await userParty.hears(otherHz);
    await otherParty.answers({ playing: otherHz });
    await otherParty.hears(userHz);
    await userParty.presses('5*1*26#');
    await otherParty.receives('56#');
    assert.equal(otherParty.digits, '56#');
    await hangUp({ userParty, otherParty });
  });

  test('in all of this nothing went wrong in the server, and nothing is left in its directories', async () => {
    await assertClean(site, () => false);
  });

  async function pressesAll(from: Party, to: Party, mode: Mode, digits: string): Promise<void> {
    await from.presses(digits, { mode });
    await to.receives(digits);
    assert.equal(to.digits, digits);
    heardNoDigit(to);
  }

  /** Rows and columns of the keypad that are far from what they say. */
  function heardNoDigit({ heard }: Party): void {
    for (const hz of [697, 770, 852, 941, 1209, 1336])
      assert.ok(loudest(heard.audio, hz, 0.1) < -40, `${String(hz)} Hz`);
  }
});
