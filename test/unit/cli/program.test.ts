import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Command, Invocation } from '../../../src/cli/command.ts';
import { captureCli } from './captured-cli.ts';

/** A command that keeps how it was called. */
function recorder(usage: string): { readonly command: Command; readonly calls: Invocation[] } {
  const calls: Invocation[] = [];
  const run = (invocation: Invocation): 1 => {
    calls.push(invocation);
    return 1;
  };
  return {
    command: { usage, summary: 'for a test', options: [{ flags: '--limit <number>', summary: 'how many' }], run },
    calls,
  };
}

test('a command gets its arguments, its options and those of every command', async () => {
  const { command, calls } = recorder('recordings show <id> [part]');
  const { exitCode } = await captureCli(
    ['recordings', 'show', 'abc', '--limit', '3', '--json', '--config', 'x.yaml'],
    [command],
  );
  assert.equal(exitCode, 1);
  const [call] = calls;
  assert.deepEqual(call?.arguments, ['abc']);
  assert.equal(call.options['limit'], '3');
  assert.deepEqual([call.json, call.configFile], [true, 'x.yaml']);
});

test('options of every command also count before the command', async () => {
  const { command, calls } = recorder('recordings list');
  await captureCli(['--json', '--config', 'x.yaml', 'recordings', 'list'], [command]);
  assert.deepEqual([calls[0]?.json, calls[0]?.configFile], [true, 'x.yaml']);
});

test('without --config the usual file is meant', async () => {
  const { command, calls } = recorder('calls');
  await captureCli(['calls'], [command]);
  assert.deepEqual([calls[0]?.json, calls[0]?.configFile], [false, 'config/fernamt.yaml']);
});

test('two commands may begin with the same word', async () => {
  const [list, show] = [recorder('recordings list'), recorder('recordings show <id>')];
  await captureCli(['recordings', 'show', 'abc'], [list.command, show.command]);
  assert.deepEqual([list.calls.length, show.calls.length], [0, 1]);
});

test('wrong use ends with 2, says so on standard error, and leaves standard output empty', async () => {
  const { command } = recorder('recordings show <id>');
  for (const words of [
    [],
    ['recordings'],
    ['nonsense'],
    ['recordings', 'show'],
    ['recordings', 'show', 'a', 'b'],
    ['recordings', 'show', 'a', '--nonsense'],
  ]) {
    const { exitCode, out, err } = await captureCli([...words, '--json'], [command]);
    assert.equal(exitCode, 2, words.join(' '));
    assert.equal(out, '', words.join(' '));
    assert.notEqual(err, '', words.join(' '));
  }
});

test('help is an answer and ends with 0', async () => {
  const { command } = recorder('recordings show <id>');
  for (const words of [['--help'], ['recordings', '--help'], ['recordings', 'show', '--help']]) {
    const { exitCode, out } = await captureCli(words, [command]);
    assert.equal(exitCode, 0);
    assert.match(out, /--json/);
  }
});

test('a command that fails ends with 2 and one line', async () => {
  const failing: Command = {
    usage: 'fails',
    summary: 'for a test',
    run: () => Promise.reject(new Error('the disk is gone')),
  };
  assert.deepEqual(await captureCli(['fails'], [failing]), { exitCode: 2, out: '', err: 'fernamt: the disk is gone' });
});

test('the installed program runs from any folder', () => {
  const program = fileURLToPath(new URL('../../../bin/fernamt.js', import.meta.url));
  const { status, stdout } = spawnSync(process.execPath, [program, 'check-config', '--json', 'none.yaml'], {
    cwd: '/',
    encoding: 'utf8',
  });
  assert.equal(status, 2);
  assert.equal((JSON.parse(stdout) as { ok: boolean }).ok, false);
});
