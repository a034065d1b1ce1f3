/** Recordings: the list, one of them, and its audio. */

import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { parseByteRange } from '../byte-range.ts';
import type { AudioFile, HttpPorts, RecordingQuery } from '../ports.ts';
import { ProblemError } from '../problem.ts';
import { recordingQuerySchema } from '../recording-query-schema.ts';

type QueryStrings = Omit<RecordingQuery, 'from' | 'to'> & { readonly from?: string; readonly to?: string };
interface ById {
  readonly Params: { readonly id: string };
}

export function addRecordingRoutes(app: FastifyInstance, { recordings }: Pick<HttpPorts, 'recordings'>): void {
  app.get<{ Querystring: QueryStrings }>(
    '/api/v1/recordings',
    { schema: { querystring: recordingQuerySchema } },
    async (request) => {
      const page = await recordings.list(toQuery(request.query));
      if (!page) throw new ProblemError(400, 'The cursor is none that this server gave.');
      return page;
    },
  );

  app.get<ById>('/api/v1/recordings/:id', async (request) => {
    const recording = await recordings.get(request.params.id);
    if (!recording) throw new ProblemError(404, 'There is no such recording.');
    return recording;
  });

  app.get<ById>('/api/v1/recordings/:id/audio', async (request, reply) => {
    const audio = await recordings.openAudio(request.params.id);
    if (!audio) throw new ProblemError(404, 'There is no such recording, or its audio is not finished.');
    return sendAudio(request, reply, audio);
  });
}

function toQuery({ from, to, ...rest }: QueryStrings): RecordingQuery {
  return {
    ...rest,
    ...(from === undefined ? {} : { from: Date.parse(from) }),
    ...(to === undefined ? {} : { to: Date.parse(to) }),
  };
}

function sendAudio(request: FastifyRequest, reply: FastifyReply, audio: AudioFile): FastifyReply {
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
