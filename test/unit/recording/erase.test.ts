import assert from 'node:assert/strict';
import { appendFileSync, chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { ensureCommands } from '../../../bin/programs.ts';
import { createListing } from '../../../src/recording/catalogue/listing.ts';
import type { AudioFormat, Erasure, StoredOpening } from '../../../src/recording/model.ts';
import {
  aClosing,
  anOpening,
  aPart,
  asteriskFile,
  makeWorkshop,
  namesIn,
  nothingLive,
  samplesOf,
  startFinisher,
  startUnattended,
  until,
  writeRecorded,
  type Running,
  type StartOptions,
} from './workshop.ts';

ensureCommands(['ffmpeg']);

/** Noise, so that every piece of it is found nowhere else. */
const secret = samplesOf(1, (i) => ((i * 7919 + i * i * 104_729) % 20_011) - 10_005);
const erasure: Erasure = {
  erasedAt: Date.UTC(2025, 10, 21, 9, 31),
  by: { kind: 'user', extension: '1001' },
};

/** Files below the folder that hold a piece of the secret, or that are audio of any kind. */
function findTraces(root: string): readonly string[] {
  const bytes = Buffer.from(secret.buffer);
  const pieces = [0, 4000, 8000, 15_900].map((at) => bytes.subarray(at, at + 64));
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => {
      const contents = readFileSync(path);
      return (
        pieces.some((piece) => contents.includes(piece)) ||
        /^(?:RIFF|fLaC|OggS)/.test(contents.toString('latin1', 0, 4))
      );
    });
}

function startFor(t: TestContext, options: StartOptions = {}): Promise<Running> {
  return startFinisher(t, { filename: '$callid', ...options });
}

function begin({ finisher, recordingDirectory }: Running, change: Partial<StoredOpening> = {}): StoredOpening {
  const opening = anOpening('call1', change);
  finisher.open(opening);
  for (const { name } of opening.parts) writeRecorded(recordingDirectory, name, secret);
  return opening;
}

/** Both looks at what is to be removed are over. */
async function isErased({ catalogue }: Running): Promise<void> {
  await until('everything is removed', () => catalogue.allErasing().length === 0);
}

function assertErased({ root, directory, catalogue, failures }: Running): void {
  assert.deepEqual(findTraces(root), []);
  assert.deepEqual(namesIn(directory), []);
  assert.deepEqual(failures, []);
  const recording = catalogue.list({ limit: 9, state: 'deleted' })?.recordings[0];
  assert.deepEqual([recording?.state, recording?.erasure], ['deleted', erasure]);
}

test('the search for traces finds the audio of a recording in every place', async (t) => {
  const running = await startFor(t, { format: 'flac' });
  const opening = begin(running);
  assert.equal(findTraces(running.root).length, 1);
  running.finisher.close(aClosing(opening, 1));
  await running.finisher.drained();
  assert.deepEqual(findTraces(running.root), [join(running.directory, 'call1.flac')]);
});

test('a running recording is erased at once, and its end changes nothing', async (t) => {
  const running = await startFor(t);
  const opening = begin(running, { parts: [aPart('call1', 1), aPart('call1', 2)], layout: 'lanes' });
  running.finisher.erase(opening.id, erasure);
  assert.equal(running.catalogue.get(opening.id)?.state, 'deleted');
  await running.finisher.drained();
  assertErased(running);
  assert.deepEqual(namesIn(running.recordingDirectory), []);
  running.finisher.close(aClosing(opening, 1));
  running.finisher.drop(opening.id);
  await running.finisher.drained();
  await isErased(running);
  assertErased(running);
  assert.deepEqual(
    running.erased.map(({ id }) => id),
    [opening.id],
  );
  assert.deepEqual(running.finished, []);
});

test('a file that Asterisk writes after the erasure is removed, soon or late', async (t) => {
  const running = await startFor(t);
  const opening = begin(running);
  running.finisher.erase(opening.id, erasure);
  running.finisher.close(aClosing(opening, 1));
  await running.finisher.drained();
  writeRecorded(running.recordingDirectory, 'fernamt-call1-rec1', secret);
  await isErased(running);
  assertErased(running);
  const late = writeRecorded(running.recordingDirectory, 'fernamt-call1-rec1', secret, { cutOff: true });
  await running.finisher.recover({ ...nothingLive, liveRecordings: ['fernamt-call1-rec1'] });
  assert.equal(existsSync(late), false);
  assertErased(running);
  assert.equal(running.catalogue.list({ limit: 9 })?.recordings.length, 1);
});

for (const format of ['wav', 'flac', 'opus'] as const satisfies readonly AudioFormat[]) {
  test(`a finished recording of the format ${format} is erased with all that lies beside it`, async (t) => {
    const running = await startFor(t, { format });
    const opening = begin(running);
    running.finisher.close(aClosing(opening, 1));
    await running.finisher.drained();
    assert.equal(namesIn(running.directory).length, 3);
    running.finisher.erase(opening.id, erasure);
    await isErased(running);
    assertErased(running);
  });
}

test('a finished recording that somebody changed by hand is erased, too', async (t) => {
  const running = await startFor(t);
  const opening = begin(running);
  running.finisher.close(aClosing(opening, 1));
  await running.finisher.drained();
  appendFileSync(join(running.directory, 'call1.wav'), 'a tag');
  running.finisher.erase(opening.id, erasure);
  await isErased(running);
  assertErased(running);
});

test('a recording that is erased while it is finished leaves nothing, at whatever moment', async (t) => {
  for (let waits = 0; waits < 40; waits++) {
    const running = await startFor(t);
    const opening = begin(running);
    running.finisher.close(aClosing(opening, 1));
    for (let i = 0; i < waits; i++) await Promise.resolve();
    running.finisher.erase(opening.id, erasure);
    await isErased(running);
    assertErased(running);
  }
});

test('a conversion ends when the recording is erased', async (t) => {
  const workshop = makeWorkshop();
  const encoder = join(workshop.root, 'encoder');
  writeFileSync(
    encoder,
    '#!/bin/sh\nfor last; do :; done; cp "$5" "${last#file:}"; touch "$0.begun"; exec sleep 600\n',
  );
  chmodSync(encoder, 0o755);
  const running = await startFor(t, { workshop, format: 'flac', encoder });
  const opening = begin(running);
  running.finisher.close(aClosing(opening, 1));
  await until('the encoder runs', () => existsSync(`${encoder}.begun`));
  running.finisher.erase(opening.id, erasure);
  await isErased(running);
  assertErased(running);
});

test('a part that came late and has an entry of its own is erased as well', async (t) => {
  const running = await startFor(t);
  const opening = anOpening('call1');
  running.finisher.open(opening);
  running.finisher.close(aClosing(opening, 1));
  await until('it is judged without its part', () => running.finished.length === 1);
  writeRecorded(running.recordingDirectory, 'fernamt-call1-rec1', secret);
  await running.finisher.recover(nothingLive);
  await running.finisher.drained();
  assert.equal(findTraces(running.root).length, 1);
  running.finisher.erase(opening.id, erasure);
  await isErased(running);
  assertErased(running);
  assert.deepEqual(
    running.catalogue.list({ limit: 9 })?.recordings.map(({ state }) => state),
    ['deleted', 'deleted'],
  );
});

test('a file that could not be read and was put aside is erased as well', async (t) => {
  const running = await startFor(t);
  const opening = begin(running, { parts: [aPart('call1', 1), aPart('call1', 2)], layout: 'lanes' });
  const broken = asteriskFile(secret);
  broken.write('NONE', 0);
  writeFileSync(join(running.recordingDirectory, 'fernamt-call1-rec2.wav'), broken);
  running.finisher.close(aClosing(opening, 1));
  await until('it is finished', () => running.finished.length === 1);
  await running.finisher.drained();
  assert.deepEqual(namesIn(running.recordingDirectory), ['fernamt-call1-rec2.wav.unreadable']);
  running.finisher.erase(opening.id, erasure);
  await isErased(running);
  assertErased(running);
});

test('the first withdrawal is the one that is kept', async (t) => {
  const running = await startFor(t);
  const opening = begin(running);
  running.finisher.erase(opening.id, erasure);
  running.finisher.erase(opening.id, { erasedAt: 1, by: { kind: 'api', name: 'crm' } });
  await isErased(running);
  assertErased(running);
});

test('an erasure that a death interrupted is gone on with, even without Asterisk', async (t) => {
  const workshop = makeWorkshop();
  const first = await startUnattended(workshop, { filename: '$callid' });
  const opening = begin(first);
  first.finisher.close(aClosing(opening, 1));
  await first.finisher.drained();
  await first.finisher.stop();
  first.catalogue.erase(opening.id, erasure);
  await first.database.close();
  assert.equal(findTraces(workshop.root).length, 1);
  const second = await startFor(t, { workshop });
  await isErased(second);
  assertErased(second);
});

test('an erasure that cannot be written down is done as soon as it can, and before the end that came later', async (t) => {
  const running = await startFor(t);
  const opening = begin(running);
  const { database, finisher, failures } = running;
  database.run("CREATE TRIGGER full BEFORE UPDATE ON recordings BEGIN SELECT RAISE(FAIL, 'full'); END");
  finisher.erase(opening.id, erasure);
  finisher.close(aClosing(opening, 1));
  assert.deepEqual(
    failures.map(({ what }) => what),
    ['noting', 'noting'],
  );
  database.run('DROP TRIGGER full');
  await until('it is noted', () => running.catalogue.get(opening.id)?.state === 'deleted');
  await isErased(running);
  failures.splice(0);
  assertErased(running);
});

test('a file of somebody else that has the name of an unfinished recording stays', async (t) => {
  const running = await startFor(t);
  const opening = begin(running);
  running.catalogue.close({ ...aClosing(opening, 1), origin: 'told', closedAt: 1 });
  const verdict = { judgement: 'ok', findings: [], method: '' } as const;
  const audio = { format: 'wav', bytes: 3, sha256: 'ab' } as const;
  running.catalogue.name(opening.id, 'call1', { verdict, audio, finishedAt: 1 });
  writeFileSync(join(running.directory, 'call1.wav'), 'foreign');
  writeFileSync(join(running.directory, 'call1.json'), 'foreign');
  running.finisher.erase(opening.id, erasure);
  await isErased(running);
  assert.deepEqual(namesIn(running.directory), ['call1.json', 'call1.wav']);
  assert.deepEqual(findTraces(running.root), []);
});

test('an erased recording is shown with who and when, and its audio is offered no more', async (t) => {
  const running = await startFor(t);
  const opening = begin(running);
  const listing = createListing(running.catalogue, running.directory);
  running.finisher.close(aClosing(opening, 1));
  await running.finisher.drained();
  const seen: unknown[] = [];
  listing.subscribe(({ state, erased }) => seen.push([state, erased]));
  assert.equal(listing.get(opening.id)?.erased, null);
  running.finisher.erase(opening.id, erasure);
  assert.equal(await listing.openAudio(opening.id), undefined);
  assert.deepEqual(await listing.files(opening.id), []);
  await isErased(running);
  const evidence = { at: '2025-11-21T09:31:00.000Z', by: { kind: 'user', extension: '1001' } };
  assert.deepEqual(seen, [['deleted', evidence]]);
  assert.deepEqual(listing.list({ limit: 9, state: 'deleted' })?.recordings[0]?.erased, evidence);
  assert.equal(listing.get(opening.id)?.judgement, 'ok');
});
