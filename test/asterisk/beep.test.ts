/** The tone that tells both parties that they are recorded. */

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { leavesNothing } from '../support/aftermath.ts';
import { toneSpans, type Audio } from '../support/audio.ts';
import { assertClean } from '../support/office.ts';
import type { Party } from '../support/phones.ts';
import { startSite, type Site } from '../support/site.ts';
import {
  audioOf,
  connect,
  control,
  eightUsers,
  finished,
  hangUp,
  isRecording,
  listen,
  loudest,
  otherHz,
  userHz,
  withoutHoles,
  type Line,
  type Talk,
} from './control-bench.ts';

const beepHz = 1400;
const every = 1;
const unrecorded = '+491710000001';

const config = (channels: 'mono' | 'stereo', beepSeconds = every) => ({
  ...eightUsers,
  recording: {
    channels,
    beepSeconds,
    judgement: { oneSidedSeconds: 2 },
    exceptionLists: [{ name: 'unrecorded', entries: [{ number: unrecorded }] }],
    neverRecord: ['unrecorded'],
  },
});

const lines: readonly Line[] = [
  { kind: 'in', user: '1001', other: '+491711000001' },
  { kind: 'out', user: '1002', other: '+491719999901' },
  { kind: 'internal', user: '1003', other: '1004' },
];

describe('the tone of a recorded talk', () => {
  let site: Site;
  before(async () => {
    site = await startSite({ name: 'beep', config: config('mono') });
  });
  after(async () => {
    await site.stop();
  });
  afterEach(async () => {
    await leavesNothing(site);
  });

  for (const channels of ['mono', 'stereo'] as const) {
    test(`is heard by both again and again, not in a pause, and is in no recording: ${channels}`, async () => {
      await site.server.reload(config(channels));
      const quiet = await connect(site, { kind: 'in', user: '1005', other: unrecorded });
      const talks = await Promise.all(lines.map((line) => connect(site, line)));
      await Promise.all(talks.map(beepInTalk));
      for (const party of [quiet.userParty, quiet.otherParty]) assert.deepEqual(beepsIn(party.heard.audio), []);
      await hangUp(quiet);
      for (const talk of talks) {
        const [recording] = await finished(site, talk, 1);
        assert.ok(recording);
        assert.equal(recording.judgement, 'ok');
        const audio = await audioOf(site, recording);
        for (const samples of audio.lanes) {
          const level = loudest({ ...audio, lanes: [samples] }, beepHz, 0.1);
          // Louder than the edges of another tone are.
          assert.ok(level < -40, `${talk.kind}: ${level.toFixed(0)} dBFS`);
        }
      }
    });
  }

  test('in all of this nothing went wrong in the server, and nothing is left in its directories', async () => {
    await assertClean(site, () => false);
  });

  async function beepInTalk(talk: Talk): Promise<void> {
    const parties = [talk.userParty, talk.otherParty];
    await isRecording(site, talk, 'recording');
    await listen(talk.userParty, 2 * every + 0.5);
    for (const party of parties) isHeardEvery(party);
    assert.equal(await control(site, talk, 'pause'), 204);
    await listen(talk.userParty, 0.4);
    const from = parties.map((party) => party.heard.seconds);
    await listen(talk.userParty, every + 0.4);
    for (const [index, party] of parties.entries()) {
      const paused = beepsIn(party.heard.audio).filter(({ to }) => to > (from[index] ?? 0));
      assert.deepEqual(paused, [], `${party.name} in the pause`);
    }
    assert.equal(await control(site, talk, 'resume'), 204);
    await talk.userParty.hears(beepHz);
    // Both heard each other all the while.
    for (const [party, hz] of [
      [talk.userParty, otherHz],
      [talk.otherParty, userHz],
    ] as const) {
      const spans = withoutHoles(toneSpans(party.heard.audio, hz));
      assert.equal(spans.length, 1, `${party.name}: ${JSON.stringify(spans)}`);
    }
    await hangUp(talk);
  }

  function isHeardEvery({ name, heard }: Party): void {
    assert.ok(loudest(heard.audio, beepHz, 0.1) > -30, name);
    const beeps = beepsIn(heard.audio);
    const told = `${name}: ${JSON.stringify(beeps)} of ${heard.seconds.toFixed(2)} s`;
    assert.equal(beeps.length, 3, told);
    for (const [index, beep] of beeps.entries()) {
      const before = beeps[index - 1];
      assert.ok(beep.to - beep.from > 0.1 && beep.to - beep.from < 0.5, told);
      if (before) assert.ok(Math.abs(beep.from - before.from - every) < 0.25, told);
    }
  }

  function beepsIn(audio: Audio): ReturnType<typeof withoutHoles> {
    return withoutHoles(toneSpans(audio, beepHz)).filter(({ from, to }) => to - from > 0.05);
  }
});
