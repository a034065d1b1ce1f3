import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isUsableVersion, toNetworkProblem, toStatusProblem } from '../../../src/ari/connect-problem.ts';

const versions: readonly (readonly [string, boolean])[] = [
  ['22.10.1+dfsg+~cs6.17.60671434-1', true],
  ['22.3.0', true],
  ['22.2.9', false],
  ['21.8.0', true],
  ['21.7.0', false],
  ['20.13.0', true],
  ['20.12.99', false],
  ['23.0.0', true],
  ['18.26.4', false],
  ['certified/20.7-cert5', false],
  ['GIT-master-1a2b3c4', true],
  ['', true],
];

for (const [version, expected] of versions) {
  test(`Asterisk "${version}" ${expected ? 'will do' : 'is too old'}`, () => {
    assert.equal(isUsableVersion(version), expected);
  });
}

const counterpart = { url: 'http://pbx:8088', username: 'fernamt' };

test('every cause has its own words, which name the place to look at', () => {
  const problems = [
    ...[401, 403, 404, 503, 500].map((status) => toStatusProblem(status, counterpart)),
    ...['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH'].map((code) =>
      toNetworkProblem(Object.assign(new Error('x'), { code }), counterpart),
    ),
  ];
  assert.deepEqual(
    problems.map(({ cause }) => cause),
    ['unauthorised', 'read-only', 'no-ari', 'not-ready', 'unexpected', 'refused', 'host-unknown', 'unreachable'],
  );
  assert.ok(problems.every(({ message }) => message.includes('http://pbx:8088')));
});

test('a handshake that never ends is a network that leads nowhere', () => {
  assert.equal(toNetworkProblem(new Error('Opening handshake has timed out'), counterpart).cause, 'unreachable');
});
