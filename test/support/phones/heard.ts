import { toneDbfs, type Audio } from '../audio.ts';
import { Watch } from './watch.ts';

const SAMPLE_RATE = 8000;
const FIRST_SECONDS = 30;

/** What somebody hears, as it comes in, from the moment the call was made. */
export class Heard {
  // Nothing is set aside for those who listen to nothing: there may be thousands of them.
  #samples = new Int16Array();
  #length = 0;
  readonly #watch = new Watch();

  /** 16 bit samples, little-endian. */
  add(payload: Buffer): void {
    const count = payload.length >> 1;
    this.#makeRoomFor(count);
    for (let index = 0; index < count; index += 1) {
      this.#samples[this.#length + index] = payload.readInt16LE(2 * index);
    }
    this.#length += count;
    this.#watch.changed();
  }

  get seconds(): number {
    return this.#length / SAMPLE_RATE;
  }

  /** All of it so far. It is a view: take a copy to keep it unchanged. */
  get audio(): Audio {
    return { sampleRate: SAMPLE_RATE, lanes: [this.#samples.subarray(0, this.#length)] };
  }

  /** How loud a tone was in the last so many seconds. */
  lately(hz: number, seconds: number): number {
    return toneDbfs(this.audio, hz, { from: Math.max(0, this.seconds - seconds), to: this.seconds });
  }

  until(condition: () => boolean, withinMs: number): Promise<boolean> {
    return this.#watch.until(condition, withinMs);
  }

  #makeRoomFor(count: number): void {
    if (this.#length + count <= this.#samples.length) return;
    const larger = new Int16Array(Math.max(FIRST_SECONDS * SAMPLE_RATE, 2 * this.#samples.length));
    larger.set(this.#samples);
    this.#samples = larger;
  }
}
