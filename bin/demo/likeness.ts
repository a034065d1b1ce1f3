/**
 * Whether one piece of audio is in another, and where: not by loudness but by its very wave. The envelope finds the place
 * to 10 ms, and then each quarter of a second of speech is compared sample by sample. Pure. Both at one sample rate.
 */

export interface Found {
  /** Where it begins in the whole. */
  readonly atSeconds: number;
  /** Pieces of speech, and how many of them were found at their place. */
  readonly pieces: number;
  readonly foundPieces: number;
  /** Median of the pieces' correlation: 1 is the same wave, 0 has nothing to do with it. */
  readonly likeness: number;
}

const envelopeSeconds = 0.01;
const pieceSeconds = 0.25;
/** A packet more or less may stand between two pieces. */
const slackSeconds = 0.03;
/** A-law, a second voice and noise leave more than this of a piece that is there, chance never so much. */
const foundLikeness = 0.6;
const spokenRatio = 0.1;

/** Looks for the whole of `part` in `whole`; the envelope's best places are tried in turn and the best one counts. */
export function findSpeech(whole: Int16Array, part: Int16Array, sampleRate: number): Found {
  const candidates = likelyPlaces(whole, part, sampleRate);
  const found = candidates.map((at) => compareAt(whole, part, at, sampleRate));
  return found.reduce((best, one) => (one.likeness > best.likeness ? one : best));
}

/** A packet lost on a busy machine spoils the piece that it stood in, and no other. */
export function isThere(found: Pick<Found, 'pieces' | 'foundPieces'>): boolean {
  return found.pieces > 0 && found.foundPieces >= 0.8 * found.pieces;
}

/** The same sound, backwards: as loud, as long and of the same pitch, but nobody said it. */
export function backwards(samples: Int16Array): Int16Array {
  return samples.slice().reverse();
}

const triedPlaces = 3;
/** Places closer than this are one: what lies between them is found from either. */
const apartSteps = 3;

function likelyPlaces(whole: Int16Array, part: Int16Array, sampleRate: number): readonly number[] {
  const step = Math.round(envelopeSeconds * sampleRate);
  const [around, wanted] = [envelopeOf(whole, step), envelopeOf(part, step)];
  const scores: { readonly at: number; readonly score: number }[] = [];
  for (let at = 0; at <= Math.max(0, around.length - wanted.length); at += 1) {
    scores.push({ at, score: correlation(around.subarray(at, at + wanted.length), wanted) });
  }
  const places: number[] = [];
  for (const { at } of scores.sort((one, other) => other.score - one.score)) {
    if (places.length === triedPlaces) break;
    if (places.every((place) => Math.abs(place - at) > apartSteps)) places.push(at);
  }
  return places.map((at) => at * step);
}

function compareAt(whole: Int16Array, part: Int16Array, at: number, sampleRate: number): Found {
  const size = Math.round(pieceSeconds * sampleRate);
  const slack = Math.round(slackSeconds * sampleRate);
  const loudest = powerOf(part, 0, part.length);
  const likenesses: number[] = [];
  const places: number[] = [];
  for (let from = 0; from + size <= part.length; from += size) {
    if (powerOf(part, from, size) < spokenRatio * loudest) continue;
    const best = bestLikeness(whole, part.subarray(from, from + size), at + from, slack);
    likenesses.push(best.likeness);
    if (best.likeness >= foundLikeness) places.push(best.at - from);
  }
  return {
    atSeconds: (median(places) ?? at) / sampleRate,
    pieces: likenesses.length,
    foundPieces: places.length,
    likeness: median(likenesses) ?? 0,
  };
}

function bestLikeness(
  whole: Int16Array,
  piece: Int16Array,
  near: number,
  slack: number,
): { at: number; likeness: number } {
  let best = { at: near, likeness: 0 };
  for (let at = Math.max(0, near - slack); at <= Math.min(whole.length - piece.length, near + slack); at += 1) {
    const likeness = correlation(whole.subarray(at, at + piece.length), piece);
    if (likeness > best.likeness) best = { at, likeness };
  }
  return best;
}

/** Pearson's; 0 where one of the two does not change at all. */
function correlation(one: Int16Array | Float64Array, other: Int16Array | Float64Array): number {
  const length = Math.min(one.length, other.length);
  let [a, b, aa, bb, ab] = [0, 0, 0, 0, 0];
  for (let at = 0; at < length; at += 1) {
    const [x, y] = [one[at] ?? 0, other[at] ?? 0];
    a += x;
    b += y;
    aa += x * x;
    bb += y * y;
    ab += x * y;
  }
  const spread = Math.sqrt((aa - (a * a) / length) * (bb - (b * b) / length));
  return spread > 0 ? (ab - (a * b) / length) / spread : 0;
}

function envelopeOf(samples: Int16Array, step: number): Float64Array {
  return Float64Array.from({ length: Math.floor(samples.length / step) }, (_, index) =>
    Math.sqrt(powerOf(samples, index * step, step)),
  );
}

function powerOf(samples: Int16Array, from: number, length: number): number {
  let sum = 0;
  for (let at = from; at < from + length; at += 1) sum += (samples[at] ?? 0) ** 2;
  return sum / Math.max(1, length);
}

function median(values: readonly number[]): number | undefined {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)];
}
