/** Looks now and then whether recordings can be written and moved. */

import type { SystemClock } from '../lib/clock.ts';
import type { Logger } from '../observability/logger.ts';
import type { DirectoryProblem } from '../recording/directories.ts';

export interface DirectoryWatch {
  /** As found at the last look. */
  problems(): readonly DirectoryProblem[];
  /** Resolves after the first look. */
  start(): Promise<void>;
  stop(): void;
}

const everyMs = 30_000;

export interface DirectoryWatchPorts {
  check(): Promise<readonly DirectoryProblem[]>;
  readonly clock: SystemClock;
  readonly logger: Logger;
}

export function createDirectoryWatch({ check, clock, logger }: DirectoryWatchPorts): DirectoryWatch {
  let found: readonly DirectoryProblem[] = [];
  let cancel = (): void => undefined;
  let isStopped = false;

  const look = async (): Promise<void> => {
    const before = new Set(found.map(({ message }) => message));
    found = await check();
    for (const problem of found.filter(({ message }) => !before.has(message))) tell(logger, problem);
    if (!isStopped) cancel = clock.after(everyMs, () => void look());
  };

  return {
    problems: () => found,
    start: look,
    stop: () => {
      isStopped = true;
      cancel();
    },
  };
}

function tell(logger: Logger, { severity, directory, message }: DirectoryProblem): void {
  logger[severity === 'error' ? 'error' : 'info']({ directory, explanation: message }, 'directory looked at');
}
