/** Announcements: the list, uploading, replacing, removing, and listening. The guard has asked for the token before. */

import type { FastifyInstance } from 'fastify';
import { announcementQuerySchema } from '../announcement-query-schema.ts';
import type { AnnouncementPorts, AnnouncementRefusal, AnnouncementUpload, AnnouncementView } from '../ports.ts';
import { ProblemError } from '../problem.ts';
import { sendAudio } from '../send-audio.ts';

interface ByName {
  readonly Params: { readonly name: string };
}
interface UploadQuery {
  readonly language?: 'en' | 'de';
  readonly text?: string;
}

const root = '/api/v1/announcements';
const mostUploadBytes = 20 * 1024 * 1024;

const namedQuerySchema = {
  ...announcementQuerySchema,
  required: ['name'],
  properties: { name: { type: 'string', minLength: 1, maxLength: 100 }, ...announcementQuerySchema.properties },
} as const;

export function addAnnouncementRoutes(app: FastifyInstance, { announcements }: AnnouncementPorts): void {
  app.get(root, () => ({ announcements: announcements.list() }));

  app.get<ByName>(`${root}/:name`, (request) => {
    const announcement = announcements.get(request.params.name);
    if (!announcement) throw notFound();
    return announcement;
  });

  app.get<ByName>(`${root}/:name/audio`, async (request, reply) => {
    const audio = await announcements.openAudio(request.params.name);
    if (!audio) throw notFound();
    return sendAudio(request, reply, audio);
  });

  app.delete<ByName>(`${root}/:name`, async (request, reply) => {
    const removed = await announcements.remove(request.params.name);
    if ('refused' in removed) throw toProblemError(removed);
    return reply.code(204).send();
  });

  void app.register((scope, _options, done) => {
    addUploads(scope, announcements);
    done();
  });
}

/** A scope of their own: here alone bodies are audio, and large. */
function addUploads(scope: FastifyInstance, announcements: AnnouncementPorts['announcements']): void {
  const takeWhole = { parseAs: 'buffer', bodyLimit: mostUploadBytes } as const;
  scope.removeAllContentTypeParsers();
  for (const type of [/^audio\//, 'application/octet-stream']) {
    scope.addContentTypeParser(type, takeWhole, (_request, body, done) => {
      done(null, body);
    });
  }
  const put = async (upload: AnnouncementUpload): Promise<{ view: AnnouncementView; replaced: boolean }> => {
    const answer = await announcements.put(upload);
    if ('refused' in answer) throw toProblemError(answer);
    return { view: answer.announcement, replaced: answer.replaced };
  };

  scope.post<{ Querystring: UploadQuery & { readonly name: string }; Body: unknown }>(
    root,
    { schema: { querystring: namedQuerySchema }, bodyLimit: mostUploadBytes },
    async ({ query, body }, reply) => {
      const { view } = await put({ ...query, audio: requireAudio(body), replace: false });
      return reply.code(201).header('location', `${root}/${view.name}`).send(view);
    },
  );

  scope.put<ByName & { Querystring: UploadQuery; Body: unknown }>(
    `${root}/:name`,
    { schema: { querystring: announcementQuerySchema }, bodyLimit: mostUploadBytes },
    async ({ params, query, body }, reply) => {
      const { view, replaced } = await put({ ...query, name: params.name, audio: requireAudio(body), replace: true });
      return reply.code(replaced ? 200 : 201).send(view);
    },
  );
}

function requireAudio(body: unknown): Buffer {
  if (body instanceof Buffer) return body;
  throw new ProblemError(415, 'Send the audio file itself, as audio/* or application/octet-stream.');
}

const statusOf: Readonly<Record<string, number>> = {
  'bad-name': 400,
  'text-too-long': 400,
  'not-found': 404,
  'name-taken': 409,
  'in-use': 409,
  shipped: 409,
  'too-large': 413,
  'converter-missing': 503,
};

/** Whatever else is wrong is wrong with the audio. */
function toProblemError({ refused, message }: AnnouncementRefusal): ProblemError {
  return new ProblemError(statusOf[refused] ?? 422, message, { reason: refused });
}

function notFound(): ProblemError {
  return new ProblemError(404, 'There is no such announcement.');
}
