/** The description of the interface, written by hand; a test compares it with the routes that exist. */

import { recordingQuerySchema, recordingStates } from './recording-query-schema.ts';

const text = { type: 'string' } as const;
const instant = { type: 'string', format: 'date-time' } as const;
const optional = <Schema extends { readonly type: string }>(schema: Schema) => ({
  ...schema,
  type: [schema.type, 'null'],
});
const listOf = (items: object) => ({ type: 'array', items });
const choice = (...values: readonly string[]) => ({ type: 'string', enum: values });
const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const record = (properties: Readonly<Record<string, object>>) => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
});

const schemas = {
  Call: record({
    id: text,
    direction: choice('in', 'out', 'internal'),
    state: choice('dialling', 'announcing', 'asking', 'ringing', 'up', 'held', 'transferring', 'ended'),
    startedAt: instant,
    answeredAt: optional(instant),
    caller: record({ number: text, name: text, contactId: optional(text) }),
    callee: record({ number: text, name: text }),
    hotline: optional(text),
    group: optional(text),
    users: listOf(text),
    recording: record({
      state: choice('none', 'waiting', 'recording', 'paused', 'failed', 'done'),
      setting: optional(text),
      reason: optional(text),
    }),
    supervisors: listOf(text),
  }),
  Recording: record({
    id: text,
    callid: text,
    base: text,
    direction: choice('in', 'out'),
    caller: text,
    callee: text,
    setting: text,
    startedAt: instant,
    seconds: optional({ type: 'number' }),
    state: choice(...recordingStates),
    judgement: optional(choice('ok', 'short', 'silent', 'oneSided', 'unreadable', 'recovered')),
  }),
  System: record({
    version: text,
    startedAt: instant,
    asterisk: record({ connected: { type: 'boolean' }, version: optional(text), transport: optional(text) }),
    configuration: record({ hash: text, loadedAt: instant }),
    calls: { type: 'integer' },
    recordingsOpen: { type: 'integer' },
  }),
  Problem: record({ type: text, title: text, status: { type: 'integer' }, detail: text }),
};

const json = (description: string, schema: object) => ({
  description,
  content: { 'application/json': { schema } },
});
const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: reference('Problem') } },
});
const inPath = { name: 'id', in: 'path', required: true, schema: text };
const inQuery = (properties: Readonly<Record<string, object>>) =>
  Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', schema }));
const get = (summary: string, responses: object, parameters: readonly object[] = []) => ({
  get: { summary, parameters, responses: { default: problem('What went wrong.'), ...responses } },
});
const audioContent = { 'audio/wav': {} };

const paths = {
  '/healthz': get('Whether the process lives', { 200: json('It does.', record({ status: text })) }),
  '/readyz': get('Whether calls can be handled', {
    200: json('They can.', record({ status: text })),
    503: problem('They cannot; `reasons` says why.'),
  }),
  '/metrics': get('Figures for Prometheus', {
    200: { description: 'The figures.', content: { 'text/plain': {} } },
    401: problem('A token is configured and was not given.'),
  }),
  '/api/openapi.json': get('This description', { 200: json('OpenAPI 3.1.', { type: 'object' }) }),
  '/api/v1/calls': get('The calls that are up', {
    200: json('The oldest first.', record({ calls: listOf(reference('Call')) })),
  }),
  '/api/v1/system': get('The server itself', { 200: json('How it stands.', reference('System')) }),
  '/api/v1/recordings': get(
    'Recordings, the latest first',
    {
      200: json('One page.', record({ recordings: listOf(reference('Recording')), nextCursor: optional(text) })),
    },
    inQuery(recordingQuerySchema.properties),
  ),
  '/api/v1/recordings/{id}': get('One recording', { 200: json('It.', reference('Recording')) }, [inPath]),
  '/api/v1/recordings/{id}/audio': get(
    'The audio of one recording, whole or in part',
    {
      200: { description: 'All of it.', content: audioContent },
      206: { description: 'The range asked for.', content: audioContent },
      416: problem('The range lies outside.'),
    },
    [inPath, { name: 'Range', in: 'header', schema: text }],
  ),
  '/api/v1/events': get(
    'WebSocket: `{seq, type: "snapshot", calls}`, then `{seq, type: "call", call}` and `{seq, type: "recording", recording}`',
    { 101: { description: 'The stream begins.' }, 426: problem('This is a WebSocket.') },
    inQuery({
      after: {
        type: 'integer',
        description: 'The last number seen: only what came after it is told, or a snapshot if too much did.',
      },
    }),
  ),
};

export function openApiDocument(version: string): object {
  return {
    openapi: '3.1.0',
    info: { title: 'fernamt', version, description: 'Calls and recordings. Nothing can be changed yet.' },
    paths,
    components: { schemas },
  };
}
