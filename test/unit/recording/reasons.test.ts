import assert from 'node:assert/strict';
import { test } from 'node:test';
import { consentText, faultText, obligationText, reasonText } from '../../../src/recording/reasons.ts';

test('a reason is said in the language of the reader', () => {
  assert.equal(reasonText('call-to-group', 'en'), 'a selected group is called');
  assert.equal(reasonText('call-to-group', 'de'), 'eine ausgewählte Gruppe wird angerufen');
  assert.equal(obligationText('mayNot', 'de'), 'darf nicht aufgenommen werden');
  assert.equal(consentText('silent', 'en'), 'no digit came in time');
  assert.equal(faultText('twice', 'en'), 'the call was recorded twice');
});

test('a reason that a later version gave is shown as it stands', () => {
  assert.equal(reasonText('full-moon', 'de'), 'full-moon');
  assert.equal(reasonText('constructor', 'en'), 'constructor');
});
