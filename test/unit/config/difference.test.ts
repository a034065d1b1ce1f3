import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { differencesBetween, type ConfigurationDifference } from '../../../src/config/difference.ts';

const setting = (name: string, change: object = {}): object => ({ name, directions: ['in', 'out'], ...change });
const settings = (...list: readonly object[]): object => ({ recording: { settings: list } });

const rows: readonly (readonly [
  what: string,
  before: unknown,
  after: unknown,
  expected: readonly ConfigurationDifference[],
])[] = [
  ['the same twice', settings(setting('A')), settings(setting('A')), []],
  [
    'a changed value',
    { language: 'en' },
    { language: 'de' },
    [{ kind: 'changed', path: 'language', before: 'en', after: 'de' }],
  ],
  ['a key that came', {}, { web: { port: 1 } }, [{ kind: 'added', path: 'web', after: { port: 1 } }]],
  ['a key that went', { web: { tls: 1 } }, { web: {} }, [{ kind: 'removed', path: 'web.tls', before: 1 }]],
  [
    'a value below an entry that now stands elsewhere',
    settings(setting('A'), setting('B', { enabled: true })),
    settings(setting('New'), setting('A'), setting('B', { enabled: false })),
    [
      { kind: 'changed', path: 'recording.settings[B].enabled', before: true, after: false },
      { kind: 'added', path: 'recording.settings[New]', after: setting('New') },
    ],
  ],
  [
    'entries in another order',
    settings(setting('A'), setting('B')),
    settings(setting('B'), setting('A')),
    [{ kind: 'reordered', path: 'recording.settings', before: ['A', 'B'], after: ['B', 'A'] }],
  ],
  [
    'a user who got another name',
    { users: [{ extension: '1001', name: 'Olivia' }] },
    { users: [{ extension: '1001', name: 'Olivia Brandt' }] },
    [{ kind: 'changed', path: 'users[1001].name', before: 'Olivia', after: 'Olivia Brandt' }],
  ],
  [
    'a member who came to a group',
    { ringGroups: [{ number: '600', members: ['1001'] }] },
    { ringGroups: [{ number: '600', members: ['1001', '1002'] }] },
    [{ kind: 'added', path: 'ringGroups[600].members[1002]', after: '1002' }],
  ],
  [
    'an entry of an exception list, with its comment',
    { entries: [{ number: '+49301', comment: 'a' }, { pattern: '^9' }] },
    { entries: [{ number: '+49301', comment: 'b' }, { pattern: '^9' }] },
    [{ kind: 'changed', path: 'entries[+49301].comment', before: 'a', after: 'b' }],
  ],
  [
    'entries that two share a name with are known by their place',
    { list: [{ name: 'A' }, { name: 'A' }] },
    { list: [{ name: 'A' }, { name: 'B' }] },
    [{ kind: 'changed', path: 'list[1].name', before: 'A', after: 'B' }],
  ],
  [
    'a list in place of a word',
    { users: 'all' },
    { users: ['1'] },
    [{ kind: 'changed', path: 'users', before: 'all', after: ['1'] }],
  ],
];

for (const [what, before, after, expected] of rows) {
  test(`differences: ${what}`, () => {
    assert.deepEqual(differencesBetween(before, after), expected);
  });
}

test('there are differences exactly if the configurations differ', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      assert.deepEqual(differencesBetween(a, structuredClone(a)), []);
      if (JSON.stringify(a) !== JSON.stringify(b) && !isReorderedMapping(a, b)) {
        assert.notDeepEqual(differencesBetween(a, b), []);
      }
    }),
  );
});

/** The order of keys says nothing. */
function isReorderedMapping(a: unknown, b: unknown): boolean {
  try {
    assert.deepEqual(a, b);
    return true;
  } catch {
    return false;
  }
}
