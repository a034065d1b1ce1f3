/** For machines that watch this one. */

import type { FastifyInstance } from 'fastify';
import { carriesToken } from '../control-token.ts';
import type { HttpPorts } from '../ports.ts';
import { ProblemError } from '../problem.ts';

export function addOperationRoutes(
  app: FastifyInstance,
  { health, metrics }: Pick<HttpPorts, 'health' | 'metrics'>,
  metricsToken: string | undefined,
): void {
  /** The process lives and its event loop turns; nothing else is said. */
  app.get('/healthz', () => ({ status: 'ok' }));

  app.get('/readyz', () => {
    const reasons = health.reasons();
    if (reasons.length === 0) return { status: 'ready' };
    throw new ProblemError(503, reasons.map((reason) => reason.message).join(' '), { reasons });
  });

  app.get('/metrics', async (request, reply) => {
    if (metricsToken !== undefined && !carriesToken(request.headers.authorization, metricsToken)) {
      throw new ProblemError(401, 'The token of metrics.token is needed here.');
    }
    return reply.type(metrics.contentType).send(await metrics.render());
  });
}
