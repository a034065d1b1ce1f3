/** The fallback for telephones of ours: who calls, what is done with the call, who rings, and what the caller hears. */

import { deviceKey, filtered, isDiallable, type Context, type Extension, type Step } from './dialplan-text.ts';
import type { RingGroup, User } from './directory.ts';
import { devicesOf, languageOf, leadTo, nameOf, notRecorded, recordingKey, type FallbackPlan } from './fallback-plan.ts';
import { extensionRingSeconds } from './hunt.ts';

export function insideContexts(plan: FallbackPlan): readonly Context[] {
  return [
    startContext(plan),
    recordContext(plan),
    callerContext(plan),
    deviceContext(plan),
    userContext(plan),
    extensionContext(plan),
    groupContext(plan),
    huntContext(plan),
    memberContext(plan),
    endContext(plan),
    sayContext(plan),
  ];
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
    purpose: 'Every call but one for help: direction, number, mode, language, and who records it as incoming and as outgoing.',
    extensions: [{ pattern: 's', steps }],
  };
}

function recordContext(plan: FallbackPlan): Context {
  return {
    name: plan.context('record'),
    purpose: 'Records an outgoing call, on the channel of the one who answered.',
    extensions: [{ pattern: 's', steps: ['MixMonitor(${ARG1},b)', 'Return()'] }],
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
  for (const [extension, user] of plan.users) {
    const suffix = user.identifyByCallerNumber === true ? `<${extension}` : '';
    for (const device of devicesOf(user)) owners.set(deviceKey(device) + suffix, extension);
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
  const number = user.callerId !== undefined && isDiallable(user.callerId) ? user.callerId : '';
  return {
    pattern: extension,
    comment: nameOf(extension, user.name),
    steps: [
      `Set(FERNAMT_USER=${extension})`,
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

function extensionContext(plan: FallbackPlan): Context {
  return {
    name: plan.context('extension'),
    purpose: 'A user: all his devices ring.',
    extensions: [...plan.users].map(([extension, user]) => ({
      pattern: extension,
      comment: nameOf(extension, user.name),
      steps: [`Dial(${devicesOf(user).join('&')},${String(extensionRingSeconds)})`, `Goto(${plan.context('end')},user,1)`],
    })),
  };
}

function groupContext(plan: FallbackPlan): Context {
  const groups = plan.source.ringGroups.filter((group) => isDiallable(group.number));
  return {
    name: plan.context('group'),
    purpose: 'Ring groups with the members that were logged in.',
    extensions: groups.map((group) => ({
      pattern: group.number,
      comment: nameOf(group.number, group.name),
      steps: [
        // Two groups that overflow into each other must come to an end.
        `GotoIf(\${REGEX(":${regexLiteral(group.number)}:" :\${FERNAMT_VISITED})}?${plan.context('end')},group,1)`,
        `Set(FERNAMT_VISITED=\${FERNAMT_VISITED}${group.number}:)`,
        ...ringSteps(plan, group),
        group.overflow === undefined ? `Goto(${plan.context('end')},group,1)` : leadTo(plan, group.overflow),
      ],
    })),
  };
}

function ringSteps(plan: FallbackPlan, group: RingGroup): readonly Step[] {
  const members = plan.ports.activeMembers(group.number).filter((member) => plan.users.has(member));
  const whom = group.ringBusyMembers ? 'all' : 'free';
  if (group.strategy === 'ringAll') {
    return [
      'Set(FERNAMT_RING=)',
      ...members.map((member) => `Gosub(${plan.context('member')},${member},1(${whom}))`),
      `Gosub(${plan.context('hunt')},s,1(${seconds(group.ringSeconds)}))`,
    ];
  }
  const rounds = Array.from({ length: Math.min(group.rounds, 20) }, () => members).flat();
  return rounds.map((member) => `Gosub(${plan.context('hunt')},one,1(${member},${whom},${seconds(group.memberRingSeconds)}))`);
}

function seconds(given: number): string {
  return String(Math.max(1, Math.round(given)));
}

function huntContext(plan: FallbackPlan): Context {
  return {
    name: plan.context('hunt'),
    purpose: 'Rings whom FERNAMT_RING holds; comes back if nobody answered.',
    extensions: [
      {
        pattern: 's',
        steps: [
          'GotoIf($["${FERNAMT_RING}"=""]?nobody)',
          'Dial(${FERNAMT_RING:1},${ARG1})',
          'ExecIf($["${DIALSTATUS}"="BUSY"]?Set(FERNAMT_BUSY=yes):Set(FERNAMT_RANG=yes))',
          { label: 'nobody', run: 'Return()' },
        ],
      },
      {
        pattern: 'one',
        steps: [
          'Set(FERNAMT_RING=)',
          `Gosub(${plan.context('member')},\${ARG1},1(\${ARG2}))`,
          `Gosub(${plan.context('hunt')},s,1(\${ARG3}))`,
          'Return()',
        ],
      },
    ],
  };
}

function memberContext(plan: FallbackPlan): Context {
  return {
    name: plan.context('member'),
    purpose: 'Adds a user to FERNAMT_RING, unless he is the caller or, with "free", in a call.',
    extensions: [...plan.users].map(([extension, user]) => {
      const devices = devicesOf(user);
      const busy = devices.map(
        (device) => `GotoIf(\${REGEX("^(INUSE|RINGINUSE|BUSY|ONHOLD)$" \${DEVICE_STATE(${device})})}?busy)`,
      );
      return {
        pattern: extension,
        steps: [
          `GotoIf($["\${FERNAMT_USER}"="${extension}"]?done)`,
          'GotoIf($["${ARG1}"!="free"]?ring)',
          ...busy,
          { label: 'ring', run: `Set(FERNAMT_RING=\${FERNAMT_RING}${devices.map((device) => `&${device}`).join('')})` },
          { label: 'done', run: 'Return()' },
          { label: 'busy', run: 'Set(FERNAMT_BUSY=yes)' },
          'Return()',
        ],
      };
    }),
  };
}

/** Nobody answered: the same words and causes as fernamt's own. */
function endContext(plan: FallbackPlan): Context {
  const say = (prompt: string): string => `Gosub(${plan.context('say')},s,1(${prompt}))`;
  return {
    name: plan.context('end'),
    purpose: 'Nobody answered: the caller is told where he called a hotline or a group, and gets the right cause.',
    extensions: [
      {
        pattern: 'group',
        steps: [
          'GotoIf($["${FERNAMT_BUSY}"="yes" & "${FERNAMT_RANG}"=""]?busy)',
          say('nobody-there'),
          'Hangup(19)',
          { label: 'busy', run: say('everybody-busy') },
          'Hangup(17)',
        ],
      },
      {
        pattern: 'user',
        steps: [
          'ExecIf($["${DIALSTATUS}"="BUSY"]?Set(FERNAMT_BUSY=yes):Set(FERNAMT_RANG=yes))',
          'GotoIf($["${FERNAMT_VISITED}"!=""]?group,1)',
          'GotoIf($["${DIALSTATUS}"="BUSY"]?busy)',
          'GotoIf($["${DIALSTATUS}"="NOANSWER"]?unanswered)',
          `ExecIf($["\${FERNAMT_HOTLINE}"="yes"]?${say('nobody-there')})`,
          // Asterisk calls a telephone that is registered nowhere a destination without a route.
          'Hangup(${IF(${REGEX("^(|0|3)$" ${HANGUPCAUSE})}?20:${HANGUPCAUSE})})',
          { label: 'unanswered', run: `ExecIf($["\${FERNAMT_HOTLINE}"="yes"]?${say('nobody-there')})` },
          'Hangup(19)',
          { label: 'busy', run: `ExecIf($["\${FERNAMT_HOTLINE}"="yes"]?${say('everybody-busy')})` },
          'Hangup(17)',
        ],
      },
    ],
  };
}

function sayContext(plan: FallbackPlan): Context {
  return {
    name: plan.context('say'),
    purpose: 'Speaks to a caller, before the call is answered if it is not.',
    extensions: [
      {
        pattern: 's',
        steps: [
          'Progress()',
          // The way for early media is open a moment after it was announced.
          'Wait(0.3)',
          `Playback(${plan.source.asterisk.application}/\${FERNAMT_LANGUAGE}/\${ARG1},noanswer)`,
          'Return()',
        ],
      },
    ],
  };
}

/** For an extended regular expression between colons. */
export function regexLiteral(number: string): string {
  return number.replace(/[+*]/g, '[$&]');
}
