import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, beforeEach, test } from 'node:test';
import { openApiDocument } from '../../src/http/openapi.ts';
import { createHttpServer, type HttpServer } from '../../src/http/server.ts';
import { silentLogger } from '../../src/observability/logger.ts';
import { ask, type Answer } from '../support/http-client.ts';
import { aCall, aRecording, fakeHttpPorts } from '../support/http-ports.ts';

const ports = fakeHttpPorts();
const audio = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 251));
const server: HttpServer = createHttpServer(ports, { listen: '127.0.0.1:0' }, silentLogger);

before(async () => {
  await server.start();
  ports.change(aCall('c1'));
  ports.record(aRecording('r1'));
  ports.record(aRecording('r2', { state: 'recording', seconds: null, judgement: null }));
  ports.state.audio.set('r1', audio);
});
after(() => server.stop());
beforeEach(() => {
  ports.state.reasons = [];
});

function get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return ask(`${server.url}${path}`, 'GET', headers);
}

function assertProblem(answer: Answer, status: number): Record<string, unknown> {
  assert.equal(answer.status, status, answer.body.toString());
  assert.match(String(answer.headers['content-type']), /^application\/problem\+json/);
  const problem = answer.json();
  assert.equal(problem['status'], status);
  for (const key of ['type', 'title', 'detail']) assert.equal(typeof problem[key], 'string', key);
  return problem;
}

test('the calls that are up are listed as the contract describes a call', async () => {
  const answer = await get('/api/v1/calls');
  assert.equal(answer.status, 200);
  assert.deepEqual(answer.json(), { calls: [aCall('c1')] });
});

test('the recordings come the latest first, with the way to the next page', async () => {
  const running = aRecording('r2', { state: 'recording', seconds: null, judgement: null });
  const answer = await get('/api/v1/recordings');
  assert.deepEqual(answer.json(), { recordings: [running, aRecording('r1')], nextCursor: null });
});

test('what is asked of the list of recordings reaches it in units of its own', async () => {
  const query =
    'from=2026-05-01T00:00:00Z&to=2026-05-02T00:00:00%2B02:00&direction=in&party=%2B49171&state=kept&limit=7&cursor=x';
  assert.equal((await get(`/api/v1/recordings?${query}`)).status, 200);
  assert.deepEqual(ports.state.queries.at(-1), {
    from: Date.UTC(2026, 4, 1),
    to: Date.UTC(2026, 4, 1, 22),
    direction: 'in',
    party: '+49171',
    state: 'kept',
    limit: 7,
    cursor: 'x',
  });
});

for (const query of [
  'limit=0',
  'limit=1000',
  'limit=x',
  'from=yesterday',
  'direction=up',
  'state=lost',
  'colour=red',
  'cursor=nonsense',
]) {
  test(`a list of recordings with ${query} is a problem that says so`, async () => {
    assertProblem(await get(`/api/v1/recordings?${query}`), 400);
  });
}

test('one recording is found by its id', async () => {
  assert.deepEqual((await get('/api/v1/recordings/r1')).json(), aRecording('r1'));
});

for (const path of [
  '/api/v1/recordings/none',
  '/api/v1/recordings/none/audio',
  '/api/v1/recordings/r2/audio',
  '/api/v1/nothing',
  '/etc/passwd',
  '/..%2f..%2fpackage.json',
  '/api/v1/recordings/..%2f..%2fx/audio',
]) {
  test(`${path} is not found, as a problem`, async () => {
    assertProblem(await get(path), 404);
  });
}

test('the system says its version and how it stands', async () => {
  assert.deepEqual((await get('/api/v1/system')).json(), ports.system.read());
});

test('the whole audio comes with its length, its type and the promise of ranges', async () => {
  const answer = await get('/api/v1/recordings/r1/audio');
  assert.equal(answer.status, 200);
  assert.deepEqual(answer.body, audio);
  assert.equal(answer.headers['content-length'], '1000');
  assert.equal(answer.headers['content-type'], 'audio/wav');
  assert.equal(answer.headers['accept-ranges'], 'bytes');
  assert.equal(answer.headers['etag'], '"v-r1"');
  assert.match(String(answer.headers['content-disposition']), /^inline; filename\*=UTF-8''r1%20M%C3%BCller\.wav$/);
});

test('the audio of a withdrawn recording is gone, and who withdrew it is told', async () => {
  const erased = { at: '2026-05-04T09:01:00.000Z', by: { kind: 'user', extension: '1001' } } as const;
  ports.record(aRecording('withdrawn', { state: 'deleted', erased }));
  assert.equal((await get('/api/v1/recordings/withdrawn/audio')).status, 410);
  const { body } = await get('/api/v1/recordings/withdrawn');
  assert.deepEqual((JSON.parse(body.toString()) as { erased: unknown }).erased, erased);
});

test('a HEAD of the audio tells its length and sends nothing', async () => {
  const answer = await ask(`${server.url}/api/v1/recordings/r1/audio`, 'HEAD', { range: 'bytes=0-9' });
  assert.deepEqual([answer.status, answer.headers['content-length'], answer.body.length], [200, '1000', 0]);
});

const ranges: readonly (readonly [header: string, first: number, last: number])[] = [
  ['bytes=0-99', 0, 99],
  ['bytes=100-100', 100, 100],
  ['bytes=900-', 900, 999],
  ['bytes=-10', 990, 999],
  ['bytes=-5000', 0, 999],
  ['bytes=990-5000', 990, 999],
  ['bytes=0-', 0, 999],
  ['Bytes=5-6', 5, 6],
];
for (const [header, first, last] of ranges) {
  test(`the range ${header} gives bytes ${first} to ${last}`, async () => {
    const answer = await get('/api/v1/recordings/r1/audio', { range: header });
    assert.equal(answer.status, 206);
    assert.equal(answer.headers['content-range'], `bytes ${first}-${last}/1000`);
    assert.equal(answer.headers['content-length'], String(last - first + 1));
    assert.deepEqual(answer.body, audio.subarray(first, last + 1));
  });
}

for (const header of ['bytes=1000-', 'bytes=1000-2000', 'bytes=-0', 'bytes=99999999999999999999-']) {
  test(`the range ${header} lies outside and is refused with the size`, async () => {
    const answer = await get('/api/v1/recordings/r1/audio', { range: header });
    assertProblem(answer, 416);
    assert.equal(answer.headers['content-range'], 'bytes */1000');
  });
}

for (const header of ['bytes=5-2', 'bytes=-', 'bytes=a-b', 'lines=0-1', 'bytes=0-1,5-6', 'bytes']) {
  test(`the range ${header} is not understood, so all is sent`, async () => {
    const answer = await get('/api/v1/recordings/r1/audio', { range: header });
    assert.deepEqual([answer.status, answer.body.length], [200, 1000]);
  });
}

test('a part is sent only if the file is still the one that the other part came from', async () => {
  const same = await get('/api/v1/recordings/r1/audio', { range: 'bytes=0-9', 'if-range': '"v-r1"' });
  const other = await get('/api/v1/recordings/r1/audio', { range: 'bytes=0-9', 'if-range': '"v-r0"' });
  assert.deepEqual([same.status, same.body.length, other.status, other.body.length], [206, 10, 200, 1000]);
});

test('an empty audio file is sent as nothing, and no range lies within', async () => {
  ports.state.audio.set('empty', Buffer.alloc(0));
  const answer = await get('/api/v1/recordings/empty/audio');
  assert.deepEqual([answer.status, answer.body.length, answer.headers['content-length']], [200, 0, '0']);
  assertProblem(await get('/api/v1/recordings/empty/audio', { range: 'bytes=0-' }), 416);
});

test('/healthz says that the process lives, whatever else is wrong', async () => {
  ports.state.reasons = [{ code: 'asterisk-disconnected', message: 'Asterisk is not connected.' }];
  assert.equal((await get('/healthz')).status, 200);
});

test('/readyz is 200 when nothing is in the way and 503 with every reason otherwise', async () => {
  assert.deepEqual((await get('/readyz')).json(), { status: 'ready' });
  ports.state.reasons = [
    { code: 'asterisk-disconnected', message: 'Asterisk is not connected.' },
    { code: 'store-read-only', message: 'The database cannot be written.' },
  ];
  const problem = assertProblem(await get('/readyz'), 503);
  assert.deepEqual(problem['reasons'], ports.state.reasons);
  assert.equal(problem['detail'], 'Asterisk is not connected. The database cannot be written.');
});

test('/metrics is the text for Prometheus', async () => {
  const answer = await get('/metrics');
  assert.equal(answer.body.toString(), 'fernamt_calls_up 1\n');
  assert.match(String(answer.headers['content-type']), /^text\/plain; version=0\.0\.4/);
});

test('/metrics with a configured token is for those who know it', async () => {
  const guarded = createHttpServer(fakeHttpPorts(), { listen: '127.0.0.1:0', metricsToken: 'secret' }, silentLogger);
  await guarded.start();
  try {
    assertProblem(await ask(`${guarded.url}/metrics`), 401);
    assertProblem(await ask(`${guarded.url}/metrics`, 'GET', { authorization: 'Bearer wrong' }), 401);
    assert.equal((await ask(`${guarded.url}/metrics`, 'GET', { authorization: 'Bearer secret' })).status, 200);
  } finally {
    await guarded.stop();
  }
});

test('the description of the interface names exactly the routes that exist', async () => {
  const document = openApiDocument('0.1.0') as { paths: Record<string, Record<string, unknown>> };
  assert.deepEqual((await get('/api/openapi.json')).json(), JSON.parse(JSON.stringify(document)));
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
  );
  const page = ['/', '/index.html', '/live.css', '/live.js', '/favicon.svg'].map((path) => `GET ${path}`);
  assert.deepEqual([...server.routes].sort(), [...described, ...page].sort());
});

test('every reference in the description leads somewhere', () => {
  const text = JSON.stringify(openApiDocument('0.1.0'));
  const { components } = JSON.parse(text) as { components: { schemas: Record<string, unknown> } };
  const names = [...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map((match) => match[1] ?? '');
  assert.ok(names.length > 3);
  assert.deepEqual(
    names.filter((name) => !(name in components.schemas)),
    [],
  );
});

test('the page and what belongs to it are served, and nothing of it comes from elsewhere', async () => {
  for (const [path, type] of [
    ['/', 'text/html'],
    ['/live.css', 'text/css'],
    ['/live.js', 'application/javascript'],
    ['/favicon.svg', 'image/svg+xml'],
  ] as const) {
    const answer = await get(path);
    assert.equal(answer.status, 200, path);
    assert.ok(String(answer.headers['content-type']).startsWith(type), path);
    const links = answer.body.toString().replace('http://www.w3.org/2000/svg', '');
    assert.ok(!/https?:\/\//.test(links), `${path} names another place`);
  }
});

const strangers: readonly (readonly [who: string, headers: Record<string, string>, status: number])[] = [
  ['a name that was rebound to this machine', { host: 'attacker.example:8080' }, 421],
  ['a name that merely begins like ours', { host: 'localhost.attacker.example' }, 421],
  ['a page of another site', { origin: 'https://attacker.example' }, 403],
  ['a page of another port', { origin: 'http://127.0.0.1:1' }, 403],
  ['a page without an origin of its own', { origin: 'null' }, 403],
  [
    'an image on another site',
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'audio' },
    403,
  ],
  [
    'a frame on another site',
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
    403,
  ],
];
for (const [who, headers, status] of strangers) {
  for (const path of ['/', '/api/v1/calls', '/api/v1/recordings/r1/audio', '/metrics', '/nothing']) {
    test(`${who} gets no answer from ${path}`, async () => {
      assertProblem(await get(path, headers), status);
    });
  }
}

const friends: readonly (readonly [who: string, headers: Record<string, string>])[] = [
  ['localhost by name', { host: 'localhost:8080' }],
  ['a forwarded port and its page', { host: 'localhost:9000', origin: 'http://localhost:9000' }],
  ['IPv6 loopback', { host: '[::1]:8080' }],
  ['our own page', { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }],
  ['someone who typed the address', { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }],
  [
    'a link on another site',
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
  ],
];
for (const [who, headers] of friends) {
  test(`${who} is answered`, async () => {
    assert.equal((await get('/api/v1/calls', headers)).status, 200);
  });
}

for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
  test(`${method} is told what is possible where it is not`, async () => {
    for (const path of ['/', '/api/v1/system', '/api/v1/recordings/r1/audio?x=1', '/healthz']) {
      const answer = await ask(`${server.url}${path}`, method);
      assertProblem(answer, 405);
      assert.equal(answer.headers['allow'], 'GET, HEAD');
    }
  });

  test(`${method} changes nothing on a server without a token`, async () => {
    for (const authorization of ['', 'Bearer ', 'Bearer undefined']) {
      assertProblem(await ask(`${server.url}/nothing`, method, { authorization }), 401);
    }
  });
}

for (const path of ['/', '/api/v1/calls', '/nothing', '/%zz', '/api/v1/recordings?limit=0']) {
  test(`the answer for ${path} carries the security headers`, async () => {
    const { headers } = await get(path);
    assert.match(String(headers['content-security-policy']), /default-src 'none'/);
    assert.ok(!String(headers['content-security-policy']).includes('unsafe'));
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin');
    assert.equal(headers['cache-control'], 'no-store');
  });
}

test('an address that cannot be decoded is a problem', async () => {
  assertProblem(await get('/%zz'), 400);
});

test('what is not HTTP gets a problem and the end of the connection', async () => {
  const { port } = new URL(server.url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write('nonsense\r\n\r\n');
  const parts: Buffer[] = [];
  for await (const part of socket) parts.push(part as Buffer);
  assert.match(Buffer.concat(parts).toString(), /^HTTP\/1\.1 400 [^]*application\/problem\+json/);
});

test('an error inside the server is told to the log and not to the client', async () => {
  const failing = fakeHttpPorts();
  const broken = {
    ...failing,
    system: {
      read: () => {
        throw new Error('secret of the house');
      },
    },
  };
  const lines: unknown[] = [];
  const logger = { ...silentLogger, error: (fields: unknown) => void lines.push(fields) };
  const faulty = createHttpServer(broken, { listen: '127.0.0.1:0' }, logger);
  await faulty.start();
  try {
    const answer = await ask(`${faulty.url}/api/v1/system`);
    assertProblem(answer, 500);
    assert.ok(!answer.body.toString().includes('secret'));
    assert.equal(lines.length, 1);
  } finally {
    await faulty.stop();
  }
});

for (const listen of ['0.0.0.0:0', '[::]:0', '192.0.2.1:8080', 'example.org:80', '8080', '127.0.0.1:99999']) {
  test(`listening on ${listen} is refused`, async () => {
    const exposed = createHttpServer(fakeHttpPorts(), { listen }, silentLogger);
    await assert.rejects(exposed.start(), /web\.listen/);
    await exposed.stop();
  });
}

test('starting and stopping twice is as good as once', async () => {
  const own = fakeHttpPorts();
  const twice = createHttpServer(own, { listen: '127.0.0.1:0' }, silentLogger);
  await Promise.all([twice.start(), twice.start()]);
  const { url } = twice;
  assert.equal((await ask(`${url}/healthz`)).status, 200);
  await Promise.all([twice.stop(), twice.stop()]);
  assert.equal(own.listeners(), 0);
  await assert.rejects(ask(`${url}/healthz`));
});
