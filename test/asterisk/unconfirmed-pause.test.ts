/** Pauses that Asterisk does not confirm: nothing of the paused time is in any file, and afterwards it is recorded again. */

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { after, afterEach, before, describe, test } from 'node:test';
import { leavesNothing } from '../support/aftermath.ts';
import { cut, secondsOf, toneSpans } from '../support/audio.ts';
import { eventually } from '../support/eventually.ts';
import { assertClean } from '../support/office.ts';
import { startSite, type Site } from '../support/site.ts';
import { tracesOfTone } from '../support/traces-of-tone.ts';
import {
  audioOf,
  connect,
  control,
  eightUsers,
  finished,
  hangUp,
  isRecording,
  listen,
  otherHz,
  otherSecretHz,
  userHz,
  userSecretHz,
  type Line,
  type Talk,
} from './control-bench.ts';
import { ari } from './fault-bench.ts';

const config = (channels: 'mono' | 'stereo') => ({
  ...eightUsers,
  recording: { channels, judgement: { oneSidedSeconds: 2 } },
});

const lines: readonly Line[] = [
  { kind: 'in', user: '1001', other: '+491711000001' },
  { kind: 'out', user: '1002', other: '+491719999901' },
  { kind: 'internal', user: '1003', other: '1004' },
];

describe('a pause that Asterisk does not confirm', () => {
  let site: Site;
  before(async () => {
    site = await startSite({ name: 'unconfirmed', throughLink: true, config: config('mono') });
  });
  after(async () => {
    await site.stop();
  });
  afterEach(async () => {
    await leavesNothing(site);
  });

  test('because the recording broke off: the next one begins with the end of the pause', async () => {
    const talks = await beginTalks(lines);
    for (const name of await liveRecordings()) await ari(site.asterisk, 'DELETE', `recordings/live/${name}`);
    await Promise.all(talks.map((talk) => control(site, talk, 'pause')));
    await saySecrets(talks);
    await Promise.all(talks.map((talk) => resumeAndEnd(talk, 'over HTTP')));
    for (const talk of talks) {
      const recordings = await eventually('the last recording is finished', async () => {
        const found = await site.server.recordings();
        const all = found.filter(({ callid }) => callid === talk.callid);
        return all.length === 2 && all.every(({ state }) => state === 'kept') && all;
      });
      const [last] = recordings;
      assert.ok(last);
      assert.equal(last.judgement, 'ok');
      await isHeard(last);
    }
    assert.deepEqual(await traces(), []);
  });

  for (const [fault, channels] of [
    ['cut', 'mono'],
    ['freeze', 'stereo'],
  ] as const) {
    test(`because the link is broken: the recording ends where the pause began (${fault}, ${channels})`, async () => {
      await site.server.reload(config(channels));
      const talks = await beginTalks(lines);
      site.link[fault]();
      if (fault === 'cut') await isReady(false);
      const asked = talks.map((talk) => control(site, talk, 'pause'));
      for (const status of await Promise.all(asked)) assert.ok(status === 409 || status === 504, String(status));
      await saySecrets(talks);
      site.link.mend();
      await isReady(true);
      await listen(talks[0]!.userParty, 0.3);
      await sayNormal(talks);
      await Promise.all(talks.map((talk) => resumeAndEnd(talk)));
      for (const talk of talks) {
        const [first, second] = await finished(site, talk, 2);
        assert.ok(first && second);
        await isHeard(first);
        await isHeard(second);
        assert.equal(second.judgement, 'ok');
      }
      assert.deepEqual(await traces(), []);
    });
  }

  test('in all of this nothing else went wrong in the server, and nothing is left in its directories', async () => {
    const expected = [
      ...['recording failed', 'recording judged'],
      ...['disconnected from Asterisk', 'Asterisk disconnected', 'cannot connect to Asterisk'],
    ];
    await assertClean(site, ({ message }) => expected.includes(message));
  });

  async function beginTalks(wanted: readonly Line[]): Promise<readonly Talk[]> {
    const talks = await Promise.all(wanted.map((line) => connect(site, line)));
    await Promise.all(talks.map((talk) => isRecording(site, talk, 'recording')));
    await Promise.all(talks.map(({ userParty }) => listen(userParty, 1)));
    return talks;
  }

  async function saySecrets(talks: readonly Talk[]): Promise<void> {
    await Promise.all(
      talks.flatMap(({ userParty, otherParty }) => [userParty.plays(userSecretHz), otherParty.plays(otherSecretHz)]),
    );
    await Promise.all(talks.map(({ userParty }) => userParty.hears(otherSecretHz)));
    await Promise.all(talks.map(({ userParty }) => listen(userParty, 0.5)));
  }

  async function sayNormal(talks: readonly Talk[]): Promise<void> {
    await Promise.all(
      talks.flatMap(({ userParty, otherParty }) => [userParty.plays(userHz), otherParty.plays(otherHz)]),
    );
    await Promise.all(
      talks.flatMap(({ userParty, otherParty }) => [
        userParty.hearsNoMore(otherSecretHz),
        otherParty.hearsNoMore(userSecretHz),
      ]),
    );
  }

  async function resumeAndEnd(talk: Talk, how: 'by code' | 'over HTTP' = 'by code'): Promise<void> {
    await sayNormal([talk]);
    if (how === 'by code') await talk.userParty.presses('*2');
    else assert.equal(await control(site, talk, 'resume'), 204);
    await isRecording(site, talk, 'recording');
    await listen(talk.userParty, 1);
    await hangUp(talk);
  }

  async function liveRecordings(): Promise<readonly string[]> {
    // Asterisk has no list of them.
    const names = await readdir(site.asterisk.recordingDirectory);
    return names.map((name) => name.replace(/\.[^.]+$/, ''));
  }

  /** Both are in it for as long as a talk before or behind the pause was. */
  async function isHeard(one: Awaited<ReturnType<typeof finished>>[number]): Promise<void> {
    const audio = await audioOf(site, one);
    assert.ok(secondsOf(audio) > 0.9 && secondsOf(audio) < 4, `${one.id}: ${secondsOf(audio)} s`);
    const heard = [userHz, otherHz].map((hz) =>
      audio.lanes.some((samples) => toneSpans(cut({ ...audio, lanes: [samples] }, { from: 0, to: 9 }), hz).length > 0),
    );
    assert.deepEqual(heard, [true, true], one.id);
  }

  async function isReady(expected: boolean): Promise<void> {
    await eventually(`the server is ${expected ? '' : 'not '}ready`, async () => {
      return (await fetch(`${site.server.url}/readyz`)).ok === expected;
    });
  }

  /** Where something of the pause can be heard. */
  async function traces(): Promise<readonly unknown[]> {
    const { server, asterisk } = site;
    const folders = [server.directory, asterisk.directory];
    const passes = (path: string): boolean => path.startsWith(asterisk.soundsDirectory) || path.includes('/data/moh/');
    const found = [userSecretHz, otherSecretHz].map((hz) => tracesOfTone({ folders, hz, passes }));
    return (await Promise.all(found)).flat();
  }
});
