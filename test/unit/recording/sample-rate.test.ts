import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseWav } from '../../support/audio.ts';
import type { RecordingPart } from '../../../src/telephony/commands.ts';
import {
  aClosing,
  age,
  anOpening,
  aPart,
  asteriskFile,
  namesIn,
  nothingLive,
  startFinisher,
  tone,
  until,
  writeRecorded,
  type Running,
} from './workshop.ts';

const rate = 16_000;
const wide = { sampleRate: rate };

function begin({ finisher }: Running, layout: 'single' | 'mixed' | 'lanes') {
  const parts = layout === 'single' ? [aPart('call1', 1)] : [aPart('call1', 1), aPart('call1', 2)];
  const opening = anOpening('call1', { parts, layout });
  finisher.open(opening);
  return opening;
}

function readFinished({ directory }: Running) {
  return parseWav(readFileSync(join(directory, 'call1.wav')));
}

/** Begins with zeros, as after a power cut. */
function writeWithoutHeader(
  running: Running,
  part: RecordingPart | undefined,
  samples: Int16Array,
  sampleRate: number,
) {
  const file = asteriskFile(samples, { sampleRate });
  file.fill(0, 0, 44);
  const path = join(running.recordingDirectory, `${part?.name ?? ''}${sampleRate === rate ? '.wav16' : '.wav'}`);
  writeFileSync(path, file);
  age(path, 60_000);
}

test('both lanes of a recording at 16 kHz become one file at 16 kHz', async (t) => {
  const running = await startFinisher(t, { filename: '$callid' });
  const opening = begin(running, 'lanes');
  for (const [i, { name }] of opening.parts.entries()) {
    writeRecorded(running.recordingDirectory, name, tone(2, 440 * (i + 1), rate), wide);
  }
  running.finisher.close(aClosing(opening, 2));
  await running.finisher.drained();
  assert.deepEqual(readFinished(running), { sampleRate: rate, lanes: [tone(2, 440, rate), tone(2, 880, rate)] });
  assert.deepEqual(namesIn(running.recordingDirectory), []);
});

test('both parts of a recording at 16 kHz are mixed and measured apart, without their lead', async (t) => {
  const running = await startFinisher(t, { filename: '$callid' });
  const opening = begin(running, 'mixed');
  const [one, other] = opening.parts;
  const lead = new Int16Array(rate / 2);
  writeRecorded(running.recordingDirectory, one?.name ?? '', Int16Array.from([...lead, ...tone(2, 440, rate)]), wide);
  writeRecorded(running.recordingDirectory, other?.name ?? '', new Int16Array(2.5 * rate), wide);
  running.finisher.close(aClosing(opening, 2, { leadMs: 500 }));
  await running.finisher.drained();
  assert.deepEqual(readFinished(running), { sampleRate: rate, lanes: [tone(2, 440, rate)] });
  const { figures } = running.finished[0]?.outcome?.verdict ?? {};
  assert.deepEqual(
    figures?.lanes?.map(({ soundSeconds }) => soundSeconds),
    [2, 0],
  );
});

test('a recording at 16 kHz that was cut off is mended', async (t) => {
  const running = await startFinisher(t, { filename: '$callid' });
  const opening = begin(running, 'single');
  writeRecorded(running.recordingDirectory, opening.parts[0]?.name ?? '', tone(2, 440, rate), {
    ...wide,
    cutOff: true,
    ageMs: 60_000,
  });
  running.finisher.close(aClosing(opening, 2));
  await running.finisher.drained();
  assert.deepEqual(readFinished(running), { sampleRate: rate, lanes: [tone(2, 440, rate)] });
  assert.equal(running.finished[0]?.outcome?.verdict.judgement, 'recovered');
});

for (const sampleRate of [8000, rate]) {
  test(`a file at ${sampleRate} Hz whose header never reached the disk is read by its ending`, async (t) => {
    const running = await startFinisher(t, { filename: '$callid' });
    const opening = begin(running, 'single');
    writeWithoutHeader(running, opening.parts[0], tone(2, 440, sampleRate), sampleRate);
    running.finisher.close(aClosing(opening, 2));
    await running.finisher.drained();
    assert.deepEqual(readFinished(running), { sampleRate, lanes: [tone(2, 440, sampleRate)] });
    assert.equal(running.finished[0]?.outcome?.verdict.judgement, 'recovered');
    assert.deepEqual(namesIn(running.recordingDirectory), []);
  });
}

test('a recording at 16 kHz whose end nobody told is closed as its file tells', async (t) => {
  const running = await startFinisher(t, { filename: '$callid' });
  const opening = begin(running, 'single');
  writeRecorded(running.recordingDirectory, opening.parts[0]?.name ?? '', tone(2, 440, rate), {
    ...wide,
    ageMs: 60_000,
  });
  await running.finisher.recover(nothingLive);
  await until('it is finished', () => running.finished.length === 1);
  const { figures, judgement } = running.finished[0]?.outcome?.verdict ?? {};
  assert.deepEqual([figures?.seconds, judgement], [2, 'ok']);
});

test('a file at 16 kHz that belongs to nothing is taken in as long as it is', async (t) => {
  const running = await startFinisher(t);
  const name = 'fernamt-1763713815.7-rec1';
  writeRecorded(running.recordingDirectory, name, tone(2, 440, rate), { ...wide, ageMs: 60_000 });
  await running.finisher.recover(nothingLive);
  await until('it is finished', () => running.finished.length === 1);
  const { audio, verdict } = running.finished[0]?.outcome ?? {};
  assert.deepEqual([audio?.sampleRate, audio?.seconds, verdict?.judgement], [rate, 2, 'ok']);
  assert.ok(Math.abs((running.finished[0]?.opening.startedAt ?? 0) - (Date.now() - 62_000)) < 2000);
});

test('of two parts with different rates the first is finished and the other one kept aside', async (t) => {
  const running = await startFinisher(t, { filename: '$callid' });
  const opening = begin(running, 'lanes');
  const [one, other] = opening.parts;
  writeRecorded(running.recordingDirectory, one?.name ?? '', tone(2, 440, rate), wide);
  writeRecorded(running.recordingDirectory, other?.name ?? '', tone(2, 880));
  running.finisher.close(aClosing(opening, 2));
  await running.finisher.drained();
  assert.deepEqual(running.failures, []);
  assert.equal(readFinished(running).sampleRate, rate);
  assert.deepEqual(readFinished(running).lanes[0], tone(2, 440, rate));
  const verdict = running.finished[0]?.outcome?.verdict;
  assert.equal(verdict?.judgement, 'unreadable');
  assert.match(verdict.method, /rec2\.wav is recorded in another way than the other one/);
  assert.deepEqual(namesIn(running.recordingDirectory), [`${other?.name ?? ''}.wav.unreadable`]);
});
