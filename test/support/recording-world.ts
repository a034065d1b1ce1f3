/** Small offices with all kinds of recording settings, and calls that take place in them: by chance, for the model. */

import fc from 'fast-check';
import type { Goal, ModelCall, ModelEntry, ModelRules, ModelSetting } from './recording-model.ts';

export interface WorldGroup {
  readonly number: string;
  readonly members: readonly string[];
  readonly startActive: boolean;
  readonly overflow?: string;
}

export interface World {
  readonly rules: ModelRules;
  readonly groups: readonly WorldGroup[];
  /** `GROUP:EXTENSION` of members who are logged out. */
  readonly inactive: readonly string[];
  readonly outsideLine: string;
  readonly channels: 'mono' | 'stereo';
}

/** A call, and how it is asked for. */
export interface WorldCall extends ModelCall {
  readonly direction: 'in' | 'out';
  readonly caller?: string;
  readonly user?: string;
  readonly callee: string;
}

const extensions = ['1001', '1002', '1003', '1004'];
const groupNumbers = ['600', '610', '620'];
const listNames = ['partners', 'doctors', 'odd'];

const entry: fc.Arbitrary<ModelEntry> = fc
  .tuple(
    fc.oneof(
      fc
        .constantFrom(
          '+4930111222',
          '030111222',
          '01711234567',
          '+494711222',
          'anonymous',
          '+1001',
          '600',
          '*31#',
          '+999',
        )
        .map((number) => ({ number })),
      fc
        .constantFrom(
          '^\\+49171',
          '^0171',
          '^0',
          '111222$',
          '^anonymous$',
          '^\\+49',
          '^1',
          '(a+)+$',
          '^\\+49304711',
          '',
        )
        .map((pattern) => ({ pattern: pattern === '' ? '5550[1-4]0' : pattern })),
    ),
    // Seldom: a list with one of these matches nearly everybody.
    fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
  )
  .map(([what, not]) => ({ ...what, not }));

const select: fc.Arbitrary<ModelSetting['select']> = fc.oneof(
  fc.constant({ all: true as const }),
  fc.constant({ allUsers: true as const }),
  fc.subarray(groupNumbers, { minLength: 1 }).map((groups) => ({ groups })),
  fc.subarray(extensions, { minLength: 1 }).map((users) => ({ users })),
);

interface Wishes {
  readonly select: ModelSetting['select'];
  readonly directions: readonly ('in' | 'out')[];
  readonly flags: readonly [enabled: boolean, internalCalls: boolean, direct: boolean, required: boolean];
  readonly exceptionLists: readonly string[];
  readonly mode: 'none' | 'optIn' | 'optOut';
  readonly colleagues: 'ask' | 'skip';
  readonly ringMeanwhile: boolean;
  readonly tells: readonly [boolean, boolean];
}

const often = fc.integer({ min: 0, max: 5 }).map((one) => one > 0);

const setting: fc.Arbitrary<Omit<ModelSetting, 'name'>> = fc
  .record<Wishes>({
    select,
    directions: fc.constantFrom<Wishes['directions'][]>(['in'], ['out'], ['in', 'out'], ['in', 'out']),
    flags: fc.tuple(often, often, fc.boolean(), fc.boolean()),
    exceptionLists: fc.subarray(listNames),
    mode: fc.constantFrom('none', 'optIn', 'optOut'),
    colleagues: fc.constantFrom('ask', 'skip'),
    ringMeanwhile: fc.boolean(),
    tells: fc.tuple(fc.boolean(), fc.boolean()),
  })
  .map(toSetting);

/** Nobody is asked without an announcement, and nothing is announced in a direction that is not recorded. */
function toSetting({ mode, colleagues, ringMeanwhile, tells, flags, ...rest }: Wishes): Omit<ModelSetting, 'name'> {
  const [enabled, internalCalls, directCallsToActiveMembers, required] = flags;
  const asks = mode !== 'none' && rest.directions.includes('in');
  const tellsCaller = rest.directions.includes('in') && (asks || tells[0]);
  const tellsCalled = rest.directions.includes('out') && tells[1];
  return {
    ...rest,
    enabled,
    internalCalls,
    directCallsToActiveMembers,
    required,
    consent: { mode: asks ? mode : 'none', internal: colleagues, ringMeanwhile },
    announcements: { ...(tellsCaller ? { in: 'question' } : {}), ...(tellsCalled ? { out: 'notice' } : {}) },
  };
}

const group = (number: string, overflow: fc.Arbitrary<string | undefined>): fc.Arbitrary<WorldGroup> =>
  fc
    .tuple(fc.subarray(extensions), number === '600' ? often : fc.boolean(), overflow)
    .map(([members, startActive, to]) => ({
      number,
      members,
      startActive,
      ...(to === undefined ? {} : { overflow: to }),
    }));

export const world: fc.Arbitrary<World> = fc
  .record({
    settings: fc.array(setting, { maxLength: 5 }),
    lists: fc.tuple(...listNames.map(() => fc.array(entry, { maxLength: 3 }))),
    neverRecord: fc.oneof(fc.constant([]), fc.subarray(listNames, { maxLength: 1 })),
    groups: fc.tuple(
      group('600', fc.constant(undefined)),
      group('610', fc.constantFrom('600', '1004', '+491711234567')),
      group('620', fc.constantFrom(undefined, '600')),
    ),
    loggedOut: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 12, maxLength: 12 }),
    outsideLine: fc.constantFrom('', '0'),
    channels: fc.constantFrom<World['channels'][]>('mono', 'stereo'),
  })
  .map(({ settings, lists, neverRecord, groups, loggedOut, ...rest }) => ({
    ...rest,
    groups,
    rules: {
      settings: settings.map((one, index) => ({ ...one, name: `S${String(index + 1)}` })),
      neverRecord,
      lists: Object.fromEntries(listNames.map((name, index) => [name, lists[index] ?? []])),
    },
    inactive: groups
      .flatMap(({ number, members }) => members.map((member) => `${number}:${member}`))
      .filter((_, index) => loggedOut[index] === 0),
  }));

const strangers = [
  '+4930111222',
  '030111222',
  '4930111222',
  '+491711234567',
  '01711234567',
  '0043123456789',
  '4711222',
  'anonymous',
  'Restricted',
  '999',
  '*31#',
];

/** Our outside numbers, and where they lead. */
const dids: Readonly<Record<string, Goal>> = {
  '+4930555010': { to: 'group', number: '600' },
  '030555010': { to: 'group', number: '600' },
  '+4930555020': { to: 'group', number: '610' },
  '+4930555030': { to: 'user', number: '1002' },
  '+4930555040': { to: 'outside', number: '+491711234567' },
  '+4930555011': { to: 'user', number: '1001' },
  '+4930999999': { to: 'nobody' },
};

/** The number in full, where it has one. */
const inFull: Readonly<Record<string, string>> = {
  '030555010': '+4930555010',
  '01711234567': '+491711234567',
  '030111222': '+4930111222',
};

const inHouse: readonly Goal[] = [
  ...extensions.map((number) => ({ to: 'user', number }) as const),
  ...groupNumbers.map((number) => ({ to: 'group', number }) as const),
];

function numberOf(goal: Goal): string {
  return 'number' in goal ? goal.number : '';
}

const fromOutside: fc.Arbitrary<WorldCall> = fc
  .tuple(fc.constantFrom(...strangers), fc.constantFrom(...Object.keys(dids)))
  .map(([caller, did]) => ({
    direction: 'in',
    caller,
    callee: did,
    from: caller,
    called: [did],
    goal: dids[did] ?? { to: 'nobody' },
  }));

const fromStranger: fc.Arbitrary<WorldCall> = fc
  .tuple(fc.constantFrom(...strangers), fc.constantFrom(...inHouse))
  .map(([caller, goal]) => ({
    direction: 'in',
    caller,
    callee: numberOf(goal),
    from: caller,
    called: [numberOf(goal)],
    goal,
  }));

const inside: fc.Arbitrary<WorldCall> = fc
  .tuple(fc.constantFrom(...extensions), fc.constantFrom(...inHouse), fc.boolean())
  .filter(([user, goal]) => numberOf(goal) !== user)
  .map(([user, goal, asIn]) => ({
    direction: asIn ? 'in' : 'out',
    ...(asIn ? { caller: user } : { user }),
    callee: numberOf(goal),
    by: user,
    from: user,
    called: [numberOf(goal)],
    goal,
    internal: true,
  }));

const toOwnNumber: fc.Arbitrary<WorldCall> = fc
  .tuple(fc.constantFrom(...extensions), fc.constantFrom('+4930555010', '030555010', '+4930555020', '+4930555030'))
  .map(([user, did]) => ({
    direction: 'out',
    user,
    callee: did,
    by: user,
    from: user,
    called: [did, inFull[did] ?? did],
    goal: dids[did] ?? { to: 'nobody' },
    internal: true,
  }));

const toOutside = (outsideLine: string): fc.Arbitrary<WorldCall> =>
  fc
    .tuple(fc.constantFrom(...extensions), fc.constantFrom('+491711234567', '01711234567', '030111222', '+43123456789'))
    .map(([user, number]) => {
      const dialled = number.startsWith('+') ? number : outsideLine + number;
      const full = inFull[number] ?? number;
      return {
        direction: 'out',
        user,
        callee: dialled,
        by: user,
        from: user,
        called: [dialled, full],
        goal: { to: 'outside', number: full },
      };
    });

const forHelp: fc.Arbitrary<WorldCall> = fc.constantFrom(...extensions).map((user) => ({
  direction: 'out',
  user,
  callee: '112',
  by: user,
  from: user,
  called: ['112'],
  goal: { to: 'outside', number: '112' },
  help: true,
}));

const service: fc.Arbitrary<WorldCall> = fc
  .tuple(fc.constantFrom(...extensions), fc.constantFrom('*81', '*80600'))
  .map(([user, code]) => ({
    direction: 'out',
    user,
    callee: code,
    by: user,
    from: user,
    called: [code],
    goal: { to: 'service' },
  }));

/** To the group that often has nobody there. */
const toOverflow: fc.Arbitrary<WorldCall> = fromOutside.map((call) => ({
  ...call,
  callee: '+4930555020',
  called: ['+4930555020'],
  goal: { to: 'group', number: '610' },
}));

export function callIn({ outsideLine }: World): fc.Arbitrary<WorldCall> {
  return fc.oneof(
    { weight: 4, arbitrary: fromOutside },
    { weight: 5, arbitrary: toOverflow },
    { weight: 2, arbitrary: fromStranger },
    { weight: 4, arbitrary: inside },
    { weight: 1, arbitrary: toOwnNumber },
    { weight: 3, arbitrary: toOutside(outsideLine) },
    { weight: 1, arbitrary: forHelp },
    { weight: 1, arbitrary: service },
  );
}

/** The office as a configuration file would have it. */
export function toWrittenConfig({ rules, groups, outsideLine, channels }: World): object {
  return {
    asterisk: { url: 'http://127.0.0.1:8088', username: 'u', password: 'p' },
    numbering: { country: 'DE', areaCode: '30', ...(outsideLine === '' ? {} : { outsideLine }) },
    users: extensions.map((extension) => ({ extension, did: extension === '1001' ? ['+4930555011'] : [] })),
    ringGroups: groups,
    trunks: [{ name: 'carrier' }],
    hotlines: [
      { did: '+4930555010', destination: '600' },
      { did: '+4930555020', destination: '610' },
      { did: '+4930555030', destination: '1002' },
      { did: '+4930555040', destination: '+491711234567' },
    ],
    recording: {
      channels,
      settings: rules.settings,
      neverRecord: rules.neverRecord,
      exceptionLists: Object.entries(rules.lists).map(([name, entries]) => ({ name, entries })),
    },
  };
}
