/** One WebSocket to Asterisk's events: opened, watched for life, closed. */

import type { Duplex } from 'node:stream';
import { WebSocket, type RawData } from 'ws';
import type { AriClock } from './clock.ts';
import { type ConnectProblem, type Counterpart, toNetworkProblem, toStatusProblem } from './connect-problem.ts';

export type LinkEnd = 'closed' | 'frozen';

export interface AriLink {
  /** Never throws; what is sent after the end is lost. */
  send(frame: string): void;
  /** Says goodbye and resolves when the socket is gone, after a second at the latest. */
  close(): Promise<void>;
  /** Drops the socket at once. */
  drop(): void;
}

export interface LinkOptions {
  readonly url: URL;
  readonly authorization: string;
  readonly counterpart: Counterpart;
  /** Gives up while the link is being opened; an open one has to be closed. */
  readonly signal: AbortSignal;
  readonly openWithinMs: number;
  readonly pingEveryMs: number;
  /** A link on which nothing at all arrives for this long after a ping is frozen. */
  readonly pongWithinMs: number;
}

export interface LinkHandlers {
  /** Must return quickly: Asterisk cuts off who does not read for 100 ms. */
  frame(frame: string): void;
  /** Once, for a link that was open. */
  ended(end: LinkEnd, detail: string): void;
}

/** The list of all channels comes as one frame; this is room for 100,000 of them. */
const longestFrameBytes = 64 * 1024 * 1024;
const goodbyeWithinMs = 1_000;

export function openLink(
  options: LinkOptions,
  handlers: LinkHandlers,
  clock: AriClock,
): Promise<AriLink | ConnectProblem> {
  const socket = new WebSocket(options.url, {
    headers: { authorization: options.authorization },
    handshakeTimeout: options.openWithinMs,
    maxPayload: longestFrameBytes,
    perMessageDeflate: false,
    // A caller's name in a broken encoding must not cost us the connection.
    skipUTF8Validation: true,
  });
  const giveUp = (): void => {
    socket.terminate();
  };
  options.signal.addEventListener('abort', giveUp, { once: true });
  let together: Together = (write) => {
    write();
  };
  socket.once('upgrade', ({ socket: stream }) => {
    together = writeTogether(stream);
  });
  return new Promise((resolve) => {
    socket.on('unexpected-response', (request, response) => {
      request.destroy();
      resolve(toStatusProblem(response.statusCode ?? 0, options.counterpart));
    });
    socket.on('error', (error) => {
      options.signal.removeEventListener('abort', giveUp);
      resolve(toNetworkProblem(error, options.counterpart));
    });
    socket.on('open', () => {
      options.signal.removeEventListener('abort', giveUp);
      resolve(watchLink(socket, together, options, handlers, clock));
    });
    socket.on('message', (data) => {
      handlers.frame(toText(data));
    });
  });
}

/** Carries out a write to the socket. */
type Together = (write: () => void) => void;

/**
 * What is written while the events of one read are handled leaves in one piece: the commands of a step are several
 * frames, and each write by itself is a call into the kernel that wakes Asterisk.
 */
function writeTogether(stream: Duplex): Together {
  let isGathering = false;
  const release = (): void => {
    isGathering = false;
    stream.uncork();
  };
  return (write) => {
    if (!isGathering) {
      isGathering = true;
      stream.cork();
      process.nextTick(release);
    }
    write();
  };
}

function watchLink(
  socket: WebSocket,
  together: Together,
  options: LinkOptions,
  handlers: LinkHandlers,
  clock: AriClock,
): AriLink {
  const pulse = watchPulse(socket, options, clock, () => {
    end('frozen', `nothing heard for ${String(options.pongWithinMs)} ms after a ping`);
    socket.terminate();
  });
  let hasEnded = false;

  function end(kind: LinkEnd, detail: string): void {
    if (hasEnded) return;
    hasEnded = true;
    pulse.stop();
    handlers.ended(kind, detail);
  }

  let lastError = '';
  socket.on('error', (error) => {
    lastError = error.message;
  });
  const gone = new Promise<void>((resolve) => {
    socket.on('close', (code) => {
      end('closed', lastError === '' ? `code ${String(code)}` : lastError);
      resolve();
    });
  });

  return {
    send: (frame) => {
      if (socket.readyState !== WebSocket.OPEN) return;
      together(() => {
        socket.send(frame);
      });
    },
    close: async () => {
      hasEnded = true;
      pulse.stop();
      socket.close(1000);
      const cancel = clock.after(goodbyeWithinMs, () => {
        socket.terminate();
      });
      await gone;
      cancel();
    },
    drop: () => {
      hasEnded = true;
      pulse.stop();
      socket.terminate();
    },
  };
}

/** Pings at intervals and calls `frozen` once when nothing comes back. Any frame is a sign of life. */
function watchPulse(
  socket: WebSocket,
  { pingEveryMs, pongWithinMs }: LinkOptions,
  clock: AriClock,
  frozen: () => void,
): { stop(): void } {
  let heardAt = clock.now();
  let cancel: () => void = () => undefined;
  let isStopped = false;
  const hear = (): void => {
    heardAt = clock.now();
  };
  socket.on('pong', hear);
  socket.on('ping', hear);
  socket.on('message', hear);

  function ping(): void {
    const pingedAt = clock.now();
    socket.ping();
    cancel = clock.after(pongWithinMs, () => {
      // If it was this process that slept, the answer lies in the socket and is read before the next turn.
      setImmediate(() => {
        if (isStopped) return;
        if (heardAt < pingedAt) frozen();
        else cancel = clock.after(Math.max(0, pingEveryMs - pongWithinMs), ping);
      });
    });
  }

  cancel = clock.after(pingEveryMs, ping);
  return {
    stop: () => {
      isStopped = true;
      cancel();
    },
  };
}

function toText(data: RawData): string {
  return Buffer.isBuffer(data)
    ? data.toString()
    : Array.isArray(data)
      ? Buffer.concat(data).toString()
      : Buffer.from(data).toString();
}
