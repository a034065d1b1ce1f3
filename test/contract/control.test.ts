/** The real server and the real command line, beside a stand-in for Asterisk. */

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { fakeChannel, fakeEvent, startFakeAri, type FakeAri } from '../support/fake-ari.ts';
import { ask } from '../support/http-client.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { captureCli, type Captured } from '../unit/cli/captured-cli.ts';

const settings = [
  { name: 'Support', select: { groups: ['600'] }, exceptionLists: ['partners'] },
  { name: 'Rest', select: { all: true }, enabled: false },
];
const config = {
  recording: {
    settings,
    exceptionLists: [{ name: 'partners', entries: [{ pattern: '^\\+49171', comment: 'mobiles' }] }],
  },
};

const shared: { fake?: FakeAri; server?: RunningServer; folder?: string } = {};
const server = (): RunningServer => shared.server!;

before(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fernamt-control-'));
  const [recordingDirectory, soundsDirectory] = [join(folder, 'recording'), join(folder, 'sounds')];
  await Promise.all([mkdir(recordingDirectory), mkdir(soundsDirectory)]);
  const fake = await startFakeAri({
    answer: ({ method }) => (method === 'GET' ? { status: 200, body: [] } : { status: 204 }),
  });
  const place = { ariUrl: fake.url, username: 'fernamt', password: 'secret', routesFile: join(folder, 'routes.conf') };
  Object.assign(shared, { fake, folder });
  shared.server = await startServer({ asterisk: { ...place, recordingDirectory, soundsDirectory }, config });
});

after(async () => {
  await shared.server?.remove();
  await shared.fake?.stop();
  if (shared.folder) await rm(shared.folder, { recursive: true });
});

const tokenFile = (): string => join(server().directory, 'data/control.token');

async function token(): Promise<string> {
  return (JSON.parse(await readFile(tokenFile(), 'utf8')) as { token: string }).token;
}

/** The command line in this process, since starting it takes long. */
function cli(...words: string[]): Promise<Captured> {
  return captureCli([...words, '--config', server().configFile]);
}

/** Exit code and answer of a command with `--json`. */
async function json(...words: string[]): Promise<readonly [code: number, answer: unknown]> {
  const { exitCode, out } = await cli(...words, '--json');
  return [exitCode, out === '' ? undefined : (JSON.parse(out) as unknown)];
}

interface Setting {
  readonly name: string;
  readonly enabled: boolean;
  readonly override: boolean | null;
}

async function stateOf(name: string): Promise<readonly unknown[]> {
  const answer = await ask(`${server().url}/api/v1/settings`);
  const { settings: all } = answer.json() as unknown as { settings: readonly Setting[] };
  const setting = all.find((one) => one.name === name);
  return [setting?.enabled, setting?.override];
}

async function activeIn(group: string): Promise<readonly string[]> {
  const answer = await ask(`${server().url}/api/v1/groups`);
  const { groups } = answer.json() as unknown as {
    groups: readonly { number: string; members: readonly { extension: string; active: boolean }[] }[];
  };
  const members = groups.find(({ number }) => number === group)?.members ?? [];
  return members.filter(({ active }) => active).map(({ extension }) => extension);
}

test('the token is printed as a plain line, left for its owner alone, and kept out of the log', async () => {
  const value = await token();
  const line = server()
    .printed.split('\n')
    .find((one) => one.includes(value));
  assert.ok(line?.endsWith(value) && line.includes(server().url), server().printed);
  assert.equal((await stat(tokenFile())).mode & 0o777, 0o600);
  assert.ok(!JSON.stringify(server().log).includes(value));
});

test('with the token a change is made, without it none', async () => {
  const url = `${server().url}/api/v1/groups/600/members/1002`;
  assert.equal((await ask(url, 'DELETE')).status, 401);
  assert.deepEqual(await activeIn('600'), ['1001', '1002', '1003']);
  assert.equal((await ask(url, 'DELETE', { authorization: `Bearer ${await token()}` })).status, 204);
  assert.deepEqual(await activeIn('600'), ['1001', '1003']);
  assert.equal((await ask(url, 'PUT', { authorization: `Bearer ${await token()}` })).status, 204);
});

test('members are logged in and out by command, and Asterisk is told for the time without us', async () => {
  const routes = (): Promise<string> => readFile(join(shared.folder!, 'routes.conf'), 'utf8');
  const has = async (member: string): Promise<boolean> =>
    (await routes()).includes(`fernamt-fallback-member,${member},1`);
  assert.deepEqual(await json('groups', 'logout', '603', '1002'), [0, { ok: true }]);
  assert.deepEqual(await activeIn('603'), []);
  await Promise.all(['600', '601', '602'].map((group) => json('groups', 'logout', group, '1002')));
  await eventually('the routes do without the member', async () => !(await has('1002')));
  const [code, groups] = await json('groups');
  assert.equal(code, 0);
  assert.deepEqual(
    (groups as { number: string; members: { active: boolean }[] }[]).map(({ number, members }) => [
      number,
      members.filter(({ active }) => active).length,
    ]),
    [
      ['600', 2],
      ['601', 2],
      ['602', 2],
      ['603', 0],
    ],
  );
  await Promise.all(['600', '601', '602', '603'].map((group) => json('groups', 'login', group, '1002')));
  await eventually('the routes have the member again', () => has('1002'));
  const [missing, answer] = await json('groups', 'login', '600', '1009');
  assert.deepEqual([missing, (answer as { reason: string }).reason], [1, 'unknown-member']);
});

test('a setting is switched by command; the switch outlives a reload and a restart, and is taken back', async () => {
  assert.deepEqual(await stateOf('Support'), [true, null]);
  const { exitCode, out } = await cli('settings', 'disable', 'Support');
  assert.deepEqual([exitCode, out], [0, 'Support is off for new calls, over the file.']);
  assert.deepEqual(await stateOf('Support'), [false, false]);
  await server().reload(config);
  assert.deepEqual(await stateOf('Support'), [false, false]);
  await server().stop();
  await server().start();
  assert.deepEqual(await stateOf('Support'), [false, false]);
  const [, all] = await json('settings');
  assert.deepEqual(
    (all as Setting[]).map(({ name, enabled, override }) => [name, enabled, override]),
    [
      ['Support', false, false],
      ['Rest', false, null],
    ],
  );
  assert.equal((await json('settings', 'reset', 'Support'))[0], 0);
  assert.deepEqual(await stateOf('Support'), [true, null]);
  assert.equal((await json('settings', 'enable', 'Nothing'))[0], 1);
});

test('a switch of a setting that the file no longer has is forgotten with a line in the log', async () => {
  assert.equal((await json('settings', 'enable', 'Rest'))[0], 0);
  await server().reload({ recording: { ...config.recording, settings: settings.slice(0, 1) } });
  const line = server().log.find(({ message }) => message.startsWith('switch of a recording setting forgotten'));
  assert.equal(line?.['setting'], 'Rest');
  await server().reload(config);
  assert.deepEqual(await stateOf('Rest'), [false, null]);
});

/** The legs that the server asked for. */
function ownChannels(call: string): readonly string[] {
  const asked = shared.fake!.requests.map((request) =>
    decodeURIComponent(`${request.uri} ${JSON.stringify(request.body)}`),
  );
  return asked.flatMap((text) => new RegExp(`fernamt-${call}-leg[0-9]+`).exec(text)?.[0] ?? []);
}

test('running calls are listed; of one that is not recorded nothing can be paused', async () => {
  const { code, stdout } = await server().cli('calls');
  assert.deepEqual([code, stdout.trim()], [0, 'No calls.']);
  const dialplan = { context: 'fernamt-phones', exten: '1002', priority: 1, app_name: 'Stasis', app_data: '' };
  const channel = fakeChannel('1700000000.1', { state: 'Ring', dialplan });
  shared.fake!.send(fakeEvent('StasisStart', { args: ['phone'], channel }));
  const call = await eventually('the call is there', async () => (await server().calls())[0]);
  const [listed, calls] = await json('calls');
  assert.deepEqual([listed, calls], [0, JSON.parse(JSON.stringify(await server().calls()))]);
  assert.ok((await cli('calls')).out.includes(call.id));
  for (const action of ['pause', 'resume', 'discard']) {
    const [refused, answer] = await json('calls', action, call.id);
    assert.deepEqual([refused, (answer as { reason: string }).reason], [1, 'not-recorded']);
  }
  const gone = (id: string): object =>
    fakeEvent('ChannelDestroyed', { cause: 16, cause_txt: 'Normal', channel: fakeChannel(id) });
  for (const id of ['1700000000.1', ...ownChannels(call.id)]) shared.fake!.send(gone(id));
  await eventually('the call is over', async () => (await server().calls()).length === 0);
  const [late, answer] = await json('calls', 'pause', call.id);
  assert.deepEqual([late, (answer as { reason: string }).reason], [1, 'unknown-call']);
});

test('while no server runs that is said, and what can wait is kept for the next one', async () => {
  const before = await token();
  await server().stop();
  await assert.rejects(stat(tokenFile()), { code: 'ENOENT' });
  for (const words of [['calls'], ['calls', 'pause', 'x']]) {
    const { exitCode, out, err } = await cli(...words);
    assert.deepEqual([exitCode, out], [1, '']);
    assert.match(err, /No server runs with .*fernamt\.yaml/);
    assert.equal(((await json(...words))[1] as { reason: string }).reason, 'no-server');
  }
  const [code, answer] = await json('settings', 'disable', 'Support');
  assert.deepEqual([code, (answer as { pending: boolean }).pending], [0, true]);
  assert.equal((await json('groups', 'logout', '603', '1002'))[0], 0);
  assert.match((await cli('settings')).out, /off +over the file +in,out +groups 600 +Support/);
  assert.match((await cli('groups')).out, /603 +Night +ringAll +- +1002 Benjamin Roth/);
  assert.equal((await json('settings', 'disable', 'Nothing'))[0], 1);
  assert.equal((await json('groups', 'login', '603', '1001'))[0], 1);
  await server().start();
  assert.deepEqual([await stateOf('Support'), await activeIn('603')], [[false, false], []]);
  assert.notEqual(await token(), before);
});

test('a server that was killed is no running server, and the next one puts its own token in place', async () => {
  const before = await token();
  await server().kill('SIGKILL');
  assert.equal(await token(), before);
  assert.equal((await json('calls'))[0], 1);
  await server().start();
  assert.notEqual(await token(), before);
  assert.equal((await json('calls'))[0], 0);
});
