/** FLAC and Opus, wideband, mono and stereo: what is in the finished file, and how it is given out. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { RecordingView } from '../../src/http/ports.ts';
import { leavesNothing } from '../support/aftermath.ts';
import { parseWav, secondsOf, toneDbfs, toneSpans, type Audio } from '../support/audio.ts';
import { ask } from '../support/http-client.ts';
import { assertClean } from '../support/office.ts';
import { startSite, type Site } from '../support/site.ts';
import {
  connect,
  eightUsers,
  finished,
  hangUp,
  isRecording,
  laneOf,
  listen,
  metadataOf,
  otherHz,
  userHz,
  withoutHoles,
  type Line,
} from './control-bench.ts';

const run = promisify(execFile);

interface Kind {
  readonly format: 'flac' | 'opus';
  readonly channels: 'mono' | 'stereo';
  readonly sampleRate: 8000 | 16_000;
}

const kinds: readonly Kind[] = [
  { format: 'flac', channels: 'mono', sampleRate: 16_000 },
  { format: 'opus', channels: 'stereo', sampleRate: 16_000 },
  { format: 'flac', channels: 'stereo', sampleRate: 8000 },
  { format: 'opus', channels: 'mono', sampleRate: 8000 },
];

const contentTypes = { flac: 'audio/flac', opus: 'audio/ogg; codecs=opus' };
/** Opus keeps the sides less apart. */
const apartDbfs = { flac: -50, opus: -38 };
const beginnings = { flac: 'fLaC', opus: 'OggS' };

const config = (kind: Kind) => ({ ...eightUsers, recording: { ...kind, judgement: { oneSidedSeconds: 2 } } });

/** 1001 to 1003 speak in wideband, the others do not. */
const endpoints = Object.fromEntries(['1001', '1002', '1003'].map((name) => [name, { allow: 'g722' }]));
const lines: readonly Line[] = [
  { kind: 'in', user: '1001', other: '+491711000001' },
  { kind: 'internal', user: '1002', other: '1003' },
  { kind: 'called', user: '1004', other: '1005' },
  { kind: 'out', user: '1006', other: '+491719999901' },
];

describe('a finished recording', () => {
  let site: Site;
  before(async () => {
    site = await startSite({ name: 'formats', asterisk: { endpoints }, config: config(kinds[0]!) });
  });
  after(async () => {
    await site.stop();
  });
  afterEach(async () => {
    await leavesNothing(site);
  });

  for (const kind of kinds) {
    const { format, channels, sampleRate } = kind;
    test(`holds both from the first to the last word: ${format}, ${channels}, ${String(sampleRate)} Hz`, async () => {
      await site.server.reload(config(kind));
      await Promise.all(
        lines.map(async (line) => {
          const talk = await connect(site, line);
          await isRecording(site, talk, 'recording');
          await listen(talk.userParty, 2.2);
          await hangUp(talk);
          const [recording] = await finished(site, talk, 1);
          assert.ok(recording);
          const told = await metadataOf(site, recording);
          assert.equal(recording.judgement, 'ok', told.judgement.method);
          const { conversion, ...facts } = told.audio as { conversion?: { readonly made: boolean } };
          assert.equal(conversion?.made, true, JSON.stringify(conversion));
          assert.deepEqual(
            [facts['format' as never], facts['sampleRate' as never], facts['channels' as never]],
            [format, sampleRate, channels === 'mono' ? 1 : 2],
          );
          assertBothIn(line, await decoded(recording, kind), apartDbfs[format]);
          await isGivenOut(recording, kind);
          const checked = await run('sha256sum', ['-c', `${recording.base}.${format}.sha256`], {
            cwd: site.server.recordingsDirectory,
          });
          assert.equal(checked.stdout, `${recording.base}.${format}: OK\n`);
        }),
      );
    });
  }

  test('leaves no file of the conversion behind, and nothing went wrong in the server', async () => {
    // Only WAV files are known to what looks for unusual names.
    await assertClean(site, () => false, /\.(?:flac|opus|json|(?:flac|opus)\.sha256)$|^\.unfinished$/);
  });

  async function decoded({ base, seconds }: RecordingView, { format, sampleRate }: Kind): Promise<Audio> {
    const path = join(site.server.recordingsDirectory, `${base}.${format}`);
    const args = ['-nostdin', '-v', 'error', '-i', path, '-ar', String(sampleRate), '-f', 'wav', '-'];
    const { stdout } = await run('ffmpeg', args, { encoding: 'buffer', maxBuffer: 1e8 });
    const audio = parseWav(stdout);
    assert.ok(Math.abs(secondsOf(audio) - (seconds ?? 0)) < 0.03, `${secondsOf(audio)} s of ${String(seconds)} s`);
    return audio;
  }

  function assertBothIn(line: Line, audio: Audio, apart: number): void {
    for (const [who, hz, other] of [
      ['user', userHz, otherHz],
      ['other', otherHz, userHz],
    ] as const) {
      const samples = laneOf(line, audio, who);
      const spans = withoutHoles(toneSpans(samples, hz));
      const told = `${line.kind}: ${who} in ${JSON.stringify(spans)} of ${secondsOf(audio).toFixed(3)} s`;
      assert.ok((spans[0]?.from ?? 9) < 0.4 && secondsOf(audio) - (spans.at(-1)?.to ?? 0) < 0.3, told);
      if (audio.lanes.length < 2) continue;
      const level = toneDbfs(samples, other);
      assert.ok(level < apart, `${line.kind}: ${String(other)} Hz at ${level.toFixed(0)} dBFS in ${who}`);
    }
  }

  /** As a browser asks for it that wants to begin in the middle. */
  async function isGivenOut({ id }: RecordingView, { format }: Kind): Promise<void> {
    const url = `${site.server.url}/api/v1/recordings/${id}/audio`;
    const whole = await ask(url);
    assert.equal(whole.status, 200);
    assert.equal(whole.headers['content-type'], contentTypes[format]);
    assert.equal(whole.body.toString('latin1', 0, 4), beginnings[format]);
    assert.match(String(whole.headers['content-disposition']), new RegExp(`\\.${format}`));
    const part = await ask(url, 'GET', { range: 'bytes=100-199' });
    assert.equal(part.status, 206);
    assert.equal(part.headers['content-range'], `bytes 100-199/${String(whole.body.length)}`);
    assert.ok(part.body.equals(whole.body.subarray(100, 200)));
    assert.equal((await ask(url, 'GET', { range: `bytes=${String(whole.body.length)}-` })).status, 416);
  }
});
