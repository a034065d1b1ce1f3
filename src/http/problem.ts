/** Errors as problem details (RFC 9457). */

import { STATUS_CODES } from 'node:http';

export const problemType = 'application/problem+json';

export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly [extension: string]: unknown;
}

export function toProblem(status: number, detail: string, extensions: Readonly<Record<string, unknown>> = {}): Problem {
  return { ...extensions, type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail };
}

/** Thrown by a route; answered as its problem. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;

  constructor(status: number, detail: string, extensions: Readonly<Record<string, unknown>> = {}) {
    super(detail);
    this.problem = toProblem(status, detail, extensions);
  }
}

/** What is told of an error. What went wrong inside the server is told to the log alone. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  const { statusCode, message } = error as { statusCode?: unknown; message?: unknown };
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return toProblem(statusCode, String(message));
  }
  return toProblem(500, 'The server failed; its log says why.');
}
