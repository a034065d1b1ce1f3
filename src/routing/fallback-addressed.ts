/** What the fallback does first with a call for a hotline, a user or a group: mode, language, recording. */

import { displayable, type Step } from './dialplan-text.ts';
import {
  destinationOf,
  languageOf,
  leadTo,
  notationsOf,
  notRecorded,
  recordingKey,
  type FallbackPlan,
} from './fallback-plan.ts';
import type { FallbackHotline, RecordedSide } from './fallback-source.ts';

/** From a trunk; from a user's telephone; from any telephone, where the one of a stranger counts as outside. */
export type From = 'trunk' | 'user' | 'phone';

export function hotlineSteps(
  plan: FallbackPlan,
  hotline: FallbackHotline,
  number: string,
  from: From,
): readonly Step[] {
  const { asterisk } = plan.source;
  const addressed = destinationOf(plan, hotline.destination);
  const named = { addressed, hotline: hotline.name };
  return [
    startStep(plan, {
      from,
      number,
      mode: hotline.fallback ?? asterisk.fallback,
      language: languageOf(plan, hotline.language),
      inside: recordingKey(plan, { direction: 'in', internal: true, ...named }),
      outside: recordingKey(plan, { direction: 'in', internal: false, ...named }),
    }),
    'Set(FERNAMT_HOTLINE=yes)',
    `Set(CALLERID(name)=${shownName(hotline)})`,
    leadTo(plan, hotline.destination),
  ];
}

export function userSteps(plan: FallbackPlan, extension: string, number: string, from: From): readonly Step[] {
  const language = languageOf(plan, plan.users.get(extension)?.language);
  return insideSteps(plan, { kind: 'user', extension }, { number, from, language });
}

export function groupSteps(plan: FallbackPlan, number: string, from: From): readonly Step[] {
  return insideSteps(plan, { kind: 'group', number }, { number, from, language: languageOf(plan, undefined) });
}

function insideSteps(
  plan: FallbackPlan,
  addressed: Extract<RecordedSide, { direction: 'in' }>['addressed'],
  called: { readonly number: string; readonly from: From; readonly language: string },
): readonly Step[] {
  return [
    startStep(plan, {
      ...called,
      mode: plan.source.asterisk.fallback,
      inside: recordingKey(plan, { direction: 'in', internal: true, addressed }),
      outside: recordingKey(plan, { direction: 'in', internal: false, addressed }),
    }),
    leadTo(plan, addressed.kind === 'user' ? addressed.extension : addressed.number),
  ];
}

interface Start {
  readonly from: From;
  readonly number: string;
  readonly mode: string;
  /** What a caller from outside hears; a caller of the house hears his own language, but at a hotline. */
  readonly language: string;
  readonly inside: string;
  readonly outside: string;
}

function startStep(plan: FallbackPlan, start: Start): Step {
  const { number, mode, language, inside, outside } = start;
  const args = {
    trunk: ['in', number, mode, language, outside, notRecorded],
    user: ['internal', number, mode, language, inside, '${FERNAMT_INSIDE}'],
    phone: ['${FERNAMT_DIRECTION}', number, mode, language, byDirection(inside, outside), '${FERNAMT_INSIDE}'],
  };
  return `Gosub(${plan.context('start')},s,1(${args[start.from].join(',')}))`;
}

function byDirection(inside: string, outside: string): string {
  return inside === outside ? inside : `\${IF($["\${FERNAMT_DIRECTION}"="in"]?${outside}:${inside})}`;
}

/** The hotline stands before the caller's name, as the desk phone shows it with fernamt. */
function shownName(hotline: FallbackHotline): string {
  const template = hotline.phoneDisplay ?? '{hotline} {contact.name}';
  const parts = template.replaceAll('{hotline}', hotline.name).split('{contact.name}');
  const known = parts.map((part) => displayable(part.replace(/\{[^}]*\}/g, ' ')));
  return known.join(' ${CALLERID(name)} ').trim();
}

/** Users' own numbers, in E.164 where they are valid. */
export function numberedUsers(plan: FallbackPlan): readonly { readonly number: string; readonly extension: string }[] {
  return [...plan.users].flatMap(([extension, user]) =>
    (user.did ?? []).flatMap((did) => {
      const [number] = notationsOf(plan, did);
      return number === undefined ? [] : [{ number, extension }];
    }),
  );
}
