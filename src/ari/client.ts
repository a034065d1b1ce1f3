/** What everybody needs to ask Asterisk for something: the client's promise, its error, and safe encoding. */

export type AriMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';
export type AriQuery = Readonly<Record<string, string | number | boolean | undefined>>;

/** Segments below `/ari`, as `channels/<id>/answer`, not encoded; a list where a segment may itself hold a slash. */
export type AriPath = string | readonly string[];

export interface AriRequestOptions {
  readonly query?: AriQuery | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly deadlineMs?: number | undefined;
}

export interface AriResponse {
  readonly status: number;
  /** What the answer's JSON says; undefined when there is none. */
  readonly body: unknown;
}

export interface AriClient {
  /**
   * True when requests are carried out in the order in which they were sent, without waiting for an answer in between.
   * One exception: a request that has to wait for a playback or recording of its channel lets the later ones pass.
   */
  readonly ordered: boolean;
  /**
   * Resolves with whatever Asterisk answers, also with a 404 or 500. Rejects with an AriError, and with nothing else,
   * when there is no answer: the connection was lost, the deadline passed, or the request cannot be sent.
   */
  request(method: AriMethod, path: AriPath, options?: AriRequestOptions): Promise<AriResponse>;
}

/** After `connection-lost` and `deadline-passed` the request may have been carried out all the same. */
export type AriErrorReason = 'connection-lost' | 'deadline-passed' | 'unusable-request' | 'unexpected-answer';

export class AriError extends Error {
  readonly reason: AriErrorReason;
  /** True when the same request can never succeed. */
  readonly permanent: boolean;

  constructor(reason: AriErrorReason, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'AriError';
    this.reason = reason;
    this.permanent = reason === 'unusable-request';
  }
}

/** The deadline of a request that names none. */
export const defaultDeadlineMs = 5_000;

/** `channels/<id>/variable?variable=…` with everything encoded, so that no value ends where its sender wants it to. */
export function toUri(path: AriPath, query: AriQuery = {}): string {
  const segments = typeof path === 'string' ? path.split('/') : path;
  const isUsable = segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..');
  // With an empty id `channels/<id>` would be about all channels.
  if (!isUsable) throw new AriError('unusable-request', 'a part of the path is empty');
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${encode(name)}=${encode(String(value))}`],
  );
  const resource = segments.map(encode).join('/');
  return pairs.length === 0 ? resource : `${resource}?${pairs.join('&')}`;
}

/** JSON that Asterisk can read: with half a surrogate pair or a NUL in it the whole request would be lost without an answer. */
export function toJson(body: unknown): string {
  return JSON.stringify(body, (_name, value: unknown) => (typeof value === 'string' ? toReadable(value) : value));
}

/** What an answer's text says: JSON, or the text itself where it is none. */
export function fromJson(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function encode(text: string): string {
  return encodeURIComponent(toReadable(text));
}

function toReadable(text: string): string {
  return text.replace(/\p{Surrogate}|\0/gu, '\uFFFD');
}
