/** Makes synthesised speech fit for a telephone: its band and rate, one loudness for all, no silence around it. */

const loudness = 10 ** (-20 / 20);
/** The limiter's ceiling; what is louder is bent, not cut. */
const ceiling = 0.89;
const knee = 0.6;
const marginSeconds = 0.04;
const fadeSeconds = 0.01;

export function toAnnouncement(
  speech: { readonly samples: Int16Array; readonly sampleRate: number },
  sampleRate: number,
): Int16Array {
  const original = Float64Array.from(speech.samples, (sample) => sample / 32_768);
  const resampled = resample(withoutRumble(original, speech.sampleRate), speech.sampleRate, sampleRate);
  const trimmed = trim(resampled, sampleRate);
  const gain = loudness / speechRms(trimmed, sampleRate);
  const loud = trimmed.map((sample) => limit(sample * gain));
  return Int16Array.from(fade(loud, sampleRate), (sample) => Math.round(sample * 32_767));
}

/** RMS of the stretches of 20 ms in which somebody speaks: pauses must not make an announcement louder. */
export function speechRms(samples: Float64Array, sampleRate: number): number {
  const powers = framePowers(samples, Math.round(sampleRate / 50));
  const loudest = Math.max(...powers);
  const spoken = powers.filter((power) => power > loudest / 1000);
  return Math.sqrt(spoken.reduce((sum, power) => sum + power, 0) / spoken.length);
}

function framePowers(samples: Float64Array, size: number): readonly number[] {
  const powers: number[] = [];
  for (let start = 0; start + size <= samples.length; start += size) {
    powers.push(samples.subarray(start, start + size).reduce((sum, sample) => sum + sample * sample, 0) / size);
  }
  return powers;
}

/** A telephone carries nothing below 300 Hz; a filter of first order at 100 Hz takes away what would only cost loudness. */
function withoutRumble(samples: Float64Array, sampleRate: number): Float64Array {
  const keep = 1 / (1 + (2 * Math.PI * 100) / sampleRate);
  let [before, filtered] = [0, 0];
  return samples.map((sample) => {
    filtered = keep * (filtered + sample - before);
    before = sample;
    return filtered;
  });
}

/** Windowed sinc, 3.6 kHz at the rate of a telephone. */
function resample(samples: Float64Array, from: number, to: number): Float64Array {
  const cutoff = (0.9 * to) / 2;
  const reach = Math.ceil((16 * from) / to);
  return Float64Array.from({ length: Math.floor((samples.length * to) / from) }, (_, index) => {
    const centre = (index * from) / to;
    let sum = 0;
    for (let at = Math.ceil(centre - reach); at <= centre + reach; at++) {
      sum += (samples[at] ?? 0) * kernel(at - centre, reach, cutoff / from);
    }
    return sum;
  });
}

function kernel(distance: number, reach: number, cutoff: number): number {
  const phase = 2 * Math.PI * cutoff * distance;
  const sinc = phase === 0 ? 1 : Math.sin(phase) / phase;
  const window =
    0.42 + 0.5 * Math.cos((Math.PI * distance) / reach) + 0.08 * Math.cos((2 * Math.PI * distance) / reach);
  return 2 * cutoff * sinc * window;
}

function trim(samples: Float64Array, sampleRate: number): Float64Array {
  const peak = samples.reduce((highest, sample) => Math.max(highest, Math.abs(sample)), 0);
  const isSound = (sample: number): boolean => Math.abs(sample) > peak / 100;
  const margin = Math.round(marginSeconds * sampleRate);
  return samples.slice(Math.max(0, samples.findIndex(isSound) - margin), samples.findLastIndex(isSound) + 1 + margin);
}

function limit(sample: number): number {
  const size = Math.abs(sample);
  if (size <= knee) return sample;
  return Math.sign(sample) * (knee + (ceiling - knee) * Math.tanh((size - knee) / (ceiling - knee)));
}

function fade(samples: Float64Array, sampleRate: number): Float64Array {
  const length = Math.round(fadeSeconds * sampleRate);
  return samples.map((sample, index) => sample * Math.min(1, (index + 1) / length, (samples.length - index) / length));
}
