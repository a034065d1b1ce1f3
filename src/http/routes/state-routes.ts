/** What is so now: the calls, the server, and the description of this interface. */

import type { FastifyInstance } from 'fastify';
import { openApiDocument } from '../openapi.ts';
import type { HttpPorts } from '../ports.ts';

export function addStateRoutes(app: FastifyInstance, { calls, system }: Pick<HttpPorts, 'calls' | 'system'>): void {
  app.get('/api/v1/calls', () => ({ calls: calls.list() }));
  app.get('/api/v1/system', () => system.read());
  app.get('/api/openapi.json', () => openApiDocument(system.read().version));
}
