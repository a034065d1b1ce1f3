/** Keeps every configuration that is put in force. A disk that is full must not keep calls from being connected. */

import type { SystemClock } from '../lib/clock.ts';
import type { Configurations } from '../store/configurations.ts';
import type { CheckedConfig } from './rules-in-force.ts';

export interface KeepingTools {
  readonly configurations: Pick<Configurations, 'keep'>;
  readonly clock: Pick<SystemClock, 'now' | 'after'>;
  /** It is tried again. */
  failed(error: unknown): void;
}

export interface ConfigurationKeeping {
  /** Never throws. */
  keep(checked: Pick<CheckedConfig, 'hash' | 'effective'>): void;
  stop(): void;
}

const tryAgainMs = 10_000;

export function createConfigurationKeeping({ configurations, clock, failed }: KeepingTools): ConfigurationKeeping {
  const retries = new Map<string, () => void>();

  function keep({ hash, effective }: Pick<CheckedConfig, 'hash' | 'effective'>): void {
    retries.get(hash)?.();
    retries.delete(hash);
    try {
      configurations.keep(hash, effective, clock.now());
    } catch (error) {
      failed(error);
      retries.set(
        hash,
        clock.after(tryAgainMs, () => {
          keep({ hash, effective });
        }),
      );
    }
  }

  return {
    keep,
    stop: () => {
      for (const cancel of retries.values()) cancel();
    },
  };
}
