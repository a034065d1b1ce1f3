/** The fallback's way to the trunks: for calls for help, for what the configuration sends outside, for everybody who may. */

import { callingCode } from '../telephony/number.ts';
import { anyNumber, dialString, filtered, isDiallable, readable, type Context, type Step } from './dialplan-text.ts';
import type { Trunk } from './directory.ts';
import { destinationOf, isPrefix, type FallbackPlan } from './fallback-plan.ts';
import { trunkRingSeconds } from './hunt.ts';

export function lineContexts(plan: FallbackPlan): readonly Context[] {
  return [
    forwardContext(plan),
    emergencyContext(plan),
    ...plan.source.trunks.map((trunk, index) => lineContext(plan, trunk, index + 1)),
  ];
}

/** Tries a trunk, and comes back if another one may do better. */
export function lineStep(plan: FallbackPlan, trunk: string, what: 'number' | 'emergency'): Step {
  const place = plan.source.trunks.findIndex((one) => one.name === trunk) + 1;
  return place === 0 ? 'NoOp()' : `Gosub(${plan.context(`line${String(place)}`)},\${FERNAMT_TO},1(${what}))`;
}

/** Overflows and hotlines that lead outside: the number stands in the configuration, no caller can choose it. */
function forwardContext(plan: FallbackPlan): Context {
  const named = [
    ...plan.source.hotlines.map((hotline) => hotline.destination),
    ...plan.source.ringGroups.flatMap((group) => (group.overflow === undefined ? [] : [group.overflow])),
  ];
  const numbers = named.map((number) => destinationOf(plan, number)).filter((one) => one.kind === 'outside');
  return {
    name: plan.context('forward'),
    purpose: 'Numbers outside to which the configuration sends calls.',
    extensions: numbers
      .filter(({ number }) => isDiallable(number))
      .map(({ number }) => ({
        pattern: number,
        steps: [
          `Set(FERNAMT_TO=${number})`,
          `Set(FERNAMT_DIALLED=${number})`,
          ...plan.source.trunks.map((trunk) => lineStep(plan, trunk.name, 'number')),
          `Goto(${plan.context('end')},user,1)`,
        ],
      })),
  };
}

function emergencyContext(plan: FallbackPlan): Context {
  const numbers = plan.source.numbering.emergencyNumbers.filter(isDiallable);
  return {
    name: plan.context('emergency'),
    purpose: 'Calls for help: from any telephone, in every mode, through every trunk until one carries it.',
    extensions: numbers.map((number) => ({
      pattern: number,
      steps: [
        `Gosub(${plan.context('caller')},s,1)`,
        'Set(FERNAMT_TRIED=:)',
        'Set(FERNAMT_OPTIONS=)',
        `Set(FERNAMT_TO=${number})`,
        `Set(FERNAMT_DIALLED=${number})`,
        ...plan.source.trunks.map((trunk) => lineStep(plan, trunk.name, 'emergency')),
        'Hangup(34)',
      ],
    })),
  };
}

/** The causes that speak of the trunk and not of the person called: the next trunk may do better. */
const trunkCauses = '^(|0|3|20|27|34|38|41|42|44|58|102|127)$';
/** Only before it rings: a trunk that is dead, or that does not let us in. */
const earlyTrunkCauses = '^(18|21)$';

/** The number called is the extension here, so that it is what a display shows after a transfer. */
function lineContext(plan: FallbackPlan, trunk: Trunk, place: number): Context {
  return {
    name: plan.context(`line${String(place)}`),
    purpose: `Trunk ${readable(trunk.name)}: comes back if it did not carry the call and another one may.`,
    extensions: [{ pattern: anyNumber, steps: lineSteps(plan, trunk, String(place)) }],
  };
}

function lineSteps(plan: FallbackPlan, trunk: Trunk, place: string): readonly Step[] {
  const template = trunk.dial ?? `PJSIP/{number}@${trunk.endpoint.replace(/^PJSIP\//, '')}`;
  const dial = dialString(template, '${FERNAMT_SENT}');
  if (dial === undefined) return ['NoOp(its dial string cannot be written here)', 'Return()'];
  const shown = trunk.callerId !== undefined && isDiallable(trunk.callerId) ? trunk.callerId : '';
  return [
    `GotoIf(\${REGEX(":${place}:" \${FERNAMT_TRIED})}?done)`,
    `Set(FERNAMT_TRIED=\${FERNAMT_TRIED}${place}:)`,
    `Set(FERNAMT_SENT=${sentNumber(plan, trunk)})`,
    'ExecIf($["${ARG1}"="emergency"]?Set(FERNAMT_SENT=${FERNAMT_TO}))',
    // A call from outside that is sent on shows its own caller.
    `Set(FERNAMT_SHOWN=\${IF($["\${FERNAMT_NUMBER}"=""]?${shown}:\${FERNAMT_NUMBER})})`,
    'ExecIf($["${FERNAMT_SHOW}"="own" & "${FERNAMT_SHOWN}"!=""]?Set(CALLERID(num)=${FERNAMT_SHOWN}))',
    `Dial(${dial},${String(trunkRingSeconds)},\${FERNAMT_OPTIONS})`,
    'Set(FERNAMT_CAUSE=${HANGUPCAUSE})',
    'GotoIf($["${ARG1}"="emergency"]?done)',
    'GotoIf(${REGEX("^(CHANUNAVAIL|CONGESTION)$" ${DIALSTATUS})}?:over)',
    `GotoIf(\${REGEX("${trunkCauses}" \${HANGUPCAUSE})}?next)`,
    `GotoIf($["\${RINGTIME}\${PROGRESSTIME}"="" & \${REGEX("${earlyTrunkCauses}" \${HANGUPCAUSE})}]?next)`,
    { label: 'over', run: `Goto(${plan.context('end')},user,1)` },
    { label: 'next', run: 'ExecIf(${REGEX("^(|0|3|18|20)$" ${FERNAMT_CAUSE})}?Set(FERNAMT_CAUSE=34))' },
    { label: 'done', run: 'Return()' },
  ];
}

/** In the notation that the trunk wants, of a number in E.164; what is none goes as it is. */
function sentNumber(plan: FallbackPlan, trunk: Trunk): string {
  const to = '${FERNAMT_TO}';
  const { internationalPrefix, nationalPrefix } = plan.source.numbering;
  const code = `+${callingCode(plan.source.numbering)}`;
  const international = isPrefix(internationalPrefix) ? internationalPrefix : '00';
  const national = isPrefix(nationalPrefix) ? nationalPrefix : '';
  const unlessPlus = (formatted: string): string => `\${IF($["\${FERNAMT_TO:0:1}"="+"]?${formatted}:${to})}`;
  switch (trunk.numberFormat) {
    case 'e164':
      return to;
    case 'e164NoPlus':
      return unlessPlus('${FERNAMT_TO:1}');
    case 'international':
      return unlessPlus(`${international}\${FERNAMT_TO:1}`);
    case 'national': {
      if (code === '+') return unlessPlus(`${international}\${FERNAMT_TO:1}`);
      const own = `$["\${FERNAMT_TO:0:${String(code.length)}}"="${code}"]`;
      const abroad = unlessPlus(`${international}\${FERNAMT_TO:1}`);
      return `\${IF(${own}?${national}\${FERNAMT_TO:${String(code.length)}}:${abroad})}`;
    }
    case 'asDialled':
      return filtered('${FERNAMT_DIALLED}');
  }
}
