/** `settings`: recording settings as they count, switching them at run time, and a copy to paste into the file. */

import type { Config } from '../config/complete.ts';
import type { SettingView } from '../http/ports.ts';
import { createSettingOverrides } from '../store/setting-overrides.ts';
import { toSettingViews } from '../wiring/setting-switches.ts';
import { sayDone, sayNo } from './answer.ts';
import type { Command, ExitCode, Invocation } from './command.ts';
import { withConfig } from './configured.ts';
import { askServer, sayNeverStarted, sayRefused } from './running-server.ts';
import { withDatabase } from './stored.ts';
import { formatTable } from './table.ts';

export const listSettings: Command = {
  usage: 'settings',
  summary: 'list recording settings in the order in which they are asked',
  run: (invocation) =>
    withConfig(invocation, async ({ config }) => {
      const answer = await askServer(config, 'GET', '/settings');
      if (answer && !answer.ok) return sayRefused(invocation, answer);
      print(
        invocation,
        answer ? (answer.body as { readonly settings: readonly SettingView[] }).settings : await stored(config),
      );
      return 0;
    }),
};

export const enableSetting = switchCommand('enable', true, 'switch a setting on for new calls, whatever the file says');
export const disableSetting = switchCommand(
  'disable',
  false,
  'switch a setting off for new calls, whatever the file says',
);
export const resetSetting = switchCommand('reset', null, 'let the file say again whether a setting counts');

function switchCommand(word: string, enabled: boolean | null, summary: string): Command {
  return {
    usage: `settings ${word} <name>`,
    summary,
    run: (invocation) =>
      withConfig(invocation, async ({ config }) => {
        const [name = ''] = invocation.arguments;
        const answer = await askServer(config, 'PATCH', `/settings/${encodeURIComponent(name)}`, { enabled });
        if (!answer) return store(invocation, config, enabled);
        if (!answer.ok) return sayRefused(invocation, answer);
        return sayDone(invocation, toSentence(answer.body as SettingView), { setting: answer.body });
      }),
  };
}

function toSentence({ name, enabled, override }: SettingView): string {
  return `${name} is ${enabled ? 'on' : 'off'} for new calls, ${override === null ? 'as the file says' : 'over the file'}.`;
}

/** While no server runs: the next one begins with it. */
async function store(invocation: Invocation, config: Config, enabled: boolean | null): Promise<ExitCode> {
  const [name = ''] = invocation.arguments;
  if (!config.recording.settings.some((setting) => setting.name === name))
    return sayNo(invocation, 'unknown-setting', 'There is no such setting.');
  const view = await withDatabase(config, { readOnly: false }, (database) => {
    const overrides = createSettingOverrides(database);
    overrides.set(name, enabled, Date.now());
    return toSettingViews(config, overrides.all()).find((setting) => setting.name === name);
  });
  if (!view) return sayNeverStarted(invocation);
  const done = `When the server starts ${toSentence(view)}`;
  return sayDone(invocation, done, { pending: true, setting: view });
}

async function stored(config: Config): Promise<readonly SettingView[]> {
  const all = await withDatabase(config, { readOnly: true }, (database) => createSettingOverrides(database).all());
  return toSettingViews(config, all ?? []);
}

function print({ json, output }: Invocation, settings: readonly SettingView[]): void {
  if (json) output.out(JSON.stringify(settings, null, 2));
  else output.out(settings.length === 0 ? 'No settings.' : toTable(settings));
}

function toTable(settings: readonly SettingView[]): string {
  const rows = settings.map(({ name, enabled, override, directions, select }) => [
    enabled ? 'on' : 'off',
    override === null ? '-' : 'over the file',
    directions.join(','),
    toSelection(select),
    name,
  ]);
  return formatTable(['STATE', 'SWITCHED', 'DIR', 'SELECTS', 'NAME'], rows);
}

function toSelection(select: object): string {
  return Object.entries(select)
    .map(([key, value]) => (Array.isArray(value) ? `${key} ${value.join(',')}` : key))
    .join(' ');
}
