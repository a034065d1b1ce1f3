/** Settings as an administrator reads them. `FERNAMT_REGENERATE=1` writes the texts anew; the difference is read. */

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  describeSetting,
  describeSettings,
  type DescriptionLanguage,
} from '../../../src/recording/describe/describe-setting.ts';
import type { Surroundings, WrittenSetting } from '../../../src/recording/describe/setting-facts.ts';

const usual: WrittenSetting = {
  name: 'One',
  enabled: true,
  required: false,
  select: { all: true },
  directions: ['in', 'out'],
  internalCalls: true,
  directCallsToActiveMembers: false,
  exceptionLists: [],
  consent: { mode: 'none', seconds: 5, ringMeanwhile: false, whenUnheard: 'skip', internal: 'ask' },
  announcements: {},
  storageTargets: [],
  logTargets: [],
};

const office: Surroundings = {
  users: [
    { extension: '1001', name: 'Olivia Brandt' },
    { extension: '1002', name: 'Benjamin Roth' },
    { extension: '1003', name: '1003' },
    { login: 'auditor', name: 'Clara Voss' },
    { extension: '1004', login: 'dora', name: 'Dora Lind' },
  ],
  ringGroups: [
    { number: '600', name: 'Support', members: ['1001', '1002'] },
    { number: '610', name: 'Sales', members: ['1003'] },
    { number: '620', name: '620', members: [] },
  ],
  exceptionLists: [
    { name: 'partners', entries: [1, 2, 3] },
    { name: 'doctors', entries: [1] },
    { name: 'nobody', entries: [] },
  ],
  neverRecord: [],
};

const optIn = { ...usual.consent, mode: 'optIn' } as const;
const optOut = { ...usual.consent, mode: 'optOut' } as const;
const asking = { consent: optOut, announcements: { in: 'recording-optout-en' } } as const;

interface Row {
  readonly title: string;
  readonly setting?: Partial<WrittenSetting>;
  readonly surroundings?: Partial<Surroundings>;
}

const rows: readonly Row[] = [
  { title: 'everything' },
  { title: 'everything, incoming', setting: { directions: ['in'] } },
  { title: 'everything, outgoing', setting: { directions: ['out'] } },
  { title: 'everything but internal calls', setting: { internalCalls: false } },
  { title: 'everything, incoming, but internal calls', setting: { directions: ['in'], internalCalls: false } },
  { title: 'all users', setting: { select: { allUsers: true } } },
  { title: 'all users, incoming', setting: { select: { allUsers: true }, directions: ['in'] } },
  { title: 'all users, outgoing', setting: { select: { allUsers: true }, directions: ['out'] } },
  { title: 'all users but internal calls', setting: { select: { allUsers: true }, internalCalls: false } },
  { title: 'one group', setting: { select: { groups: ['600'] } } },
  { title: 'one group, incoming', setting: { select: { groups: ['600'] }, directions: ['in'] } },
  { title: 'one group, outgoing', setting: { select: { groups: ['610'] }, directions: ['out'] } },
  { title: 'one group and direct calls', setting: { select: { groups: ['600'] }, directCallsToActiveMembers: true } },
  {
    title: 'three groups, incoming, direct calls, no internal ones',
    setting: {
      select: { groups: ['600', '610', '620'] },
      directions: ['in'],
      directCallsToActiveMembers: true,
      internalCalls: false,
    },
  },
  { title: 'two groups, outgoing', setting: { select: { groups: ['600', '610'] }, directions: ['out'] } },
  { title: 'one user', setting: { select: { users: ['1001'] } } },
  { title: 'three users, incoming', setting: { select: { users: ['1001', '1002', '1003'] }, directions: ['in'] } },
  { title: 'users by login, one without a telephone', setting: { select: { users: ['auditor', 'dora'] } } },
  { title: 'one user, outgoing', setting: { select: { users: ['1003'] }, directions: ['out'] } },
  { title: 'asked to agree', setting: { consent: optIn, announcements: { in: 'recording-optin-en' } } },
  {
    title: 'asked to agree, incoming, one second, while it rings, or refused',
    setting: {
      directions: ['in'],
      consent: { ...optIn, seconds: 1, ringMeanwhile: true, whenUnheard: 'refuse' },
      announcements: { in: 'recording-optin-en' },
    },
  },
  { title: 'asked to object', setting: asking },
  {
    title: 'asked to object, both announced, colleagues not',
    setting: {
      consent: { ...optOut, internal: 'skip' },
      announcements: { in: 'recording-optout-en', out: 'recording-notice-en' },
    },
  },
  { title: 'asked to object, no internal calls', setting: { ...asking, internalCalls: false } },
  { title: 'told', setting: { announcements: { in: 'recording-notice-en' } } },
  { title: 'told, incoming', setting: { announcements: { in: 'recording-notice-en' }, directions: ['in'] } },
  { title: 'the called party told', setting: { announcements: { out: 'recording-notice-en' } } },
  { title: 'both told', setting: { announcements: { in: 'recording-notice-en', out: 'recording-notice-en' } } },
  { title: 'with exceptions', setting: { exceptionLists: ['partners'] } },
  {
    title: 'with exceptions of two lists, incoming, and numbers that are never recorded',
    setting: { exceptionLists: ['partners', 'nobody'], directions: ['in'] },
    surroundings: { neverRecord: ['doctors'] },
  },
  {
    title: 'outgoing, with two lists that are never recorded',
    setting: { directions: ['out'], exceptionLists: ['doctors'] },
    surroundings: { neverRecord: ['partners', 'nobody'] },
  },
  { title: 'delivered', setting: { storageTargets: ['office'], retentionDays: 1 } },
  {
    title: 'delivered and entered',
    setting: { storageTargets: ['office', 'cloud'], logTargets: ['crm'], retentionDays: 365 },
  },
  { title: 'entered in two databases, kept here', setting: { logTargets: ['crm', 'erp'] } },
  { title: 'kept here for a month', setting: { retentionDays: 30 } },
  { title: 'required', setting: { required: true } },
  { title: 'required and told', setting: { required: true, announcements: { in: 'recording-notice-en' } } },
  { title: 'off', setting: { enabled: false } },
  { title: 'switched off', surroundings: { switched: new Map([['One', false]]) } },
  { title: 'switched on', setting: { enabled: false }, surroundings: { switched: new Map([['One', true]]) } },
  { title: 'switched to what the file says', surroundings: { switched: new Map([['One', true]]) } },
  {
    title: 'all of it',
    setting: {
      name: 'Support incoming',
      select: { groups: ['600'] },
      required: true,
      directCallsToActiveMembers: true,
      exceptionLists: ['partners'],
      consent: optOut,
      announcements: { in: 'recording-optout-en', out: 'recording-notice-en' },
      storageTargets: ['office', 'cloud'],
      logTargets: ['crm'],
      retentionDays: 365,
    },
    surroundings: { neverRecord: ['doctors'] },
  },
];

function textOf({ setting, surroundings }: Row, language: DescriptionLanguage): string {
  return describeSetting({ ...usual, ...setting }, { ...office, ...surroundings }, language);
}

for (const language of ['en', 'de'] as const) {
  test(`settings read as they were reviewed (${language})`, () => {
    const path = new URL(`described-${language}.txt`, import.meta.url);
    const text = rows.map((row) => `# ${row.title}\n${textOf(row, language)}\n`).join('\n');
    if (process.env['FERNAMT_REGENERATE'] === '1') writeFileSync(path, text);
    assert.equal(text, readFileSync(path, 'utf8'));
  });
}

test('no word of the configuration file stands in a sentence', () => {
  const words =
    /opt-?(in|out)\b(?!-)|allUsers|neverRecord|whenUnheard|ringMeanwhile|undefined|null|true|false|\bskip\b|NaN|\[|\{/i;
  for (const row of rows) {
    for (const language of ['en', 'de'] as const) {
      const text = textOf(row, language).replace(/[“„][^“”]*[“”]/gu, '');
      assert.doesNotMatch(text, words, row.title);
    }
  }
});

test('every sentence ends, and none has a blank or comma too many', () => {
  for (const row of rows) {
    for (const language of ['en', 'de'] as const) {
      const text = textOf(row, language);
      assert.match(text, /^\p{Lu}.*\.$/u, row.title);
      assert.doesNotMatch(text, / {2}| [.,;]|,,|,\./, row.title);
    }
  }
});

test('all settings are described in their order, with what was switched at run time', () => {
  const { users, ringGroups, exceptionLists, neverRecord } = office;
  const settings = [
    { ...usual, name: 'A' },
    { ...usual, name: 'B', enabled: false },
  ];
  const source = { users, ringGroups, recording: { settings, exceptionLists, neverRecord } };
  const described = describeSettings(source, 'en', new Map([['A', false]]));
  assert.deepEqual(
    described.map(({ name, enabled }) => [name, enabled]),
    [
      ['A', false],
      ['B', false],
    ],
  );
  assert.match(described[0]?.text ?? '', /^This setting was switched off at run time/);
});
