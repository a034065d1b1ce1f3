/** The finisher with the rules in force. */

import { resolve } from 'node:path';
import type { Config } from '../config/complete.ts';
import type { SystemClock } from '../lib/clock.ts';
import type { Logger } from '../observability/logger.ts';
import type { Report } from '../observability/report.ts';
import type { Catalogue } from '../recording/catalogue/catalogue.ts';
import { checkDirectories } from '../recording/files/directories.ts';
import { fileNamer } from '../recording/files/file-name.ts';
import { createFinisher, type Finisher, type FinisherOptions } from '../recording/files/finish.ts';
import { createDirectoryWatch, type DirectoryWatch } from './directory-watch.ts';
import { reportFinish } from './reports.ts';
import type { Rules } from './rules.ts';

export interface FinishingTools {
  readonly config: Config;
  readonly clock: SystemClock;
  readonly catalogue: Catalogue;
  rules(): Rules;
  readonly report: Report;
}

export function createRecordingDirectoryWatch(config: Config, clock: SystemClock, logger: Logger): DirectoryWatch {
  const { recordingDirectory } = config.asterisk;
  const places = { recordingDirectory, directory: recordingsDirectoryOf(config) };
  return createDirectoryWatch({ check: () => checkDirectories(places), clock, logger });
}

/** Where finished recordings lie. */
export function recordingsDirectoryOf({ dataDirectory, recording }: Config): string {
  return resolve(dataDirectory, recording.directory);
}

export function createFinishing({ config, clock, catalogue, rules, report }: FinishingTools): Finisher {
  const { application, recordingDirectory } = config.asterisk;
  return createFinisher({
    ...{ catalogue, clock, application, recordingDirectory },
    directory: recordingsDirectoryOf(config),
    rules: oncePerConfiguration(() => rules().config, toFinishRules),
    report: reportFinish(report),
  });
}

function toFinishRules({ recording, timeZone }: Config): ReturnType<FinisherOptions['rules']> {
  return {
    nameOf: fileNamer(recording.filename, timeZone),
    judgement: recording.judgement,
    format: recording.format,
    settingNames: recording.settings.map((setting) => setting.name),
  };
}

/** The calendar behind the names is dear to make, and this is asked for every recording. */
function oncePerConfiguration<Made>(current: () => Config, make: (config: Config) => Made): () => Made {
  let last: { readonly config: Config; readonly made: Made } | undefined;
  return () => {
    const config = current();
    if (last?.config !== config) last = { config, made: make(config) };
    return last.made;
  };
}
