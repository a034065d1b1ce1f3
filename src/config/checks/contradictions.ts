/** Keys that need, or exclude, others in their neighbourhood. */

import type { Finding, Path } from '../problem.ts';
import { error, warning } from '../problem.ts';
import { childOf, valueAt } from '../schema-index.ts';
import type { Entry } from './view.ts';
import { entriesAt, isSet, rootOf, textOf, textsOf } from './view.ts';

export function checkContradictions(root: unknown): Finding[] {
  const sshLogins = [...entriesAt(root, 'storageTargets').filter(isSftp), ...entriesAt(root, 'tunnels')];
  return [
    ...messagesWithoutWay(root),
    ...callerAsSender(root),
    ...supervisionKeys(root),
    ...sshLogins.flatMap(withoutCredentials),
    ...entriesAt(root, 'microsoftLogins').flatMap(appWithoutSecret),
    ...entriesAt(root, 'storageTargets').flatMap((target) => meWithoutUser(target, root)),
    ...noEmergencyNumbers(root),
  ];
}

/** What sends something, and what it is sent by. */
function messagesWithoutWay(root: unknown): Finding[] {
  const isOn = (path: Path): boolean => valueAt(root, path) === true;
  const needs = (path: Path, way: string): Finding[] =>
    childOf(root, way) === undefined
      ? [error(path, `needs ${way}, which is not set`, `add ${way}, or leave this out`)]
      : [];
  const alarmed = textsOf(rootOf(root), 'alarms', 'email').length > 0;
  return [
    ...(isOn(['missedCalls', 'email', 'enabled']) ? needs(['missedCalls', 'email', 'enabled'], 'mail') : []),
    ...(isOn(['missedCalls', 'sms', 'enabled']) ? needs(['missedCalls', 'sms', 'enabled'], 'sms') : []),
    ...(alarmed ? needs(['alarms', 'email'], 'mail') : []),
  ];
}

function callerAsSender(root: unknown): Finding[] {
  const path = ['missedCalls', 'email', 'sender'];
  if (valueAt(root, path) !== 'caller') return [];
  return [
    warning(
      path,
      "mails with the caller's own address are refused by many servers",
      'callerReplyTo passes their checks',
    ),
  ];
}

function supervisionKeys(root: unknown): Finding[] {
  const usual: Readonly<Record<string, string>> = { spy: '0', whisper: '1', barge: '2' };
  const first = new Map<string, string>();
  return Object.keys(usual).flatMap((mode) => {
    const given = valueAt(root, ['supervision', 'keys', mode]);
    const key = typeof given === 'string' ? given : (usual[mode] ?? '');
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, mode);
    return earlier === undefined
      ? []
      : [error(['supervision', 'keys', mode], `${key} is also the key of ${earlier}`, 'choose another')];
  });
}

function isSftp(target: Entry): boolean {
  return childOf(target.value, 'kind') === 'sftp';
}

function withoutCredentials(login: Entry): Finding[] {
  if (isSet(login, 'password') || isSet(login, 'privateKey')) return [];
  return [error(login.path, 'has neither a password nor a privateKey', 'give it one of them')];
}

function appWithoutSecret(login: Entry): Finding[] {
  const mode = textOf(login, 'mode');
  if (mode?.text !== 'app' || isSet(login, 'clientSecret')) return [];
  return [error(mode.path, 'needs a clientSecret', 'add one, or use browser or device')];
}

function meWithoutUser(target: Entry, root: unknown): Finding[] {
  if (childOf(target.value, 'kind') !== 'onedrive') return [];
  const [drive, name] = [textOf(target, 'drive'), textOf(target, 'login')];
  if (!name || (drive && drive.text !== 'me')) return [];
  const login = entriesAt(root, 'microsoftLogins').find((one) => textOf(one, 'name')?.text === name.text);
  if (!login || textOf(login, 'mode')?.text !== 'app') return [];
  return [
    error(
      drive?.path ?? target.path,
      'the drive me belongs to a user, but the login is an app',
      'use user:UPN, site:HOST/PATH or id:DRIVE',
    ),
  ];
}

function noEmergencyNumbers(root: unknown): Finding[] {
  const path = ['numbering', 'emergencyNumbers'];
  const value = valueAt(root, path);
  if (!Array.isArray(value) || value.length > 0 || entriesAt(root, 'trunks').length === 0) return [];
  return [warning(path, 'no number is an emergency number', 'emergency calls are then treated like all others')];
}
