/** The running server of a configuration: found by the file that it leaves, and asked over HTTP. */

import type { Config } from '../config/complete.ts';
import { controlFileIn, readControlFile } from '../http/control-token.ts';
import { errorCode } from '../lib/durable-files.ts';
import { sayNo } from './answer.ts';
import type { ExitCode, Invocation } from './command.ts';

export interface ServerAnswer {
  readonly ok: boolean;
  readonly status: number;
  /** What JSON holds; undefined for an empty answer. */
  readonly body: unknown;
}

const deadlineMs = 10_000;

/** Undefined if no server runs. Throws if one is there and cannot be asked. */
export async function askServer(
  { dataDirectory }: Config,
  method: string,
  path: string,
  body?: object,
): Promise<ServerAnswer | undefined> {
  const access = await readAccess(controlFileIn(dataDirectory));
  if (!access) return undefined;
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  try {
    const answer = await fetch(`${access.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${access.token}`, ...type },
      redirect: 'error',
      signal: AbortSignal.timeout(deadlineMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return await toAnswer(answer);
  } catch (error) {
    if (errorCode((error as Error).cause) === 'ECONNREFUSED') return undefined;
    throw new Error(`the server at ${access.url} cannot be asked: ${wordsOf(error)}`, { cause: error });
  }
}

async function readAccess(path: string): ReturnType<typeof readControlFile> {
  try {
    return await readControlFile(path);
  } catch (error) {
    throw new Error(`${path} may only be read by the user that the server runs as, and by root`, { cause: error });
  }
}

async function toAnswer(answer: Response): Promise<ServerAnswer> {
  const text = await answer.text();
  if (answer.status === 401) throw new Error('another server listens there; start this one again');
  return { ok: answer.ok, status: answer.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
}

function wordsOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message : message;
}

export function sayNoServer(invocation: Invocation): ExitCode {
  return sayNo(invocation, 'no-server', `No server runs with ${invocation.configFile}.`);
}

/** What the server says to a refusal, in its own words. */
export function sayRefused(invocation: Invocation, { status, body }: ServerAnswer): ExitCode {
  const { reason, detail } = (body ?? {}) as Partial<Record<string, unknown>>;
  const fallback = status === 404 ? 'not-found' : 'refused';
  return sayNo(
    invocation,
    typeof reason === 'string' ? reason : fallback,
    typeof detail === 'string' ? detail : `The server answered ${String(status)}.`,
  );
}

export function sayNeverStarted(invocation: Invocation): ExitCode {
  return sayNo(invocation, 'never-started', 'There is no database yet: start the server once.');
}
