/** Keeps events back, in order, until whoever needs them is ready. */

import type { AriEvent } from './schema.ts';

export interface EventInbox {
  /** False when there is no room left. */
  take(event: AriEvent): boolean;
  /** Delivers what was kept back; from now on events pass straight through. */
  open(): void;
}

export function createEventInbox(deliver: (event: AriEvent) => void, room: number): EventInbox {
  let kept: AriEvent[] | undefined = [];
  return {
    take: (event) => {
      if (!kept) deliver(event);
      else if (kept.length < room) kept.push(event);
      else return false;
      return true;
    },
    open: () => {
      const events = kept ?? [];
      kept = undefined;
      for (const event of events) deliver(event);
    },
  };
}
