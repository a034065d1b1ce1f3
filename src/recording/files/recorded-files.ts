/** The names of the files that Asterisk records, and what they tell. */

import { createHash } from 'node:crypto';
import { parse } from 'node:path';

/** Asterisk names a file by its format: `wav` is 8 kHz, `wav16` 16 kHz. */
export const recordedEndings = ['.wav', '.wav16'] as const;

/** What the ending says of a file whose header is lost. */
export function sampleRateOf(path: string): number {
  return path.endsWith('.wav16') ? 16_000 : 8000;
}

/** The recording's name of a file of ours; undefined for other files, also for what else Asterisk records in our name. */
export function recordedName(application: string, fileName: string): string | undefined {
  const { name, ext } = parse(fileName);
  if (!recordedEndings.some((ending) => ending === ext) || !name.startsWith(`${application}-`)) return undefined;
  return /-rec\d+$/.test(name) || name.startsWith(fallbackPrefix(application)) ? name : undefined;
}

/** Stands for a setting's name in the names of files that Asterisk records while we are away. */
export function settingKeyOf(setting: string): string {
  return createHash('sha256').update(setting).digest('hex').slice(0, 16);
}

export interface FallbackFacts {
  readonly startedAt: number;
  readonly direction: 'in' | 'out' | 'internal';
  readonly settingKey: string;
  readonly caller: string;
  readonly callee: string;
  /** Asterisk's id of the channel. */
  readonly channel: string;
}

function fallbackPrefix(application: string): string {
  return `${application}-fallback-`;
}

/** Reads the name that the dialplan gives: begin, direction, setting, caller, callee, channel. */
export function parseFallbackName(application: string, name: string): FallbackFacts | undefined {
  if (!name.startsWith(fallbackPrefix(application))) return undefined;
  const rest = name.slice(fallbackPrefix(application).length);
  const number = '[+0-9A-Za-z*#]*';
  const form = new RegExp(`^(\\d{1,12})-(in|out|internal)-([0-9a-f]{16})-(${number})-(${number})-(.+)$`);
  const [, seconds, direction, settingKey, caller, callee, channel] = form.exec(rest) ?? [];
  if (settingKey === undefined || caller === undefined || callee === undefined || channel === undefined)
    return undefined;
  return {
    startedAt: Number(seconds) * 1000,
    direction: direction as FallbackFacts['direction'],
    ...{ settingKey, caller, callee, channel },
  };
}
