/** Arithmetic on 16 bit samples. */

/** Adds what two people say, and stops at the loudest possible sample instead of wrapping round. */
export function mixInto(out: Int16Array, one: Int16Array, other: Int16Array): void {
  for (let i = 0; i < out.length; i++) {
    const sum = (one[i] ?? 0) + (other[i] ?? 0);
    out[i] = sum > 32_767 ? 32_767 : sum < -32_768 ? -32_768 : sum;
  }
}

/** Left and right by turns; `out` is as long as both together. */
export function interleaveInto(out: Int16Array, left: Int16Array, right: Int16Array): void {
  for (let i = 0; i < out.length / 2; i++) {
    out[2 * i] = left[i] ?? 0;
    out[2 * i + 1] = right[i] ?? 0;
  }
}
