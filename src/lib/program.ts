/** Runs another program to its end, out of the way of everything that hurries. */

import { spawn, type ChildProcess } from 'node:child_process';
import { setPriority } from 'node:os';
import { errorCode } from './durable-files.ts';

export interface ProgramRun {
  /** Found along PATH. */
  readonly program: string;
  /** Never seen by a shell. */
  readonly args: readonly string[];
  /** Then it is killed. */
  readonly timeoutMs: number;
  /** Kills it at once; the run is rejected with the signal's reason. */
  readonly signal: AbortSignal;
}

/** Behind everything else that wants the processor. */
const niceness = 15;
/** What a program says last tells most. */
const keptOutput = 2000;

/** What went wrong, in words; undefined if all went well. Its standard output is not looked at. */
export async function runProgram({ program, args, timeoutMs, signal }: ProgramRun): Promise<string | undefined> {
  signal.throwIfAborted();
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], windowsHide: true });
  makeNice(child);
  const deadline = AbortSignal.timeout(timeoutMs);
  const kill = (): void => void child.kill('SIGKILL');
  for (const reason of [deadline, signal]) reason.addEventListener('abort', kill);
  const fault = await ended(child);
  for (const reason of [deadline, signal]) reason.removeEventListener('abort', kill);
  signal.throwIfAborted();
  return deadline.aborted ? `it was not done within ${Math.round(timeoutMs / 1000)} s` : fault;
}

function makeNice({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, niceness);
  } catch {
    // It has ended already, or may not be made nicer: then it runs as it is.
  }
}

function ended(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-keptOutput)));
    child.once('error', (error) => {
      resolve(errorCode(error) === 'ENOENT' ? 'it is not installed' : error.message);
    });
    child.once('close', (code, signal) => {
      resolve(code === 0 ? undefined : `it ended with ${code ?? signal}: ${said.trim()}`);
    });
  });
}
