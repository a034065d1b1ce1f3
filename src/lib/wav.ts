/**
 * WAV headers, as Asterisk and we write them: PCM, 16 bit. Its size fields are 0 until Asterisk closes a file, so a
 * file that was cut off tells by its own size how much audio it holds.
 */

export interface WavFormat {
  readonly sampleRate: number;
  readonly channels: number;
}

export interface WavHeader extends WavFormat {
  /** Where the audio begins. */
  readonly dataOffset: number;
  /** Audio that is really there, in whole sample frames. */
  readonly dataBytes: number;
  /** False if the size fields do not say what is there: the file was cut off or is still being written. */
  readonly sound: boolean;
}

/** What makes a file unreadable, in words. */
export interface WavFault {
  readonly fault: string;
}

const headerBytes = 44;
const bytesPerSample = 2;
/** The size fields hold no more; what lies beyond is still in the file (37 hours of stereo at 16 kHz). */
const maxWavSize = 0xffff_ffff;
/** Enough for every header that is not made to waste space. */
export const wavHeaderProbeBytes = 4096;

export function isWavFault<Found extends object>(found: Found | WavFault): found is WavFault {
  return 'fault' in found;
}

export function bytesPerFrame(format: WavFormat): number {
  return format.channels * bytesPerSample;
}

export function secondsOf(header: WavHeader): number {
  return header.dataBytes / bytesPerFrame(header) / header.sampleRate;
}

/** `start` is the beginning of the file (`wavHeaderProbeBytes`, less if the file is shorter), `fileBytes` its size. */
export function parseWavHeader(start: Buffer, fileBytes: number): WavHeader | WavFault {
  if (fileBytes === 0) return { fault: 'the file is empty' };
  if (start.length < 12 || tag(start, 0) !== 'RIFF' || tag(start, 8) !== 'WAVE')
    return { fault: 'the file is no WAV file' };
  let format: WavFormat | undefined;
  for (let at = 12; at + 8 <= start.length;) {
    const size = start.readUInt32LE(at + 4);
    if (tag(start, at) === 'data') {
      return format ? toHeader(start, fileBytes, at, format) : { fault: 'the format stands nowhere before the audio' };
    }
    if (tag(start, at) === 'fmt ') {
      const found = parseFormat(start, at + 8, size);
      if ('fault' in found) return found;
      format = found;
    }
    at += 8 + size + (size % 2);
  }
  return { fault: 'the file holds no audio' };
}

/** After a power cut the first block of a file may hold nothing but zeros while the audio behind it is there. */
export function isLostHeader(start: Buffer): boolean {
  return start.length >= headerBytes && start.subarray(0, headerBytes).every((byte) => byte === 0);
}

/** As Asterisk writes it for one lane of this rate and never closed. */
export function lostHeader(sampleRate: number, fileBytes: number): WavHeader {
  const there = fileBytes - headerBytes;
  const format = { sampleRate, channels: 1 };
  return { ...format, dataOffset: headerBytes, dataBytes: there - (there % bytesPerFrame(format)), sound: false };
}

function parseFormat(start: Buffer, at: number, size: number): WavFormat | WavFault {
  if (size < 16 || at + 16 > start.length) return { fault: 'the description of the format is cut off' };
  const encoding = start.readUInt16LE(at);
  const channels = start.readUInt16LE(at + 2);
  const sampleRate = start.readUInt32LE(at + 4);
  const bits = start.readUInt16LE(at + 14);
  if (encoding !== 1 || bits !== 16)
    return { fault: `the audio is not 16 bit PCM (encoding ${encoding}, ${bits} bit)` };
  if (channels < 1 || channels > 2) return { fault: `the audio has ${channels} channels` };
  if (sampleRate < 1000 || sampleRate > 192_000) return { fault: `the sample rate ${sampleRate} is impossible` };
  return { channels, sampleRate };
}

function toHeader(start: Buffer, fileBytes: number, chunkAt: number, format: WavFormat): WavHeader {
  const dataOffset = chunkAt + 8;
  const declared = start.readUInt32LE(chunkAt + 4);
  const riffBytes = start.readUInt32LE(4) + 8;
  const there = Math.max(0, fileBytes - dataOffset);
  // A size that fits its own file may be followed by other chunks; any other size is not to be believed.
  const sound = declared <= there && (riffBytes === fileBytes || riffBytes === fileBytes + (declared % 2));
  const bytes = sound ? declared : there;
  return { ...format, dataOffset, dataBytes: bytes - (bytes % bytesPerFrame(format)), sound };
}

/** The header of a file that holds `dataBytes` of audio right after it. */
export function makeWavHeader(format: WavFormat, dataBytes: number): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(Math.min(maxWavSize, headerBytes - 8 + dataBytes), 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(format.channels, 22);
  header.writeUInt32LE(format.sampleRate, 24);
  header.writeUInt32LE(format.sampleRate * bytesPerFrame(format), 28);
  header.writeUInt16LE(bytesPerFrame(format), 32);
  header.writeUInt16LE(8 * bytesPerSample, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(Math.min(maxWavSize, dataBytes), 40);
  return header;
}

function tag(bytes: Buffer, at: number): string {
  return bytes.toString('latin1', at, at + 4);
}
