/** Formats and sample rates of real recordings: each is decoded and proved by what is to be heard in it. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { ensureCommands } from '../../bin/programs.ts';
import type { RecordingView } from '../../src/http/ports.ts';
import { leavesNothing } from '../support/aftermath.ts';
import { inOneOf } from '../support/attempts.ts';
import { lane, parseWav, secondsOf, TONES_HZ, type Audio } from '../support/audio.ts';
import { eventually } from '../support/eventually.ts';
import { assertAbsent, assertWhole, speech, talk } from '../support/recorded.ts';
import { startSite, type Site } from '../support/site.ts';

ensureCommands(['ffmpeg']);

const run = promisify(execFile);
const [low, , , , high] = TONES_HZ;

const config = {
  users: ['1001', '1002', '1003', '1004'].map((extension) => ({ extension, name: `User ${extension}` })),
  ringGroups: [],
  hotlines: [],
};
const recording = (rest: object) => ({ ...rest, settings: [{ name: 'Everything', select: { all: true } }] });

interface Kind {
  readonly format: 'wav' | 'flac' | 'opus';
  readonly sampleRate: 8000 | 16_000;
  readonly channels: 'mono' | 'stereo';
  readonly contentType: string;
}

const kinds: readonly Kind[] = [
  { format: 'wav', sampleRate: 16_000, channels: 'stereo', contentType: 'audio/wav' },
  { format: 'flac', sampleRate: 8000, channels: 'stereo', contentType: 'audio/flac' },
  { format: 'flac', sampleRate: 16_000, channels: 'mono', contentType: 'audio/flac' },
  { format: 'opus', sampleRate: 8000, channels: 'mono', contentType: 'audio/ogg; codecs=opus' },
  { format: 'opus', sampleRate: 16_000, channels: 'stereo', contentType: 'audio/ogg; codecs=opus' },
];

describe('the format of a recording', () => {
  let site: Site;
  before(async () => {
    site = await startSite({ name: 'formats', config: { ...config, recording: recording({}) } });
  });
  after(() => site.stop());
  afterEach(() => leavesNothing(site));

  async function record(): Promise<{ readonly one: RecordingView; readonly spoken: number }> {
    const since = Date.now();
    const caller = await site.phones.phone('1001').calls('1002', { playing: speech(low) });
    const callee = await site.phones.phone('1002').answers({ playing: speech(high) });
    const { seconds } = await talk(caller, callee, 'caller');
    const one = await eventually('the recording is finished', async () =>
      (await site.server.recordings()).find((each) => Date.parse(each.startedAt) >= since && each.state === 'kept'),
    );
    return { one, spoken: seconds };
  }

  async function decode(path: string, sampleRate: number): Promise<Audio> {
    const to = ['-ar', String(sampleRate), '-c:a', 'pcm_s16le', '-f', 'wav', 'pipe:1'];
    const options = { encoding: 'buffer', maxBuffer: 2 ** 28 } as const;
    return parseWav((await run('ffmpeg', ['-nostdin', '-loglevel', 'error', '-i', path, ...to], options)).stdout);
  }

  function assertHeard(audio: Audio, channels: Kind['channels']): void {
    assert.equal(audio.lanes.length, channels === 'stereo' ? 2 : 1);
    const [left, right] = [lane(audio, 0), lane(audio, channels === 'stereo' ? 1 : 0)];
    assertWhole(left, low);
    assertWhole(right, high);
    if (channels === 'mono') return;
    assertAbsent(left, high);
    assertAbsent(right, low);
  }

  for (const { format, sampleRate, channels, contentType } of kinds) {
    test(`${format} at ${sampleRate} Hz in ${channels} holds the whole talk`, async () => {
      await site.server.reload({ ...config, recording: recording({ format, sampleRate, channels }) });
      await inOneOf(3, async () => {
        const { one, spoken } = await record();
        assert.equal(one.judgement, 'ok');
        const directory = site.server.recordingsDirectory;
        const names = (await readdir(directory)).filter((name) => name.startsWith(one.base)).sort();
        const own = [`${one.base}.${format}`, `${one.base}.${format}.sha256`, `${one.base}.json`];
        assert.deepEqual(names, own.sort());
        await run('sha256sum', ['-c', `${one.base}.${format}.sha256`], { cwd: directory });
        const audio = await decode(join(directory, `${one.base}.${format}`), sampleRate);
        assert.ok(Math.abs(secondsOf(audio) - spoken) < 0.1);
        assert.ok(Math.abs(secondsOf(audio) - (one.seconds ?? 0)) <= 0.02);
        const answer = await fetch(`${site.server.url}/api/v1/recordings/${one.id}/audio`, {
          headers: { range: 'bytes=0-99' },
        });
        assert.equal(answer.headers.get('content-type'), contentType);
        assert.equal((await answer.arrayBuffer()).byteLength, 100);
        assertHeard(audio, channels);
      });
    });
  }
});
