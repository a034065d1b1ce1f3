import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { asterisk, writeFiles } from '../config/written-config.ts';
import { captureCli } from './captured-cli.ts';

const broken = `${asterisk}lnguage: de\n`;
const warned = `${asterisk}contacts: {}\n`;

test('a valid file ends with 0, whether it is named by argument or option', async (context) => {
  const file = join(writeFiles(context, { 'a.yaml': asterisk }), 'a.yaml');
  for (const words of [
    ['check-config', file],
    ['check-config', '--config', file],
    ['--config', file, 'check-config'],
  ]) {
    assert.deepEqual(await captureCli(words), { exitCode: 0, out: `${file} is valid`, err: '' });
  }
});

test('each problem is a line, and the end is 2', async (context) => {
  const file = join(writeFiles(context, { 'a.yaml': `${broken}timeZone: Nowhere\n` }), 'a.yaml');
  const { exitCode, out } = await captureCli(['check-config', file]);
  assert.equal(exitCode, 2);
  assert.deepEqual(out.split('\n'), [
    `${file}:2:1 lnguage: unknown key (did you mean language?)`,
    `${file}:3:11 timeZone: is no time zone (such as Europe/Berlin)`,
  ]);
});

test('with --json the answer has the shape that is promised', async (context) => {
  const file = join(writeFiles(context, { 'a.yaml': broken }), 'a.yaml');
  const { exitCode, out, err } = await captureCli(['check-config', '--json', file]);
  assert.deepEqual([exitCode, err], [2, '']);
  const problem = { file, line: 2, column: 1, path: 'lnguage', message: 'unknown key', hint: 'did you mean language?' };
  assert.deepEqual(JSON.parse(out), { ok: false, problems: [problem], warnings: [] });
});

test('warnings go to standard error and count only with --strict', async (context) => {
  const file = join(writeFiles(context, { 'a.yaml': warned }), 'a.yaml');
  const line = `${file}:2:1 contacts: has no effect yet (not built yet: contacts)`;
  assert.deepEqual(await captureCli(['check-config', file]), {
    exitCode: 0,
    out: `${file} is valid`,
    err: `warning: ${line}`,
  });
  assert.deepEqual(await captureCli(['check-config', '--strict', file]), { exitCode: 2, out: line, err: '' });
});

test('--effective prints all defaults and no secret', async (context) => {
  const file = join(writeFiles(context, { 'a.yaml': asterisk }), 'a.yaml');
  const { exitCode, out } = await captureCli(['check-config', '--effective', file]);
  assert.equal(exitCode, 0);
  assert.match(out, /^# [0-9a-f]{64}\n/);
  assert.match(out, /\n {2}maxCalls: 200\n/);
  assert.match(out, /\n {2}password: !env ARI_PASSWORD\n/);
  assert.doesNotMatch(out, /not to be seen/);
  const json = await captureCli(['check-config', '--effective', '--json', file]);
  assert.doesNotMatch(json.out, /not to be seen/);
  assert.match(json.out, /"maxCalls": 200/);
});

test('--no-secrets needs no environment', async (context) => {
  const file = join(writeFiles(context, { 'a.yaml': asterisk.replace('ARI_PASSWORD', 'NOT_SET_ANYWHERE') }), 'a.yaml');
  assert.equal((await captureCli(['check-config', file])).exitCode, 2);
  assert.equal((await captureCli(['check-config', '--no-secrets', file])).exitCode, 0);
});

test('--schema prints a JSON Schema of the file', async () => {
  const { exitCode, out } = await captureCli(['check-config', '--schema']);
  assert.equal(exitCode, 0);
  const schema = JSON.parse(out) as { $schema: string; required: string[]; additionalProperties: boolean };
  assert.equal(schema.$schema, 'https://json-schema.org/draft/2020-12/schema');
  assert.deepEqual([schema.required, schema.additionalProperties], [['asterisk'], false]);
});
