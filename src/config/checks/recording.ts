/** Contradictions within recording settings and exception lists. */

import type { Finding } from '../problem.ts';
import { error } from '../problem.ts';
import { childOf, valueAt } from '../schema-index.ts';
import type { Entry } from './view.ts';
import { entriesAt, entriesOf, isSet, textOf, textsOf } from './view.ts';

export function checkRecording(root: unknown): Finding[] {
  const settings = entriesAt(root, 'recording', 'settings');
  return [
    ...settings.flatMap(selectFault),
    ...settings.flatMap(announcementFaults),
    ...settings.flatMap(consentFaults),
    ...entriesAt(root, 'recording', 'exceptionLists').flatMap((list) =>
      entriesOf(list, 'entries').flatMap(exceptionFault),
    ),
    ...diskFault(root),
  ];
}

const selections = ['all', 'allUsers', 'groups', 'users'];

function selectFault(setting: Entry): Finding[] {
  const path = [...setting.path, 'select'];
  const select = childOf(setting.value, 'select');
  if (typeof select !== 'object' || select === null || Array.isArray(select)) return [];
  const chosen = selections.filter((key) => childOf(select, key) !== undefined);
  const hint = 'choose one of all, allUsers, groups, users';
  if (chosen.length > 1) return [error(path, `selects by ${chosen.join(' and ')} at once`, hint)];
  if (chosen.length === 0 && Object.keys(select).length === 0) return [error(path, 'selects nothing', hint)];
  return ['groups', 'users']
    .filter((key) => isEmptyList(childOf(select, key)))
    .map((key) => error([...path, key], 'selects nothing', 'name at least one, or remove the setting'));
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function directionsOf(setting: Entry): readonly string[] {
  return isSet(setting, 'directions') ? textsOf(setting, 'directions').map((named) => named.text) : ['in', 'out'];
}

function announcementFaults(setting: Entry): Finding[] {
  const recorded = directionsOf(setting);
  return ['in', 'out']
    .filter(
      (direction) =>
        valueAt(setting.value, ['announcements', direction]) !== undefined && !recorded.includes(direction),
    )
    .map((direction) =>
      error(
        [...setting.path, 'announcements', direction],
        `is chosen for a direction that is not recorded`,
        `remove it, or add ${direction} to directions`,
      ),
    );
}

function consentFaults(setting: Entry): Finding[] {
  const mode = textOf(setting, 'consent', 'mode');
  if (!mode || (mode.text !== 'optIn' && mode.text !== 'optOut')) return [];
  if (!directionsOf(setting).includes('in')) {
    return [
      error(mode.path, 'asks callers, but the setting records no incoming calls', 'add in to directions, or use none'),
    ];
  }
  if (valueAt(setting.value, ['announcements', 'in']) !== undefined) return [];
  return [error(mode.path, 'asks callers without an announcement', 'choose one under announcements.in, or use none')];
}

function exceptionFault(entry: Entry): Finding[] {
  const [number, pattern] = [isSet(entry, 'number'), isSet(entry, 'pattern')];
  if (number && pattern) return [error(entry.path, 'has both a number and a pattern', 'make two entries of it')];
  return number || pattern ? [] : [error(entry.path, 'has neither a number nor a pattern', 'give it one of them')];
}

function diskFault(root: unknown): Finding[] {
  const [warn = 80, critical = 95] = ['warnPercent', 'criticalPercent'].map((key) => {
    const value = valueAt(root, ['recording', 'disk', key]);
    return typeof value === 'number' ? value : undefined;
  });
  if (warn < critical) return [];
  const key = valueAt(root, ['recording', 'disk', 'criticalPercent']) === undefined ? 'warnPercent' : 'criticalPercent';
  return [error(['recording', 'disk', key], `the warning at ${warn} % must come before ${critical} %`)];
}
