/** Recordings: the list, one of them, and its audio. */

import type { FastifyInstance } from 'fastify';
import type { HttpPorts, RecordingQuery, RecordingView } from '../ports.ts';
import { ProblemError } from '../problem.ts';
import { recordingQuerySchema } from '../recording-query-schema.ts';
import { sendAudio } from '../send-audio.ts';

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
    if (!audio) throw missingAudio(await recordings.get(request.params.id));
    return sendAudio(request, reply, audio);
  });
}

function missingAudio(recording: RecordingView | undefined): ProblemError {
  if (recording?.erased) return new ProblemError(410, 'The audio of this recording was withdrawn.');
  return new ProblemError(404, 'There is no such recording, or its audio is not finished.');
}

function toQuery({ from, to, ...rest }: QueryStrings): RecordingQuery {
  return {
    ...rest,
    ...(from === undefined ? {} : { from: Date.parse(from) }),
    ...(to === undefined ? {} : { to: Date.parse(to) }),
  };
}
