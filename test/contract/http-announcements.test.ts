import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { load } from '../../src/config/load.ts';
import { openApiDocument } from '../../src/http/openapi.ts';
import { createHttpServer, type HttpServer } from '../../src/http/server.ts';
import { silentLogger } from '../../src/observability/logger.ts';
import { openDatabase, type Database } from '../../src/store/database.ts';
import { createAnnouncements, type Announcements } from '../../src/wiring/announcements.ts';
import { ask, type Answer } from '../support/http-client.ts';
import { fakeHttpPorts } from '../support/http-ports.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { makeAudio, makeFolder, samplesOf, speech } from '../unit/announcements/studio.ts';

const folder = makeFolder({ after });
const token = 'sesame';
const [short, other] = [makeAudio(folder, 'short.flac', speech(1)), makeAudio(folder, 'other.opus', speech(0.6))];
const state: { server?: HttpServer; database?: Database; announcements?: Announcements } = {};

before(async () => {
  const file = join(folder, 'fernamt.yaml');
  const setting = '{ name: Sales, select: { all: true }, announcements: { in: used-de } }';
  writeFileSync(
    file,
    `dataDirectory: ${folder}
asterisk: { url: http://127.0.0.1:8088, username: fernamt, password: x, soundsDirectory: ${folder}/sounds }
recording: { settings: [${setting}] }
`,
  );
  const loaded = load(file);
  assert.ok(loaded.ok);
  const { config } = loaded;
  state.database = await openDatabase(join(folder, 'fernamt.db'));
  const tools = { config, current: () => config, clock: createManualClock(), logger: silentLogger };
  state.announcements = createAnnouncements({ ...tools, database: state.database });
  await state.announcements.start();
  const ports = { ...fakeHttpPorts(), announcements: state.announcements.shelf };
  state.server = createHttpServer(ports, { listen: '127.0.0.1:0', controlToken: token }, silentLogger);
  await state.server.start();
});
after(async () => {
  await state.server?.stop();
  state.announcements?.stop();
  await state.database?.close();
});

function get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return ask(`${state.server?.url}/api/v1/announcements${path}`, 'GET', headers);
}

interface Sent {
  readonly body?: Buffer | string;
  readonly type?: string;
  readonly authorization?: string;
}

function send(method: string, path: string, sent: Sent = {}): Promise<Answer> {
  const { body, type = 'audio/flac', authorization = `Bearer ${token}` } = sent;
  const contentType = body === undefined ? {} : { 'content-type': type };
  return ask(`${state.server?.url}/api/v1/announcements${path}`, method, { authorization, ...contentType }, body);
}

function assertProblem(answer: Answer, status: number, reason?: string): void {
  assert.equal(answer.status, status, answer.body.toString());
  assert.match(String(answer.headers['content-type']), /^application\/problem\+json/);
  if (reason !== undefined) assert.equal(answer.json()['reason'], reason);
}

test('the ready-made ones are listed with all that is known of them', async () => {
  const { announcements } = (await get('')).json() as { announcements: Record<string, unknown>[] };
  const found = announcements.find(({ name }) => name === 'recording-optout-en');
  assert.equal(announcements.length, 6);
  assert.deepEqual(
    { ...found, sha256: '', seconds: 0, addedAt: '' },
    {
      ...{
        name: 'recording-optout-en',
        language: 'en',
        seconds: 0,
        sha256: '',
        addedAt: '',
        shipped: true,
        usedBy: [],
      },
      text: 'This call may be recorded for quality assurance. If you do not agree, please press any key now.',
    },
  );
  assert.deepEqual((await get('/recording-optout-en')).json(), found);
  assertProblem(await get('/none'), 404);
});

test('one is uploaded, listened to, replaced and removed', async () => {
  const added = await send('POST', '?name=hello-de&text=Guten%20Tag.', { body: short });
  assert.equal(added.status, 201, added.body.toString());
  assert.equal(added.headers['location'], '/api/v1/announcements/hello-de');
  const { sha256, ...view } = added.json();
  assert.deepEqual(
    { ...view, addedAt: '' },
    { name: 'hello-de', language: 'de', text: 'Guten Tag.', seconds: 1, addedAt: '', shipped: false, usedBy: [] },
  );
  assert.deepEqual((await get('/hello-de')).json(), added.json());
  const audio = await get('/hello-de/audio');
  assert.deepEqual(
    [audio.status, audio.headers['content-type'], audio.headers['etag']],
    [200, 'audio/wav', `"${String(sha256)}"`],
  );
  assert.equal(samplesOf(audio.body).samples.length, 8000);
  assertProblem(await send('POST', '?name=hello-de', { body: other }), 409, 'name-taken');
  const replaced = await send('PUT', '/hello-de?language=en', { body: other, type: 'application/octet-stream' });
  assert.equal(replaced.status, 200, replaced.body.toString());
  assert.notEqual(replaced.json()['sha256'], sha256);
  assert.equal(replaced.json()['language'], 'en');
  assert.equal((await send('DELETE', '/hello-de')).status, 204);
  assertProblem(await get('/hello-de'), 404);
  assertProblem(await get('/hello-de/audio'), 404);
});

test('PUT adds what is not there yet', async () => {
  assert.equal((await send('PUT', '/new-one', { body: short })).status, 201);
  assert.equal((await send('DELETE', '/new-one')).status, 204);
});

test('a part of the audio is sent where only a part is asked for', async () => {
  const whole = (await get('/recording-notice-en/audio')).body;
  const part = await get('/recording-notice-en/audio', { range: 'bytes=100-199' });
  assert.deepEqual([part.status, part.body], [206, whole.subarray(100, 200)]);
  assertProblem(await get('/recording-notice-en/audio', { range: 'bytes=99999999-' }), 416);
});

test('what a setting plays is not removed, but may be replaced', async () => {
  assert.equal((await send('POST', '?name=used-de', { body: short })).status, 201);
  const refused = await send('DELETE', '/used-de');
  assertProblem(refused, 409, 'in-use');
  assert.match(String(refused.json()['detail']), /Sales/);
  assert.equal((await send('PUT', '/used-de', { body: other })).status, 200);
  assert.deepEqual((await get('/used-de')).json()['usedBy'], ['Sales']);
});

test('a ready-made one is replaced and comes back, and is never removed', async () => {
  const original = (await get('/recording-notice-de')).json()['sha256'];
  assert.equal((await send('PUT', '/recording-notice-de', { body: short })).status, 200);
  assert.equal((await get('/recording-notice-de')).json()['shipped'], false);
  assert.equal((await send('DELETE', '/recording-notice-de')).status, 204);
  assert.equal((await get('/recording-notice-de')).json()['sha256'], original);
  assertProblem(await send('DELETE', '/recording-notice-de'), 409, 'shipped');
});

for (const [method, path] of [
  ['POST', '?name=x'],
  ['PUT', '/recording-notice-de'],
  ['DELETE', '/recording-notice-de'],
] as const) {
  test(`${method} without the token changes nothing`, async () => {
    const before = (await get('')).body;
    const body = method === 'DELETE' ? {} : { body: short };
    assertProblem(await send(method, path, { authorization: 'Bearer wrong', ...body }), 401);
    assert.deepEqual((await get('')).body, before);
  });
}

const wrong: readonly (readonly [what: string, path: string, sent: Sent, status: number, reason?: string])[] = [
  ['no name', '', { body: short }, 400],
  ['an impossible name', '?name=..%2Fx', { body: short }, 400, 'bad-name'],
  ['an unknown language', '?name=x&language=fr', { body: short }, 400],
  ['an unknown parameter', '?name=x&colour=red', { body: short }, 400],
  ['no body', '?name=x', {}, 415],
  ['a body of JSON', '?name=x', { body: '{}', type: 'application/json' }, 415],
  ['a form', '?name=x', { body: 'a', type: 'multipart/form-data; boundary=b' }, 415],
  ['text that says it is audio', '?name=x', { body: 'text', type: 'audio/wav' }, 422, 'not-audio'],
  ['too large a body', '?name=x', { body: Buffer.alloc(20 * 1024 * 1024 + 1), type: 'audio/wav' }, 413],
];
for (const [what, path, sent, status, reason] of wrong) {
  test(`${what} is a problem that says so`, async () => {
    assertProblem(await send('POST', path, sent), status, reason);
    assertProblem(await get('/x'), 404);
  });
}

test('large bodies are taken for audio alone', async () => {
  const url = `${state.server?.url}/api/v1/settings/x`;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  assertProblem(await ask(url, 'PATCH', headers, `{"enabled":true,"x":"${'x'.repeat(5000)}"}`), 413);
});

test('every route is described', () => {
  const { paths } = openApiDocument('0') as { paths: Record<string, Record<string, unknown>> };
  const routes = (state.server?.routes ?? []).filter((route) => route.includes('/announcements'));
  assert.equal(routes.length, 6);
  for (const route of routes) {
    const [method = '', url = ''] = route.split(' ');
    assert.ok(paths[url.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()], route);
  }
});
