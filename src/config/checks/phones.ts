/** Users and trunks are told apart by their endpoints alone, so no two may share one. */

import type { Finding } from '../problem.ts';
import { error, formatPath } from '../problem.ts';
import type { Entry, Named } from './view.ts';
import { entriesAt, isSet, textOf, textsOf } from './view.ts';

export function checkPhones(root: unknown): Finding[] {
  const users = entriesAt(root, 'users');
  const trunks = entriesAt(root, 'trunks');
  return [
    ...users.flatMap(identityFault),
    ...trunks.flatMap(derivedEndpointFault),
    ...sharedEndpoints([...users.flatMap(endpointsOfUser), ...trunks.flatMap(endpointOfTrunk)]),
  ];
}

function identityFault(user: Entry): Finding[] {
  if (isSet(user, 'extension')) return [];
  if (!isSet(user, 'login'))
    return [error(user.path, 'has neither an extension nor a login', 'give it at least one of them')];
  return ['endpoint', 'endpoints', 'did']
    .filter((key) => isSet(user, key))
    .map((key) => error([...user.path, key], 'belongs to a user without an extension', 'give the user an extension'));
}

function endpointsOfUser(user: Entry): Named[] {
  const extension = textOf(user, 'extension');
  const usual = extension && { path: extension.path, text: `PJSIP/${extension.text}` };
  const first = textOf(user, 'endpoint') ?? usual;
  return [...(first ? [first] : []), ...textsOf(user, 'endpoints')];
}

function endpointOfTrunk(trunk: Entry): Named[] {
  const name = textOf(trunk, 'name');
  const usual = name && { path: name.path, text: `PJSIP/${name.text}` };
  const endpoint = textOf(trunk, 'endpoint') ?? usual;
  return endpoint ? [endpoint] : [];
}

function derivedEndpointFault(trunk: Entry): Finding[] {
  const name = textOf(trunk, 'name');
  if (!name || isSet(trunk, 'endpoint') || /^[A-Za-z0-9_.@-]{1,100}$/.test(name.text)) return [];
  return [error(name.path, 'cannot be the name of an endpoint', 'give the trunk an endpoint, such as PJSIP/carrier')];
}

function sharedEndpoints(all: readonly Named[]): Finding[] {
  const first = new Map<string, Named>();
  return all.flatMap((named) => {
    const earlier = first.get(named.text);
    if (!earlier) first.set(named.text, named);
    if (!earlier || isSameExtension(earlier, named)) return [];
    return [error(named.path, `the endpoint ${named.text} is given twice`, `first in ${formatPath(earlier.path)}`)];
  });
}

/** Two users with the same extension are reported as that, and not for the endpoint that follows from it as well. */
function isSameExtension(a: Named, b: Named): boolean {
  const derived = (named: Named): boolean => ['extension', 'name'].includes(String(named.path.at(-1)));
  return derived(a) && derived(b) && a.path[0] === b.path[0];
}
