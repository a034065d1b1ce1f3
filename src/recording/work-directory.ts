/** Where the files of a recording lie while they are made: below their directory, so in the same file system. */

import { join } from 'node:path';
import { legalName } from './file-name.ts';

export function workDirectory(directory: string): string {
  return join(directory, '.unfinished');
}

export function temporaryName(id: string): string {
  return `${legalName(id)}.tmp`;
}

export function companionName(id: string): string {
  return `${temporaryName(id)}.companion`;
}
