import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { RecordingControlProblem } from '../../src/http/ports.ts';
import { createHttpServer } from '../../src/http/server.ts';
import { silentLogger } from '../../src/observability/logger.ts';
import { ask, type Answer } from '../support/http-client.ts';
import { aSetting, fakeHttpPorts, settingName } from '../support/http-ports.ts';

const ports = fakeHttpPorts();
const token = 'sesame';
const server = createHttpServer(ports, { listen: '127.0.0.1:0', controlToken: token }, silentLogger);

before(() => server.start());
after(() => server.stop());
beforeEach(() => {
  ports.state.changes.length = 0;
  ports.state.overrides.clear();
  ports.state.recordingProblem = undefined;
});

interface Asked {
  readonly authorization?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

function change(method: string, path: string, asked: Asked = {}): Promise<Answer> {
  const { authorization = `Bearer ${token}`, body } = asked;
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  return ask(`${server.url}/api/v1${path}`, method, { authorization, ...type, ...asked.headers }, body);
}

async function read(path: string): Promise<unknown> {
  return (await ask(`${server.url}/api/v1${path}`)).json();
}

function assertProblem(answer: Answer, status: number, reason?: string): void {
  assert.equal(answer.status, status, answer.body.toString());
  assert.match(String(answer.headers['content-type']), /^application\/problem\+json/);
  assert.equal(answer.json()['reason'], reason);
}

const changes: readonly (readonly [method: string, path: string, body?: string])[] = [
  ['POST', '/calls/c1/recording/pause'],
  ['POST', '/calls/c1/recording/resume'],
  ['POST', '/calls/c1/recording/discard'],
  ['PUT', '/groups/600/members/1001'],
  ['DELETE', '/groups/600/members/1001'],
  ['PATCH', `/settings/${encodeURIComponent(settingName)}`, '{"enabled":false}'],
];

const keys: readonly (readonly [what: string, authorization: string])[] = [
  ['no token', ''],
  ['another token', 'Bearer sesam'],
  ['a longer token', 'Bearer sesame1'],
  ['an empty token', 'Bearer '],
  ['the token without its scheme', token],
  ['the token as a password', `Basic ${Buffer.from(`x:${token}`).toString('base64')}`],
];

for (const [method, path, body] of changes) {
  for (const [what, authorization] of keys) {
    test(`${method} ${path} with ${what} changes nothing`, async () => {
      const answer = await change(method, path, { authorization, ...(body === undefined ? {} : { body }) });
      assertProblem(answer, 401);
      assert.equal(answer.headers['www-authenticate'], 'Bearer');
      assert.deepEqual([ports.state.changes.length, ports.state.overrides.size], [0, 0]);
    });
  }

  test(`${method} ${path} is refused to pages of other origins, whatever they know`, async () => {
    const headers = { origin: 'https://attacker.example' };
    assertProblem(await change(method, path, { headers, ...(body === undefined ? {} : { body }) }), 403);
    assert.deepEqual([ports.state.changes.length, ports.state.overrides.size], [0, 0]);
  });
}

test('the token counts however its scheme is written', async () => {
  assert.equal((await change('PUT', '/groups/600/members/1001', { authorization: `bearer ${token}` })).status, 204);
});

for (const action of ['pause', 'resume', 'discard'] as const) {
  test(`to ${action} a recording is passed on and answered when it is done`, async () => {
    const answer = await change('POST', `/calls/c1/recording/${action}`);
    assert.deepEqual([answer.status, answer.body.length], [204, 0]);
    assert.deepEqual(ports.state.changes, [['c1', action, { kind: 'api', name: 'control token' }]]);
  });

  test(`${action} by GET is not possible`, async () => {
    const answer = await ask(`${server.url}/api/v1/calls/c1/recording/${action}`);
    assertProblem(answer, 405);
    assert.equal(answer.headers['allow'], 'POST');
  });
}

const problems: readonly (readonly [reason: RecordingControlProblem, status: number])[] = [
  ['unknown-call', 404],
  ['not-recorded', 409],
  ['already-paused', 409],
  ['not-paused', 409],
  ['failed', 409],
  ['not-confirmed', 504],
];
for (const [reason, status] of problems) {
  test(`a recording that cannot be paused, ${reason}, is a problem that says so`, async () => {
    ports.state.recordingProblem = reason;
    assertProblem(await change('POST', '/calls/c1/recording/pause'), status, reason);
  });
}

test('members are logged in and out', async () => {
  assert.equal((await change('PUT', '/groups/600/members/1001')).status, 204);
  assert.equal((await change('DELETE', '/groups/600/members/1001')).status, 204);
  assert.deepEqual(ports.state.changes, [
    ['600', '1001', true],
    ['600', '1001', false],
  ]);
});

test('who is no member, and what is no group, is not found', async () => {
  assertProblem(await change('PUT', '/groups/601/members/1001'), 404, 'unknown-group');
  assertProblem(await change('DELETE', '/groups/600/members/1002'), 404, 'unknown-member');
  assert.deepEqual(ports.state.changes, []);
});

test('a setting is switched off, on, and back to the file, and shows it', async () => {
  const path = `/settings/${encodeURIComponent(settingName)}`;
  const expected = [
    aSetting(settingName, { enabled: false, override: false }),
    aSetting(settingName, { enabled: true, override: true }),
    aSetting(settingName, { enabled: true, override: null }),
  ];
  for (const setting of expected) {
    const answer = await change('PATCH', path, { body: JSON.stringify({ enabled: setting.override }) });
    assert.deepEqual([answer.status, answer.json()], [200, setting]);
    assert.deepEqual(await read('/settings'), { settings: [setting] });
  }
});

test('a setting with a name as long as one may be is found by it', async () => {
  const long = encodeURIComponent('語'.repeat(100));
  assertProblem(await change('PATCH', `/settings/${long}`, { body: '{"enabled":true}' }), 404);
});

const wrongBodies: readonly (readonly [body: string, status: number, type?: string])[] = [
  ['{}', 400],
  ['{"enabled":"true"}', 400],
  ['{"enabled":1}', 400],
  ['{"enabled":""}', 400],
  ['{"enabled":true,"more":1}', 400],
  ['[]', 400],
  ['{"enabled":tru', 400],
  ['', 400],
  ['{"enabled":true}', 415, 'text/plain'],
  ['enabled=true', 415, 'application/x-www-form-urlencoded'],
  [`{"enabled":true${' '.repeat(2000)}}`, 413],
];
for (const [body, status, type = 'application/json'] of wrongBodies) {
  test(`a setting is not switched by ${body.slice(0, 30)} as ${type}`, async () => {
    const path = `/settings/${encodeURIComponent(settingName)}`;
    assertProblem(await change('PATCH', path, { body, headers: { 'content-type': type } }), status);
    assert.equal(ports.state.overrides.size, 0);
  });
}

for (const [path, key] of [
  ['/users', 'users'],
  ['/groups', 'groups'],
  ['/hotlines', 'hotlines'],
  ['/exception-lists', 'exceptionLists'],
] as const) {
  test(`${path} can be read without a token`, async () => {
    const answer = (await read(path)) as Record<string, unknown[]>;
    assert.equal(answer[key]?.length, 1);
  });
}

test('service codes are listed by what they do', async () => {
  assert.deepEqual(await read('/service-codes'), { serviceCodes: { pauseRecording: '*1' } });
});

test('what does not exist is not found by those who have the token', async () => {
  assertProblem(await change('POST', '/nothing'), 404);
});

test('where something else is possible, that is said', async () => {
  const answer = await change('POST', '/groups/600/members/1001');
  assertProblem(answer, 405);
  assert.equal(answer.headers['allow'], 'DELETE, PUT');
});
