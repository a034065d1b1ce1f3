/** `settings copy` and `exception-lists copy`: an entry of the file under a new name, to be pasted into it. */

import { copyOfEntry, type CopiedList } from '../config/entry-copy.ts';
import { entryName } from '../config/fields.ts';
import { sayNo, sayWrongUse } from './answer.ts';
import type { Command, ExitCode, Invocation } from './command.ts';
import { withConfig, type Configured } from './configured.ts';

export const copySetting = copyCommand('settings', 'settings', 'a setting');
export const copyExceptionList = copyCommand('exception-lists', 'exceptionLists', 'an exception list');

function copyCommand(words: string, list: CopiedList, what: string): Command {
  return {
    usage: `${words} copy <name> <newname>`,
    summary: `print a copy of ${what} as it stands in the file, under a new name`,
    run: (invocation) => withConfig(invocation, (configured) => copy(invocation, configured, list)),
  };
}

function copy(invocation: Invocation, configured: Configured, list: CopiedList): ExitCode {
  const [name = '', newName = ''] = invocation.arguments;
  const taken: readonly { readonly name: string }[] = configured.config.recording[list];
  if (!entryName().safeParse(newName).success)
    return sayWrongUse(invocation, 'The new name must have at most 100 characters, and no outer spaces.');
  if (taken.some((one) => one.name === newName))
    return sayNo(invocation, 'name-taken', `There is a ${newName} already.`);
  const copied = copyOfEntry(configured, list, name, newName);
  if (!copied) return sayNo(invocation, 'not-found', `There is none of the name ${name}.`);
  const { json, output } = invocation;
  if (copied.file === undefined && !json)
    output.err(`${name} is put together from several places; it is written out in full.`);
  output.out(json ? JSON.stringify({ name: newName, file: copied.file ?? null, yaml: copied.yaml }) : copied.yaml);
  return 0;
}
