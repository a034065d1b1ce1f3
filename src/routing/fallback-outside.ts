/** The fallback to the outside: what number is meant, and which routes allow it. */

import { callingCode } from '../telephony/number.ts';
import { anyNumber, readable, type Context, type Extension, type Step } from './dialplan-text.ts';
import type { OutboundRoute } from './directory.ts';
import { hotlineSteps, numberedUsers, userSteps } from './fallback-addressed.ts';
import { lineStep } from './fallback-lines.ts';
import { isPrefix, nameOf, notationsOf, notRecorded, type FallbackPlan } from './fallback-plan.ts';
import { toPosixPattern } from './posix-pattern.ts';

export function outsideContexts(plan: FallbackPlan): readonly Context[] {
  return [numberContext(plan), outsideContext(plan), routesContext(plan), limitContext(plan)];
}

/** Routes whose pattern has no form in a dialplan: nothing goes through them while fernamt is away. */
export function inexpressibleRoutes(routes: readonly OutboundRoute[]): readonly string[] {
  return routes.filter((route) => toPosixPattern(route.pattern) === undefined).map((route) => route.name);
}

/** The number in E.164 by the rules of dialling; whether it can exist is the carrier's matter. */
function numberContext(plan: FallbackPlan): Context {
  const { areaCode = '', internationalPrefix, nationalPrefix, country } = plan.source.numbering;
  const code = callingCode(plan.source.numbering);
  const to = (number: string): Step[] => [`Goto(${plan.context('outside')},${number},1)`];
  const rest = (prefix: string): string => (prefix === '' ? '${EXTEN}' : `\${EXTEN:${String(prefix.length)}}`);
  const extensions: Extension[] = [];
  if (isPrefix(internationalPrefix)) {
    extensions.push({ pattern: `_${internationalPrefix}[1-9]!`, steps: to(`+${rest(internationalPrefix)}`) });
  }
  if (code !== '' && (nationalPrefix === '' || isPrefix(nationalPrefix))) {
    const first = nationalPrefix === '' ? 'X' : '[1-9]';
    extensions.push({ pattern: `_${nationalPrefix}${first}XXXX!`, steps: to(`+${code}${rest(nationalPrefix)}`) });
  }
  if (code === '1') extensions.push({ pattern: '_NXXXXXXXXX', steps: to('+1${EXTEN}') });
  if (code !== '' && isPrefix(areaCode)) {
    const local = code === '1' ? '_NXXXXXX' : '_[1-9]XXXX!';
    extensions.push(
      { pattern: `_${code}${areaCode}XXX!`, steps: to('+${EXTEN}') },
      { pattern: '_11!', steps: to('${EXTEN}') },
      { pattern: local, steps: to(`+${code}${areaCode}\${EXTEN}`) },
    );
  }
  extensions.push({ pattern: anyNumber, steps: to('${EXTEN}') });
  return { name: plan.context('number'), purpose: `Numbers as they are dialled in ${readable(country)}.`, extensions };
}

function outsideContext(plan: FallbackPlan): Context {
  const own = plan.source.hotlines.filter((hotline) => hotline.did !== 'any');
  const hotlines = own.flatMap((hotline): Extension[] => {
    const [number] = notationsOf(plan, hotline.did);
    if (number === undefined) return [];
    return [
      { pattern: number, comment: nameOf(number, hotline.name), steps: hotlineSteps(plan, hotline, number, 'user') },
    ];
  });
  const users = numberedUsers(plan).map(({ number, extension }) => ({
    pattern: number,
    steps: userSteps(plan, extension, number, 'user'),
  }));
  const mode = plan.source.asterisk.fallback;
  const steps: readonly Step[] = [
    'GotoIf(${REGEX("^[+]?[0-9*#]*[0-9][0-9*#]*$" ${EXTEN})}?number)',
    'Hangup(1)',
    { label: 'number', run: 'Set(FERNAMT_TO=${EXTEN})' },
    `Gosub(${plan.context('start')},s,1(out,\${EXTEN},${mode},\${FERNAMT_LANGUAGE},${notRecorded},\${FERNAMT_OUTSIDE}))`,
    `Goto(${plan.context('routes')},s,1)`,
  ];
  return {
    name: plan.context('outside'),
    purpose: 'Our own numbers stay in the house; all others go out. Only users come here.',
    extensions: [...hotlines, ...users, { pattern: anyNumber, steps }],
  };
}

function routesContext(plan: FallbackPlan): Context {
  const { outboundRoutes, trunks } = plan.source;
  const steps: Step[] = ['Set(FERNAMT_CAUSE=1)', 'Set(FERNAMT_LIMITED=)'];
  outboundRoutes.forEach((route, index) => steps.push(...routeSteps(plan, route, index + 1)));
  if (outboundRoutes.length === 0) steps.push(...trunks.map((trunk) => lineStep(plan, trunk.name, 'number')));
  steps.push({ label: `route${String(outboundRoutes.length + 1)}`, run: 'Hangup(${FERNAMT_CAUSE})' });
  const left = inexpressibleRoutes(outboundRoutes).map(readable).join(', ');
  return {
    name: plan.context('routes'),
    purpose: `Every route that fits and that the user may use gives its trunks.${left === '' ? '' : ` Not to be expressed here: ${left}`}`,
    extensions: [{ pattern: 's', steps }],
  };
}

function routeSteps(plan: FallbackPlan, route: OutboundRoute, place: number): readonly Step[] {
  const here = String(place);
  const next = `route${String(place + 1)}`;
  const pattern = toPosixPattern(route.pattern);
  if (pattern === undefined) return [{ label: `route${here}`, run: 'NoOp()' }];
  const steps: Step[] = [
    {
      label: `route${here}`,
      run: pattern === '' ? 'NoOp()' : `GotoIf(\${REGEX("${pattern}" \${FERNAMT_TO})}?:${next})`,
    },
  ];
  if (route.users !== 'all') {
    steps.push(
      `GotoIf(\${REGEX(":${here}:" \${FERNAMT_MAY})}?may${here})`,
      'ExecIf($["${FERNAMT_CAUSE}"="1"]?Set(FERNAMT_CAUSE=21))',
      `Goto(${next})`,
    );
  }
  steps.push({ label: `may${here}`, run: `Gosub(${plan.context('limit')},s,1(${limitOf(route)}))` });
  return [...steps, ...route.trunks.map((trunk) => lineStep(plan, trunk, 'number'))];
}

function limitOf({ callsPerMinute }: OutboundRoute): string {
  return callsPerMinute === undefined ? 'none' : String(Math.max(0, Math.floor(callsPerMinute)));
}

/** The limit of the first route that the call may use counts, as it does with fernamt. */
function limitContext(plan: FallbackPlan): Context {
  const counter = `DB(${plan.source.asterisk.application}-fallback/\${FERNAMT_USER})`;
  const steps: readonly Step[] = [
    'GotoIf($["${FERNAMT_LIMITED}"="yes"]?done)',
    'Set(FERNAMT_LIMITED=yes)',
    'Set(FERNAMT_CAUSE=34)',
    'Set(FERNAMT_MINUTE=${MATH(${EPOCH}/60,int)})',
    `Set(FERNAMT_COUNT=\${${counter}})`,
    'Set(FERNAMT_COUNT=${IF($["${CUT(FERNAMT_COUNT,-,1)}"="${FERNAMT_MINUTE}"]?${CUT(FERNAMT_COUNT,-,2)}:0)})',
    'GotoIf($["${ARG1}"="none"]?count)',
    'ExecIf($[${FERNAMT_COUNT}>=${ARG1}]?Hangup(21))',
    { label: 'count', run: `Set(${counter}=\${FERNAMT_MINUTE}-$[\${FERNAMT_COUNT}+1])` },
    { label: 'done', run: 'Return()' },
  ];
  const limited = plan.source.outboundRoutes.some((route) => route.callsPerMinute !== undefined);
  return {
    name: plan.context('limit'),
    purpose: 'Outside calls of a user within this minute, against toll fraud.',
    extensions: [{ pattern: 's', steps: limited ? steps : ['Set(FERNAMT_CAUSE=34)', 'Return()'] }],
  };
}
