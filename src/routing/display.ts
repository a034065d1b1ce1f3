/** What the telephone that rings shows of the caller. */

import type { Party } from '../telephony/model.ts';
import { isWithheld } from '../telephony/number.ts';
import type { Directory, Trunk } from './directory.ts';

/** Who calls: a user is known by his telephone, whatever number it shows. */
export function callerOf(directory: Directory, user: string | undefined, shown: Party): Party {
  const own = user === undefined ? undefined : directory.users.get(user);
  return own ? { number: user ?? shown.number, name: own.name ?? shown.name } : shown;
}

/** The number shown to the called party outside. */
export function shownOutside(directory: Directory, trunk: Trunk, user: string | undefined, caller: Party): Party {
  const own = user === undefined ? undefined : directory.users.get(user);
  if (own) return { number: own.callerId ?? trunk.callerId ?? '', name: own.name ?? '' };
  // A call from outside that is sent on to the outside shows its caller, where there is one to show.
  return { number: isWithheld(caller.number) ? '' : caller.number, name: caller.name };
}

/** The caller's name as the desk phone shows it: the hotline first. */
export function shownInside(directory: Directory, hotlineName: string | undefined, caller: Party): Party {
  const hotline = directory.source.hotlines.find((one) => one.name === hotlineName);
  if (!hotline) return caller;
  const values = new Map([
    ['hotline', hotline.name],
    ['contact.name', caller.name],
    ['caller.name', caller.name],
    ['caller.number', caller.number],
  ]);
  const template = hotline.phoneDisplay ?? '{hotline} {contact.name}';
  const name = template.replace(/\{([^}]*)\}/g, (_, key: string) => values.get(key) ?? '');
  return { number: caller.number, name: name.replace(/\s+/g, ' ').trim() };
}
