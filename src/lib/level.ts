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
    count += inFrame;
    if (power > loudest) loudest = power;
    if (power >= threshold) soundFrames += 1;
    [inFrame, sum, squares] = [0, 0, 0];
  };

  /** Within one frame, in local variables: every sample of every recording passes here. */
  const addToFrame = (samples: Int16Array, from: number, to: number, stride: number): void => {
    let [low, high, frameSum, frameSquares] = [0, 0, 0, 0];
    for (let i = from; i < to; i += stride) {
      const sample = samples[i] ?? 0;
      if (sample > high) high = sample;
      else if (sample < low) low = sample;
      frameSum += sample;
      frameSquares += sample * sample;
    }
    peak = Math.max(peak, high, -low);
    sum += frameSum;
    squares += frameSquares;
  };

  return {
    add: (samples, first, stride) => {
      for (let from = first; from < samples.length;) {
        const left = Math.ceil((samples.length - from) / stride);
        const taken = Math.min(left, frameSamples - inFrame);
        addToFrame(samples, from, from + taken * stride, stride);
        inFrame += taken;
        from += taken * stride;
        if (inFrame === frameSamples) endFrame();
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
