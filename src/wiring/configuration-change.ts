/** Which changes a reload cannot put into effect. */

import type { Config } from '../config/complete.ts';

/** Gives the next configuration with the first one's value at one place. */
type Keep = (first: Config, next: Config) => Config;

/** Read once at start: connections, directories and listeners hang on them. */
const fixedAtStart: readonly (readonly [path: string, keep: Keep])[] = [
  ['dataDirectory', ({ dataDirectory }, next) => ({ ...next, dataDirectory })],
  ofAsterisk('url'),
  ofAsterisk('username'),
  ofAsterisk('password'),
  ofAsterisk('application'),
  ofAsterisk('recordingDirectory'),
  ofAsterisk('soundsDirectory'),
  [
    'recording.directory',
    ({ recording: { directory } }, next) => ({ ...next, recording: { ...next.recording, directory } }),
  ],
  ['logging', ({ logging }, next) => ({ ...next, logging })],
  ['metrics', ({ metrics }, next) => ({ ...next, metrics })],
  ['web', ({ web }, next) => ({ ...next, web })],
];

function ofAsterisk(key: keyof Config['asterisk']): readonly [path: string, keep: Keep] {
  return [
    `asterisk.${key}`,
    ({ asterisk }, next) => ({ ...next, asterisk: { ...next.asterisk, [key]: asterisk[key] } }),
  ];
}

export interface ConfigurationChange {
  /** What can be put into effect now. */
  readonly config: Config;
  /** Paths whose values differ and count only after a restart. */
  readonly needsRestart: readonly string[];
}

/** What is fixed stays as it was at the start, so that old and new values are never mixed. */
export function toChange(first: Config, next: Config): ConfigurationChange {
  const needsRestart = fixedAtStart
    .filter(([, keep]) => JSON.stringify(keep(first, next)) !== JSON.stringify(next))
    .map(([path]) => path);
  return { config: fixedAtStart.reduce((config, [, keep]) => keep(first, config), next), needsRestart };
}
