/** The `Range` header of one request (RFC 9110, section 14). */

export interface ByteRange {
  readonly first: number;
  /** Included. */
  readonly last: number;
}

/**
 * `whole` when there is no range, one that is not understood, or several (a server may ignore those);
 * `unsatisfiable` when nothing of it lies within the file.
 */
export function parseByteRange(header: string | undefined, bytes: number): ByteRange | 'whole' | 'unsatisfiable' {
  const match = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(header ?? '');
  const [, from = '', to = ''] = match ?? [];
  if (from === '' && to === '') return 'whole';
  return from === '' ? lastBytes(Number(to), bytes) : bytesFrom(Number(from), to, bytes);
}

function lastBytes(count: number, bytes: number): ByteRange | 'unsatisfiable' {
  if (count === 0 || bytes === 0) return 'unsatisfiable';
  return { first: Math.max(0, bytes - count), last: bytes - 1 };
}

function bytesFrom(first: number, to: string, bytes: number): ByteRange | 'whole' | 'unsatisfiable' {
  const last = to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1);
  if (to !== '' && Number(to) < first) return 'whole';
  return first >= bytes ? 'unsatisfiable' : { first, last };
}
