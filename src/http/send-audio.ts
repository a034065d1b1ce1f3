/** Audio as an answer: whole, or the part that was asked for. */

import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { parseByteRange } from './byte-range.ts';
import type { AudioFile } from './ports.ts';
import { ProblemError } from './problem.ts';

export function sendAudio(request: FastifyRequest, reply: FastifyReply, audio: AudioFile): FastifyReply {
  const tag = `"${audio.version.replace(/[^\w.-]/g, '')}"`;
  void reply
    .type(audio.contentType)
    .header('accept-ranges', 'bytes')
    .header('etag', tag)
    .header('content-disposition', `inline; filename*=UTF-8''${encodeURIComponent(audio.fileName)}`);

  const range = parseByteRange(wantedRange(request, tag), audio.bytes);
  if (range === 'unsatisfiable') {
    void reply.header('content-range', `bytes */${audio.bytes}`);
    throw new ProblemError(416, `The audio has ${audio.bytes} bytes; the range asked for lies outside.`);
  }
  const { first, last } = range === 'whole' ? { first: 0, last: audio.bytes - 1 } : range;
  void reply.header('content-length', last - first + 1);
  if (range !== 'whole') void reply.code(206).header('content-range', `bytes ${first}-${last}/${audio.bytes}`);
  // An empty stream, since fastify would take no body at all for a length of nothing.
  if (request.method === 'HEAD' || last < first) return reply.send(Readable.from([]));
  return reply.send(audio.read(first, last));
}

/** With `If-Range` a part is wanted only of the very file whose other part is there already. Ranges are for GET. */
function wantedRange(request: FastifyRequest, tag: string): string | undefined {
  const condition = request.headers['if-range'];
  if (request.method !== 'GET' || (condition !== undefined && condition !== tag)) return undefined;
  return request.headers.range;
}
