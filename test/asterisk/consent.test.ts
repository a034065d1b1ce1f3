/** Callers who are asked before they are recorded: every answer, at every moment, by every kind of digit. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Trace } from '../../src/recording/ledger/trace.ts';
import { leavesNothing } from '../support/aftermath.ts';
import { inOneOf } from '../support/attempts.ts';
import { readWav } from '../support/audio.ts';
import type { Party, PressOptions } from '../support/phones.ts';
import { assertWhole, speech } from '../support/recorded.ts';
import { startSite, type Site } from '../support/site.ts';
import { traceIn, tracesOfTone } from '../support/traces-of-tone.ts';
import {
  addAnnouncement,
  announcementHz,
  announcementSeconds,
  assertAbsent,
  assertHeardWhole,
  assertNotHeard,
  assertQuietLog,
  assertThroughout,
  calleeHz,
  callerHz,
  hearsAnnouncement,
  hearsBegin,
  listens,
  pressesAt,
  recordingsOf,
  refusingHz,
  traceOf,
  until,
  type AddedAnnouncement,
} from './consent-bench.ts';

/** All that anybody writes lies in here. */
const everything = mkdtempSync(join(tmpdir(), 'fernamt-consent-'));
process.env['TMPDIR'] = everything;

const modes = ['optIn', 'optOut'] as const;
type Mode = (typeof modes)[number];

const extensionOf = { optIn: '1001', optOut: '1002' } as const;
const languageOf = { optIn: 'en', optOut: 'de' } as const;

const setting = (mode: Mode) => ({
  name: mode,
  select: { users: [extensionOf[mode]] },
  directions: ['in'],
  consent: { mode },
  announcements: { in: `question-${mode}` },
});

const config = {
  users: ['1001', '1002', '1003', '1004', '1005'].map((extension) => ({
    extension,
    name: `User ${extension}`,
    did: [`+493055502${extension.slice(2)}`],
  })),
  hotlines: [],
  ringGroups: [],
  recording: { settings: modes.map(setting) },
};

/** What the caller does. */
interface Stimulus {
  readonly name: string;
  readonly digits?: string;
  readonly press?: PressOptions;
  /** When the digit begins, or he hangs up: after the end of the announcement, or after its beginning. */
  readonly afterMs?: number;
  readonly during?: boolean;
  readonly hangsUp?: boolean;
  /** Whether his digit counts. */
  readonly answers: boolean;
}

const digitStimuli: readonly Stimulus[] = [
  { name: 'during the announcement', digits: '1', afterMs: 300, during: true, answers: true },
  { name: 'at 0.2 s', digits: '2', afterMs: 200, answers: true },
  { name: 'at 4.8 s', digits: '3', afterMs: 4800, answers: true },
  { name: 'at 5.2 s', digits: '4', afterMs: 5200, answers: false },
  { name: 'from 4.8 to 5.2 s', digits: '5', afterMs: 4800, press: { durationMs: 400 }, answers: true },
  { name: 'two digits', digits: '67', afterMs: 1000, answers: true },
];

const stimuli: readonly Stimulus[] = [
  ...digitStimuli.map((one) => ({ ...one, name: `${one.name}, RFC 4733` })),
  ...digitStimuli.map((one) => ({ ...one, name: `${one.name}, INFO`, press: { ...one.press, mode: 'info' as const } })),
  { name: 'nothing', answers: false },
  { name: 'hangs up during the announcement', afterMs: 300, during: true, hangsUp: true, answers: false },
  { name: 'hangs up after the announcement', afterMs: 2000, hangsUp: true, answers: false },
];

/** By a telephone whose tones Asterisk listens to. */
const toneDialler = '1005';
const mereTone: Stimulus = {
  name: 'at 0.6 s, a mere tone',
  digits: '8',
  afterMs: 600,
  press: { mode: 'inband', durationMs: 120 },
  answers: true,
};

interface Case extends Stimulus {
  readonly mode: Mode;
  readonly from: string;
  readonly outcome: 'granted' | 'refused' | 'silent' | 'hungUp';
  readonly isRecorded: boolean;
}

function toCase(mode: Mode, stimulus: Stimulus, from: string): Case {
  const { answers, hangsUp = false } = stimulus;
  const outcome = hangsUp ? 'hungUp' : answers ? (mode === 'optIn' ? 'granted' : 'refused') : 'silent';
  const isRecorded = outcome === 'granted' || (outcome === 'silent' && mode === 'optOut');
  return { ...stimulus, mode, from, outcome, isRecorded };
}

/** A call that has come as far as its caller lets it. */
interface Underway {
  readonly one: Case;
  readonly since: number;
  readonly caller: Party;
  readonly callee?: Party;
}

/** What was sent came off its time on a busy machine, so that it says nothing. */
class StrayStimulus extends Error {}
const strayMs = 120;
/** Asterisk tells how long a tone lasted only roughly. */
const strayToneMs = 250;
const staggerMs = 40;

describe('a caller who is asked', () => {
  let site: Site;
  const announcements = {} as Record<Mode, AddedAnnouncement>;
  before(async () => {
    const silent = { ...config, recording: { settings: [] } };
    site = await startSite({
      name: 'consent',
      config: silent,
      asterisk: { endpoints: { [toneDialler]: { dtmf_mode: 'inband' } } },
    });
    for (const mode of modes) {
      announcements[mode] = await addAnnouncement(site, { name: `question-${mode}`, language: languageOf[mode] });
    }
    await site.server.reload(config);
  });
  after(async () => {
    await site.stop();
    rmSync(everything, { recursive: true, force: true });
  });

  const phoneOf = (mode: Mode) => site.phones.phone(extensionOf[mode]);

  /** As far as the talk, or as the end. */
  async function begin(one: Case): Promise<Underway> {
    const since = Date.now();
    const playing = one.isRecorded ? callerHz : refusingHz;
    const caller = await dial(one, playing);
    if (one.hangsUp === true) {
      await hangUp(caller, one);
      return { one, since, caller };
    }
    const earliest = answer(caller, one);
    const callee = await phoneOf(one.mode).ringsFor(one.from, 25_000);
    const rangAt = performance.now();
    assert.ok(rangAt > (await earliest), `${one.from} ${one.name}: it rang before it was decided`);
    await callee.answers({ playing: calleeHz });
    await Promise.all([caller.hears(calleeHz), callee.hears(playing)]);
    await listens(caller, 0.6);
    return { one, since, caller, callee };
  }

  function dial({ mode, from }: Case, playing: number): Promise<Party> {
    const extension = extensionOf[mode];
    if (from === toneDialler) return site.phones.phone(from).calls(extension, { playing });
    return site.phones.carrier.calls(`+493055502${extension.slice(2)}`, { from, playing });
  }

  async function hangUp(caller: Party, { during, afterMs = 0 }: Case): Promise<void> {
    const from = during === true ? await hearsBegin(caller) : (await hearsAnnouncement(caller)).to;
    await until(from + afterMs);
    await caller.hangsUp();
  }

  /** Gives the moment before which nobody's telephone may ring. */
  async function answer(caller: Party, { during, afterMs = 0, digits, press, answers }: Case): Promise<number> {
    const from = during === true ? await hearsBegin(caller) : (await hearsAnnouncement(caller)).to;
    if (digits === undefined) return from + 5000 - strayMs;
    const pressed = pressesAt(caller, from + afterMs, digits, press);
    pressed.catch(() => undefined);
    return answers ? from + afterMs - strayMs : from + 5000 - strayMs;
  }

  async function finish({ one, caller, callee }: Underway): Promise<void> {
    if (one.hangsUp === true) return;
    await caller.hangsUp();
    await callee?.hungUp();
  }

  async function check({ one, since }: Underway): Promise<void> {
    const trace = await traceOf(site, one.from, since);
    const told = `${one.mode} ${one.name} ${JSON.stringify(trace.evidence)}`;
    isOnTime(one, trace);
    const [evidence, ...more] = trace.evidence;
    assert.ok(evidence && more.length === 0, told);
    assert.deepEqual(trace.consent, evidence);
    const { announcedAt, announcementEndedAt, decidedAt, digitAt, afterMs, digit, ...facts } = evidence;
    assert.deepEqual(
      facts,
      {
        setting: one.mode,
        direction: 'in',
        mode: one.mode,
        outcome: one.outcome,
        recorded: one.isRecorded,
        announcement: {
          name: `question-${one.mode}`,
          sha256: announcements[one.mode].sha256,
          language: languageOf[one.mode],
        },
      },
      told,
    );
    const [begin, end, decision] = [announcedAt, announcementEndedAt, decidedAt].map((at) => Date.parse(at ?? ''));
    assert.ok(begin !== undefined && end !== undefined && decision !== undefined && begin >= since, told);
    const seconds = (end - begin) / 1000;
    if (one.during === true) assert.ok(seconds > 0 && seconds < announcementSeconds, told);
    else assert.ok(Math.abs(seconds - announcementSeconds) < 0.15, told);
    assert.ok(decision >= end, told);
    if (!one.answers) {
      assert.deepEqual([digit, digitAt, afterMs], [null, null, null], told);
      if (one.outcome === 'silent') assert.ok(decision - end >= 5400 && decision - end < 6500, told);
    } else {
      assert.equal(digit, one.digits?.[0], told);
      assert.equal(Date.parse(digitAt ?? '') - end, afterMs, told);
    }
    await checkRecording(one, since, evidence);
  }

  /** Throws unless the digit came when it was meant to. */
  function isOnTime(
    { digits, afterMs = 0, during, press, outcome }: Case,
    { evidence: [evidence], timeline }: Trace,
  ): void {
    if (digits === undefined || during === true || !evidence) return;
    const noted = timeline.find(({ event }) => event === 'digit');
    const durationMs = Number(/(\d+) ms/.exec(noted?.detail ?? '')?.[1] ?? 0);
    const beganAt = noted === undefined ? Infinity : Date.parse(noted.at) - durationMs;
    const offMs = Math.abs(beganAt - Date.parse(evidence.announcementEndedAt ?? '') - afterMs);
    if (offMs <= (press?.mode === 'inband' ? strayToneMs : strayMs)) return;
    throw new StrayStimulus(`${outcome} ${String(offMs)} ms off ${JSON.stringify({ evidence, timeline })}`);
  }

  async function checkRecording(one: Case, since: number, evidence: object): Promise<void> {
    const recordings = await recordingsOf(site, one.from, since);
    const told = `${one.mode} ${one.name}`;
    assert.deepEqual(
      recordings.map(({ judgement, setting: by, state }) => ({ judgement, by, state })),
      one.isRecorded ? [{ judgement: 'ok', by: one.mode, state: 'kept' }] : [],
      told,
    );
    const [recording] = recordings;
    if (!recording) return;
    const path = site.server.audioPath(recording);
    const metadata = JSON.parse(await readFile(path.replace(/\.wav$/, '.json'), 'utf8')) as { consent: unknown };
    assert.deepEqual(metadata.consent, evidence, told);
    assert.ok(traceIn(await readFile(path), callerHz), `${told}: his voice is found`);
    const audio = await readWav(path);
    assertAbsent(audio, announcementHz);
    assertAbsent(audio, refusingHz);
  }

  /** Wherever anything is written, but for Asterisk's own sounds. */
  async function assertNoTraceOfRefusing(but: readonly string[] = []): Promise<void> {
    const passes = (path: string): boolean => /\/data\/(?:sounds|moh)$/.test(path);
    const { directory } = site.asterisk;
    const folders = directory.startsWith(everything) ? [everything] : [everything, directory];
    const traces = await tracesOfTone({ folders, hz: refusingHz, passes });
    assert.deepEqual(
      traces.filter(({ path }) => !but.some((part) => path.includes(part))),
      [],
    );
  }

  /** Not quite at once, so that they do not all want the same thing at the same time. */
  function beginAll(cases: readonly Case[]): Promise<readonly Underway[]> {
    return Promise.all(cases.map((one, index) => delay(index * staggerMs).then(() => begin(one))));
  }

  /** Gives those whose digits came off their time, which say nothing. */
  async function finishAll(underway: readonly Underway[], strays: string[]): Promise<readonly Case[]> {
    await Promise.all(underway.map(finish));
    await site.isEmpty();
    const again: Case[] = [];
    for (const call of underway) {
      await check(call).catch(async (error: unknown) => {
        if (!(error instanceof StrayStimulus)) throw error;
        strays.push((await traceOf(site, call.one.from, call.since)).callid);
        again.push(call.one);
      });
    }
    return again;
  }

  for (const mode of modes) {
    test(
      `${mode}: decides by his digit or his silence, before anybody’s telephone rings`,
      { timeout: 90_000 },
      async () => {
        const prefix = mode === 'optIn' ? '+4917110001' : '+4917110002';
        const cases = stimuli.map((one, index) => toCase(mode, one, `${prefix}${String(index).padStart(2, '0')}`));
        cases.push(toCase(mode, mereTone, toneDialler));
        const strays: string[] = [];
        const underway = await beginAll(cases);
        await assertNoTraceOfRefusing();
        let again = await finishAll(underway, strays);
        for (let round = 1; again.length > 0; round += 1) {
          assert.ok(round < 4, `${String(again.length)} callers never press in time`);
          again = await finishAll(await beginAll(again), strays);
        }
        await assertNoTraceOfRefusing(strays);
        const rung = phoneOf(mode).untaken.map((party) => party.caller.number);
        assert.deepEqual(rung, [], 'nobody rings after a hang-up');
      },
    );
  }

  test('hears the whole announcement, which the callee does not; the talk is recorded whole and without it', async () => {
    await inOneOf(3, async () => {
      const [from, since] = ['+491711000300', Date.now()];
      const caller = await site.phones.carrier.calls('+49305550201', { from, playing: callerHz });
      const { to } = await hearsAnnouncement(caller);
      await pressesAt(caller, to + 300, '5', {});
      const callee = await phoneOf('optIn').ringsFor(from);
      await callee.answers({ playing: speech(calleeHz) });
      await listens(caller, 1.5);
      await caller.hangsUp();
      await callee.hungUp();
      assertHeardWhole(caller, announcementHz);
      assertNotHeard(callee, announcementHz);
      const [recording] = await recordingsOf(site, from, since);
      assert.ok(recording);
      const audio = await readWav(site.server.audioPath(recording));
      assertWhole(audio, calleeHz);
      assertThroughout(audio, callerHz);
      assertAbsent(audio, announcementHz);
    });
  });

  test('leaves nothing behind, and nothing unusual in the log', async () => {
    await leavesNothing(site);
    assertQuietLog(site);
  });
});
