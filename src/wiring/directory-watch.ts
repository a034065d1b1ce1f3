/** Looks now and then whether recordings can be written and moved. */

import type { SystemClock } from '../lib/clock.ts';
import type { Logger } from '../observability/logger.ts';
import type { DirectoryProblem } from '../recording/files/directories.ts';

export interface DirectoryWatch {
  /** As found at the last look. */
  problems(): readonly DirectoryProblem[];
  /** Resolves after the first look. */
  start(): Promise<void>;
  /** A recording failed: looks soon instead of at its time. */
  suspect(): void;
  stop(): void;
}

const everyMs = 30_000;
/** Whoever mended it wants to see that it is mended. */
const everyMsInTrouble = 5_000;
/** However many recordings fail at once, one look is enough. */
const soonMs = 500;

export interface DirectoryWatchPorts {
  check(): Promise<readonly DirectoryProblem[]>;
  readonly clock: SystemClock;
  readonly logger: Logger;
}

export function createDirectoryWatch({ check, clock, logger }: DirectoryWatchPorts): DirectoryWatch {
  let found: readonly DirectoryProblem[] = [];
  let cancel = (): void => undefined;
  let dueAt = Infinity;
  let isStopped = false;

  const lookIn = (ms: number): void => {
    cancel();
    dueAt = clock.now() + ms;
    cancel = clock.after(ms, () => void look());
  };

  const look = async (): Promise<void> => {
    const before = new Set(found.map(({ message }) => message));
    found = await check();
    for (const problem of found.filter(({ message }) => !before.has(message))) tell(logger, problem);
    if (!isStopped) lookIn(isInTrouble(found) ? everyMsInTrouble : everyMs);
  };

  return {
    problems: () => found,
    start: look,
    suspect: () => {
      if (!isStopped && dueAt > clock.now() + soonMs) lookIn(soonMs);
    },
    stop: () => {
      isStopped = true;
      cancel();
    },
  };
}

function isInTrouble(found: readonly DirectoryProblem[]): boolean {
  return found.some(({ severity }) => severity === 'error');
}

function tell(logger: Logger, { severity, directory, message }: DirectoryProblem): void {
  logger[severity === 'error' ? 'error' : 'info']({ directory, explanation: message }, 'directory looked at');
}
