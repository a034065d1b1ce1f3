/** The fallback for those who are called: users with all their devices, groups, and what the caller hears if nobody answers. */

import { isDiallable, type Context, type Step } from './dialplan-text.ts';
import type { RingGroup } from './directory.ts';
import { devicesOf, leadTo, nameOf, type FallbackPlan } from './fallback-plan.ts';
import { extensionRingSeconds } from './hunt.ts';

export function ringingContexts(plan: FallbackPlan): readonly Context[] {
  return [
    extensionContext(plan),
    groupContext(plan),
    huntContext(plan),
    memberContext(plan),
    endContext(plan),
    sayContext(plan),
  ];
}

function extensionContext(plan: FallbackPlan): Context {
  return {
    name: plan.context('extension'),
    purpose: 'A user: all his devices ring.',
    extensions: [...plan.users].map(([extension, user]) => ({
      pattern: extension,
      comment: nameOf(extension, user.name),
      steps: [
        `Dial(${devicesOf(user).join('&')},${String(extensionRingSeconds)})`,
        `Goto(${plan.context('end')},user,1)`,
      ],
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
  return rounds.map(
    (member) => `Gosub(${plan.context('hunt')},one,1(${member},${whom},${seconds(group.memberRingSeconds)}))`,
  );
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
          ...noteSteps,
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

/** One who declines is as good as busy; a telephone that cannot be reached says nothing of those that can. */
const noteSteps: readonly Step[] = [
  'ExecIf($["${DIALSTATUS}"="BUSY" | "${HANGUPCAUSE}"="21"]?Set(FERNAMT_BUSY=yes))',
  'ExecIf($["${DIALSTATUS}"="NOANSWER"]?Set(FERNAMT_RANG=yes))',
];

/** Nobody answered: the same words and causes as fernamt's own. */
function endContext(plan: FallbackPlan): Context {
  const say = (prompt: string): string => `Gosub(${plan.context('say')},s,1(${prompt}))`;
  const sayAtHotline = (prompt: string): string => `ExecIf($["\${FERNAMT_HOTLINE}"="yes"]?${say(prompt)})`;
  return {
    name: plan.context('end'),
    purpose: 'Nobody answered: the caller is told where he called a hotline or a group, and gets the right cause.',
    extensions: [
      {
        pattern: 'group',
        steps: [
          'GotoIf($["${FERNAMT_BUSY}"="yes" & "${FERNAMT_RANG}"=""]?busy)',
          say('nobody-there'),
          'Hangup(${IF($["${FERNAMT_RANG}"="yes"]?19:20)})',
          { label: 'busy', run: say('everybody-busy') },
          'Hangup(17)',
        ],
      },
      {
        pattern: 'user',
        steps: [
          ...noteSteps,
          'GotoIf($["${FERNAMT_VISITED}"!=""]?group,1)',
          // Asterisk calls a telephone that is registered nowhere a destination without a route.
          'Set(FERNAMT_CAUSE=${IF(${REGEX("^(|0|3)$" ${HANGUPCAUSE})}?20:${HANGUPCAUSE})})',
          'ExecIf($["${DIALSTATUS}"="NOANSWER"]?Set(FERNAMT_CAUSE=19))',
          'GotoIf($["${FERNAMT_BUSY}"="yes"]?busy)',
          sayAtHotline('nobody-there'),
          'Hangup(${FERNAMT_CAUSE})',
          { label: 'busy', run: sayAtHotline('everybody-busy') },
          'Hangup(${FERNAMT_CAUSE})',
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
function regexLiteral(number: string): string {
  return number.replace(/[+*]/g, '[$&]');
}
