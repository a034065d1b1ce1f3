/** The stream of changes, numbered, with enough of the past for a client that was away for a moment. */

import type { HttpPorts } from './ports.ts';

/** One client. Messages come in the order of their numbers. */
export type FeedListener = (message: string) => void;

export interface LiveFeed {
  /**
   * Tells `listener` at once what it has missed since the change `after`, or, where that is not known any more or
   * nothing is said, how everything stands; then every change. Gives the way to end it.
   */
  join(listener: FeedListener, after?: number): () => void;
  /** Ends the subscriptions to the others. */
  stop(): void;
}

/** Put into words only when somebody listens or asks for the past. */
interface Change {
  readonly seq: number;
  readonly [content: string]: unknown;
}

const keptChanges = 1000;

/** `firstSeq` must grow from run to run, so that a number of an earlier run is never taken for one of this. */
export function createLiveFeed(
  { calls, recordings }: Pick<HttpPorts, 'calls' | 'recordings'>,
  firstSeq: number,
): LiveFeed {
  const listeners = new Set<FeedListener>();
  const past: Change[] = [];
  let seq = firstSeq;

  const tell = (content: Readonly<Record<string, unknown>>): void => {
    seq += 1;
    const change: Change = { seq, ...content };
    past.push(change);
    if (past.length > keptChanges) past.shift();
    if (listeners.size === 0) return;
    const message = JSON.stringify(change);
    for (const listener of listeners) listener(message);
  };
  const snapshot = (): string => JSON.stringify({ seq, type: 'snapshot', calls: calls.list() });
  const missed = (after: number | undefined): readonly string[] | undefined => {
    const oldest = past[0]?.seq ?? seq + 1;
    if (after === undefined || after > seq || after < oldest - 1) return undefined;
    return past.filter((change) => change.seq > after).map((change) => JSON.stringify(change));
  };
  const endings = [
    calls.subscribe((call) => tell({ type: 'call', call })),
    recordings.subscribe((recording) => tell({ type: 'recording', recording })),
  ];

  return {
    join(listener, after) {
      for (const message of missed(after) ?? [snapshot()]) listener(message);
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    stop() {
      for (const end of endings.splice(0)) end();
      listeners.clear();
    },
  };
}
