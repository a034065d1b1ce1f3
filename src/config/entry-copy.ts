/** A copy of a setting or an exception list, to be pasted into the file under a new name. */

import type { Config } from './complete.ts';
import { readSource } from './source.ts';
import { copyEntry, formatYaml } from './yaml-text.ts';

export type CopiedList = 'settings' | 'exceptionLists';

export interface EntryCopy {
  readonly yaml: string;
  /** Undefined where the entry is put together from several places of the files, and shown as it takes effect. */
  readonly file: string | undefined;
}

const maxBytes = 2 * 1024 * 1024;

/** Undefined if there is no entry of this name. The files are those that the configuration was read from. */
export function copyOfEntry(
  { config, files }: { readonly config: Config; readonly files: readonly string[] },
  list: CopiedList,
  name: string,
  newName: string,
): EntryCopy | undefined {
  for (const file of files) {
    const source = readSource(file, maxBytes);
    const yaml = source.ok ? copyEntry(source.text, ['recording', list], name, newName) : undefined;
    if (yaml !== undefined) return { yaml, file };
  }
  const entries: readonly { readonly name: string }[] = config.recording[list];
  const entry = entries.find((one) => one.name === name);
  return entry && { yaml: formatYaml([{ ...entry, name: newName }], new Map()).trimEnd(), file: undefined };
}
