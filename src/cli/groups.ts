/** `groups`: who is logged in to which ring group, and logging in and out. */

import type { Config } from '../config/complete.ts';
import type { GroupView } from '../http/ports.ts';
import { createMemberships } from '../store/memberships.ts';
import { toGroupViews } from '../wiring/directory-views.ts';
import { sayDone, sayNo } from './answer.ts';
import type { Command, ExitCode, Invocation } from './command.ts';
import { withConfig } from './configured.ts';
import { askServer, sayNeverStarted, sayRefused } from './running-server.ts';
import { withDatabase } from './stored.ts';
import { formatTable } from './table.ts';

export const listGroups: Command = {
  usage: 'groups',
  summary: 'list ring groups with the members that are logged in',
  run: (invocation) =>
    withConfig(invocation, async ({ config }) => {
      const answer = await askServer(config, 'GET', '/groups');
      if (answer && !answer.ok) return sayRefused(invocation, answer);
      const groups = answer ? (answer.body as { readonly groups: readonly GroupView[] }).groups : await stored(config);
      print(invocation, groups);
      return 0;
    }),
};

export const loginToGroup = membershipCommand('login', true);
export const logoutOfGroup = membershipCommand('logout', false);

function membershipCommand(word: string, active: boolean): Command {
  return {
    usage: `groups ${word} <group> <extension>`,
    summary: `log a member ${active ? 'in to' : 'out of'} a ring group`,
    run: (invocation) =>
      withConfig(invocation, async ({ config }) => {
        const [group = '', extension = ''] = invocation.arguments;
        const path = `/groups/${encodeURIComponent(group)}/members/${encodeURIComponent(extension)}`;
        const answer = await askServer(config, active ? 'PUT' : 'DELETE', path);
        if (!answer) return store(invocation, config, active);
        const done = `${extension} is logged ${active ? 'in to' : 'out of'} ${group}.`;
        return answer.ok ? sayDone(invocation, done) : sayRefused(invocation, answer);
      }),
  };
}

/** While no server runs: the next one begins with it. */
async function store(invocation: Invocation, config: Config, active: boolean): Promise<ExitCode> {
  const [number = '', extension = ''] = invocation.arguments;
  const group = config.ringGroups.find((one) => one.number === number);
  if (!group) return sayNo(invocation, 'unknown-group', 'There is no such group.');
  if (!group.members.includes(extension)) return sayNo(invocation, 'unknown-member', 'The group has no such member.');
  const isStored = await withDatabase(config, { readOnly: false }, (database) => {
    createMemberships(database).set(number, extension, active);
    return true;
  });
  const done = `${extension} will be logged ${active ? 'in to' : 'out of'} ${number} when the server starts.`;
  return isStored ? sayDone(invocation, done, { pending: true }) : sayNeverStarted(invocation);
}

async function stored(config: Config): Promise<readonly GroupView[]> {
  const all = (await withDatabase(config, { readOnly: true }, (database) => createMemberships(database).all())) ?? [];
  return toGroupViews(config, (number, extension) => {
    const known = all.find((one) => one.group === number && one.extension === extension)?.active;
    return known ?? config.ringGroups.find((group) => group.number === number)?.startActive ?? false;
  });
}

function print({ json, output }: Invocation, groups: readonly GroupView[]): void {
  if (json) output.out(JSON.stringify(groups, null, 2));
  else output.out(groups.length === 0 ? 'No groups.' : toTable(groups));
}

function toTable(groups: readonly GroupView[]): string {
  const named = (members: GroupView['members']): string =>
    members.map(({ extension, name }) => (name === extension ? name : `${extension} ${name}`)).join(', ') || '-';
  const rows = groups.map(({ number, name, strategy, members }) => [
    number,
    name,
    strategy,
    named(members.filter(({ active }) => active)),
    named(members.filter(({ active }) => !active)),
  ]);
  return formatTable(['GROUP', 'NAME', 'STRATEGY', 'LOGGED IN', 'LOGGED OUT'], rows);
}
