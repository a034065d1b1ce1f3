/** Where the files of a recording lie while they are made: below their directory, so in the same file system. */

import { join } from 'node:path';
import { legalName } from './file-name.ts';

export function workDirectory(directory: string): string {
  return join(directory, '.unfinished');
}

export function temporaryName(id: string): string {
  return `${legalName(id)}.tmp`;
}

/** Names of all that may lie there of one recording. */
export function workNames(id: string): readonly string[] {
  const name = temporaryName(id);
  return [name, `${name}.companion`, `${name}.converted`, `${name}.decoded`];
}

/** The audio, in whatever format. */
export function temporaryPath(directory: string, id: string): string {
  return join(workDirectory(directory), temporaryName(id));
}

export function companionPath(directory: string, id: string): string {
  return `${temporaryPath(directory, id)}.companion`;
}

export function convertedPath(directory: string, id: string): string {
  return `${temporaryPath(directory, id)}.converted`;
}

/** The converted audio as WAV again. */
export function decodedPath(directory: string, id: string): string {
  return `${temporaryPath(directory, id)}.decoded`;
}
