/** The fallback's first questions: whose telephone calls, what is to become of the call, who records it. */

import {
  deviceKey,
  displayable,
  filtered,
  isDevice,
  isDiallable,
  type Context,
  type Extension,
  type Step,
} from './dialplan-text.ts';
import { endpointsOf, toDirectory, toEndpoint, type User } from './directory.ts';
import { languageOf, nameOf, notRecorded, recordingKey, type FallbackPlan } from './fallback-plan.ts';

export function callerContexts(plan: FallbackPlan): readonly Context[] {
  return [startContext(plan), recordContext(plan), callerContext(plan), deviceContext(plan), userContext(plan)];
}

/** The decision is the same for every call, so it stands in one place. */
function startContext(plan: FallbackPlan): Context {
  const { application } = plan.source.asterisk;
  const caller = '${IF($["${FERNAMT_USER}"=""]?${FERNAMT_FROM:0:40}:${FERNAMT_USER})}';
  const parts = [
    `\${ASTSPOOLDIR}/recording/${application}-fallback-\${EPOCH}`,
    '${ARG1}',
    '${FERNAMT_KEY}',
    '${IF($["${FERNAMT_FROM}"=""]?anonymous:${FERNAMT_FROM})}',
    '${ARG2:0:40}',
    '${FILTER(-0-9A-Za-z._,${UNIQUEID})}.wav',
  ];
  const steps: readonly Step[] = [
    'ExecIf($["${ARG1}"="in"]?Set(FERNAMT_USER=))',
    'Set(FERNAMT_VISITED=)',
    'Set(FERNAMT_TRIED=:)',
    'Set(FERNAMT_OPTIONS=)',
    'Set(FERNAMT_HOTLINE=)',
    'Set(FERNAMT_BUSY=)',
    'Set(FERNAMT_RANG=)',
    'Set(FERNAMT_LANGUAGE=${ARG4})',
    'Set(CHANNEL(language)=${ARG4})',
    'Set(FERNAMT_MODE=${FILTER(a-z,${FERNAMT_FALLBACK})})',
    'ExecIf(${REGEX("^(open|record|closed)$" ${FERNAMT_MODE})}?NoOp():Set(FERNAMT_MODE=${ARG3}))',
    'GotoIf($["${FERNAMT_MODE}"="closed"]?closed)',
    'GotoIf($["${FERNAMT_MODE}${FERNAMT_RECORDED}"!="record"]?on)',
    'Set(FERNAMT_KEY=${IF($[${ARG5:0:4}<=${ARG6:0:4}]?${ARG5:5}:${ARG6:5})})',
    'GotoIf($["${FERNAMT_KEY}"=""]?on)',
    `Set(FERNAMT_FROM=${filtered('${CALLERID(num)}')})`,
    `Set(FERNAMT_FROM=${caller})`,
    'Set(FERNAMT_RECORDED=yes)',
    `Set(FERNAMT_FILE=${parts.join('-')})`,
    // The outside party's channel is recorded, so that the recording follows a transfer.
    'GotoIf($["${ARG1}"="out"]?later)',
    'MixMonitor(${FERNAMT_FILE},b)',
    { label: 'on', run: 'Return()' },
    { label: 'later', run: `Set(FERNAMT_OPTIONS=U(${plan.context('record')}^\${FERNAMT_FILE}))` },
    'Return()',
    { label: 'closed', run: `Gosub(${plan.context('say')},s,1(closed))` },
    'Hangup(34)',
  ];
  return {
    name: plan.context('start'),
    purpose:
      'Every call but one for help: direction, number, mode, language, and who records it as incoming and as outgoing.',
    extensions: [{ pattern: 's', steps }],
  };
}

function recordContext(plan: FallbackPlan): Context {
  return {
    name: plan.context('record'),
    purpose: 'Records an outgoing call, on the channel of the one who answered.',
    extensions: [{ pattern: 's', steps: ['Set(FERNAMT_RECORDED=yes)', 'MixMonitor(${ARG1},b)', 'Return()'] }],
  };
}

/** The calling user is known by the device alone, or by the number behind an endpoint that is trusted for it. */
function callerContext(plan: FallbackPlan): Context {
  const known = (key: string): string => `\${DIALPLAN_EXISTS(${plan.context('device')},${key},1)}`;
  const go = (key: string): string => `Goto(${plan.context('device')},${key},1)`;
  const steps: readonly Step[] = [
    'Set(FERNAMT_USER=)',
    'Set(FERNAMT_NUMBER=)',
    'Set(FERNAMT_MAY=:)',
    'Set(FERNAMT_SHOW=own)',
    'Set(FERNAMT_DIRECTION=in)',
    `Set(FERNAMT_LANGUAGE=${languageOf(plan, undefined)})`,
    `Set(FERNAMT_INSIDE=${notRecorded})`,
    `Set(FERNAMT_OUTSIDE=${notRecorded})`,
    'Set(FERNAMT_DEVICE=${CHANNEL(name):0:-9})',
    'Set(FERNAMT_DEVICE=${FILTER(0-9A-Za-z_.@:+~=,${REPLACE(FERNAMT_DEVICE,/-,:)})})',
    `Set(FERNAMT_FROM=${filtered('${CALLERID(num)}')})`,
    `GotoIf(${known('${FERNAMT_DEVICE}<${FERNAMT_FROM}')}?number)`,
    `GotoIf(${known('${FERNAMT_DEVICE}')}?device)`,
    'Return()',
    { label: 'number', run: go('${FERNAMT_DEVICE}<${FERNAMT_FROM}') },
    { label: 'device', run: go('${FERNAMT_DEVICE}') },
  ];
  return {
    name: plan.context('caller'),
    purpose: 'Whose telephone is calling?',
    extensions: [{ pattern: 's', steps }],
  };
}

function deviceContext(plan: FallbackPlan): Context {
  const owners = new Map<string, string>();
  const own = (endpoint: string, extension: string, suffix = ''): void => {
    if (isDevice(endpoint) && plan.users.has(extension)) owners.set(deviceKey(endpoint) + suffix, extension);
  };
  for (const [endpoint, extension] of toDirectory(plan.source).extensionOfEndpoint) own(endpoint, extension);
  for (const [extension, user] of plan.users) {
    if (user.identifyByCallerNumber !== true) continue;
    for (const endpoint of endpointsOf(user).map(toEndpoint)) own(endpoint, extension, `<${extension}`);
  }
  return {
    name: plan.context('device'),
    purpose: 'Devices and their users; behind "<" the number that a trusted telephone system sends.',
    extensions: [...owners].map(([pattern, extension]) => ({
      pattern,
      steps: [`Goto(${plan.context('user')},${extension},1)`],
    })),
  };
}

function userContext(plan: FallbackPlan): Context {
  return {
    name: plan.context('user'),
    purpose: 'What a calling user may, shows and speaks, and who records his calls inside and outside.',
    extensions: [...plan.users].map(([extension, user]) => userExtension(plan, extension, user)),
  };
}

function userExtension(plan: FallbackPlan, extension: string, user: User): Extension {
  const may = plan.source.outboundRoutes.flatMap((route, index) =>
    route.users !== 'all' && route.users.includes(extension) ? [`${String(index + 1)}:`] : [],
  );
  const name = displayable(user.name ?? '');
  const number = user.callerId !== undefined && isDiallable(user.callerId) ? user.callerId : '';
  return {
    pattern: extension,
    comment: nameOf(extension, user.name),
    steps: [
      `Set(FERNAMT_USER=${extension})`,
      // A user is known by his telephone, whatever number and name it shows.
      `Set(CALLERID(num)=${extension})`,
      ...(name === '' ? [] : [`Set(CALLERID(name)=${name})`]),
      'Set(FERNAMT_DIRECTION=internal)',
      `Set(FERNAMT_NUMBER=${number})`,
      `Set(FERNAMT_LANGUAGE=${languageOf(plan, user.language)})`,
      `Set(FERNAMT_MAY=:${may.join('')})`,
      `Set(FERNAMT_INSIDE=${recordingKey(plan, { direction: 'out', internal: true, user: extension })})`,
      `Set(FERNAMT_OUTSIDE=${recordingKey(plan, { direction: 'out', internal: false, user: extension })})`,
      'Return()',
    ],
  };
}
