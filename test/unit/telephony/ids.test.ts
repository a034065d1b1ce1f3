import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callOfResource, resourceId, type CallId, type ResourceKind } from '../../../src/telephony/ids.ts';

const kinds: readonly ResourceKind[] = ['leg', 'bridge', 'snoop', 'play', 'rec'];

for (const kind of kinds) {
  test(`the id of a ${kind} tells its call`, () => {
    const id = resourceId('fernamt', 'mh4k2x8q1' as CallId, kind, 12);
    assert.equal(id, `fernamt-mh4k2x8q1-${kind}12`);
    assert.equal(callOfResource('fernamt', id), 'mh4k2x8q1');
  });
}

const foreign: readonly (readonly [says: string, id: string])[] = [
  ['an id that Asterisk chose', '1700000000.12'],
  ['an id of Asterisk’s whose system name is ours', 'fernamt-1700000000.12'],
  ['an id of Asterisk’s whose system name begins like ours', 'fernamt-pbx-1700000000.12'],
  ['an id of another application', 'fernamt2-c1-leg1'],
  ['an id without a call', 'fernamt-leg1'],
  ['an id without a number', 'fernamt-c1-leg'],
  ['the application alone', 'fernamt-'],
  ['nothing', ''],
];

for (const [says, id] of foreign) {
  test(`${says} belongs to no call`, () => {
    assert.equal(callOfResource('fernamt', id), undefined);
  });
}
