import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { buffer } from 'node:stream/consumers';
import { createListing } from '../../../src/recording/catalogue/listing.ts';
import type { RecordingList } from '../../../src/http/ports.ts';
import { aClosing, anOpening, startFinisher, tone, writeRecorded } from './workshop.ts';

test('a list is what the HTTP side asks for', async (t) => {
  const { catalogue, directory } = await startFinisher(t);
  const list: RecordingList = createListing(catalogue, directory);
  assert.deepEqual(await list.list({ limit: 5 }), { recordings: [], nextCursor: null });
  assert.equal(await list.list({ limit: 5, cursor: 'nonsense' }), undefined);
});

test('a recording is shown while it is made, and its audio once it is there', async (t) => {
  const { finisher, catalogue, directory, recordingDirectory } = await startFinisher(t, { filename: '$callid' });
  const listing = createListing(catalogue, directory);
  const seen: (readonly unknown[])[] = [];
  listing.subscribe(({ state, base, seconds, judgement }) => seen.push([state, base, seconds, judgement]));
  const opening = anOpening('call1');
  finisher.open(opening);
  writeRecorded(recordingDirectory, 'fernamt-call1-rec1', tone(2));
  assert.equal(await listing.openAudio(opening.id), undefined);
  assert.deepEqual(await listing.files(opening.id), []);
  finisher.close(aClosing(opening, 2));
  await finisher.drained();
  assert.deepEqual(seen, [
    ['recording', '', null, null],
    ['finishing', '', null, null],
    ['kept', 'call1', 2, 'ok'],
  ]);

  const audio = await listing.openAudio(opening.id);
  const file = readFileSync(join(directory, 'call1.wav'));
  assert.deepEqual([audio?.bytes, audio?.fileName, audio?.contentType], [file.length, 'call1.wav', 'audio/wav']);
  assert.ok(audio);
  assert.deepEqual(await buffer(audio.read(100, 199)), file.subarray(100, 200));
  assert.match(audio.version, /^[0-9a-f]{64}$/);
});

test('audio that somebody took away is not offered', async (t) => {
  const { finisher, catalogue, directory, recordingDirectory } = await startFinisher(t, { filename: '$callid' });
  const listing = createListing(catalogue, directory);
  const opening = anOpening('call1');
  finisher.open(opening);
  writeRecorded(recordingDirectory, 'fernamt-call1-rec1', tone(2));
  finisher.close(aClosing(opening, 2));
  await finisher.drained();
  rmSync(join(directory, 'call1.wav'));
  assert.equal(await listing.openAudio(opening.id), undefined);
  assert.deepEqual(await listing.files(opening.id), [
    join(directory, 'call1.json'),
    join(directory, 'call1.wav.sha256'),
  ]);
  assert.equal(await listing.openAudio('no-such-1'), undefined);
  assert.equal(listing.get('no-such-1'), undefined);
});
