/**
 * All checks and tests, stage by stage: `npm test`, `npm test -- unit contract`, `npm run test:all`.
 * A stage that cannot run, a test that is skipped and a stage without tests count as failed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import process from 'node:process';
import { ensurePackages, ensurePrograms, findProgram, projectRoot, run } from './setup.mjs';

const minute = 60_000;
const resultsFolder = join(projectRoot, '.cache/test');

const checks = [
  { name: 'typecheck', command: ['npm', 'run', '--silent', 'typecheck'] },
  { name: 'lint', command: ['npm', 'run', '--silent', 'lint'] },
  { name: 'format', command: ['npx', 'prettier', '--check', '--log-level', 'warn', '.'] },
];
const suites = [
  { name: 'unit', path: 'test/unit', fileTimeoutMs: 3 * minute, prepare: prepareAudio },
  { name: 'architecture', path: 'test/architecture.test.ts', fileTimeoutMs: minute },
  { name: 'scenario', path: 'test/scenario', fileTimeoutMs: 2 * minute },
  { name: 'contract', path: 'test/contract', fileTimeoutMs: 3 * minute, prepare: prepareAudio },
  { name: 'asterisk', path: 'test/asterisk', fileTimeoutMs: 10 * minute, prepare: prepareAsterisk, isTimed: true },
  { name: 'demo', path: 'test/demo', fileTimeoutMs: 5 * minute, prepare: prepareAsterisk, isTimed: true },
  { name: 'browser', path: 'test/browser', fileTimeoutMs: 3 * minute, prepare: prepareBrowser, isTimed: true },
];
/** Long; only by name. */
const faults = { name: 'faults', path: 'test/faults', fileTimeoutMs: 60 * minute, prepare: prepareAsterisk };

function main(args) {
  const everyCase = args.includes('--all') || process.env.FERNAMT_TEST_ALL === '1';
  const wanted = args.filter((arg) => !arg.startsWith('--'));
  const stages = chooseStages(wanted);
  const seed = process.env.FERNAMT_TEST_SEED ?? new Date().toISOString().slice(0, 10).replaceAll('-', '');
  Object.assign(process.env, { FERNAMT_TEST_SEED: seed }, everyCase ? { FERNAMT_TEST_ALL: '1' } : {});

  ensurePackages();
  mkdirSync(resultsFolder, { recursive: true });
  console.log(`Seed ${seed} (repeat with FERNAMT_TEST_SEED=${seed}), ${everyCase ? 'every case' : "today's sample"}.`);

  const results = stages.map(runStage);
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  console.log('');
  for (const { name, seconds, passed, failed } of results) {
    console.log(`${name.padEnd(14)}${seconds.padStart(7)} s  ${String(passed).padStart(5)} passed  ${failed} failed`);
  }
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
  return sum('failed') === 0 ? 0 : 1;
}

function chooseStages(wanted) {
  const known = [...checks, ...suites, faults];
  const unknown = wanted.filter((name) => !known.some((stage) => stage.name === name));
  if (unknown.length > 0) {
    throw new Error(`No stage ${unknown.join(', ')}. Stages: ${known.map((stage) => stage.name).join(', ')}.`);
  }
  return wanted.length === 0 ? [...checks, ...suites] : known.filter((stage) => wanted.includes(stage.name));
}

function runStage(stage) {
  console.log(`\n=== ${stage.name} ===`);
  const startedAt = Date.now();
  const { passed, failed } = stage.command ? runCheck(stage) : runSuite(stage);
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  console.log(`=== ${stage.name}: ${passed} passed, ${failed} failed in ${seconds} s ===`);
  return { name: stage.name, seconds, passed, failed };
}

function runCheck({ command: [program, ...args] }) {
  return run(program, args) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

function runSuite(stage) {
  const files = testFiles(join(projectRoot, stage.path));
  if (files.length === 0) return couldNotRun(`there are no test files in ${stage.path}`);
  try {
    stage.prepare?.();
  } catch (error) {
    return couldNotRun(error.message);
  }
  const first = runTests(stage, files, { atOnce: 2 });
  return stage.isTimed === true && first.failed > 0 ? runAgain(stage, files, first) : first;
}

/**
 * Real telephones need their time, and a machine that is busy with other things takes it from them. A file that failed
 * is run once more, alone; what fails again has failed, and what does not is named as unsteady.
 */
function runAgain(stage, files, first) {
  const failing = failedFiles(stage, files);
  if (failing.length === 0) return first;
  console.log(`\n${failing.length} file(s) of ${stage.name} once more, alone.`);
  const second = runTests(stage, failing, { atOnce: 1 });
  if (second.failed > 0) return { passed: first.passed, failed: first.failed };
  for (const file of failing) console.log(`UNSTEADY: ${relative(projectRoot, file)} failed at first.`);
  return { passed: first.passed + first.failed, failed: 0 };
}

/** The summary names the place of each test that failed. */
function failedFiles(stage, files) {
  const text = readFileSync(summaryOf(stage), 'utf8');
  const failures = text.matchAll(/^\s*not ok .*\n\s*---\n(?:.*\n){1,6}?\s*location: '(.+?):\d+:\d+'/gm);
  const places = new Set([...failures].map(([, place]) => place));
  return files.filter((file) => places.has(file));
}

function summaryOf(stage) {
  return join(resultsFolder, `${stage.name}.tap`);
}

function runTests(stage, files, { atOnce }) {
  const summary = summaryOf(stage);
  rmSync(summary, { force: true });
  const reporters = [
    'spec',
    '--test-reporter-destination=stdout',
    '--test-reporter=tap',
    `--test-reporter-destination=${summary}`,
  ];
  const args = ['--import', 'tsx', '--test', `--test-concurrency=${atOnce}`, `--test-timeout=${stage.fileTimeoutMs}`];
  const { status } = spawnSync(process.execPath, [...args, '--test-reporter', ...reporters, ...files], {
    cwd: projectRoot,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return readSummary(summary, status);
}

/** A skipped test proves nothing, so it counts as failed. What a test printed may look like the summary, so the last counts. */
function readSummary(path, status) {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const count = (name) => Number([...text.matchAll(new RegExp(`^# ${name} (\\d+)$`, 'gm'))].at(-1)?.[1] ?? 0);
  const passed = count('pass');
  const failed = count('fail') + count('cancelled') + count('skipped') + count('todo');
  if (failed > 0 || (status === 0 && passed > 0)) return { passed, failed };
  return { passed, failed: couldNotRun('the test runner gave no proper result').failed };
}

function couldNotRun(reason) {
  console.error(`This suite could not run: ${reason}.`);
  return { passed: 0, failed: 1 };
}

/** Files in `support` and `fixtures` are no tests: only `*.test.ts` counts. */
function testFiles(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  const names = readdirSync(path, { recursive: true }).map(String);
  return names
    .filter((name) => name.endsWith('.test.ts'))
    .sort()
    .map((name) => join(path, name));
}

function prepareAsterisk() {
  if (!run(process.execPath, ['--import', 'tsx', 'bin/asterisk.ts'])) throw new Error('there is no usable Asterisk');
}

/** Before the tests begin: two of them at once would stand in each other's way. */
function prepareAudio() {
  ensurePrograms({ ffmpeg: 'ffmpeg', ffprobe: 'ffmpeg' });
}

function prepareBrowser() {
  if (process.env.CHROMIUM ?? findProgram('chromium')) return;
  ensurePrograms({ chromium: 'chromium' });
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  console.error(error.message);
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
}
