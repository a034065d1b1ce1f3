/**
 * How loud audio is, measured piece by piece. Levels are dBFS: 0 is the loudest possible sample, a sine at full scale has
 * an RMS of -3. A constant offset counts as nothing: nobody hears it.
 */

/** Digital silence, instead of minus infinity. */
export const silenceDbfs = -100;

export interface Level {
  readonly seconds: number;
  readonly peakDbfs: number;
  readonly rmsDbfs: number;
  /** RMS of the loudest 20 ms. */
  readonly loudestDbfs: number;
  /** Seconds, in steps of 20 ms, in which there was something to hear. */
  readonly soundSeconds: number;
}

export interface LevelMeter {
  /** Takes every `stride`-th sample from `first` on. */
  add(samples: Int16Array, first: number, stride: number): void;
  level(): Level;
}

const framesPerSecond = 50;

/** What is louder than `soundDbfs` for 20 ms is something to hear. */
export function createLevelMeter(sampleRate: number, soundDbfs: number): LevelMeter {
  const frameSamples = Math.round(sampleRate / framesPerSecond);
  const threshold = (32_768 * 10 ** (soundDbfs / 20)) ** 2;
  let [count, peak, total, loudest, soundFrames] = [0, 0, 0, 0, 0];
  let [inFrame, sum, squares] = [0, 0, 0];

  const endFrame = (): void => {
    const mean = sum / inFrame;
    const power = Math.max(0, squares / inFrame - mean * mean);
    total += power * inFrame;
    if (power > loudest) loudest = power;
    if (power >= threshold) soundFrames += 1;
    [inFrame, sum, squares] = [0, 0, 0];
  };

  return {
    add: (samples, first, stride) => {
      for (let i = first; i < samples.length; i += stride) {
        const sample = samples[i] ?? 0;
        const size = sample < 0 ? -sample : sample;
        if (size > peak) peak = size;
        sum += sample;
        squares += sample * sample;
        count += 1;
        if (++inFrame === frameSamples) endFrame();
      }
    },
    level: () => {
      if (inFrame > 0) endFrame();
      return {
        seconds: count / sampleRate,
        peakDbfs: toDbfs(peak),
        rmsDbfs: toDbfs(Math.sqrt(total / Math.max(1, count))),
        loudestDbfs: toDbfs(Math.sqrt(loudest)),
        soundSeconds: Math.min(count / sampleRate, soundFrames / framesPerSecond),
      };
    },
  };
}

function toDbfs(amplitude: number): number {
  if (amplitude <= 0) return silenceDbfs;
  return Math.max(silenceDbfs, Math.round(200 * Math.log10(amplitude / 32_768)) / 10 + 0);
}
