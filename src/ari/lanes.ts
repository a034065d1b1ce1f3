/** The socket for everything it can do well, HTTP beside it for the rest. */

import { type BusyChannels, channelsNeededAtRest } from './busy-channels.ts';
import type { AriClient, AriMethod, AriPath, AriRequestOptions } from './client.ts';
import type { AriClock } from './clock.ts';
import type { WebSocketTransport } from './transport-websocket.ts';
import { createTurns } from './turns.ts';

export interface Lanes {
  readonly socket: WebSocketTransport;
  readonly http: AriClient;
  readonly busy: BusyChannels;
  readonly clock: AriClock;
}

/** A socket whose oldest request waits this long is held up by it; an answer takes 1 ms. */
const heldUpAfterMs = 250;
/** The turn of what would have gone over a socket that is held up; no channel has an empty id. */
const heldUp = '';

/**
 * Requests go over the socket, in order. What would have to wait for a playback or recording goes over HTTP as soon as
 * everything before it is done; and while the socket is held up all the same, so does everything else, one by one.
 */
export function createLanes({ socket, http, busy, clock }: Lanes): AriClient {
  const turns = createTurns();

  function asideTurn(method: AriMethod, path: AriPath, options: AriRequestOptions): string | undefined {
    const isOccupied = (channel: string): boolean => busy.isBusy(channel) || turns.isTaken(channel);
    const channel = channelsNeededAtRest(method, path, options.query).find(isOccupied);
    if (channel !== undefined) return channel;
    return turns.isTaken(heldUp) || socket.waitingMs() > heldUpAfterMs ? heldUp : undefined;
  }

  return {
    ordered: true,
    request: async (method, path, options = {}) => {
      const turn = asideTurn(method, path, options);
      const takeBack = busy.sent(method, path, options.query);
      const response = await (turn === undefined
        ? socket.request(method, path, options)
        : turns.take(turn, async () => {
            await within(clock, heldUpAfterMs, socket.drained());
            return await http.request(method, path, options);
          }));
      if (response.status >= 400) takeBack?.();
      return response;
    },
  };
}

async function within(clock: AriClock, ms: number, work: Promise<void>): Promise<void> {
  let cancel = (): void => undefined;
  const timeIsUp = new Promise<void>((resolve) => {
    cancel = clock.after(ms, resolve);
  });
  await Promise.race([work, timeIsUp]);
  cancel();
}
