/** Announcements in real calls: who hears them, and what becomes of a call whose announcement cannot be heard. */

import assert from 'node:assert/strict';
import { readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { leavesNothing } from '../support/aftermath.ts';
import { inOneOf } from '../support/attempts.ts';
import { readWav } from '../support/audio.ts';
import { assertHeard } from '../support/prompts.ts';
import { assertWhole, speech } from '../support/recorded.ts';
import type { LogLine } from '../support/server.ts';
import { startSite, type Site } from '../support/site.ts';
import { captureCli } from '../unit/cli/captured-cli.ts';
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
  countOf,
  earlyHz,
  hearsAnnouncement,
  hearsBegin,
  listens,
  recordingsOf,
  traceOf,
  type AddedAnnouncement,
} from './consent-bench.ts';

const users = ['1001', '1002', '1003', '1004', '1005', '1006'].map((extension) => ({
  extension,
  did: [`+493055502${extension.slice(2)}`],
}));

const asks = (name: string, extension: string, more: object = {}) => ({
  name,
  select: { users: [extension] },
  directions: ['in'],
  consent: { mode: 'optOut', ...more },
  announcements: { in: name },
});

const notice = { name: 'notice', select: { users: ['1004'] }, directions: ['out'], announcements: { out: 'notice' } };
const unheard = 'fernamt_consents_total{mode="optOut",outcome="unheard"}';

const base = { users, hotlines: [], ringGroups: [] };
const silent = { ...base, recording: { settings: [] } };
const config = {
  ...base,
  recording: {
    settings: [
      notice,
      asks('removed', '1001'),
      asks('damaged', '1002'),
      asks('cut', '1003'),
      { ...asks('refused', '1005', { whenUnheard: 'refuse' }), announcements: { in: 'removed' } },
      asks('mended', '1006'),
    ],
  },
};

describe('announcements', () => {
  let site: Site;
  const added: Record<string, AddedAnnouncement> = {};
  before(async () => {
    site = await startSite({ name: 'announcements', config: silent });
    const lengths = { notice: 1, removed: 0.9, damaged: 0.8, cut: 3, mended: 0.7 };
    const adding = Object.entries(lengths).map(async ([name, seconds]) => {
      added[name] = await addAnnouncement(site, { name, seconds });
    });
    await Promise.all(adding);
    await site.server.reload(config);
  });
  after(async () => {
    await site.stop();
  });
  afterEach(async () => {
    await leavesNothing(site);
  });
  const { expected } = { expected: new Set<string>() };
  const isExpected = (line: LogLine): boolean =>
    line.message === 'announcement not heard' ? expected.has(String(line['setting'])) : expected.has(line.message);

  /** Its files where Asterisk plays it, or where the server keeps it. */
  async function pathsOf(name: string, place: 'played' | 'kept'): Promise<readonly string[]> {
    const { asterisk, server } = site;
    const sha256 = added[name]?.sha256 ?? '';
    const played = join(asterisk.soundsDirectory, 'fernamt/announcements', `${sha256}.wav`);
    if (place === 'played') return [played, `${played}16`];
    const folder = join(server.directory, 'data/announcements', sha256);
    return (await readdir(folder)).map((file) => join(folder, file));
  }

  function dial(extension: string, from: string) {
    return site.phones.carrier.calls(`+493055502${extension.slice(2)}`, { from, playing: callerHz });
  }

  /** The call goes on, and nobody is recorded. */
  async function goesOnUnrecorded(
    extension: string,
    from: string,
    since: number,
    caller: Awaited<ReturnType<typeof dial>>,
  ) {
    const callee = await site.phones.phone(extension).ringsFor(from, 10_000);
    await callee.answers({ playing: calleeHz });
    await Promise.all([caller.hears(calleeHz), callee.hears(callerHz)]);
    await assertNothingInSpool(site);
    await caller.hangsUp();
    await callee.hungUp();
    const { consent } = await traceOf(site, from, since);
    assert.deepEqual([consent?.outcome, consent?.recorded], ['unheard', false]);
    assert.deepEqual(await recordingsOf(site, from, since), []);
  }

  function wasTold(settings: readonly string[]): void {
    const told = site.server.log.filter(({ message }) => message === 'announcement not heard');
    const names = new Set(told.map((line) => String(line['setting'])));
    for (const name of settings) {
      assert.ok(names.has(name), `an error tells of ${name}`);
      expected.add(name);
    }
  }

  test('whoever is called hears the notice whole after his answer, and the caller, who hears ringing, nothing of it', async () => {
    await inOneOf(3, async () => {
      const [to, since] = ['+491719990001', Date.now()];
      const caller = await site.phones.phone('1004').calls(to, { playing: speech(callerHz) });
      const called = await site.phones.carrier.receives(to);
      await called.playsEarly(earlyHz);
      await caller.hearsRinging();
      await called.answers({ playing: calleeHz });
      const answered = caller.isAnswered(10_000).then(() => performance.now());
      const heard = await hearsAnnouncement(called);
      assert.ok((await answered) > heard.to - 60, 'the caller is answered after the notice');
      await listens(caller, 1.5);
      await caller.hangsUp();
      await called.hungUp();
      assertHeardWhole(called, announcementHz);
      for (const hz of [announcementHz, earlyHz]) assertNotHeard(caller, hz);
      const recordings = await recordingsOf(site, to, since);
      assert.deepEqual(
        recordings.map(({ judgement, setting }) => [judgement, setting]),
        [['ok', 'notice']],
      );
      const audio = await readWav(site.server.audioPath(recordings[0]!));
      assertWhole(audio, callerHz);
      assertThroughout(audio, calleeHz);
      for (const hz of [announcementHz, earlyHz]) assertAbsent(audio, hz);
      const { consent } = await traceOf(site, '1004', since);
      assert.deepEqual(
        [consent?.outcome, consent?.mode, consent?.direction, consent?.announcement.sha256],
        ['told', 'none', 'out', added['notice']?.sha256],
      );
    });
  });

  test('whoever is called and hangs up during the notice was not recorded', async () => {
    const [to, since] = ['+491719990002', Date.now()];
    const caller = await site.phones.phone('1004').calls(to, { playing: callerHz });
    const called = await site.phones.carrier.receives(to);
    await called.answers({ playing: calleeHz });
    await hearsBegin(called);
    assert.equal(caller.wasAnswered, false);
    await called.hangsUp();
    await caller.hungUp();
    assert.equal(caller.wasAnswered, false);
    await site.isEmpty();
    const { consent } = await traceOf(site, '1004', since);
    assert.deepEqual([consent?.outcome, consent?.recorded], ['hungUp', false]);
    assert.deepEqual(await recordingsOf(site, to, since), []);
    await assertNothingInSpool(site);
  });

  test('one that was damaged where Asterisk plays it is mended before the next caller hears it', async () => {
    for (const path of await pathsOf('mended', 'played')) await writeFile(path, 'this is no audio');
    const caller = await dial('1006', '+491711000006');
    await hearsAnnouncement(caller, 0.7);
    await caller.hangsUp();
    assertHeardWhole(caller, announcementHz, 0.7);
  });

  test('one that is removed, damaged or cut while it is played records nobody, and the call goes on', async () => {
    await site.server.reload(silent);
    const { exitCode } = await captureCli(['announcements', 'remove', 'removed', '--config', site.server.configFile]);
    assert.equal(exitCode, 0);
    await site.server.reload(config);
    for (const place of ['kept', 'played'] as const) {
      for (const path of await pathsOf('damaged', place)) await writeFile(path, 'this is no audio');
    }
    expected.add('a recording setting plays an announcement that does not exist');
    expected.add('an announcement could not be put where Asterisk finds it');
    const [before, since] = [await countOf(site, unheard), Date.now()];
    const cuts = async (): Promise<void> => {
      const caller = await dial('1003', '+491711000003');
      await hearsBegin(caller);
      for (const path of await pathsOf('cut', 'played')) await truncate(path, 16_000);
      await goesOnUnrecorded('1003', '+491711000003', since, caller);
    };
    await Promise.all([
      dial('1001', '+491711000001').then((caller) => goesOnUnrecorded('1001', '+491711000001', since, caller)),
      dial('1002', '+491711000002').then((caller) => goesOnUnrecorded('1002', '+491711000002', since, caller)),
      cuts(),
    ]);
    wasTold(['removed', 'damaged', 'cut']);
    assert.equal(await countOf(site, unheard), before + 3);
  });

  test('where the setting says so, a caller who could not be asked is turned away with words', async () => {
    const since = Date.now();
    const caller = await dial('1005', '+491711000005');
    await caller.hungUp(15_000);
    await assertHeard(caller, 'cannot-be-recorded');
    assert.deepEqual(site.phones.phone('1005').untaken, []);
    const { consent, disposition } = await traceOf(site, '+491711000005', since);
    assert.deepEqual([consent?.outcome, disposition], ['unheard', 'refused']);
    wasTold(['refused']);
  });

  test('one that Asterisk cannot play records nobody, and the call goes on', async () => {
    await site.asterisk.cli('module unload format_wav.so');
    const since = Date.now();
    const caller = await dial('1006', '+491711000016');
    await goesOnUnrecorded('1006', '+491711000016', since, caller);
    await site.asterisk.cli('module load format_wav.so');
    assertNotHeard(caller, announcementHz);
    wasTold(['mended']);
  });

  test('nothing is left behind, and nothing else unusual is in the log', async () => {
    await assertNothingInSpool(site);
    assertQuietLog(site, isExpected);
  });
});
