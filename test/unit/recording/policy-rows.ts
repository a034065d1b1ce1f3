/** Calls to be decided, and rows of what is decided about them. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  decideRecording,
  type CallFacts,
  type RecordingDecision,
  type RecordingSetting,
} from '../../../src/recording/policy.ts';

const usual: RecordingSetting = {
  name: 'One',
  enabled: true,
  required: false,
  select: {},
  directions: ['in', 'out'],
  internalCalls: true,
  directCallsToActiveMembers: false,
  exceptionLists: [],
  consent: { mode: 'none' },
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
}

export function testRow({ says, call, settings, neverRecord = [], lists = {}, decides }: Row): void {
  test(`a call ${call}: ${says}`, () => {
    const facts = calls[call];
    assert.ok(facts);
    const decision = decideRecording(
      { settings: settings.map((one) => ({ ...usual, ...one })), neverRecord },
      {
        isActiveMember: (group, user) => active[group]?.includes(user) === true,
        matchException: (list, tried) =>
          tried.filter((one) => lists[list]?.includes(one)).map((one) => `${list} ${one}`)[0],
      },
      facts,
    );
    assert.equal(words(decision), decides);
  });
}

function words(decision: RecordingDecision): string {
  if (decision.record) {
    const { setting, direction, reason, required } = decision;
    return `${setting} ${direction}: ${reason}${required ? ', required' : ''}`;
  }
  const by = decision.setting === undefined ? '' : ` by ${decision.setting}`;
  return `skip: ${decision.reason}${by}${decision.detail === undefined ? '' : ` (${decision.detail})`}`;
}
