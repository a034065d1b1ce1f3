/** Names are unique in their list, and nothing is listed twice. */

import type { Finding } from '../problem.ts';
import { error, formatPath } from '../problem.ts';
import type { Named } from './view.ts';
import { entriesAt, textsIn, textsOf } from './view.ts';

/** List, and the key that tells its entries apart. Extensions and group numbers are looked at with all other digits. */
const unique: readonly (readonly [list: string, key: string])[] = [
  ['users', 'name'],
  ['users', 'login'],
  ['ringGroups', 'name'],
  ['trunks', 'name'],
  ['outboundRoutes', 'name'],
  ['hotlines', 'name'],
  ['web.apiTokens', 'name'],
  ['recording.settings', 'name'],
  ['recording.exceptionLists', 'name'],
  ['storageTargets', 'name'],
  ['microsoftLogins', 'name'],
  ['tunnels', 'name'],
  ['logTargets', 'name'],
];

/** Lists of words below the entries of a list. */
const withoutRepetition: readonly (readonly [list: string, words: string])[] = [
  ['ringGroups', 'members'],
  ['ringGroups', 'supervisors'],
  ['outboundRoutes', 'trunks'],
  ['outboundRoutes', 'users'],
  ['recording.settings', 'directions'],
  ['recording.settings', 'select.groups'],
  ['recording.settings', 'select.users'],
  ['recording.settings', 'exceptionLists'],
  ['recording.settings', 'storageTargets'],
  ['recording.settings', 'logTargets'],
];

export function checkNames(root: unknown): Finding[] {
  const names = unique.flatMap(([list, key]) => givenTwice(textsIn(root, list.split('.'), key)));
  const words = withoutRepetition.flatMap(([list, key]) =>
    entriesAt(root, ...list.split('.')).flatMap((entry) => givenTwice(textsOf(entry, ...key.split('.')))),
  );
  return [...names, ...words];
}

function givenTwice(all: readonly Named[]): Finding[] {
  const first = new Map<string, Named>();
  return all.flatMap((named) => {
    const earlier = first.get(named.text);
    if (!earlier) first.set(named.text, named);
    return earlier ? [error(named.path, `"${named.text}" is given twice`, `first in ${formatPath(earlier.path)}`)] : [];
  });
}
