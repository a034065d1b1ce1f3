import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { numberedName } from '../../../src/recording/files/file-name.ts';
import type { RecordingId } from '../../../src/telephony/ids.ts';
import {
  aClosing,
  anOpening,
  aPart,
  asteriskFile,
  makeDividedWorkshop,
  makeWorkshop,
  namesIn,
  nothingLive,
  samplesIn,
  silence,
  startFinisher,
  tone,
  until,
  writeRecorded,
  type Running,
} from './workshop.ts';

const base = '20251121-093015_in_+491711234567_+4930555010';

test('a recording becomes audio, metadata and checksum under the configured name', async (t) => {
  const { finisher, catalogue, finished, directory, recordingDirectory, failures } = await startFinisher(t);
  const opening = { ...anOpening('call1'), configuration: 'abc123' };
  finisher.open(opening);
  assert.equal(catalogue.get(opening.id)?.state, 'recording');
  writeRecorded(recordingDirectory, 'fernamt-call1-rec1', tone(3));
  finisher.close(aClosing(opening, 3));
  assert.equal(catalogue.get(opening.id)?.state, 'finishing');
  await finisher.drained();

  assert.deepEqual(failures, []);
  assert.deepEqual(namesIn(directory), [`${base}.json`, `${base}.wav`, `${base}.wav.sha256`]);
  assert.deepEqual(namesIn(recordingDirectory), []);
  assert.deepEqual(samplesIn(readFileSync(join(directory, `${base}.wav`))), tone(3));
  execFileSync('sha256sum', ['-c', `${base}.wav.sha256`], { cwd: directory, stdio: 'pipe' });
  const metadata = JSON.parse(readFileSync(join(directory, `${base}.json`), 'utf8')) as Record<string, unknown>;
  assert.equal(metadata['callid'], 'call1');
  assert.equal(metadata['configuration'], 'abc123');
  assert.deepEqual(
    finished.map((one) => [one.state, one.base, one.outcome?.verdict.judgement]),
    [['kept', base, 'ok']],
  );
});

test('a recording that was taken over whole keeps its bytes without being copied', async (t) => {
  const { finisher, directory, recordingDirectory } = await startFinisher(t);
  const opening = anOpening('call1');
  finisher.open(opening);
  const part = writeRecorded(recordingDirectory, 'fernamt-call1-rec1', tone(1));
  const other = join(recordingDirectory, 'second-name');
  linkSync(part, other);
  finisher.close(aClosing(opening, 1));
  await finisher.drained();
  writeFileSync(other, 'x', { flag: 'r+' });
  assert.equal(readFileSync(join(directory, `${base}.wav`), 'latin1')[0], 'x');
});

test('a talk whose end nobody heard is as long as its audio and not short', async (t) => {
  const { finisher, finished, directory, recordingDirectory } = await startFinisher(t);
  const opening = anOpening('call1');
  finisher.open(opening);
  writeRecorded(recordingDirectory, 'fernamt-call1-rec1', tone(2));
  finisher.close(aClosing(opening, 60, { endUnheard: true }));
  await finisher.drained();
  assert.equal(finished[0]?.outcome?.verdict.judgement, 'ok');
  assert.equal(finished[0].outcome.verdict.figures?.expectedSeconds, undefined);
  const { joinedAt, partedAt } = JSON.parse(readFileSync(join(directory, `${base}.json`), 'utf8')) as Record<
    string,
    string
  >;
  assert.equal(Date.parse(partedAt ?? '') - Date.parse(joinedAt ?? ''), 2000);
});

test('the lead is cut off at the beginning', async (t) => {
  const { finisher, directory, recordingDirectory } = await startFinisher(t);
  const opening = anOpening('call1');
  finisher.open(opening);
  writeRecorded(recordingDirectory, 'fernamt-call1-rec1', Int16Array.from([...silence(0.5), ...tone(2)]));
  finisher.close(aClosing(opening, 2, { leadMs: 500 }));
  await finisher.drained();
  assert.deepEqual(samplesIn(readFileSync(join(directory, `${base}.wav`))), tone(2));
});

test('a recording at 16 kHz is found under the ending that Asterisk gives it', async (t) => {
  const { finisher, finished, recordingDirectory } = await startFinisher(t);
  const opening = anOpening('call1');
  finisher.open(opening);
  writeRecorded(recordingDirectory, 'fernamt-call1-rec1', tone(2, 440, 16_000), { sampleRate: 16_000 });
  finisher.close(aClosing(opening, 2));
  await finisher.drained();
  assert.equal(finished[0]?.outcome?.audio?.sampleRate, 16_000);
  assert.equal(finished[0].outcome.audio.seconds, 2);
  assert.deepEqual(namesIn(recordingDirectory), []);
});

test('names that are taken, by a recording or by any other file, are numbered on and never overwritten', async (t) => {
  const { finisher, directory, recordingDirectory, finished } = await startFinisher(t);
  writeFileSync(join(directory, `${base}.json`), 'foreign');
  writeFileSync(join(directory, `${base}-3.wav`), 'foreign');
  for (const call of ['call1', 'call2', 'call3']) {
    const opening = anOpening(call);
    finisher.open(opening);
    writeRecorded(recordingDirectory, `fernamt-${call}-rec1`, tone(1));
    finisher.close(aClosing(opening, 1));
    await finisher.drained();
  }
  assert.deepEqual(
    finished.map((one) => one.base),
    [`${base}-2`, `${base}-4`, `${base}-5`],
  );
  assert.equal(readFileSync(join(directory, `${base}.json`), 'utf8'), 'foreign');
  assert.equal(readFileSync(join(directory, `${base}-3.wav`), 'utf8'), 'foreign');
});

test('many recordings of the same moment get different names', async (t) => {
  const { finisher, directory, recordingDirectory, finished } = await startFinisher(t);
  const openings = Array.from({ length: 25 }, (_, i) => anOpening(`call${i}`));
  for (const opening of openings) {
    finisher.open(opening);
    writeRecorded(recordingDirectory, opening.parts[0]?.name ?? '', tone(0.1));
    finisher.close(aClosing(opening, 0.1));
  }
  await finisher.drained();
  assert.equal(new Set(finished.map((one) => one.base)).size, 25);
  assert.equal(namesIn(directory).length, 75);
});

test('a file that Asterisk never wrote leaves an entry that is judged unreadable', async (t) => {
  const { finisher, finished, directory } = await startFinisher(t);
  const opening = anOpening('call1');
  finisher.open(opening);
  finisher.close(aClosing(opening, 3));
  await finisher.drained();
  const [recording] = finished;
  assert.equal(recording?.outcome?.verdict.judgement, 'unreadable');
  assert.match(recording.outcome.verdict.method, /Asterisk wrote no file fernamt-call1-rec1\.wav/);
  assert.equal(recording.state, 'kept');
  assert.deepEqual(namesIn(directory), []);
});

test('a file that appears a moment after the end is waited for', async (t) => {
  const workshop = makeWorkshop();
  const write = (): string => writeRecorded(workshop.recordingDirectory, 'fernamt-call1-rec1', tone(1));
  const { finisher, finished } = await startFinisher(t, { workshop, onWait: write });
  const opening = anOpening('call1');
  finisher.open(opening);
  finisher.close(aClosing(opening, 1));
  await finisher.drained();
  assert.equal(finished[0]?.outcome?.verdict.judgement, 'ok');
});

test('when one of two lanes is missing the other one is kept and the recording judged unreadable', async (t) => {
  const { finisher, finished, directory, recordingDirectory } = await startFinisher(t);
  const opening = anOpening('call1', { parts: [aPart('call1', 1), aPart('call1', 2)], layout: 'lanes' });
  finisher.open(opening);
  writeRecorded(recordingDirectory, 'fernamt-call1-rec2', tone(2));
  finisher.close(aClosing(opening, 2));
  await finisher.drained();
  assert.equal(finished[0]?.outcome?.verdict.judgement, 'unreadable');
  const samples = samplesIn(readFileSync(join(directory, `${base}.wav`)));
  assert.deepEqual(
    samples.filter((_, i) => i % 2 === 1),
    tone(2),
  );
  assert.deepEqual(
    samples.filter((_, i) => i % 2 === 0),
    silence(2),
  );
});

test('a file that is no audio is kept as it is', async (t) => {
  const { finisher, finished, directory, recordingDirectory } = await startFinisher(t, { skewMs: 60_000 });
  const opening = anOpening('call1');
  finisher.open(opening);
  writeFileSync(join(recordingDirectory, 'fernamt-call1-rec1.wav'), 'no audio at all');
  finisher.close(aClosing(opening, 2));
  await finisher.drained();
  assert.equal(finished[0]?.outcome?.verdict.judgement, 'unreadable');
  assert.equal(readFileSync(join(directory, `${base}.wav`), 'utf8'), 'no audio at all');
  execFileSync('sha256sum', ['-c', `${base}.wav.sha256`], { cwd: directory, stdio: 'pipe' });
});

test('a lane that is no audio is set aside and not deleted', async (t) => {
  const { finisher, recordingDirectory } = await startFinisher(t, { skewMs: 60_000 });
  const opening = anOpening('call1', { parts: [aPart('call1', 1), aPart('call1', 2)], layout: 'mixed' });
  finisher.open(opening);
  writeRecorded(recordingDirectory, 'fernamt-call1-rec1', tone(2));
  writeFileSync(join(recordingDirectory, 'fernamt-call1-rec2.wav'), 'no audio at all');
  finisher.close(aClosing(opening, 2));
  await finisher.drained();
  assert.deepEqual(namesIn(recordingDirectory), ['fernamt-call1-rec2.wav.unreadable']);
});

test('a dropped recording disappears with its files', async (t) => {
  const { finisher, catalogue, directory, recordingDirectory } = await startFinisher(t);
  const opening = anOpening('call1');
  finisher.open(opening);
  writeRecorded(recordingDirectory, 'fernamt-call1-rec1', tone(1));
  finisher.drop(opening.id);
  assert.equal(catalogue.get(opening.id), undefined);
  assert.deepEqual(catalogue.list({ limit: 10 })?.recordings, []);
  await until('the file is gone', () => namesIn(recordingDirectory).length === 0);
  await until('the entry is gone', () => catalogue.dropped().length === 0);
  assert.deepEqual(namesIn(directory), []);
});

test('a file that Asterisk begins just after the recording was dropped is deleted, too', async (t) => {
  const { finisher, catalogue, recordingDirectory } = await startFinisher(t);
  const opening = anOpening('call1');
  finisher.open(opening);
  finisher.drop(opening.id);
  await finisher.drained();
  writeRecorded(recordingDirectory, 'fernamt-call1-rec1', tone(1));
  await until('the entry is gone', () => catalogue.dropped().length === 0);
  assert.deepEqual(namesIn(recordingDirectory), []);
});

test('a directory that is away for a while delays the recording and loses nothing', async (t) => {
  const { finisher, finished, failures, recordingDirectory } = await startFinisher(t);
  const opening = anOpening('call1');
  finisher.open(opening);
  writeRecorded(recordingDirectory, 'fernamt-call1-rec1', tone(1));
  renameSync(recordingDirectory, `${recordingDirectory}.away`);
  finisher.close(aClosing(opening, 1));
  await until('the failure was reported', () => failures.length > 1);
  assert.equal(finished.length, 0);
  renameSync(`${recordingDirectory}.away`, recordingDirectory);
  await until('the recording is finished', () => finished.length === 1);
  assert.equal(finished.at(0)?.outcome?.verdict.judgement, 'ok');
});

test('a recording whose directory cannot be made stays in finishing and is tried again', async (t) => {
  const { finisher, catalogue, finished, failures, directory, recordingDirectory } = await startFinisher(t);
  const opening = anOpening('call1');
  finisher.open(opening);
  writeRecorded(recordingDirectory, 'fernamt-call1-rec1', tone(1));
  renameSync(directory, `${directory}.away`);
  writeFileSync(directory, 'a file in its place');
  finisher.close(aClosing(opening, 1));
  await until('the failure was reported', () => failures.length > 0);
  assert.equal(catalogue.get(opening.id)?.state, 'finishing');
  assert.deepEqual(namesIn(recordingDirectory), ['fernamt-call1-rec1.wav']);
  renameSync(directory, `${directory}.file`);
  mkdirSync(directory);
  await until('the recording is finished', () => finished.length === 1);
});

test('the end is noted later when the database cannot be written at the moment', async (t) => {
  const { finisher, database, finished, failures, recordingDirectory } = await startFinisher(t);
  const opening = anOpening('call1');
  finisher.open(opening);
  writeRecorded(recordingDirectory, 'fernamt-call1-rec1', tone(1));
  database.run('ALTER TABLE recordings RENAME TO recordings_away');
  finisher.close(aClosing(opening, 1));
  assert.equal(failures[0]?.what, 'noting');
  database.run('ALTER TABLE recordings_away RENAME TO recordings');
  await until('the recording is finished', () => finished.length === 1);
  assert.equal(finished.at(0)?.outcome?.verdict.judgement, 'ok');
});

test('from another file system a recording is copied, and removed there', async (t) => {
  const workshop = makeDividedWorkshop();
  const { finisher, finished, directory, recordingDirectory } = await startFinisher(t, { workshop });
  const opening = anOpening('call1');
  finisher.open(opening);
  writeRecorded(recordingDirectory, 'fernamt-call1-rec1', tone(3));
  finisher.close(aClosing(opening, 3));
  await finisher.drained();
  assert.equal(finished[0]?.outcome?.verdict.judgement, 'ok');
  assert.deepEqual(samplesIn(readFileSync(join(directory, `${base}.wav`))), tone(3));
  assert.deepEqual(namesIn(recordingDirectory), []);
});

/** As a crash leaves it right after the name was reserved. */
function reserveName({ catalogue, recordingDirectory }: Running, name: string): RecordingId {
  const opening = anOpening('call1');
  catalogue.open(opening);
  writeRecorded(recordingDirectory, 'fernamt-call1-rec1', tone(1));
  catalogue.close({ ...aClosing(opening, 1), origin: 'told', closedAt: 0 });
  const verdict = { judgement: 'ok' as const, findings: [], method: '' };
  catalogue.name(opening.id, name, { verdict, audio: { format: 'wav', bytes: 1, sha256: 'x' }, finishedAt: 0 });
  return opening.id;
}

test('a temporary file that did not survive is made again from the files of Asterisk', async (t) => {
  const running = await startFinisher(t);
  reserveName(running, 'reserved');
  await running.finisher.recover(nothingLive);
  await running.finisher.drained();
  assert.deepEqual(namesIn(running.directory), [`${base}.json`, `${base}.wav`, `${base}.wav.sha256`]);
  execFileSync('sha256sum', ['-c', `${base}.wav.sha256`], { cwd: running.directory, stdio: 'pipe' });
});

test('a reserved name that somebody else took in the meantime is left to him', async (t) => {
  const running = await startFinisher(t);
  const { finisher, finished, directory } = running;
  const id = reserveName(running, base);
  mkdirSync(join(directory, '.unfinished'));
  writeFileSync(join(directory, '.unfinished', `${id}.tmp`), asteriskFile(tone(1)));
  writeFileSync(join(directory, `${base}.wav`), 'foreign');
  await finisher.recover(nothingLive);
  await finisher.drained();
  assert.equal(readFileSync(join(directory, `${base}.wav`), 'utf8'), 'foreign');
  assert.equal(finished[0]?.base, `${base}-2`);
  assert.deepEqual(samplesIn(readFileSync(join(directory, `${base}-2.wav`))), tone(1));
});

test('a template that names every recording alike does not try all names there are', async (t) => {
  const { finisher, catalogue, finished, recordingDirectory } = await startFinisher(t, { filename: 'same' });
  const verdict = { judgement: 'ok' as const, findings: [], method: '' };
  for (let i = 1; i <= 300; i++) {
    const opening = anOpening(`old${i}`, { startedAt: i });
    catalogue.open(opening);
    catalogue.name(opening.id, numberedName('same', i), { verdict, finishedAt: 0 });
    catalogue.setState(opening.id, 'kept');
  }
  const opening = anOpening('call1');
  finisher.open(opening);
  writeRecorded(recordingDirectory, 'fernamt-call1-rec1', tone(1));
  finisher.close(aClosing(opening, 1));
  assert.equal(catalogue.unfinishedCount(), 1);
  await finisher.drained();
  assert.equal(finished[0]?.base, 'same-301');
  assert.equal(catalogue.unfinishedCount(), 0);
});
