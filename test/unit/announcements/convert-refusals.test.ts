import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { convert } from '../../../src/announcements/convert.ts';
import { isRefusal, mostUploadBytes, type Refusal } from '../../../src/announcements/model.ts';
import { makeAudio, makeFolder, speech, writePlaylist } from './studio.ts';

const folder = makeFolder({ after });
const work = join(folder, 'work');

async function refusalOf(original: Buffer): Promise<Refusal> {
  const converted = await convert(original, work);
  assert.ok(isRefusal(converted), 'it was taken');
  assert.deepEqual(readdirSync(work), [], 'the conversion left something behind');
  return converted;
}

const broken: readonly (readonly [what: string, reason: Refusal['refused'], make: () => Buffer])[] = [
  ['an empty file', 'not-audio', () => Buffer.alloc(0)],
  ['text', 'not-audio', () => Buffer.from('This call may be recorded. '.repeat(100))],
  [
    'noise without a format',
    'not-audio',
    () => Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * i * 31) % 251)),
  ],
  ['a head without a body', 'not-audio', () => makeAudio(folder, 'head.wav', speech(2)).subarray(0, 30)],
  ['a picture', 'not-audio', () => makeAudio(folder, 'picture.png', 'color=red:s=64x64', '-frames:v', '1')],
  ['a film without sound', 'not-audio', () => makeAudio(folder, 'film.mkv', 'testsrc=d=1:s=64x64')],
  ['a playlist that names a file of this machine', 'not-audio', () => writePlaylist(folder)],
  ['silence', 'silent', () => makeAudio(folder, 'silence.wav', 'anullsrc=d=2')],
  ['all but silence', 'silent', () => makeAudio(folder, 'all-but.flac', speech(2, 0.0001), '-sample_fmt', 's32')],
  ['a constant voltage', 'silent', () => makeAudio(folder, 'dc.wav', 'aevalsrc=0.5:d=2')],
  ['a fifth of a second', 'too-short', () => makeAudio(folder, 'short.wav', speech(0.2))],
  ['more than five minutes', 'too-long', () => makeAudio(folder, 'long.mp3', speech(302))],
  ['half a FLAC file', 'cut-off', () => halfOf(makeAudio(folder, 'half.flac', speech(4)))],
  ['half an M4A file', 'not-audio', () => halfOf(makeAudio(folder, 'half.m4a', speech(4)))],
  ['more than 20 MB', 'too-large', () => Buffer.alloc(mostUploadBytes + 1)],
];
for (const [what, reason, make] of broken) {
  test(`${what} is refused as ${reason}, in words`, async () => {
    const { refused, message } = await refusalOf(make());
    assert.equal(refused, reason, message);
    assert.match(message, /^The (?:file|audio) .*\.$/);
    assert.ok(!message.includes(folder));
  });
}

function halfOf(file: Buffer): Buffer {
  return file.subarray(0, file.length / 2);
}

test('without ffmpeg the refusal says how to get it', async () => {
  const path = process.env['PATH'];
  process.env['PATH'] = folder;
  try {
    const { refused, message } = await refusalOf(Buffer.from('anything'));
    assert.equal(refused, 'converter-missing');
    assert.match(message, /apt-get install ffmpeg/);
  } finally {
    process.env['PATH'] = path;
  }
});
