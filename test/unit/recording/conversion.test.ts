import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { buffer } from 'node:stream/consumers';
import { ensureCommands } from '../../../bin/programs.ts';
import { createListing } from '../../../src/recording/catalogue/listing.ts';
import type { AudioFile, AudioFormat, StoredRecording } from '../../../src/recording/model.ts';
import { lane, parseWav, secondsOf, toneDbfs, type Audio } from '../../support/audio.ts';
import {
  aClosing,
  anOpening,
  aPart,
  makeWorkshop,
  namesIn,
  samplesIn,
  startFinisher,
  startUnattended,
  tone,
  until,
  writeRecorded,
  type Running,
  type StartOptions,
} from './workshop.ts';

ensureCommands(['ffmpeg']);

const talkSeconds = 3.333;

interface Talk {
  readonly format: AudioFormat;
  readonly sampleRate?: number;
  readonly lanes?: boolean;
  readonly samples?: Int16Array;
}

/** Left 688 Hz, right 1418 Hz. */
async function finishTalk(running: Running, { sampleRate = 8000, lanes = false, samples }: Talk) {
  const parts = lanes ? [aPart('call1', 1), aPart('call1', 2)] : [aPart('call1', 1)];
  const opening = anOpening('call1', { parts, layout: lanes ? 'lanes' : 'single' });
  running.finisher.open(opening);
  for (const [i, part] of parts.entries()) {
    const audio = samples ?? tone(talkSeconds, [688, 1418][i], sampleRate);
    writeRecorded(running.recordingDirectory, part.name, audio, { sampleRate });
  }
  running.finisher.close(aClosing(opening, samples ? samples.length / sampleRate : talkSeconds));
  await running.finisher.drained();
  return running.finished[0];
}

function decode(path: string, sampleRate: number): Audio {
  const to = ['-ar', String(sampleRate), '-c:a', 'pcm_s16le', '-f', 'wav', 'pipe:1'];
  return parseWav(execFileSync('ffmpeg', ['-nostdin', '-loglevel', 'error', '-i', path, ...to]));
}

function startFor(t: TestContext, format: AudioFormat, options: StartOptions = {}): Promise<Running> {
  return startFinisher(t, { filename: '$callid', format, ...options });
}

/** Stands before ffmpeg; `$*` holds the arguments. */
function makeEncoder(t: TestContext, script: string): string {
  const { root } = makeWorkshop();
  t.after(() => {
    rmSync(root, { recursive: true });
  });
  const path = join(root, 'encoder');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

for (const sampleRate of [8000, 16_000]) {
  test(`FLAC holds every sample of a recording at ${sampleRate} Hz`, async (t) => {
    const running = await startFor(t, 'flac');
    const recording = await finishTalk(running, { format: 'flac', sampleRate });
    const { directory, recordingDirectory } = running;
    assert.deepEqual(running.failures, []);
    assert.deepEqual(namesIn(directory), ['call1.flac', 'call1.flac.sha256', 'call1.json']);
    assert.deepEqual(namesIn(join(directory, '.unfinished')), []);
    assert.deepEqual(namesIn(recordingDirectory), []);
    execFileSync('sha256sum', ['-c', 'call1.flac.sha256'], { cwd: directory, stdio: 'pipe' });
    const audio = decode(join(directory, 'call1.flac'), sampleRate);
    assert.deepEqual(audio, { sampleRate, lanes: [tone(talkSeconds, 688, sampleRate)] });
    assert.equal(recording?.outcome?.verdict.judgement, 'ok');
    assertFacts(running, recording, { format: 'flac', sampleRate, channels: 1 });
  });

  test(`Opus is as long as a recording at ${sampleRate} Hz and sounds like it`, async (t) => {
    const running = await startFor(t, 'opus');
    const recording = await finishTalk(running, { format: 'opus', sampleRate });
    assert.deepEqual(namesIn(running.directory), ['call1.json', 'call1.opus', 'call1.opus.sha256']);
    execFileSync('sha256sum', ['-c', 'call1.opus.sha256'], { cwd: running.directory, stdio: 'pipe' });
    const audio = decode(join(running.directory, 'call1.opus'), sampleRate);
    assert.ok(Math.abs(secondsOf(audio) - talkSeconds) <= 0.02);
    assert.ok(Math.abs(toneDbfs(audio, 688, { from: 0.5, to: 3 }) + 12) < 1);
    assertFacts(running, recording, { format: 'opus', sampleRate, channels: 1 });
    assertBitRate(recording, 24_000);
  });

  test(`Opus keeps the lanes of a recording at ${sampleRate} Hz apart`, async (t) => {
    const running = await startFor(t, 'opus');
    const recording = await finishTalk(running, { format: 'opus', sampleRate, lanes: true });
    const audio = decode(join(running.directory, 'call1.opus'), sampleRate);
    const span = { from: 0.5, to: 3 };
    for (const [i, hz] of [688, 1418].entries()) {
      assert.ok(Math.abs(toneDbfs(lane(audio, i), hz, span) + 12) < 2);
      assert.ok(toneDbfs(lane(audio, 1 - i), hz, span) < -45, 'the other lane does not hear it');
    }
    assertFacts(running, recording, { format: 'opus', sampleRate, channels: 2 });
    assertBitRate(recording, 40_000);
  });
}

test('FLAC holds both lanes', async (t) => {
  const running = await startFor(t, 'flac');
  await finishTalk(running, { format: 'flac', lanes: true });
  const { lanes } = decode(join(running.directory, 'call1.flac'), 8000);
  assert.deepEqual(lanes, [tone(talkSeconds, 688), tone(talkSeconds, 1418)]);
});

function assertFacts({ directory }: Running, recording: StoredRecording | undefined, facts: Partial<AudioFile>) {
  const { audio } = JSON.parse(readFileSync(join(directory, 'call1.json'), 'utf8')) as {
    audio: Record<string, unknown>;
  };
  const { format = 'wav' } = facts;
  const { made, method } = audio['conversion'] as { made: boolean; method: string };
  assert.deepEqual({ ...audio, ...facts, file: `call1.${format}` }, audio);
  assert.equal(audio['seconds'], Math.round(talkSeconds * 8000) / 8000);
  assert.equal(audio['bytes'], readFileSync(join(directory, `call1.${format}`)).length);
  assert.equal(made, true);
  assert.match(method, /^decoded again, it (?:holds the same samples|is as long)/);
  assert.equal(recording?.outcome?.audio?.format, format);
}

function assertBitRate(recording: StoredRecording | undefined, most: number): void {
  const { bytes = Infinity, seconds = 0 } = recording?.outcome?.audio ?? {};
  assert.ok((8 * bytes) / seconds < 1.15 * most, `${(8 * bytes) / seconds} bit/s`);
}

test('the audio of each format is offered as what it is, in parts as well', async (t) => {
  for (const [format, type] of [
    ['flac', 'audio/flac'],
    ['opus', 'audio/ogg; codecs=opus'],
  ] as const) {
    const running = await startFor(t, format);
    const recording = await finishTalk(running, { format });
    const listing = createListing(running.catalogue, running.directory);
    const audio = await listing.openAudio(recording?.id ?? '');
    const file = readFileSync(join(running.directory, `call1.${format}`));
    assert.ok(audio);
    assert.deepEqual([audio.contentType, audio.fileName, audio.bytes], [type, `call1.${format}`, file.length]);
    assert.deepEqual(await buffer(audio.read(100, 199)), file.subarray(100, 200));
    assert.deepEqual(
      await listing.files(recording?.id ?? ''),
      [`call1.${format}`, 'call1.json', `call1.${format}.sha256`].map((name) => join(running.directory, name)),
    );
  }
});

/** What goes wrong with the encoder, and what is said of it. */
const faults: readonly (readonly [what: string, format: AudioFormat, script: string, said: RegExp])[] = [
  ['that fails', 'flac', 'echo no such codec >&2; exit 1', /FLAC could not be made: .* ended with 1: no such codec/],
  ['that writes nothing', 'opus', 'exit 0', /Opus could not be proven: it was not written/],
  ['that writes no audio', 'flac', 'for last; do :; done; echo nonsense > "${last#file:}"', /could not be proven/],
  [
    'that changes samples',
    'flac',
    filtered('volume=0.5'),
    /FLAC could not be proven: its samples are others from 0\.0 s on/,
  ],
  [
    'that cuts the end off',
    'flac',
    filtered('atrim=duration=1'),
    /FLAC could not be proven: it has 8000 samples instead of/,
  ],
  [
    'that loses the end',
    'opus',
    filtered('atrim=duration=1'),
    /Opus could not be proven: it has 8000 samples instead of/,
  ],
  ['that loses the sound', 'opus', filtered('volume=0'), /Opus could not be proven: what is heard at 0\.0 s is lost/],
];

/** Decodes, and puts the decoded file through a filter. */
function filtered(filter: string): string {
  return `ffmpeg "$@" || exit 1
case "$*" in *pcm_s16le*) ;; *) exit 0;; esac
for last; do :; done
file="\${last#file:}"
ffmpeg -nostdin -loglevel error -y -i "$file" -af ${filter} -f wav "$file.x" && mv "$file.x" "$file"`;
}

for (const [what, format, script, said] of faults) {
  test(`with an encoder for ${format} ${what} the recording stays WAV`, async (t) => {
    const running = await startFor(t, format, { encoder: makeEncoder(t, script) });
    const recording = await finishTalk(running, { format });
    assertStaysWav(running, recording, said);
  });
}

test('without an encoder the recording stays WAV', async (t) => {
  const running = await startFor(t, 'opus', { encoder: 'no-such-encoder' });
  const recording = await finishTalk(running, { format: 'opus' });
  assertStaysWav(running, recording, /Opus could not be made: no-such-encoder to encode: it is not installed/);
});

function assertStaysWav(running: Running, recording: StoredRecording | undefined, said: RegExp): void {
  const { directory, failures } = running;
  assert.deepEqual(namesIn(directory), ['call1.json', 'call1.wav', 'call1.wav.sha256']);
  assert.deepEqual(namesIn(join(directory, '.unfinished')), []);
  assert.deepEqual(samplesIn(readFileSync(join(directory, 'call1.wav'))), tone(talkSeconds, 688));
  execFileSync('sha256sum', ['-c', 'call1.wav.sha256'], { cwd: directory, stdio: 'pipe' });
  assert.deepEqual([recording?.state, recording?.outcome?.verdict.judgement], ['kept', 'ok']);
  assert.equal(recording?.outcome?.audio?.format, 'wav');
  assert.equal(recording.outcome.audio.conversion?.made, false);
  assert.match(recording.outcome.audio.conversion.method, said);
  assert.deepEqual(
    failures.map(({ what }) => what),
    ['conversion'],
  );
}

test('an empty recording stays WAV without a complaint about the encoder', async (t) => {
  const running = await startFor(t, 'opus');
  const recording = await finishTalk(running, { format: 'opus', samples: new Int16Array() });
  assert.deepEqual(namesIn(running.directory), ['call1.json', 'call1.wav', 'call1.wav.sha256']);
  assert.equal(recording?.outcome?.audio?.conversion?.method, 'there is no audio to convert');
  assert.deepEqual(running.failures, []);
});

test('a few samples become FLAC and Opus', async (t) => {
  for (const format of ['flac', 'opus'] as const) {
    const running = await startFor(t, format);
    const recording = await finishTalk(running, { format, samples: tone(0.01) });
    assert.deepEqual(running.failures, []);
    assert.equal(recording?.outcome?.audio?.format, format);
  }
});

test('what cannot be read as audio is kept as it came', async (t) => {
  const running = await startFor(t, 'flac');
  const opening = anOpening('call1');
  running.finisher.open(opening);
  writeFileSync(join(running.recordingDirectory, 'fernamt-call1-rec1.wav'), 'nonsense');
  running.finisher.close(aClosing(opening, 3));
  await until('it is finished', () => running.finished.length > 0);
  assert.equal(readFileSync(join(running.directory, 'call1.wav'), 'utf8'), 'nonsense');
  assert.equal(running.finished[0]?.outcome?.verdict.judgement, 'unreadable');
});

test('a file of any format keeps its name from others', async (t) => {
  const running = await startFor(t, 'wav');
  writeFileSync(join(running.directory, 'call1.flac'), 'foreign');
  const recording = await finishTalk(running, { format: 'wav' });
  assert.equal(recording?.base, 'call1-2');
});

test('a server that stops does not wait for the encoder, and the next one converts', async (t) => {
  const encoder = makeEncoder(t, 'touch "$0.begun"; exec sleep 600');
  const workshop = makeWorkshop();
  const first = await startUnattended(workshop, { filename: '$callid', format: 'flac', encoder });
  const opening = anOpening('call1');
  first.finisher.open(opening);
  writeRecorded(workshop.recordingDirectory, 'fernamt-call1-rec1', tone(1));
  first.finisher.close(aClosing(opening, 1));
  await until('the encoder runs', () => namesIn(join(encoder, '..')).includes('encoder.begun'));
  await first.finisher.stop();
  await first.database.close();
  assert.deepEqual([first.failures, first.finished], [[], []]);

  const second = await startFor(t, 'flac', { workshop });
  await second.finisher.recover({ liveRecordings: [], liveChannels: [], runningCalls: [] });
  await second.finisher.drained();
  assert.deepEqual(namesIn(workshop.directory), ['call1.flac', 'call1.flac.sha256', 'call1.json']);
  assert.deepEqual(second.failures, []);
});
