import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { createWav, openWav } from '../../../src/lib/wav-file.ts';
import { isWavFault, makeWavHeader, parseWavHeader, secondsOf, type WavHeader } from '../../../src/lib/wav.ts';

const mono = { sampleRate: 8000, channels: 1 };

function chunk(name: string, bytes: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(name, 0, 'latin1');
  head.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([head, bytes, Buffer.alloc(bytes.length % 2)]);
}

/** A file of these chunks after the format, with the right size over all. */
function riff(...chunks: readonly Buffer[]): Buffer {
  const format = makeWavHeader(mono, 0).subarray(12, 36);
  const body = Buffer.concat([Buffer.from('WAVE'), format, ...chunks]);
  return chunk('RIFF', body);
}

function parse(file: Buffer): WavHeader {
  const header = parseWavHeader(file, file.length);
  assert.ok(!isWavFault(header), JSON.stringify(header));
  return header;
}

function withSizes(file: Buffer, riffBytes: number, dataBytes: number): Buffer {
  const copy = Buffer.from(file);
  copy.writeUInt32LE(riffBytes, 4);
  copy.writeUInt32LE(dataBytes, 40);
  return copy;
}

const second = Buffer.concat([makeWavHeader(mono, 16_000), Buffer.alloc(16_000, 1)]);

test('a header says what was put into it', () => {
  fc.assert(
    fc.property(fc.constantFrom(8000, 16_000), fc.constantFrom(1, 2), fc.nat(1000), (sampleRate, channels, frames) => {
      const dataBytes = frames * channels * 2;
      const header = parse(
        Buffer.concat([makeWavHeader({ sampleRate, channels }, dataBytes), Buffer.alloc(dataBytes)]),
      );
      assert.deepEqual(header, { sampleRate, channels, dataOffset: 44, dataBytes, sound: true });
    }),
  );
});

test('a second is a second', () => {
  assert.equal(secondsOf(parse(second)), 1);
});

const cutOff: readonly (readonly [what: string, file: Buffer, dataBytes: number])[] = [
  ['sizes of 0', withSizes(second, 0, 0), 16_000],
  ['sizes of a longer file', withSizes(second, 40_036, 40_000), 16_000],
  ['sizes of a shorter file', withSizes(second, 1036, 1000), 16_000],
  ['sizes as large as can be', withSizes(second, 0xffff_ffff, 0xffff_ffff), 16_000],
  ['half a sample at the end', withSizes(second, 0, 0).subarray(0, 44 + 15_999), 15_998],
  ['nothing but a header', withSizes(second, 0, 0).subarray(0, 44), 0],
];

for (const [what, file, dataBytes] of cutOff) {
  test(`with ${what} the file itself tells how much audio there is`, () => {
    const header = parse(file);
    assert.deepEqual([header.dataBytes, header.sound], [dataBytes, false]);
  });
}

test('chunks before and after the audio are no audio', () => {
  const file = riff(chunk('fact', Buffer.alloc(3)), chunk('data', Buffer.alloc(8)), chunk('LIST', Buffer.alloc(26)));
  assert.deepEqual(parse(file), { ...mono, dataOffset: 56, dataBytes: 8, sound: true });
});

test('a file that was closed empty is sound', () => {
  assert.deepEqual(parse(makeWavHeader(mono, 0)), { ...mono, dataOffset: 44, dataBytes: 0, sound: true });
});

const unreadable: readonly (readonly [file: Buffer, fault: RegExp])[] = [
  [Buffer.alloc(0), /is empty/],
  [Buffer.from('RIFF'), /no WAV file/],
  [Buffer.alloc(500), /no WAV file/],
  [second.subarray(0, 20), /holds no audio|cut off/],
  [second.subarray(0, 40), /holds no audio/],
  [riff(), /holds no audio/],
  [Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVE'), chunk('data', Buffer.alloc(4))]), /format stands nowhere/],
  [makeWavHeader({ sampleRate: 8000, channels: 6 }, 0), /6 channels/],
  [makeWavHeader({ sampleRate: 3, channels: 1 }, 0), /sample rate 3/],
  [withByte(20, 7), /encoding 7/],
  [withByte(34, 8), /8 bit/],
];

function withByte(at: number, value: number): Buffer {
  const copy = Buffer.from(second);
  copy.writeUInt8(value, at);
  return copy;
}

for (const [file, fault] of unreadable) {
  test(`a file of ${file.length} bytes is unreadable: ${String(fault)}`, () => {
    const header = parseWavHeader(file, file.length);
    assert.ok(isWavFault(header));
    assert.match(header.fault, fault);
  });
}

test('no bytes at all make the parser fail or believe more than is there', () => {
  const anyFile = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.tuple(fc.uint8Array({ minLength: 44, maxLength: 44 }), fc.nat(43)).map(([bytes, from]) => {
      const file = Buffer.from(second.subarray(0, 100));
      file.set(bytes.subarray(from), from);
      return file;
    }),
  );
  fc.assert(
    fc.property(anyFile, (bytes) => {
      const header = parseWavHeader(Buffer.from(bytes), bytes.length);
      if (isWavFault(header)) return;
      assert.ok(header.dataOffset + header.dataBytes <= bytes.length);
    }),
    { numRuns: 2000 },
  );
});

test('what is written piece by piece is read piece by piece', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'fernamt-wav-'));
  t.after(() => {
    rmSync(directory, { recursive: true });
  });
  const path = join(directory, 'a.wav');
  const writer = createWav(path, { sampleRate: 16_000, channels: 2 });
  writer.write(Int16Array.from([1, -1, 2, -2]));
  writer.write(Int16Array.from([3, -3]));
  writer.finish();
  writer.close();
  assert.equal(parse(readFileSync(path)).sound, true);

  const reader = openWav(path);
  assert.ok(!isWavFault(reader));
  assert.equal(reader.frames, 3);
  const into = new Int16Array(4);
  assert.equal(reader.read(1, into), 2);
  assert.deepEqual([...into], [2, -2, 3, -3]);
  assert.equal(reader.read(2, into), 1);
  assert.equal(reader.read(3, into), 0);
  assert.equal(reader.read(9, into), 0);
  reader.close();
});

test('a file that is no WAV is an answer, a missing one a failure', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'fernamt-wav-'));
  t.after(() => {
    rmSync(directory, { recursive: true });
  });
  writeFileSync(join(directory, 'a.wav'), 'text');
  assert.deepEqual(openWav(join(directory, 'a.wav')), { fault: 'the file is no WAV file' });
  assert.throws(() => openWav(join(directory, 'b.wav')), /ENOENT/);
});
