import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { settingKeyOf } from '../../../src/recording/files/recorded-files.ts';
import {
  aClosing,
  age,
  anOpening,
  aPart,
  makeWorkshop,
  namesIn,
  nothingLive,
  samplesIn,
  startFinisher,
  tone,
  until,
  writeRecorded,
  type Running,
} from './workshop.ts';

const long = 60_000;

function judgementsOf({ finished }: Running): readonly unknown[] {
  return finished.map((one) => one.outcome?.verdict.judgement);
}

test('a recording whose end was missed is finished from its file, and that is no fault of the file', async (t) => {
  const running = await startFinisher(t);
  const { finisher, catalogue, recordingDirectory, finished } = running;
  finisher.open(anOpening('call1'));
  writeRecorded(recordingDirectory, 'fernamt-call1-rec1', tone(4));
  await finisher.recover(nothingLive);
  await finisher.drained();
  assert.deepEqual(judgementsOf(running), ['ok']);
  assert.equal(finished[0]?.closing?.origin, 'found');
  assert.match(finished[0].outcome?.verdict.method ?? '', /how long the parties were connected is not known/);
  assert.equal(catalogue.unfinished().length, 0);
});

test('a file that Asterisk could not close is made whole and judged recovered', async (t) => {
  const running = await startFinisher(t);
  const { finisher, directory, recordingDirectory } = running;
  finisher.open(anOpening('call1'));
  writeRecorded(recordingDirectory, 'fernamt-call1-rec1', tone(4), { cutOff: true, ageMs: long });
  await finisher.recover(nothingLive);
  await finisher.drained();
  assert.deepEqual(judgementsOf(running), ['recovered']);
  const [name = ''] = namesIn(directory).filter((one) => one.endsWith('.wav'));
  const file = readFileSync(join(directory, name));
  assert.deepEqual(samplesIn(file), tone(4));
  assert.equal(file.readUInt32LE(4), file.length - 8);
  assert.equal(file.readUInt32LE(40), file.length - 44);
});

test('both lanes of a cut off recording are recovered together', async (t) => {
  const running = await startFinisher(t);
  const { finisher, recordingDirectory, finished } = running;
  finisher.open(anOpening('call1', { parts: [aPart('call1', 1), aPart('call1', 2)], layout: 'lanes' }));
  writeRecorded(recordingDirectory, 'fernamt-call1-rec1', tone(4), { cutOff: true, ageMs: long });
  writeRecorded(recordingDirectory, 'fernamt-call1-rec2', tone(3.98), { cutOff: true, ageMs: long });
  await finisher.recover(nothingLive);
  await finisher.drained();
  assert.deepEqual(judgementsOf(running), ['recovered']);
  assert.equal(finished[0]?.outcome?.audio?.channels, 2);
  assert.equal(finished[0].outcome.audio.seconds, 4);
});

test('the recording of a call that goes on is left alone', async (t) => {
  const { finisher, catalogue, recordingDirectory } = await startFinisher(t);
  finisher.open(anOpening('call1'));
  writeRecorded(recordingDirectory, 'fernamt-call1-rec1', tone(4), { cutOff: true, ageMs: long });
  await finisher.recover({ ...nothingLive, runningCalls: ['call1'] });
  await finisher.drained();
  assert.deepEqual(namesIn(recordingDirectory), ['fernamt-call1-rec1.wav']);
  assert.equal(catalogue.unfinished()[0]?.state, 'recording');
});

test('a file that Asterisk still writes is left alone until Asterisk has closed it', async (t) => {
  const running = await startFinisher(t);
  const { finisher, recordingDirectory } = running;
  finisher.open(anOpening('call1'));
  writeRecorded(recordingDirectory, 'fernamt-call1-rec1', tone(4), { cutOff: true, ageMs: long });
  await finisher.recover({ ...nothingLive, liveRecordings: ['fernamt-call1-rec1'] });
  await finisher.drained();
  assert.deepEqual(running.finished, []);
  writeRecorded(recordingDirectory, 'fernamt-call1-rec1', tone(5));
  await until('the recording is finished', () => running.finished.length === 1);
  assert.deepEqual(judgementsOf(running), ['ok']);
});

test('a cut off file that was written a moment ago is waited for', async (t) => {
  const waits: number[] = [];
  const running = await startFinisher(t, { onWait: (ms) => waits.push(ms) });
  const { finisher, recordingDirectory } = running;
  finisher.open(anOpening('call1'));
  const path = writeRecorded(recordingDirectory, 'fernamt-call1-rec1', tone(4), { cutOff: true });
  await finisher.recover(nothingLive);
  await finisher.drained();
  assert.equal(running.finished.length, 0);
  assert.deepEqual(waits.slice(0, 1), [5000]);
  age(path, long);
  await until('the recording is finished', () => running.finished.length === 1);
  assert.deepEqual(judgementsOf(running), ['recovered']);
});

test('a file of ours that no entry knows is taken in', async (t) => {
  const running = await startFinisher(t);
  const { finisher, recordingDirectory, finished, directory } = running;
  writeRecorded(recordingDirectory, 'fernamt-lost-rec1', tone(2), { ageMs: long });
  writeRecorded(recordingDirectory, 'other-lost-rec1', tone(2), { ageMs: long });
  writeRecorded(recordingDirectory, 'fernamt-greeting', tone(2), { ageMs: long });
  await finisher.recover(nothingLive);
  await finisher.drained();
  assert.deepEqual(namesIn(recordingDirectory), ['fernamt-greeting.wav', 'other-lost-rec1.wav']);
  assert.equal(namesIn(directory).length, 3);
  assert.equal(finished[0]?.opening.call, 'lost');
  assert.equal(finished[0].opening.reason, 'found-file');
});

test('what Asterisk recorded while we were away is taken in under the name of its setting', async (t) => {
  const running = await startFinisher(t, { settingNames: ['Sales', 'Support'] });
  const { finisher, recordingDirectory, finished } = running;
  const name = `fernamt-fallback-1763717415-in-${settingKeyOf('Support')}-+491711234567-+4930555010-1763717414.17`;
  writeRecorded(recordingDirectory, name, tone(3), { ageMs: long });
  await finisher.recover(nothingLive);
  await finisher.drained();
  assert.deepEqual(judgementsOf(running), ['ok']);
  const opening = finished[0]?.opening;
  assert.deepEqual(
    [opening?.setting, opening?.reason, opening?.caller, opening?.callee, opening?.direction, opening?.startedAt],
    ['Support', 'fallback', '+491711234567', '+4930555010', 'in', 1763717415000],
  );
});

test('what Asterisk still records by itself is taken in when its channel is gone', async (t) => {
  const running = await startFinisher(t);
  const { finisher, recordingDirectory } = running;
  const name = `fernamt-fallback-1763717415-out-${settingKeyOf('Gone')}-anonymous-112-1763717414.17`;
  const path = writeRecorded(recordingDirectory, name, tone(3), { cutOff: true, ageMs: long });
  await finisher.recover({ ...nothingLive, liveChannels: ['1763717414.17'] });
  await finisher.drained();
  assert.ok(existsSync(path));
  await finisher.recover(nothingLive);
  await finisher.drained();
  assert.deepEqual(judgementsOf(running), ['recovered']);
  assert.equal(running.finished[0]?.opening.setting, 'unknown');
});

test('what Asterisk recorded of a call that nobody answered is removed', async (t) => {
  const { finisher, recordingDirectory, catalogue } = await startFinisher(t);
  const name = `fernamt-fallback-1763717415-in-${settingKeyOf('Gone')}-anonymous-112-1763717414.17`;
  writeRecorded(recordingDirectory, name, tone(0), { ageMs: long });
  await finisher.recover(nothingLive);
  await finisher.drained();
  assert.deepEqual(namesIn(recordingDirectory), []);
  assert.deepEqual(catalogue.list({ limit: 10 })?.recordings, []);
});

test('what Asterisk begins to record by itself when we are back already is taken in, too', async (t) => {
  const running = await startFinisher(t);
  const { finisher, recordingDirectory } = running;
  await finisher.recover(nothingLive);
  await finisher.drained();
  const name = `fernamt-fallback-1763717415-in-${settingKeyOf('Gone')}-anonymous-112-1763717414.17`;
  writeRecorded(recordingDirectory, name, tone(3), { ageMs: long });
  await until('the recording is finished', () => running.finished.length === 1);
  assert.deepEqual(judgementsOf(running), ['ok']);
});

test('parts that a crash left behind a finished recording are removed', async (t) => {
  const running = await startFinisher(t);
  const { finisher, recordingDirectory, directory } = running;
  const opening = anOpening('call1');
  finisher.open(opening);
  writeRecorded(recordingDirectory, 'fernamt-call1-rec1', tone(1));
  finisher.close(aClosing(opening, 1));
  await finisher.drained();
  writeRecorded(recordingDirectory, 'fernamt-call1-rec1', tone(1), { ageMs: long });
  await finisher.recover(nothingLive);
  await finisher.drained();
  assert.deepEqual(namesIn(recordingDirectory), []);
  assert.equal(namesIn(directory).length, 3);
});

test('a part that turns up after its recording was given up is kept as a recording of its own', async (t) => {
  const running = await startFinisher(t);
  const { finisher, recordingDirectory, finished } = running;
  const opening = anOpening('call1');
  finisher.open(opening);
  finisher.close(aClosing(opening, 1));
  await finisher.drained();
  writeRecorded(recordingDirectory, 'fernamt-call1-rec1', tone(1), { ageMs: long });
  await finisher.recover(nothingLive);
  await finisher.drained();
  assert.deepEqual(judgementsOf(running), ['unreadable', 'ok']);
  assert.equal(finished[1]?.opening.caller, opening.caller);
  assert.deepEqual(namesIn(recordingDirectory), []);
});

test('dropping goes on where a crash ended it', async (t) => {
  const { finisher, catalogue, recordingDirectory } = await startFinisher(t);
  const opening = anOpening('call1');
  finisher.open(opening);
  catalogue.drop(opening.id);
  writeRecorded(recordingDirectory, 'fernamt-call1-rec1', tone(1));
  await finisher.recover(nothingLive);
  await until('the entry is gone', () => catalogue.dropped().length === 0);
  assert.deepEqual(namesIn(recordingDirectory), []);
});

test('left-overs in the work directory are removed', async (t) => {
  const { finisher, directory } = await startFinisher(t);
  mkdirSync(join(directory, '.unfinished'));
  writeFileSync(join(directory, '.unfinished', 'old-1.tmp'), 'x');
  await finisher.recover(nothingLive);
  assert.deepEqual(namesIn(join(directory, '.unfinished')), []);
});

test('a directory of Asterisk that is away is reported, and looked at when it is back', async (t) => {
  const workshop = { ...makeWorkshop(), recordingDirectory: '' };
  workshop.recordingDirectory = join(workshop.root, 'elsewhere');
  const running = await startFinisher(t, { workshop });
  await running.finisher.recover(nothingLive);
  assert.equal(running.failures[0]?.what, 'recovery');
  mkdirSync(workshop.recordingDirectory);
  writeRecorded(workshop.recordingDirectory, 'fernamt-lost-rec1', tone(2), { ageMs: long });
  await until('the file is taken in', () => running.finished.length === 1);
  assert.deepEqual(judgementsOf(running), ['ok']);
});
