import { spawn } from 'node:child_process';

const KEPT_LINES = 30;

/**
 * Runs a program and waits for its end. Its output is not shown; if it fails the error carries the last lines,
 * which is where such programs say why.
 */
export function runQuietly(command: readonly [string, ...string[]], env: NodeJS.ProcessEnv = {}): Promise<void> {
  const [file, ...args] = command;
  const child = spawn(file, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const keep = (chunk: Buffer) => {
    output = `${output}${chunk.toString()}`.split('\n').slice(-KEPT_LINES).join('\n');
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${file} failed (${code ?? 'killed'}):\n${output.trim()}`));
    });
  });
}
