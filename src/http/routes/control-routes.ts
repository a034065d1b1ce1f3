/** What can be changed: recordings of running calls, who is logged in to which group, which settings count. */

import type { FastifyInstance } from 'fastify';
import type { HttpPorts, RecordingControlProblem } from '../ports.ts';
import { ProblemError } from '../problem.ts';

interface OfCall {
  readonly Params: { readonly id: string };
}
interface OfMember {
  readonly Params: { readonly number: string; readonly extension: string };
}
interface OfSetting {
  readonly Params: { readonly name: string };
  readonly Body: { readonly enabled: boolean | null };
}

type ControlTools = Pick<HttpPorts, 'recordingControl' | 'memberships' | 'settings'>;

export function addControlRoutes(app: FastifyInstance, tools: ControlTools): void {
  addRecordingControl(app, tools);
  addMemberships(app, tools);
  addSettings(app, tools);
}

const actions = ['pause', 'resume', 'discard'] as const;

/** In traces and evidence: there is but one token, so that nobody is known by name. */
const actor = { kind: 'api', name: 'control token' } as const;

const recordingProblems: Readonly<Record<RecordingControlProblem, readonly [status: number, detail: string]>> = {
  'unknown-call': [404, 'There is no such call.'],
  'not-recorded': [409, 'Nothing is being recorded.'],
  'already-paused': [409, 'The recording is paused already.'],
  'not-paused': [409, 'The recording is not paused.'],
  failed: [409, 'It could not be done.'],
  'not-confirmed': [504, 'Nobody knows yet whether it was done: the switch has not answered in time.'],
};

/** Answered when it is known what came of it. */
function addRecordingControl(app: FastifyInstance, { recordingControl }: ControlTools): void {
  for (const action of actions) {
    app.post<OfCall>(`/api/v1/calls/:id/recording/${action}`, async (request, reply) => {
      const problem = await recordingControl.control(request.params.id, action, actor);
      if (problem === undefined) return reply.code(204).send();
      const [status, detail] = recordingProblems[problem];
      throw new ProblemError(status, detail, { reason: problem });
    });
  }
}

function addMemberships(app: FastifyInstance, { memberships }: ControlTools): void {
  app.get('/api/v1/groups', () => ({ groups: memberships.groups() }));
  const url = '/api/v1/groups/:number/members/:extension';
  for (const [method, active] of [
    ['PUT', true],
    ['DELETE', false],
  ] as const) {
    app.route<OfMember>({
      method,
      url,
      handler: (request, reply) => {
        const { number, extension } = request.params;
        const problem = memberships.set(number, extension, active);
        if (problem === 'unknown-group') throw new ProblemError(404, 'There is no such group.', { reason: problem });
        if (problem === 'unknown-member')
          throw new ProblemError(404, 'The group has no such member.', { reason: problem });
        return reply.code(204).send();
      },
    });
  }
}

/** By `enum` and without `type`: texts and numbers are not taken for true and false. */
const switchBody = {
  type: 'object',
  additionalProperties: false,
  required: ['enabled'],
  properties: { enabled: { enum: [true, false, null] } },
} as const;

function addSettings(app: FastifyInstance, { settings }: ControlTools): void {
  app.get('/api/v1/settings', () => ({ settings: settings.list() }));
  app.patch<OfSetting>('/api/v1/settings/:name', { schema: { body: switchBody } }, (request) => {
    const setting = settings.set(request.params.name, request.body.enabled);
    if (!setting) throw new ProblemError(404, 'There is no such setting.');
    return setting;
  });
}
