/** Time for everything that waits in this folder; monotonic, so that a corrected system clock ends no connection. */

export interface AriClock {
  /** Milliseconds since some fixed moment. */
  now(): number;
  /** Calls back once after so many milliseconds; the function returned prevents that. */
  after(ms: number, callback: () => void): () => void;
}

export const monotonicClock: AriClock = {
  now: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};
