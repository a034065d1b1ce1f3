/** The files that Asterisk records, in its directory as this process sees it. */

import { createHash } from 'node:crypto';
import { readdir, rename } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { ifThere, removeFile, statIfThere } from '../lib/durable-files.ts';
import { openWav } from '../lib/wav-file.ts';
import { isWavFault, secondsOf } from '../lib/wav.ts';

export interface RecordedFile {
  /** Asterisk's name of the recording, without ending. */
  readonly name: string;
  readonly path: string;
}

/** Asterisk names a file by its format: `wav` is 8 kHz, `wav16` 16 kHz. */
const endings = ['.wav', '.wav16'] as const;
/** Asterisk writes at least every two seconds while frames come (32 KiB of buffer). */
const quietMs = 5000;

/** Where the file of this name is, or would be if Asterisk had written it. */
export async function locateRecordedFile(directory: string, name: string): Promise<string> {
  for (const ending of endings) {
    const path = join(directory, name + ending);
    if (await statIfThere(path)) return path;
  }
  return join(directory, name + endings[0]);
}

/** All files of ours that lie in the directory. */
export async function listRecordedFiles(directory: string, application: string): Promise<readonly RecordedFile[]> {
  const names = await readdir(directory);
  return names
    .map((name) => ({ name: parse(name).name, ending: parse(name).ext, path: join(directory, name) }))
    .filter(({ name, ending }) => isOurs(application, name) && endings.some((one) => one === ending))
    .map(({ name, path }) => ({ name, path }));
}

/** Files of recordings, not other things that Asterisk may record in our name. */
function isOurs(application: string, name: string): boolean {
  return name.startsWith(`${application}-`) && (/-rec\d+$/.test(name) || name.startsWith(fallbackPrefix(application)));
}

export async function removeRecordedFiles(directory: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    for (const ending of endings) await removeFile(join(directory, name + ending));
  }
}

/** Takes a file that nobody can use out of the way without losing it. */
export async function setAside(path: string): Promise<void> {
  await ifThere(rename(path, `${path}.unreadable`));
}

/**
 * `complete`: Asterisk closed it. `cutOff`: nobody writes it any more, but it was never closed. `growing`: wait. Asterisk
 * fills in the sizes in the header only when it closes the file.
 */
export async function progressOf(
  path: string,
  live: boolean,
  now: number,
): Promise<'complete' | 'cutOff' | 'growing' | 'missing'> {
  const stats = await statIfThere(path);
  if (!stats) return 'missing';
  const wav = await openWav(path);
  const closed = !isWavFault(wav) && wav.header.sound;
  if (!isWavFault(wav)) await wav.close();
  if (closed) return 'complete';
  return !live && now - stats.mtimeMs >= quietMs ? 'cutOff' : 'growing';
}

/** When the recording began and ended, as the file tells it. */
export async function timesOf(
  path: string,
): Promise<{ readonly startedAt: number; readonly endedAt: number } | undefined> {
  const stats = await statIfThere(path);
  if (!stats) return undefined;
  const wav = await openWav(path);
  if (isWavFault(wav)) return { startedAt: stats.mtimeMs, endedAt: stats.mtimeMs };
  await wav.close();
  return { startedAt: stats.mtimeMs - secondsOf(wav.header) * 1000, endedAt: stats.mtimeMs };
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
