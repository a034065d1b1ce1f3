/** Recordings of real calls, proved by what is to be heard in them. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { after, afterEach, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { RecordingView } from '../../src/http/ports.ts';
import { leavesNothing } from '../support/aftermath.ts';
import { inOneOf } from '../support/attempts.ts';
import { lane, readWav, secondsOf, TONES_HZ, type Audio } from '../support/audio.ts';
import { eventually } from '../support/eventually.ts';
import type { Party, Sound } from '../support/phones.ts';
import { assertAbsent, assertWhole, faultsIn, lagsOf, speech, talk, type Talk } from '../support/recorded.ts';
import { startSite, type Site } from '../support/site.ts';

const run = promisify(execFile);
const [low, , , , high, , early] = TONES_HZ;

const config = {
  users: ['1001', '1002', '1003', '1004', '1005', '1006', '1007', '1008'].map((extension) => ({
    extension,
    name: `User ${extension}`,
    did: [`+493055502${extension.slice(2)}`],
  })),
  ringGroups: [
    { number: '600', name: 'Support', members: ['1004', '1005'] },
    { number: '603', name: 'Night', members: ['1006'], ringSeconds: 1, overflow: '1007' },
  ],
  hotlines: [
    { did: '+4930555010', name: 'Muster GmbH', destination: '600' },
    { did: '+4930555013', name: 'Night', destination: '603' },
  ],
};
const recording = (channels: 'mono' | 'stereo') => ({
  channels,
  judgement: { oneSidedSeconds: 2 },
  settings: [{ name: 'Everything', select: { all: true } }],
});

/** A shape of a call: how it comes about that somebody talks with somebody. */
interface Shape {
  readonly name: string;
  readonly direction: 'in' | 'out';
  /** The caller's number and the number called, as the recording names them. */
  readonly caller: string;
  readonly callee: string;
  readonly users: readonly string[];
  readonly endedBy: 'caller' | 'callee';
  connect(site: Site): Promise<{ readonly caller: Party; readonly callee: Party }>;
}

const shapes: readonly Shape[] = [
  {
    name: 'a call from outside to an extension',
    ...{ direction: 'in', caller: '+491711000001', callee: '+493055502' + '01', users: ['1001'], endedBy: 'caller' },
    connect: async ({ phones: { carrier, phone } }) => {
      const caller = await carrier.calls('+493055502' + '01', { from: '+491711000001', playing: speech(low) });
      return { caller, callee: await phone('1001').answers({ playing: speech(high) }) };
    },
  },
  {
    name: 'an internal call',
    ...{ direction: 'in', caller: '1002', callee: '1003', users: ['1002', '1003'], endedBy: 'callee' },
    connect: async ({ phones: { phone } }) => {
      const caller = await phone('1002').calls('1003', { playing: speech(low) });
      return { caller, callee: await phone('1003').answers({ playing: speech(high) }) };
    },
  },
  {
    name: 'a call to the outside',
    ...{ direction: 'out', caller: '1002', callee: '+491719999901', users: ['1002'], endedBy: 'callee' },
    connect: async ({ phones: { carrier, phone } }) => {
      const caller = await phone('1002').calls('+491719999901', { playing: speech(low) });
      const callee = await carrier.receives('+491719999901');
      return { caller, callee: await callee.answers({ playing: speech(high) }) };
    },
  },
  {
    name: 'a call to a group',
    ...{ direction: 'in', caller: '+491711000002', callee: '+4930555010', users: ['1004'], endedBy: 'callee' },
    connect: async ({ phones: { carrier, phone } }) => {
      const caller = await carrier.calls('+4930555010', {
        from: '+491711000002',
        name: 'Karla Kern',
        playing: speech(low),
      });
      await phone('1005').rings();
      return { caller, callee: await phone('1004').answers({ playing: speech(high) }) };
    },
  },
  {
    name: 'a call that flowed over',
    ...{ direction: 'in', caller: '+491711000003', callee: '+4930555013', users: ['1007'], endedBy: 'caller' },
    connect: async ({ phones: { carrier, phone } }) => {
      const caller = await carrier.calls('+4930555013', { from: '+491711000003', playing: speech(low) });
      await phone('1006').rings();
      return { caller, callee: await phone('1007').answers({ playing: speech(high) }) };
    },
  },
  {
    name: 'a call to the outside with early media',
    ...{ direction: 'out', caller: '1008', callee: '+491719999902', users: ['1008'], endedBy: 'caller' },
    connect: async ({ phones: { carrier, phone } }) => {
      const caller = await phone('1008').calls('+491719999902', { playing: speech(low) });
      const callee = await carrier.receives('+491719999902');
      await callee.playsEarly(early);
      await caller.hears(early);
      return { caller, callee: await callee.answers({ playing: speech(high) }) };
    },
  },
];

describe('recordings', () => {
  let site: Site;
  before(async () => {
    site = await startSite({ name: 'recordings', config: { ...config, recording: recording('mono') } });
  });
  after(async () => {
    await site.stop();
  });
  afterEach(async () => {
    await leavesNothing(site);
  });
  const phone = (name: string) => site.phones.phone(name);

  /** The finished recording between these two that was begun since then. */
  function recordingBetween(caller: string, callee: string, since: number): Promise<RecordingView> {
    const isIt = (one: RecordingView) =>
      one.caller === caller && one.callee === callee && Date.parse(one.startedAt) >= since;
    return eventually(`the recording of ${caller} to ${callee} is finished`, async () =>
      (await site.server.recordings()).find((one) => isIt(one) && one.state === 'kept'),
    );
  }

  /** A colleague or somebody outside calls. */
  function dial(from: string, to: string, playing: Sound): Promise<Party> {
    const isInside = from.length === 4;
    return isInside ? phone(from).calls(to, { playing }) : site.phones.carrier.calls(to, { from, playing });
  }

  async function fileOf(one: RecordingView): Promise<Audio> {
    return readWav(site.server.audioPath(one));
  }

  interface Recorded {
    readonly shape: Shape;
    readonly talked: Talk;
    readonly recording: RecordingView;
    readonly audio: Audio;
  }

  async function record(shape: Shape): Promise<Recorded> {
    const since = Date.now();
    const { caller, callee } = await shape.connect(site);
    const talked = await talk(caller, callee, shape.endedBy);
    await eventually('the call is over', async () =>
      (await site.server.calls()).every((call) => call.caller.number !== shape.caller),
    );
    const recorded = await recordingBetween(shape.caller, shape.callee, since);
    return { shape, talked, recording: recorded, audio: await fileOf(recorded) };
  }

  /** All shapes at once; what did not come out well is tried again alone. */
  async function proveAll(check: (recorded: Recorded) => void): Promise<void> {
    const prove = async (shape: Shape): Promise<void> => {
      check(await record(shape));
    };
    const outcomes = await Promise.allSettled(shapes.map(prove));
    for (const [index, shape] of shapes.entries()) {
      if (outcomes[index]?.status === 'fulfilled') continue;
      await inOneOf(2, () => prove(shape)).catch((cause: unknown) => {
        throw new Error(shape.name, { cause });
      });
    }
  }

  function assertFacts({ shape, talked, recording: one, audio }: Recorded): void {
    assert.equal(one.judgement, 'ok');
    assert.equal(one.direction, shape.direction);
    const [file, spoken] = [secondsOf(audio), talked.seconds];
    assert.ok(Math.abs(file - spoken) < 0.1, `${file.toFixed(3)} s of ${spoken.toFixed(3)} s`);
    assert.ok(Math.abs((one.seconds ?? 0) - file) < 0.001);
    // The last packets of the early media may still be on their way.
    for (const index of audio.lanes.keys()) assertAbsent(lane(audio, index), early, 0.1);
  }

  test('every shape of a call is recorded from the first word to the last, and nothing before the answer', async () => {
    await proveAll((recorded) => {
      assertFacts(recorded);
      assert.equal(recorded.audio.lanes.length, 1);
      assertWhole(recorded.audio, low);
      assertWhole(recorded.audio, high);
    });
  });

  test('in stereo each side has its lane: the outside party left, in an internal call the caller', async () => {
    await site.server.reload({ ...config, recording: recording('stereo') });
    await proveAll((recorded) => {
      assertFacts(recorded);
      assert.equal(recorded.audio.lanes.length, 2);
      const [left, right] = recorded.shape.direction === 'out' ? [high, low] : [low, high];
      const lanes = [lane(recorded.audio, 0), lane(recorded.audio, 1)] as const;
      assertWhole(lanes[0], left);
      assertWhole(lanes[1], right);
      assertAbsent(lanes[0], right);
      assertAbsent(lanes[1], left);
    });
  });

  test('the two lanes of a stereo file stand at most 40 ms apart', async () => {
    // What the caller says comes back from the callee at once, so that it is in both lanes at the same time.
    const playing = Array.from({ length: 6 }, () => [
      { hz: low, ms: 100 },
      { hz: 0, ms: 100 },
    ]).flat();
    const from = '+491711000011';
    const connections = [
      {
        called: '1001',
        caller: from,
        callee: '+49305550201',
        dial: () => site.phones.carrier.calls('+49305550201', { from, playing }),
      },
      { called: '1005', caller: '1004', callee: '1005', dial: () => phone('1004').calls('1005', { playing }) },
    ];
    await Promise.all(
      connections.map(({ called, caller, callee, dial }) =>
        inOneOf(4, async () => {
          const since = Date.now();
          const speaking = await dial();
          const echoing = await phone(called).rings();
          await echoing.answers({ sendsNothing: true });
          await echoing.echoes();
          await talk(speaking, echoing, 'caller');
          const audio = await fileOf(await recordingBetween(caller, callee, since));
          for (const lag of lagsOf(lane(audio, 0), lane(audio, 1), low))
            assert.ok(Math.abs(lag) <= 0.04, `${caller}: ${String(lag)} s`);
        }),
      ),
    );
  });

  test('there is no click and no gap in what was said, mono and stereo, inside and with the outside', async () => {
    const inside = { from: '1004', to: '1003', callee: '1003', tones: [low, high] };
    const outside = { from: '+491711000012', to: '+49305550201', callee: '1001', tones: [low, high] };
    for (const channels of ['mono', 'stereo'] as const) {
      await site.server.reload({ ...config, recording: recording(channels) });
      for (const { from, to, callee, tones } of [inside, outside]) {
        await inOneOf(4, async () => {
          const since = Date.now();
          const caller = await dial(from, to, low);
          await talk(caller, await phone(callee).answers({ playing: high }), 'caller');
          const audio = await fileOf(await recordingBetween(from, to, since));
          const heard = channels === 'mono' ? [tones] : tones.map((hz) => [hz]);
          for (const [index, sounding] of heard.entries()) {
            assert.deepEqual(faultsIn(lane(audio, index), sounding), [], `${channels} ${from}`);
          }
        });
      }
    }
  });

  test('beside the audio lie its checksum, which sha256sum accepts, and metadata that are true', async () => {
    await site.server.reload({ ...config, recording: recording('stereo') });
    const group = shapes[3];
    assert.ok(group);
    const { talked, recording: one, audio } = await record(group);
    const directory = site.server.recordingsDirectory;
    const checked = await run('sha256sum', ['-c', `${one.base}.wav.sha256`], { cwd: directory });
    assert.equal(checked.stdout, `${one.base}.wav: OK\n`);
    const bytes = await readFile(site.server.audioPath(one));
    const { configuration, startedAt, joinedAt, partedAt, audio: told, judgement, ...facts } = await metadataOf(one);
    assert.deepEqual(facts, {
      version: 1,
      id: one.id,
      callid: one.callid,
      base: one.base,
      setting: 'Everything',
      reason: 'all-calls',
      direction: 'in',
      caller: { number: group.caller, name: 'Karla Kern' },
      callee: { number: group.callee },
      users: group.users,
      group: '600',
      hotline: 'Muster GmbH',
      consent: null,
      pauses: [],
      supervision: [],
    });
    assert.match(String(configuration), /^[0-9a-f]{64}$/);
    assert.deepEqual(told, {
      file: `${one.base}.wav`,
      format: 'wav',
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      seconds: secondsOf(audio),
      sampleRate: 8000,
      channels: 2,
      lanes: ['the outside party', 'our side'],
    });
    const talkSeconds = (Date.parse(String(partedAt)) - Date.parse(String(joinedAt))) / 1000;
    assert.ok(
      Math.abs(talkSeconds - talked.seconds) < 0.1,
      `${String(talkSeconds)} s told, ${String(talked.seconds)} s talked`,
    );
    assert.ok(Date.parse(String(startedAt)) <= Date.parse(String(joinedAt)));
    assert.ok(Math.abs(Date.parse(String(partedAt)) - Date.now()) < 10_000);
    assert.equal((judgement as { readonly result: string }).result, 'ok');
  });

  test('a talk in which nobody says anything is silent, one in which only one of two is heard is one-sided', async () => {
    const silence = [{ hz: 0 }];
    for (const channels of ['mono', 'stereo'] as const) {
      await site.server.reload({ ...config, recording: recording(channels) });
      const outcomes = await Promise.all([
        judgementOf('1002', '1003', silence, { playing: silence }),
        // A muted microphone sends silence, which can be told from the other direction only where they are kept apart.
        judgementOf('+491711000021', '1001', silence, { playing: high }),
        judgementOf('1004', '1005', low, { playing: silence }),
        judgementOf('+491711000022', '1006', low, { sendsNothing: true }),
      ]);
      const muted = channels === 'mono' ? 'ok' : 'oneSided';
      assert.deepEqual(outcomes, ['silent', muted, 'oneSided', 'oneSided'], channels);
    }
  });

  async function judgementOf(
    from: string,
    to: string,
    playing: Sound,
    answer: Parameters<Party['answers']>[0],
  ): Promise<string | null> {
    const did = `+493055502${to.slice(2)}`;
    const isInside = from.length === 4;
    const since = Date.now();
    const caller = await dial(from, isInside ? to : did, playing);
    const callee = await phone(to).rings();
    await callee.answers(answer);
    await caller.isAnswered();
    const until = performance.now() + 2300;
    await callee.hungUp(2300).catch(() => undefined);
    assert.ok(performance.now() >= until - 5, 'nobody hung up');
    await caller.hangsUp();
    return (await recordingBetween(from, isInside ? to : did, since)).judgement;
  }

  async function metadataOf(one: RecordingView): Promise<Readonly<Record<string, unknown>>> {
    const text = await readFile(site.server.audioPath(one).replace(/\.wav$/, '.json'), 'utf8');
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  }
});
