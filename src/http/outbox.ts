/** What one browser is told. A browser that does not read is let go rather than waited for. */

/** The part of a WebSocket that is used here. */
export interface OutboxSocket {
  readonly bufferedAmount: number;
  send(text: string): void;
  ping(): void;
  close(code: number, reason: string): void;
  terminate(): void;
  on(event: 'pong' | 'close' | 'error', listener: () => void): unknown;
}

export interface OutboxLimits {
  /** Bytes that may wait for a slow reader. */
  readonly waitingBytes: number;
  /** A client that has not answered a ping within this time is gone. */
  readonly pingMs: number;
}

export interface Outbox {
  send(message: string): void;
  /** Says goodbye; a client that does not answer within `graceMs` is cut off. */
  end(graceMs: number): void;
}

const goingAway = 1001;
const tryAgainLater = 1013;
const slowGraceMs = 10_000;

/** `onEnd` is called once, however the connection ended. */
export function openOutbox(socket: OutboxSocket, limits: OutboxLimits, onEnd: () => void): Outbox {
  let open = true;
  let answered = true;
  const heartbeat = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
  }, limits.pingMs);

  const leave = (code: number, reason: string, graceMs: number): void => {
    if (!open) return;
    open = false;
    socket.close(code, reason);
    const cut = setTimeout(() => socket.terminate(), graceMs);
    socket.on('close', () => clearTimeout(cut));
  };
  socket.on('pong', () => {
    answered = true;
  });
  // What went wrong on the way to a browser is the browser's matter; it comes again. `close` follows.
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    open = false;
    clearInterval(heartbeat);
    onEnd();
  });

  return {
    send(message) {
      if (!open) return;
      if (socket.bufferedAmount > limits.waitingBytes) return leave(tryAgainLater, 'too slow', slowGraceMs);
      socket.send(message);
    },
    end: (graceMs) => leave(goingAway, 'the server stops', graceMs),
  };
}
