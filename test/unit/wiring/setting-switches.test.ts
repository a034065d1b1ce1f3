import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Config } from '../../../src/config/complete.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { createSettingOverrides } from '../../../src/store/setting-overrides.ts';
import { createRulesInForce, type CheckedConfig } from '../../../src/wiring/rules-in-force.ts';
import type { RulesPorts } from '../../../src/wiring/rules.ts';
import { createSwitchedSettings } from '../../../src/wiring/setting-switches.ts';
import { asterisk, checkText, writeFiles } from '../config/written-config.ts';

function configWith(t: TestContext, settings: string): Config {
  const { result } = checkText(t, `${asterisk}recording:\n  settings: ${settings}\n`);
  assert.ok(result);
  return result.config;
}

const both = '[ { name: A, select: { all: true } }, { name: B, select: { all: true }, enabled: false } ]';

async function bench(t: TestContext) {
  const database = await openDatabase(`${writeFiles(t, {})}/fernamt.db`);
  t.after(() => database.close());
  const overrides = createSettingOverrides(database);
  const dropped: unknown[] = [];
  const switched = createSwitchedSettings({
    overrides,
    now: () => 5,
    logger: { warn: (fields) => void dropped.push(fields['setting']) },
  });
  return { overrides, dropped, switched };
}

function checked(config: Config): CheckedConfig {
  return { config, hash: 'of the file', effective: { recording: { settings: config.recording.settings } } };
}

function statesOf({ recording }: Config): readonly (readonly [string, boolean])[] {
  return recording.settings.map(({ name, enabled }) => [name, enabled]);
}

test('without switches the file holds', async (t) => {
  const { switched } = await bench(t);
  const config = configWith(t, both);
  const written = checked(config);
  assert.equal(switched.settle(written), written);
  assert.deepEqual(
    switched.views(config).map(({ enabled, override }) => [enabled, override]),
    [
      [true, null],
      [false, null],
    ],
  );
});

test('a switch beats the file in both directions, until it is taken back', async (t) => {
  const { switched } = await bench(t);
  const config = configWith(t, both);
  switched.set('A', false);
  switched.set('B', true);
  assert.deepEqual(statesOf(switched.settle(checked(config)).config), [
    ['A', false],
    ['B', true],
  ]);
  switched.set('A', null);
  assert.deepEqual(
    switched.views(config).map(({ enabled, override }) => [enabled, override]),
    [
      [true, null],
      [true, true],
    ],
  );
});

test('a switch of a setting that is no more is forgotten and told', async (t) => {
  const { switched, overrides, dropped } = await bench(t);
  switched.set('A', false);
  switched.set('B', true);
  switched.settle(checked(configWith(t, '[ { name: A, select: { all: true } } ]')));
  assert.deepEqual([dropped, overrides.all()], [['B'], [{ setting: 'A', enabled: false }]]);
  assert.deepEqual(statesOf(switched.settle(checked(configWith(t, both))).config), [
    ['A', false],
    ['B', false],
  ]);
});

test('rules made before a switch stay as they were, rules made after it follow it, and so after a reload', async (t) => {
  const { switched } = await bench(t);
  const config = configWith(t, both);
  const kept: CheckedConfig[] = [];
  const ports = { now: () => 0, calls: () => [], membership: () => undefined } as unknown as RulesPorts;
  const inForce = createRulesInForce(checked(config), {
    ...ports,
    settle: (written) => switched.settle(written),
    keep: (one) => void kept.push(one),
  });
  const before = inForce.rules();
  switched.set('A', false);
  assert.equal(inForce.rules(), before);
  inForce.renew();
  assert.deepEqual(
    [statesOf(before.config)[0], statesOf(inForce.rules().config)[0]],
    [
      ['A', true],
      ['A', false],
    ],
  );
  assert.equal(statesOf(inForce.written())[0]?.[1], true);
  inForce.replace(checked(config));
  assert.deepEqual(statesOf(inForce.rules().config)[0], ['A', false]);
  const [first, renewed, reloaded] = kept;
  assert.equal(first?.hash, 'of the file');
  assert.equal(renewed?.hash, reloaded?.hash);
  assert.notEqual(renewed?.hash, first?.hash);
  assert.equal(inForce.rules().hash, renewed?.hash);
  assert.deepEqual(renewed?.effective, checked(renewed?.config ?? config).effective);
});

test('what is shown says in sentences what a setting does, and that it was switched', async (t) => {
  const { switched } = await bench(t);
  const config = configWith(t, '[ { name: A, select: { all: true } } ]');
  assert.match(switched.views(config)[0]?.sentence ?? '', /^All calls are recorded: /);
  switched.set('A', false);
  assert.match(switched.views(config)[0]?.sentence ?? '', /^This setting was switched off at run time, /);
});
