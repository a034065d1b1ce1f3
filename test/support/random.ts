/** Chance that can be repeated: the day's seed, or the one that a failed run has printed. */

export interface Chance {
  /** From 0 to below 1. */
  next(): number;
  /** From `low` to below `high`. */
  between(low: number, high: number): number;
}

export function seedOfTheDay(): string {
  return process.env['FERNAMT_TEST_SEED'] ?? new Date().toISOString().slice(0, 10).replaceAll('-', '');
}

/** The same for the same seed and purpose. */
export function chanceOf(purpose: string, seed = seedOfTheDay()): Chance {
  let state = hash(`${seed} ${purpose}`);
  const next = (): number => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { next, between: (low, high) => low + next() * (high - low) };
}

function hash(text: string): number {
  return [...text].reduce((sum, character) => Math.imul(sum ^ character.charCodeAt(0), 16_777_619), 2_166_136_261);
}
