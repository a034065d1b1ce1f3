/** Unix time and timers of this machine. */

export interface SystemClock {
  /** Unix time in milliseconds. */
  now(): number;
  /** Calls back once after so many milliseconds; the function returned prevents that. */
  after(ms: number, callback: () => void): () => void;
}

export const systemClock: SystemClock = {
  now: () => Date.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};
