/** `simulate`: what the server would do with a call. */

import type { RecordingPlan } from '../telephony/recording-plan.ts';
import { withOverrides } from '../wiring/setting-switches.ts';
import { simulate, toSimulationAnswer, type SimulatedQuestion, type Simulation } from '../wiring/simulation.ts';
import { sayWrongUse } from './answer.ts';
import type { Command, ExitCode, Invocation } from './command.ts';
import { withConfig } from './configured.ts';
import { readSwitchedSettings } from './switched-settings.ts';
import { formatFacts, formatTable } from './table.ts';

export const simulateCall: Command = {
  usage: 'simulate',
  summary:
    'say whether a call would be recorded, and why; members are logged in as the configuration says (--inactive logs them out), settings count as they were switched',
  options: [
    { flags: '--direction <in|out>', summary: 'from outside, or made by a user; calls between extensions are either' },
    { flags: '--caller <number>', summary: 'who calls; anonymous: withheld; an extension calls as its user' },
    { flags: '--callee <number>', summary: 'as dialled or addressed: a DID, group, extension or outside number' },
    { flags: '--user <extension>', summary: 'the extension that makes an outgoing or internal call' },
    {
      flags: '--inactive <group:extension>',
      summary: 'a member who is logged out of the group; may be repeated',
      repeatable: true,
    },
    { flags: '--at <time>', summary: 'when, such as 2025-11-21T09:30:00Z (default: now)' },
    {
      flags: '--answer <digit|silence|hangup>',
      summary: 'what whoever hears the announcement does; tells what follows',
    },
  ],
  run,
};

function run(invocation: Invocation): ExitCode | Promise<ExitCode> {
  const { json, output } = invocation;
  const question = toQuestion(invocation.options, Date.now());
  if (typeof question === 'string') return sayWrongUse(invocation, question);
  return withConfig(invocation, async ({ config }) => {
    const counting = withOverrides(config, await readSwitchedSettings(config));
    const simulation = simulate(counting, '', question);
    if ('problem' in simulation) return sayWrongUse(invocation, `${simulation.problem}.`);
    output.out(json ? JSON.stringify(toSimulationAnswer(simulation)) : toText(simulation));
    return 0;
  });
}

const directions = ['in', 'out'] as const;
const answers = ['digit', 'silence', 'hangup'] as const;

/** The question, or what is wrong with it. */
function toQuestion(options: Invocation['options'], now: number): SimulatedQuestion | string {
  const text = (name: string): string | undefined => {
    const value = options[name];
    return typeof value === 'string' ? value.trim() : undefined;
  };
  const direction = directions.find((one) => one === text('direction'));
  const answer = answers.find((one) => one === text('answer'));
  const at = text('at') === undefined ? now : Date.parse(text('at') ?? '');
  const [caller, callee, user] = [text('caller'), text('callee'), text('user')];
  if (direction === undefined) return 'The direction is in or out: --direction in';
  if (callee === undefined) return 'Nobody is called: --callee NUMBER';
  if (text('answer') !== answer) return 'The answer is digit, silence or hangup.';
  if (Number.isNaN(at)) return 'A time is written like 2025-11-21 or 2025-11-21T09:30:00Z.';
  return {
    direction,
    callee,
    at,
    inactive: (text('inactive') ?? '').split(/\s+/).filter((one) => one !== ''),
    ...(caller === undefined ? {} : { caller }),
    ...(user === undefined ? {} : { user }),
    ...(answer === undefined ? {} : { answer }),
  };
}

// ── in words ────────────────────────────────────────────────────────────────

const reasonWords: Readonly<Record<string, string>> = {
  'all-calls': 'the setting selects all calls',
  'call-from-user': 'a selected user calls',
  'call-to-user': 'the own number of a selected user is called',
  'call-to-group': 'a selected group is called',
  'call-to-active-member': 'the own number of an active member of a selected group is called',
  'call-from-active-member': 'an active member of a selected group calls',
  'no-setting-matches': 'no setting selects this call',
  'service-code': 'a service code is no call between people',
  'not-connected': 'the call is turned away and reaches nobody',
  exception: 'the number is on an exception list of the setting',
  'never-record': 'the number is on a list that holds for every setting',
  'internal-not-asked': 'a colleague calls, and the setting neither asks nor records colleagues',
  'not-asked': 'the caller can no longer be asked',
  'not-announced': 'nothing is announced on a call for help',
  disabled: 'switched off',
  'internal-calls-not-selected': 'passes over internal calls',
  'direction-not-selected': 'does not record this direction',
  'selection-does-not-match': 'selects other calls',
  'consent-refused': 'the caller refused by a digit',
  'consent-silent': 'the caller pressed nothing',
  'consent-hung-up': 'somebody hung up during the announcement',
  'announcement-unheard': 'the announcement was not heard',
};

const verdictWords: Readonly<Record<RecordingPlan['verdict'], string>> = {
  record: 'The call is recorded.',
  optIn: 'The caller is asked, and recorded only after pressing a key.',
  optOut: 'The caller is asked, and recorded unless a key is pressed.',
  skip: 'The call is not recorded.',
};

function toText({ plan, outcome }: Simulation): string {
  const { setting, reason, detail, direction, announcement, looks } = plan;
  const facts = [
    ...(setting === undefined ? [] : [['setting', setting] as const]),
    ['reason', inWords(reason)] as const,
    ...(detail === undefined ? [] : [['entry', detail] as const]),
    ...(direction === undefined ? [] : [['matched as', direction === 'in' ? 'incoming' : 'outgoing'] as const]),
    ...(announcement === undefined ? [] : [['announcement', announcement] as const]),
    ...(outcome === undefined ? [] : [['then', outcomeWords(outcome)] as const]),
  ];
  const rows = looks.map((look) => [look.setting, inWords(look.result), look.detail ?? '']);
  const table = rows.length === 0 ? [] : ['', formatTable(['SETTING', 'WHAT IT SAYS', 'ENTRY'], rows)];
  return [verdictWords[plan.verdict], formatFacts(facts), ...table].join('\n');
}

function inWords(reason: string): string {
  const words = reasonWords[reason];
  return words === undefined ? reason : `${reason}: ${words}`;
}

function outcomeWords({ recorded, reason }: NonNullable<Simulation['outcome']>): string {
  return recorded ? 'it is recorded' : `it is not recorded, ${inWords(reason)}`;
}
