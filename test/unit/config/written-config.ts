/** Configuration files for one test, in a folder of their own. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import type { CheckOptions, Checked } from '../../../src/config/load.ts';
import { check } from '../../../src/config/load.ts';

/** What every configuration needs. */
export const asterisk = 'asterisk: { url: http://127.0.0.1:8088, username: fernamt, password: !env ARI_PASSWORD }\n';
export const environment = { ARI_PASSWORD: 'not to be seen' };

/** Writes the files (name → content) and returns their folder; only their owner may read them. */
export function writeFiles(context: TestContext, files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'fernamt-config-'));
  context.after(() => rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content, { mode: 0o600 });
  }
  return folder;
}

export function checkText(
  context: TestContext,
  text: string | Uint8Array,
  options: CheckOptions = { environment },
): Checked {
  return check(join(writeFiles(context, { 'fernamt.yaml': text }), 'fernamt.yaml'), options);
}

/** `LINE:COLUMN path message` of each problem. */
export function linesOf(problems: Checked['problems']): string[] {
  return problems.map(({ line, column, path, message }) => `${line}:${column} ${path} ${message}`);
}
