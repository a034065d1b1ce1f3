/** `describe`: what each recording setting does, in sentences. */

import { describeSettings, type DescribedSetting } from '../recording/describe/describe-setting.ts';
import { sayWrongUse } from './answer.ts';
import type { Command, ExitCode, Invocation } from './command.ts';
import { withConfig } from './configured.ts';
import { readSwitchedSettings } from './switched-settings.ts';

export const describe: Command = {
  usage: 'describe [name]',
  summary: 'say in full sentences what each recording setting does, or the one of this name',
  options: [{ flags: '--language <language>', summary: 'de or en (default: that of the configuration)' }],
  run,
};

const languages = ['de', 'en'] as const;

function run(invocation: Invocation): ExitCode | Promise<ExitCode> {
  const { options, json, output } = invocation;
  const [name] = invocation.arguments;
  const language = languages.find((one) => one === options['language']);
  if (options['language'] !== language) return sayWrongUse(invocation, 'The language is de or en.');
  return withConfig(invocation, async ({ config }) => {
    const switched = (await readSwitchedSettings(config)).map((one) => [one.setting, one.enabled] as const);
    const all = describeSettings(config, language ?? config.language, new Map(switched));
    const wanted = name === undefined ? all : all.filter((setting) => setting.name === name);
    if (name !== undefined && wanted.length === 0) {
      return sayWrongUse(invocation, `There is no recording setting "${name}".`);
    }
    output.out(json ? JSON.stringify(wanted, null, 2) : toText(wanted));
    return 0;
  });
}

function toText(settings: readonly DescribedSetting[]): string {
  if (settings.length === 0) return 'There are no recording settings, so nothing is recorded.';
  return settings.map(({ name, text }) => `${name}\n  ${text}`).join('\n\n');
}
