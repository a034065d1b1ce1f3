/** Keys that are understood but have no effect yet. A capability that gets built deletes its lines here. */

import type { Finding, Path } from './problem.ts';
import { warning } from './problem.ts';
import { childOf, valueAt } from './schema-index.ts';

interface Row {
  /** `[]` stands for every entry of a list. One warning for the row, at the first of its keys that is set. */
  readonly keys: readonly string[];
  /** This value says what holds anyway. */
  readonly unless?: unknown;
  readonly what: string;
}

const rows: readonly Row[] = [
  { keys: ['alarms'], what: 'alarms to people' },
  { keys: ['access'], what: 'rights to recordings' },
  { keys: ['web.sessionHours'], what: 'logins' },
  { keys: ['web.publicUrl'], what: 'a public address' },
  { keys: ['web.trustedProxies'], what: 'proxies' },
  { keys: ['web.apiTokens'], what: 'access for machines' },
  { keys: ['web.tls'], what: 'HTTPS' },
  { keys: ['web.oidc'], what: 'OpenID logins' },
  {
    keys: ['login', 'passwordHash', 'roles', 'openContactOn', 'unknownNumber', 'contactSources'].map(
      (key) => `users[].${key}`,
    ),
    what: 'the web client for users (login, passwordHash, roles, openContactOn, unknownNumber, contactSources)',
  },
  { keys: ['users[].email', 'ringGroups[].email'], what: 'notices by e-mail' },
  { keys: ['users[].supervisable'], what: 'supervision of users' },
  { keys: ['ringGroups[].supervisors', 'ringGroups[].supervision'], what: 'supervision of groups' },
  {
    keys: ['hotlines[].called', 'hotlines[].greeting', 'hotlines[].display'],
    what: 'hotline support in the web client',
  },
  { keys: ['serviceCodes.spy', 'serviceCodes.whisper', 'serviceCodes.barge'], what: 'supervision by service code' },
  { keys: ['serviceCodes.pickupGroup', 'serviceCodes.pickupExtension'], what: 'pickup' },
  { keys: ['supervision'], what: 'supervision' },
  { keys: ['recording.keepLocalDays'], unless: 0, what: 'delivery' },
  { keys: ['recording.disk'], what: 'watching the disk' },
  { keys: ['recording.settings[].storageTargets'], what: 'delivery to storage targets' },
  { keys: ['recording.settings[].logTargets'], what: 'rows in log targets' },
  { keys: ['recording.settings[].retentionDays'], what: 'deletion after some time' },
  { keys: ['retention'], what: 'deletion after some time' },
  { keys: ['storageTargets'], what: 'delivery to storage targets' },
  { keys: ['microsoftLogins'], what: 'logins for OneDrive' },
  { keys: ['tunnels'], what: 'tunnels' },
  { keys: ['logTargets'], what: 'rows in log targets' },
  { keys: ['signing'], what: 'signing' },
  { keys: ['encryption'], what: 'encryption' },
  { keys: ['contacts'], what: 'contacts' },
  { keys: ['cti'], what: 'the web client for agents' },
  { keys: ['mail'], what: 'e-mail' },
  { keys: ['sms'], what: 'text messages' },
  { keys: ['missedCalls'], what: 'notices of missed calls' },
];

export function notBuiltYet(root: unknown): Finding[] {
  return rows.flatMap((row) => rowWarning(row, root));
}

function rowWarning({ keys, unless, what }: Row, root: unknown): Finding[] {
  const paths = keys.flatMap((key) => [...expand(root, key)].slice(0, 1));
  const first = paths.filter((path) => valueAt(root, path) !== unless).sort(byPosition)[0];
  return first ? [{ ...warning(first, 'has no effect yet', `not built yet: ${what}`), atKey: true }] : [];
}

/** The paths of a key that are set, in order. */
function* expand(value: unknown, key: string, path: Path = []): Generator<Path> {
  const [, word = '', brackets, rest = ''] = /^([^.[]+)(\[\])?\.?(.*)$/.exec(key) ?? [];
  const child = childOf(value, word);
  if (child === undefined) return;
  const here = [...path, word];
  if (brackets === undefined) {
    if (rest === '') yield here;
    else yield* expand(child, rest, here);
    return;
  }
  if (Array.isArray(child)) for (const [index, item] of child.entries()) yield* expand(item, rest, [...here, index]);
}

/** Earlier entries of a list come first. */
function byPosition(a: Path, b: Path): number {
  const indexOf = (path: Path): number => path.find((step) => typeof step === 'number') ?? 0;
  return indexOf(a) - indexOf(b);
}
