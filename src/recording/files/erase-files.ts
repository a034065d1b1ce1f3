/**
 * Erases a recording wherever it lies: Asterisk's files, ours while they are made, and the finished ones. Can be done
 * again after a crash at any point. Blocks: for a thread of its own.
 */

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { isMarked, removeNow, statNow, syncDirectoryNow } from '../../lib/blocking-files.ts';
import { hashFile } from './inspection.ts';
import { fileNames } from './metadata.ts';
import type { AudioFile } from '../model.ts';
import { recordedEndings } from './recorded-files.ts';
import { reservationMark } from './reservation.ts';
import { workDirectory, workNames } from './work-directory.ts';

interface ErasePartsRequest {
  readonly recordingDirectory: string;
  readonly parts: readonly string[];
}

export interface EraseRequest extends ErasePartsRequest {
  readonly directory: string;
  readonly id: string;
  /** None if no file was made, or it has no name yet. */
  readonly finished?: {
    readonly base: string;
    readonly audio: Pick<AudioFile, 'format' | 'sha256'>;
    /** False if it may be that the name was given to the recording, but not yet to its file. */
    readonly placed: boolean;
  };
}

/** A directory that is missing is a failure: nobody knows what lies in it. */
export function erase(request: EraseRequest): void {
  const { directory, id, finished } = request;
  statSync(directory);
  if (finished) eraseFinished(directory, id, finished);
  const unfinished = workDirectory(directory);
  for (const name of workNames(id)) removeNow(join(unfinished, name));
  syncDirectoryNow(directory);
  if (statNow(unfinished)) syncDirectoryNow(unfinished);
  eraseParts(request);
}

function eraseParts({ recordingDirectory, parts }: ErasePartsRequest): void {
  statSync(recordingDirectory);
  for (const name of parts) {
    for (const ending of recordedEndings) {
      const path = join(recordingDirectory, name + ending);
      removeNow(path);
      removeNow(`${path}.unreadable`);
    }
  }
  syncDirectoryNow(recordingDirectory);
}

/** The audio last: as long as it is there, the files beside it are known as ours. */
function eraseFinished(directory: string, id: string, finished: NonNullable<EraseRequest['finished']>): void {
  const [audio = '', ...companions] = fileNames(finished.base, finished.audio.format).map((name) =>
    join(directory, name),
  );
  if (!finished.placed && !isOurs(audio, id, finished.audio.sha256)) return;
  for (const path of companions) removeNow(path);
  removeNow(audio);
}

function isOurs(path: string, id: string, sha256: string): boolean {
  if (!statNow(path)) return false;
  return isMarked(path, reservationMark(id)) || hashFile(path).sha256 === sha256;
}
