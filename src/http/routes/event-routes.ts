/** The live stream: how everything stands, then every change. */

import type { FastifyInstance } from 'fastify';
import type { LiveFeed } from '../live-feed.ts';
import { openOutbox, type Outbox, type OutboxLimits } from '../outbox.ts';
import { ProblemError } from '../problem.ts';

interface EventQuery {
  readonly Querystring: { readonly after?: number };
}

export const eventsPath = '/api/v1/events';

const querystring = {
  type: 'object',
  additionalProperties: false,
  properties: { after: { type: 'integer', minimum: 0 } },
} as const;

/** `outboxes` is shared with the one who ends them. */
export function addEventRoutes(
  app: FastifyInstance,
  {
    feed,
    outboxes,
    limits,
  }: { readonly feed: LiveFeed; readonly outboxes: Set<Outbox>; readonly limits: OutboxLimits },
): void {
  app.route<EventQuery>({
    method: 'GET',
    url: eventsPath,
    schema: { querystring },
    handler: (_request, reply) => {
      void reply.header('upgrade', 'websocket');
      throw new ProblemError(426, 'This is a WebSocket.');
    },
    wsHandler: (socket, request) => {
      let leave: () => void = () => undefined;
      const outbox = openOutbox(socket, limits, () => {
        leave();
        outboxes.delete(outbox);
      });
      outboxes.add(outbox);
      leave = feed.join((message) => outbox.send(message), request.query.after);
    },
  });
}
