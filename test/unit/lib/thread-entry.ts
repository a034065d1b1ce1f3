import { readFileSync } from 'node:fs';
import { serve } from '../../../src/lib/thread.ts';

const functions = {
  double: ({ n }: { readonly n: number }): number => 2 * n,
  fail: ({ path }: { readonly path: string }): string => readFileSync(path, 'utf8'),
  die: (_: object): never => process.exit(1),
  hang: (_: object): void => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  },
};

export type ThreadFunctions = typeof functions;

serve(functions);
