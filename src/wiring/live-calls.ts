/** The running calls as the HTTP side shows them. */

import { toCallView } from '../http/call-view.ts';
import type { CallView, LiveCalls } from '../http/ports.ts';
import type { Call } from '../telephony/model.ts';

export interface LiveCallsFeed extends LiveCalls {
  changed(call: Call): void;
}

export function createLiveCallsFeed(calls: () => readonly Call[]): LiveCallsFeed {
  const listeners = new Set<(call: CallView) => void>();
  return {
    list: () => calls().map(toCallView),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    changed: (call) => {
      if (listeners.size === 0) return;
      const view = toCallView(call);
      for (const listener of listeners) listener(view);
    },
  };
}
