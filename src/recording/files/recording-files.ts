/** The files of recordings as the rest of the server sees them: every step is asked for and answered later. */

import { neighbourOf, startThread, type Remote } from '../../lib/thread.ts';
import type { FileWork } from './file-work.ts';

export type RecordingFiles = Remote<FileWork>;

export interface RecordingFilesThread {
  readonly files: RecordingFiles;
  stop(): Promise<void>;
}

const steps = [
  'look',
  'scan',
  'removeParts',
  'make',
  'takeConverted',
  'removeConverted',
  'listFree',
  'place',
  'clean',
  'erase',
  'listLeftOvers',
  'removeLeftOvers',
] as const satisfies readonly (keyof FileWork)[];

/** The thread begins with the first question. */
export function startRecordingFiles(): RecordingFilesThread {
  const { remote, stop } = startThread<FileWork>(neighbourOf(import.meta.url, 'file-thread'), steps);
  return { files: remote, stop };
}
