import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Config } from '../../../src/config/complete.ts';
import { load } from '../../../src/config/load.ts';
import { toChange } from '../../../src/wiring/configuration-change.ts';
import { asterisk, environment, writeFiles } from '../config/written-config.ts';

const written = `${asterisk}users: [{ extension: "1001" }]\n`;

function configOf(context: TestContext, text: string): Config {
  const loaded = load(join(writeFiles(context, { 'fernamt.yaml': text }), 'fernamt.yaml'), environment);
  assert.ok(loaded.ok, JSON.stringify(loaded.problems));
  return loaded.config;
}

test('what is read once at the start stays as it was and is named, everything else is taken over', (context) => {
  const first = configOf(context, written);
  const next: Config = {
    ...first,
    dataDirectory: '/other',
    language: 'de',
    users: [],
    asterisk: { ...first.asterisk, url: 'http://127.0.0.1:1', application: 'other', maxCalls: 3 },
    recording: { ...first.recording, directory: 'elsewhere', channels: 'stereo' },
    web: { ...first.web, listen: '127.0.0.1:1' },
  };
  const { config, needsRestart } = toChange(first, next);
  assert.deepEqual(needsRestart, [
    'dataDirectory',
    'asterisk.url',
    'asterisk.application',
    'recording.directory',
    'web',
  ]);
  assert.deepEqual(config, {
    ...first,
    language: 'de',
    users: [],
    asterisk: { ...first.asterisk, maxCalls: 3 },
    recording: { ...first.recording, channels: 'stereo' },
  });
});

test('the same configuration again needs no restart', (context) => {
  const first = configOf(context, written);
  const next = { ...configOf(context, written), dataDirectory: first.dataDirectory };
  assert.deepEqual(toChange(first, next).needsRestart, []);
});
