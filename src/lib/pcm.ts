/** Arithmetic on 16 bit samples. Loudness stops at the loudest possible sample instead of wrapping round. */

function clip(sample: number): number {
  return sample > 32_767 ? 32_767 : sample < -32_768 ? -32_768 : sample;
}

/** What two people say, in one lane. */
export function mixInto(out: Int16Array, one: Int16Array, other: Int16Array): void {
  for (let i = 0; i < out.length; i++) out[i] = clip((one[i] ?? 0) + (other[i] ?? 0));
}

/** Left and right by turns; `out` is as long as both together. */
export function interleaveInto(out: Int16Array, left: Int16Array, right: Int16Array): void {
  for (let i = 0; i < out.length / 2; i++) {
    out[2 * i] = left[i] ?? 0;
    out[2 * i + 1] = right[i] ?? 0;
  }
}

/** What one hears of a stereo recording on one loudspeaker; `out` is at least half as long. */
export function downmixInto(out: Int16Array, stereo: Int16Array): void {
  for (let i = 0; 2 * i + 1 < stereo.length; i++) out[i] = clip((stereo[2 * i] ?? 0) + (stereo[2 * i + 1] ?? 0));
}
