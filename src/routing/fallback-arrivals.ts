/** The fallback for calls that arrive: what a trunk asks for, what a telephone dials. */

import { anyName, anyNumber, filtered, isDiallable, type Context, type Extension, type Step } from './dialplan-text.ts';
import { groupSteps, hotlineSteps, numberedUsers, userSteps } from './fallback-addressed.ts';
import { isPrefix, nameOf, notationsOf, type FallbackPlan } from './fallback-plan.ts';
import { services } from './service-codes.ts';

export function arrivalContexts(plan: FallbackPlan): readonly Context[] {
  return [trunkContext(plan), phonesContext(plan)];
}

function trunkContext(plan: FallbackPlan): Context {
  const hotlines = plan.source.hotlines.filter((hotline) => hotline.did !== 'any');
  const dids = [
    ...hotlines.map((hotline) => ({
      did: hotline.did,
      name: hotline.name,
      steps: (number: string) => hotlineSteps(plan, hotline, number, 'trunk'),
    })),
    ...numberedUsers(plan).map(({ number, extension }) => ({
      did: number,
      name: plan.users.get(extension)?.name,
      steps: (did: string) => userSteps(plan, extension, did, 'trunk'),
    })),
  ];
  const numbers = dids.flatMap(({ did, name, steps }): Extension[] => {
    const [number] = notationsOf(plan, did);
    return number === undefined ? [] : [{ pattern: number, comment: nameOf(number, name), steps: steps(number) }];
  });
  // The numbers themselves come first: another one's notation must not take a number's place.
  const notations = dids.flatMap(({ did }): Extension[] => {
    const [number = '', ...others] = notationsOf(plan, did);
    return others.map((other) => ({ pattern: other, steps: [`Goto(${number},1)`] }));
  });
  return {
    name: plan.context('trunk'),
    purpose: 'Calls from trunks: our own numbers and nothing else, in every notation that a trunk may send.',
    extensions: [...numbers, ...notations, ...anyExtensions(plan)],
  };
}

/** `s` is what a trunk calls that names no number. */
function anyExtensions(plan: FallbackPlan): readonly Extension[] {
  const any = plan.source.hotlines.find((hotline) => hotline.did === 'any');
  const comment = any ? nameOf('any other number', any.name) : 'no number of ours';
  const steps = any ? hotlineSteps(plan, any, filtered('${EXTEN}'), 'trunk') : ['Hangup(1)'];
  return [{ pattern: anyNumber, comment, steps }, ...[anyName, 's'].map((pattern) => ({ pattern, steps }))];
}

function phonesContext(plan: FallbackPlan): Context {
  const { outsideLine = '', emergencyNumbers } = plan.source.numbering;
  const help = emergencyNumbers.filter(isDiallable).flatMap((number): Extension[] => {
    const steps = [`Goto(${plan.context('emergency')},${number},1)`];
    const behind = isPrefix(outsideLine) ? [{ pattern: outsideLine + number, steps }] : [];
    return [{ pattern: number, steps }, ...behind];
  });
  return {
    name: plan.context('phones'),
    purpose: 'Calls from telephones, in the order of what a number may mean: help first, outside last.',
    extensions: [
      ...help,
      ...serviceExtensions(plan),
      ...insideExtensions(plan),
      ...shortNumbers(plan),
      ...outsideExtensions(plan),
    ],
  };
}

/** What begins with a star code never goes outside; a code of digits must not swallow other numbers that begin alike. */
function serviceExtensions(plan: FallbackPlan): readonly Extension[] {
  const { serviceCodes, ringGroups } = plan.source;
  const inside = [...plan.users.keys(), ...ringGroups.map((group) => group.number)];
  const codes = services.map((service) => serviceCodes[service] ?? '').filter(isPrefix);
  return [...new Set(codes)].flatMap((code): Extension[] => {
    const after = /[*#]/.test(code) ? [`_${code}.`] : inside.map((number) => code + number).filter(isDiallable);
    return [code, ...after].map((pattern) => ({ pattern, steps: ['Hangup(34)'] }));
  });
}

function insideExtensions(plan: FallbackPlan): readonly Extension[] {
  const who = `Gosub(${plan.context('caller')},s,1)`;
  const users = [...plan.users].map(([extension, user]) => ({
    pattern: extension,
    comment: nameOf(extension, user.name),
    steps: [who, ...userSteps(plan, extension, extension, 'phone')],
  }));
  const groups = plan.source.ringGroups.filter((group) => isDiallable(group.number));
  return [
    ...users,
    ...groups.map((group) => ({
      pattern: group.number,
      comment: nameOf(group.number, group.name),
      steps: [who, ...groupSteps(plan, group.number, 'phone')],
    })),
  ];
}

/** Hotlines and users' numbers that are no number of the public network; the others are known when they are read as such. */
function shortNumbers(plan: FallbackPlan): readonly Extension[] {
  const dids = [
    ...plan.source.hotlines.map((hotline) => hotline.did),
    ...[...plan.users.values()].flatMap((user) => user.did ?? []),
  ];
  return dids
    .filter((did) => did !== 'any')
    .flatMap((did) => notationsOf(plan, did).slice(0, 1))
    .filter((number) => !number.startsWith('+'))
    .map((number) => ({ pattern: number, steps: outsideSteps(plan, 'outside', '${EXTEN}') }));
}

/** The outside line was dialled first if what follows begins with `+`, the international or the national prefix. */
function outsideExtensions(plan: FallbackPlan): readonly Extension[] {
  const { outsideLine = '', internationalPrefix, nationalPrefix } = plan.source.numbering;
  const prefixes = ['+', internationalPrefix, nationalPrefix].filter((prefix) => /^[0-9*#+]*$/.test(prefix));
  const rest = `\${EXTEN:${String(outsideLine.length)}}`;
  const behind = isPrefix(outsideLine) ? [...new Set(prefixes)] : [];
  return [
    ...behind.map((prefix) => ({
      pattern: `_${outsideLine}${prefix === '' ? '[0-9*#]' : prefix}!`,
      steps: outsideSteps(plan, 'number', rest),
    })),
    { pattern: anyNumber, steps: outsideSteps(plan, 'number', '${EXTEN}') },
    { pattern: anyName, steps: ['Hangup(1)'] },
  ];
}

/** A telephone that is no user's goes no further than the house. */
function outsideSteps(plan: FallbackPlan, part: 'number' | 'outside', number: string): readonly Step[] {
  return [
    `Set(FERNAMT_DIALLED=${filtered(number)})`,
    `Gosub(${plan.context('caller')},s,1)`,
    'GotoIf($["${FERNAMT_USER}"=""]?refused)',
    `Goto(${plan.context(part)},\${FERNAMT_DIALLED},1)`,
    { label: 'refused', run: 'Hangup(21)' },
  ];
}
