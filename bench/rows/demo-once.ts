/** How long a newcomer waits for the first proven call, once everything is set up. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { projectRoot } from '../../bin/setup.mjs';
import { valueOf, type Row, type Run } from '../results.ts';

export async function measureDemo(runs: number): Promise<readonly Row[]> {
  const seconds: Run[] = [];
  for (let run = 0; run < runs; run += 1) seconds.push(valueOf(await placeOnce()));
  const reach = { at: 45, better: 'less' } as const;
  return [{ name: 'npm run demo -- --once', against: '', unit: 's', figure: 'value', reach, runs: seconds }];
}

async function placeOnce(): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['bin/demo.mjs', '--once'], {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`the demo ended with ${String(code)}\n${output}`);
  return (performance.now() - startedAt) / 1000;
}
