/** Who is who, and what holds: users, hotlines, service codes, exception lists. Without anything secret. */

import type { FastifyInstance } from 'fastify';
import type { HttpPorts } from '../ports.ts';

export function addDirectoryRoutes(app: FastifyInstance, { directory }: Pick<HttpPorts, 'directory'>): void {
  app.get('/api/v1/users', () => ({ users: directory.users() }));
  app.get('/api/v1/hotlines', () => ({ hotlines: directory.hotlines() }));
  app.get('/api/v1/service-codes', () => ({ serviceCodes: directory.serviceCodes() }));
  app.get('/api/v1/exception-lists', () => ({ exceptionLists: directory.exceptionLists() }));
}
