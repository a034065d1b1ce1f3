/** Every name that refers to another entry finds it. */

import { closest } from '../../lib/closest.ts';
import type { Finding } from '../problem.ts';
import { error, warning } from '../problem.ts';
import type { Entry, Named } from './view.ts';
import { entriesAt, entriesOf, rootOf, textOf, textsIn, textsOf } from './view.ts';

type Kind =
  'user' | 'userOrLogin' | 'group' | 'trunk' | 'exceptionList' | 'storageTarget' | 'logTarget' | 'tunnel' | 'login';

const nouns: Readonly<Record<Kind, string>> = {
  user: 'there is no user with the extension',
  userOrLogin: 'there is no user with the extension or login',
  group: 'there is no ring group with the number',
  trunk: 'there is no trunk',
  exceptionList: 'there is no exception list',
  storageTarget: 'there is no storage target',
  logTarget: 'there is no log target',
  tunnel: 'there is no tunnel',
  login: 'there is no Microsoft login',
};

/** List of entries (empty: the whole file), key in each, what it names. */
const references: readonly (readonly [list: string, key: string, kind: Kind])[] = [
  ['ringGroups', 'members', 'user'],
  ['ringGroups', 'supervisors', 'user'],
  ['outboundRoutes', 'trunks', 'trunk'],
  ['outboundRoutes', 'users', 'user'],
  ['web.apiTokens', 'groups', 'group'],
  ['recording.settings', 'select.groups', 'group'],
  ['recording.settings', 'select.users', 'userOrLogin'],
  ['recording.settings', 'exceptionLists', 'exceptionList'],
  ['recording.settings', 'storageTargets', 'storageTarget'],
  ['recording.settings', 'logTargets', 'logTarget'],
  ['', 'recording.neverRecord', 'exceptionList'],
  ['storageTargets', 'tunnel', 'tunnel'],
  ['storageTargets', 'login', 'login'],
  ['logTargets', 'tunnel', 'tunnel'],
  ['contacts.sources', 'tunnel', 'tunnel'],
];

/** Looking for what was meant costs time; a file with more faults than this has other troubles. */
const mostHints = 100;

export function checkReferences(root: unknown): Finding[] {
  const known = knownNames(root);
  const named = references.flatMap(([list, key, kind]) =>
    entriesIn(root, list).flatMap((entry) => wordsOf(entry, key.split('.')).map((word) => ({ ...word, kind }))),
  );
  const dangling = [...named, ...personalTunnels(root)].filter(
    ({ text, kind }) => text !== '' && !known[kind].has(text),
  );
  const faults = dangling.map(({ path, text, kind }, index) =>
    error(path, `${nouns[kind]} "${text}"`, index < mostHints ? hintFor(text, kind, known, root) : undefined),
  );
  return [...faults, ...neverSupervised(root, known)];
}

type Known = Readonly<Record<Kind, ReadonlySet<string>>>;

function knownNames(root: unknown): Known {
  const all = (list: string, key: string): string[] => textsIn(root, list.split('.'), key).map((named) => named.text);
  const extensions = all('users', 'extension');
  return {
    user: new Set(extensions),
    userOrLogin: new Set([...extensions, ...all('users', 'login')]),
    group: new Set(all('ringGroups', 'number')),
    trunk: new Set(all('trunks', 'name')),
    exceptionList: new Set(all('recording.exceptionLists', 'name')),
    storageTarget: new Set(all('storageTargets', 'name')),
    logTarget: new Set(all('logTargets', 'name')),
    tunnel: new Set(all('tunnels', 'name')),
    login: new Set(all('microsoftLogins', 'name')),
  };
}

function entriesIn(root: unknown, list: string): Entry[] {
  return list === '' ? [rootOf(root)] : entriesAt(root, ...list.split('.'));
}

/** One word or a list of words. The word `all` under `users` is the schema's. */
function wordsOf(entry: Entry, key: readonly string[]): Named[] {
  const single = textOf(entry, ...key);
  if (!single) return textsOf(entry, ...key);
  return key[0] === 'users' || single.text === '' ? [] : [single];
}

function hintFor(text: string, kind: Kind, known: Known, root: unknown): string | undefined {
  const meant = closest(text, known[kind]) ?? numberOfNamed(text, kind, root);
  if (meant !== undefined) return `did you mean "${meant}"?`;
  const some = [...known[kind]].slice(0, 10);
  return some.length === 0 ? 'there is none at all' : `there ${some.length === 1 ? 'is' : 'are'} ${some.join(', ')}`;
}

/** Groups and users are named by their digits; people write their names. */
function numberOfNamed(text: string, kind: Kind, root: unknown): string | undefined {
  if (kind !== 'group' && kind !== 'user' && kind !== 'userOrLogin') return undefined;
  const [list, digits] = kind === 'group' ? ['ringGroups', 'number'] : ['users', 'extension'];
  const entry = entriesAt(root, list).find((one) => textOf(one, 'name')?.text === text);
  return entry && textOf(entry, digits)?.text;
}

function personalTunnels(root: unknown): (Named & { readonly kind: Kind })[] {
  const sources = entriesAt(root, 'users').flatMap((user) => entriesOf(user, 'contactSources'));
  return sources.flatMap((source) => wordsOf(source, ['tunnel']).map((word) => ({ ...word, kind: 'tunnel' })));
}

/** It may be somebody's who has no phone here any more, and it does no harm; a mistyped one would. */
function neverSupervised(root: unknown, known: Known): Finding[] {
  return textsOf(rootOf(root), 'supervision', 'never')
    .filter((named) => !known.user.has(named.text))
    .map((named) => warning(named.path, `${nouns.user} "${named.text}"`, hintFor(named.text, 'user', known, root)));
}
