/** A WAV file of one tone: 8 kHz, 16 bit, one channel. */

const rate = 8000;
const headBytes = 44;

export function toneWav(hertz: number, seconds: number): Buffer {
  const samples = rate * seconds;
  const wav = Buffer.alloc(headBytes + samples * 2);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(wav.length - 8, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(rate, 24);
  wav.writeUInt32LE(rate * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(samples * 2, 40);
  for (let index = 0; index < samples; index += 1) {
    wav.writeInt16LE(Math.round(8000 * Math.sin((2 * Math.PI * hertz * index) / rate)), headBytes + index * 2);
  }
  return wav;
}
