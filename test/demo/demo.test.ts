/** The demo as somebody who has just cloned the project runs it. Alone on the machine: the proof is about audio. */

import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { eventually } from '../support/eventually.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Run {
  readonly child: ChildProcess;
  /** All that it printed so far. */
  readonly output: () => string;
  readonly exitCode: Promise<number | null>;
}

function demo(...args: readonly string[]): Run {
  const child = spawn(process.execPath, ['bin/demo.mjs', ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const exitCode = once(child, 'close').then(([code]) => code as number | null);
  return { child, output: () => text, exitCode };
}

function fernamt(args: readonly string[]): string {
  return execFileSync(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', ...args], {
    cwd: root,
    encoding: 'utf8',
  });
}

/** Processes whose parent was the demo. */
function childrenOf(pid: number): readonly number[] {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return processes.map(Number).filter((process) => {
    const status = join('/proc', String(process), 'status');
    return existsSync(status) && readFileSync(status, 'utf8').includes(`\nPPid:\t${pid}\n`);
  });
}

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}

test('one call is shown as it happens, and its recording is proven', { timeout: 120_000 }, async () => {
  const { output, exitCode } = demo('--once');
  assert.equal(await exitCode, 0, output());
  const moments = ['arrived', 'announced', 'consent', 'ringing', 'answered', 'recording', 'hung up', 'judged'];
  const places = moments.map((moment) => output().search(new RegExp(`^ +\\d+ ms +${moment} `, 'm')));
  assert.ok(
    places.every((place) => place > 0),
    output(),
  );
  assert.deepEqual(
    [...places].sort((one, other) => one - other),
    places,
    'in the order in which they happened',
  );
  assert.match(output(), /ms +consent +silent, nobody objected$/m);
  assert.equal(output().match(/^ {2}ok {2}/gm)?.length, 10, output());
  assert.doesNotMatch(output(), /\u001b/, 'no colours where nobody looks on');
  const [, audio = ''] = /^ {2}audio +(\S+\.wav)$/m.exec(output()) ?? [];
  assert.ok(existsSync(join(root, audio)), `${audio} is there to be listened to`);
  const [, hint = ''] = /^ {2}npm run fernamt -- (why .+)$/m.exec(output()) ?? [];
  assert.match(
    fernamt(hint.split(' ')),
    /^consent +no digit came in time \(recording-optout-en\)$/m,
    'the hint works as it is printed',
  );
});

test('without --once it stays up, and Ctrl-C leaves nothing running', { timeout: 180_000 }, async () => {
  const { child, output, exitCode } = demo();
  await eventually('the live page is announced', () => /^Live page: http/m.test(output()), 90_000);
  const [url = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(output().slice(output().indexOf('Live page'))) ?? [];
  const sampleCall = async () =>
    ((await (await fetch(`${url}/api/v1/calls`)).json()) as { calls: unknown[] }).calls.length > 0;
  await eventually('a sample call is up', sampleCall);
  const objected = /^ {2}[\d:]+ +from outside .* not recorded: the caller refused$/m;
  await eventually('a caller objected', () => objected.test(output()), 60_000);
  const children = childrenOf(child.pid ?? 0);
  assert.ok(children.length >= 3, 'two Asterisks and a server');
  child.kill('SIGINT');
  assert.equal(await exitCode, 0, output());
  await eventually('all that it started is gone', () => !children.some(isAlive));
});

for (const [args, code, words] of [
  [['--help'], 0, /Usage: npm run demo/],
  [['--targets'], 2, /not built yet/],
  [['--nonsense'], 2, /Usage: npm run demo/],
] as const) {
  test(`${args.join(' ')} ends with ${code} and says why`, async () => {
    const { output, exitCode } = demo(...args);
    assert.equal(await exitCode, code);
    assert.match(output(), words);
  });
}
