/** The log: one JSON object per line. This is the only file that knows pino. */

import { destination, pino, stdTimeFunctions, type DestinationStream, type Logger as Pino } from 'pino';
import { redactPersonal, toErrorFields, type LogFields } from './personal.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export interface LoggingOptions {
  readonly level: LogLevel;
  /** `redact` takes the values of all `pii` fields out before they are written. */
  readonly personalData: 'redact' | 'plain';
}

/**
 * `error`: someone must act; `warn`: degraded; `info`: a milestone; `debug`: traffic of the switch.
 * The message is a constant; everything that varies is a field, personal data a field of `pii`, an error the field `error`.
 */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  /** A logger that adds these fields to every line. */
  child(fields: LogFields): Logger;
  /** Whether lines of this level are written; saves building costly fields. */
  enabled(level: Exclude<LogLevel, 'silent'>): boolean;
}

/** Lines kept while whoever reads the log stands still; then lines are lost rather than calls. */
const waitingBytes = 16 * 1024 * 1024;

/** Lines of one moment are written together: waking the thread that writes costs more than the line. */
const gatherMs = 20;
const gatherBytes = 8192;

/** For the server: standard output, never waiting for its reader. What is gathered is written when the process ends. */
export function createServerLogger(options: LoggingOptions): Logger {
  const output = destination({ dest: 1, sync: false, minLength: gatherBytes, maxLength: waitingBytes });
  let isDue = false;
  const flush = (): void => {
    isDue = false;
    output.flush();
  };
  const write = (line: string): void => {
    output.write(line);
    if (isDue) return;
    isDue = true;
    setTimeout(flush, gatherMs);
  };
  return createLogger(options, { write });
}

/** For commands: standard error, written before the process ends. */
export function createCommandLogger(options: LoggingOptions): Logger {
  return createLogger(options, destination({ dest: 2, sync: true }));
}

export function createLogger(options: LoggingOptions, stream: DestinationStream): Logger {
  const root = pino(
    {
      level: options.level,
      base: {},
      messageKey: 'message',
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  );
  return wrap(root, options.personalData === 'redact' ? redactPersonal : (fields) => fields);
}

/** A logger that says nothing, for tests and for embedding. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
  enabled: () => false,
};

function wrap(target: Pino, clean: (fields: LogFields) => LogFields): Logger {
  const write = (level: 'debug' | 'info' | 'warn' | 'error') => (fields: LogFields, message: string) => {
    if (target.isLevelEnabled(level)) target[level](clean(withError(fields)), message);
  };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (fields) => wrap(target.child(clean(fields)), clean),
    enabled: (level) => target.isLevelEnabled(level),
  };
}

function withError(fields: LogFields): LogFields {
  return 'error' in fields ? { ...fields, error: toErrorFields(fields['error']) } : fields;
}
