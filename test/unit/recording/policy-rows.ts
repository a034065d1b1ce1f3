/** Calls to be decided, and rows of what is decided about them. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planRecording, type CallFacts, type RecordingSetting } from '../../../src/recording/policy.ts';
import type { RecordingPlan } from '../../../src/telephony/recording-plan.ts';

export const usual: RecordingSetting = {
  name: 'One',
  enabled: true,
  required: false,
  select: {},
  directions: ['in', 'out'],
  internalCalls: true,
  directCallsToActiveMembers: false,
  exceptionLists: [],
  consent: { mode: 'none', seconds: 5, ringMeanwhile: false, whenUnheard: 'skip', internal: 'ask' },
  announcements: {},
};

/** Members who are logged in. */
const active: Readonly<Record<string, readonly string[]>> = { '600': ['1001', '1002'], '610': ['1003'] };

const calls: Readonly<Record<string, CallFacts>> = {
  'from outside to group 600': { direction: 'in', addressed: { kind: 'group', number: '600' }, ...numbers('+491') },
  'from outside to user 1001': { direction: 'in', addressed: { kind: 'user', extension: '1001' }, ...numbers('+491') },
  'from outside to user 1003': { direction: 'in', addressed: { kind: 'user', extension: '1003' }, ...numbers('+491') },
  'from outside to an outside number': {
    direction: 'in',
    addressed: { kind: 'outside', number: '+492' },
    ...numbers('+491'),
  },
  'from user 1001 to the outside': {
    direction: 'out',
    callerUser: '1001',
    addressed: { kind: 'outside', number: '+492' },
    ...numbers('1001', '+492'),
  },
  'from user 1003 to the outside': {
    direction: 'out',
    callerUser: '1003',
    addressed: { kind: 'outside', number: '+492' },
    ...numbers('1003', '+492'),
  },
  'from nobody to the outside': {
    direction: 'out',
    addressed: { kind: 'outside', number: '110' },
    ...numbers('', '110'),
  },
  'from user 1001 to user 1003': {
    direction: 'internal',
    callerUser: '1001',
    addressed: { kind: 'user', extension: '1003' },
    ...numbers('1001', '1003'),
  },
  'from user 1003 to user 1001': {
    direction: 'internal',
    callerUser: '1003',
    addressed: { kind: 'user', extension: '1001' },
    ...numbers('1003', '1001'),
  },
  'from user 1003 to group 600': {
    direction: 'internal',
    callerUser: '1003',
    addressed: { kind: 'group', number: '600' },
    ...numbers('1003', '600'),
  },
  'of user 1001 to a service code': {
    direction: 'internal',
    callerUser: '1001',
    addressed: { kind: 'service', code: '*81' },
    ...numbers('1001'),
  },
  'for help from user 1001': {
    direction: 'out',
    callerUser: '1001',
    addressed: { kind: 'outside', number: '112' },
    emergency: true,
    ...numbers('1001', '112'),
  },
  'that goes on to group 600': {
    direction: 'in',
    addressed: { kind: 'group', number: '600' },
    redirected: true,
    ...numbers('+491'),
  },
  'of user 1003 that goes on to group 600': {
    direction: 'internal',
    callerUser: '1003',
    addressed: { kind: 'group', number: '600' },
    redirected: true,
    ...numbers('1003', '600'),
  },
  'from a stranger’s telephone to group 600': {
    direction: 'in',
    addressed: { kind: 'group', number: '600' },
    ...numbers('1099'),
  },
  'that is turned away': { direction: 'in', addressed: { kind: 'nobody' }, ...numbers('+491') },
};

function numbers(caller: string, called = '+493'): Pick<CallFacts, 'callerNumbers' | 'calledNumbers'> {
  return { callerNumbers: [caller], calledNumbers: [called] };
}

export interface Row {
  readonly says: string;
  readonly call: keyof typeof calls & string;
  readonly settings: readonly Partial<RecordingSetting>[];
  readonly neverRecord?: readonly string[];
  /** Of lists, the numbers that are on them. */
  readonly lists?: Readonly<Record<string, readonly string[]>>;
  readonly decides: string;
  /** What each setting that was looked at said. */
  readonly looks?: readonly string[];
}

export function testRow(row: Row): void {
  test(`a call ${row.call}: ${row.says}`, () => {
    const plan = planOf(row);
    assert.equal(words(plan), row.decides);
    if (row.looks) assert.deepEqual(plan.looks.map(lookWords), row.looks);
  });
}

export function planOf({ call, settings, neverRecord = [], lists = {} }: Omit<Row, 'says' | 'decides'>): RecordingPlan {
  const facts = calls[call];
  assert.ok(facts);
  return planRecording(
    { settings: settings.map((one) => ({ ...usual, ...one })), neverRecord },
    {
      isActiveMember: (group, user) => active[group]?.includes(user) === true,
      matchException: (list, tried) =>
        tried.filter((one) => lists[list]?.includes(one)).map((one) => `${list} ${one}`)[0],
    },
    facts,
  );
}

/** `Setting direction: reason, asked how, hears what`, or `skip: reason by Setting (entry)`. */
function words({ verdict, setting, direction, reason, detail, required, announcement }: RecordingPlan): string {
  if (verdict === 'skip') {
    const by = setting === undefined ? '' : ` by ${setting}`;
    return `skip: ${reason}${by}${detail === undefined ? '' : ` (${detail})`}`;
  }
  const more = [
    ...(verdict === 'record' ? [] : [verdict]),
    ...(announcement === undefined ? [] : [`hears ${announcement}`]),
    ...(required ? ['required'] : []),
  ];
  return [`${setting ?? ''} ${direction ?? ''}: ${reason}`, ...more].join(', ');
}

function lookWords({ setting, result, detail }: RecordingPlan['looks'][number]): string {
  return `${setting}: ${result}${detail === undefined ? '' : ` (${detail})`}`;
}
