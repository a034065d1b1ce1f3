import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openDatabase } from '../../../src/store/database.ts';
import { createMemberships } from '../../../src/store/memberships.ts';
import { captureCli } from './captured-cli.ts';

const directory = await mkdtemp(join(tmpdir(), 'dialplan-'));

before(async () => {
  const config = {
    asterisk: { url: 'http://127.0.0.1:8088', username: 'u', password: 'p' },
    dataDirectory: directory,
    users: [{ extension: '1001' }, { extension: '1002' }],
    ringGroups: [{ number: '600', members: ['1001', '1002'] }],
    recording: { settings: [{ name: 'All', select: { all: true } }] },
  };
  await writeFile(join(directory, 'c.yaml'), JSON.stringify(config), { mode: 0o600 });
});

after(() => rm(directory, { recursive: true, force: true }));

test('the routes are printed as they are written for Asterisk', async () => {
  const { exitCode, out } = await captureCli(['dialplan', '--config', join(directory, 'c.yaml')]);
  assert.equal(exitCode, 0);
  assert.match(out, /^; Written by fernamt/);
  assert.match(out, /fernamt-fallback-member,1002,1/);
});

test('a member who logged out is not in the routes', async () => {
  const database = await openDatabase(join(directory, 'fernamt.db'));
  createMemberships(database).set('600', '1002', false);
  await database.close();
  const { out } = await captureCli(['dialplan', '--json', '--config', join(directory, 'c.yaml')]);
  const { text } = JSON.parse(out) as { text: string };
  assert.match(text, /fernamt-fallback-member,1001,1/);
  assert.doesNotMatch(text, /fernamt-fallback-member,1002,1/);
});

test('a broken configuration is named and nothing is printed', async () => {
  await writeFile(join(directory, 'broken.yaml'), 'users: 5\n');
  const { exitCode, out, err } = await captureCli(['dialplan', '--config', join(directory, 'broken.yaml')]);
  assert.equal(exitCode, 2);
  assert.equal(out, '');
  assert.match(err, /broken\.yaml:1:8/);
});
