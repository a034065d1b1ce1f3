/** A clock that stands still until it is told to go on. */

export interface ManualClock {
  now(): number;
  after(ms: number, callback: () => void): () => void;
  advance(ms: number): void;
  /** How many calls are still to come. */
  waiting(): number;
}

export function createManualClock(): ManualClock {
  let time = 1_000;
  const timers = new Set<{ readonly dueAt: number; readonly callback: () => void }>();
  return {
    now: () => time,
    after: (ms, callback) => {
      const timer = { dueAt: time + ms, callback };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    advance: (ms) => {
      time += ms;
      const due = [...timers].filter(({ dueAt }) => dueAt <= time).sort((a, b) => a.dueAt - b.dueAt);
      for (const timer of due) if (timers.delete(timer)) timer.callback();
    },
    waiting: () => timers.size,
  };
}
