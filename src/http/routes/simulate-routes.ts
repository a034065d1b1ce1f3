/** What would become of a call. It is asked by POST because the question has many parts; nothing is changed. */

import type { FastifyInstance } from 'fastify';
import type { HttpPorts, SimulatedCallView } from '../ports.ts';
import { ProblemError } from '../problem.ts';

const number = { type: 'string', maxLength: 256 } as const;

export const simulateBody = {
  type: 'object',
  additionalProperties: false,
  required: ['direction', 'callee'],
  properties: {
    direction: { enum: ['in', 'out'] },
    caller: { ...number, description: 'anonymous: withheld; an extension calls as its user' },
    callee: { ...number, description: 'As dialled or addressed: a DID, group, extension or outside number.' },
    user: { ...number, description: 'The extension that makes an outgoing or internal call.' },
    inactive: {
      type: 'array',
      maxItems: 1000,
      items: { type: 'string', maxLength: 100 },
      description: 'GROUP:EXTENSION of members who are logged out; all others are as the configuration begins.',
    },
    at: { type: 'string', format: 'date-time' },
    answer: { enum: ['digit', 'silence', 'hangup'], description: 'What whoever hears the announcement does.' },
  },
} as const;

/** With the members of a large office who are logged out. */
const longestBody = 64 * 1024;

interface Asked {
  readonly Body: SimulatedCallView;
}

export function addSimulateRoutes(app: FastifyInstance, { simulator }: Pick<HttpPorts, 'simulator'>): void {
  app.post<Asked>('/api/v1/simulate', { schema: { body: simulateBody }, bodyLimit: longestBody }, (request) => {
    const answer = simulator.simulate(request.body);
    if ('problem' in answer) throw new ProblemError(422, `${answer.problem}.`);
    return answer;
  });
}
