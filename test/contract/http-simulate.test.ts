/** `POST /simulate`, by the rules of a small office. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { complete } from '../../src/config/complete.ts';
import { fileSchema } from '../../src/config/schema.ts';
import { createHttpServer } from '../../src/http/server.ts';
import { silentLogger } from '../../src/observability/logger.ts';
import { toRules } from '../../src/wiring/rules.ts';
import { createSimulator } from '../../src/wiring/simulator.ts';
import { ask, type Answer } from '../support/http-client.ts';
import { fakeHttpPorts } from '../support/http-ports.ts';
import { aWrittenOffice } from '../support/written-office.ts';

const now = (): number => 1_700_000_000_000;
const rules = toRules(complete(fileSchema.parse(aWrittenOffice), 'Europe/Berlin'), 'h', {
  now,
  calls: () => [],
  membership: () => undefined,
  lastHunted: () => undefined,
  outsideCalls: () => [],
  announcement: () => undefined,
});
const ports = { ...fakeHttpPorts(), simulator: createSimulator(() => rules, { now }) };
const server = createHttpServer(ports, { listen: '127.0.0.1:0', controlToken: 'sesame' }, silentLogger);

before(() => server.start());
after(() => server.stop());

function simulate(question: object, authorization = 'Bearer sesame'): Promise<Answer> {
  const headers = { authorization, 'content-type': 'application/json' };
  return ask(`${server.url}/api/v1/simulate`, 'POST', headers, JSON.stringify(question));
}

const incoming = { direction: 'in', caller: '+491711234567', callee: '+4930555010' };

test('a call that is asked about is decided like one that comes', async () => {
  const answer = await simulate(incoming);
  assert.equal(answer.status, 200, answer.body.toString());
  assert.deepEqual(answer.json(), {
    decision: 'optOut',
    setting: 'Support',
    reason: 'call-to-group',
    detail: null,
    announcement: 'recording-optout-en',
    looks: [{ setting: 'Support', result: 'call-to-group', detail: null }],
  });
});

test('an answer tells what follows', async () => {
  const { recorded, reason } = (await simulate({ ...incoming, answer: 'digit' })).json();
  assert.deepEqual([recorded, reason], [false, 'consent-refused']);
});

test('the entry that excepts a number is named with its comment', async () => {
  const { decision, detail } = (await simulate({ ...incoming, caller: '030111222' })).json();
  assert.deepEqual([decision, detail], ['skip', 'partners: +4930111222 (tax adviser)']);
});

test('who is logged out is left out', async () => {
  const outgoing = { direction: 'out', user: '1001', callee: '01711234567' };
  assert.equal((await simulate(outgoing)).json()['reason'], 'call-from-active-member');
  assert.equal((await simulate({ ...outgoing, inactive: ['600:1001'] })).json()['reason'], 'no-setting-matches');
});

const senseless: readonly (readonly [what: string, question: object, status: number])[] = [
  ['without a direction', { callee: '600' }, 400],
  ['with a key that nobody knows', { ...incoming, who: '1' }, 400],
  ['with another answer', { ...incoming, answer: 'yes' }, 400],
  ['with a time that is none', { ...incoming, at: 'tomorrow' }, 400],
  ['with a number without end', { ...incoming, caller: '1'.repeat(10_000) }, 400],
  ['by a user who is not there', { direction: 'out', user: '1009', callee: '1' }, 422],
  ['with a member who is none', { ...incoming, inactive: ['600:1009'] }, 422],
  ['of an outgoing call by nobody', { direction: 'out', callee: '01711234567' }, 422],
];

for (const [what, question, status] of senseless) {
  test(`a question ${what} is a problem`, async () => {
    const answer = await simulate(question);
    assert.equal(answer.status, status, answer.body.toString());
    assert.match(String(answer.headers['content-type']), /^application\/problem\+json/);
  });
}

test('it is asked with the token, like everything that is not merely read', async () => {
  assert.equal((await simulate(incoming, 'Bearer sesam')).status, 401);
});
