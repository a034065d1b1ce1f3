/** Which changes a reload cannot put into effect. */

import type { Config } from '../config/complete.ts';

/** Read once at start: connections, directories and listeners hang on them. */
const fixedAtStart: readonly (readonly [path: string, read: (config: Config) => unknown])[] = [
  ['dataDirectory', (config) => config.dataDirectory],
  ['timeZone', (config) => config.timeZone],
  ['asterisk.url', (config) => config.asterisk.url],
  ['asterisk.username', (config) => config.asterisk.username],
  ['asterisk.password', (config) => config.asterisk.password],
  ['asterisk.application', (config) => config.asterisk.application],
  ['asterisk.recordingDirectory', (config) => config.asterisk.recordingDirectory],
  ['asterisk.soundsDirectory', (config) => config.asterisk.soundsDirectory],
  ['recording.directory', (config) => config.recording.directory],
  ['logging', (config) => config.logging],
  ['metrics', (config) => config.metrics],
  ['web', (config) => config.web],
];

/** Paths whose values differ and count only after a restart. */
export function needsRestart(before: Config, after: Config): readonly string[] {
  return fixedAtStart
    .filter(([, read]) => JSON.stringify(read(before)) !== JSON.stringify(read(after)))
    .map(([path]) => path);
}
