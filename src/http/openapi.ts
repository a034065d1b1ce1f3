/** The description of the interface, written by hand; a test compares it with the routes that exist. */

import { announcementQuerySchema } from './announcement-query-schema.ts';
import { simulateBody } from './routes/simulate-routes.ts';
import { ledgerQuerySchema, reconciliationQuerySchema } from './ledger-query-schema.ts';
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

const flag = { type: 'boolean' } as const;

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
    erased: optional(record({ at: instant, by: reference('Actor') })),
  }),
  Actor: {
    type: 'object',
    required: ['kind'],
    properties: { kind: choice('user', 'api', 'time-limit'), extension: text, name: text },
  },
  System: record({
    version: text,
    startedAt: instant,
    asterisk: record({ connected: { type: 'boolean' }, version: optional(text), transport: optional(text) }),
    configuration: record({ hash: text, loadedAt: instant }),
    calls: { type: 'integer' },
    recordingsOpen: { type: 'integer' },
  }),
  User: record({ name: text, extension: optional(text), language: text, did: listOf(text), groups: listOf(text) }),
  Group: record({
    number: text,
    name: text,
    strategy: choice('ringAll', 'linear', 'roundRobin'),
    members: listOf(record({ extension: text, name: text, active: flag })),
  }),
  Hotline: record({
    did: text,
    name: text,
    destination: text,
    language: text,
    fallback: choice('open', 'record', 'closed'),
  }),
  ExceptionList: record({
    name: text,
    neverRecord: flag,
    settings: listOf(text),
    entries: listOf({
      type: 'object',
      required: ['not'],
      properties: { number: text, pattern: text, not: flag, comment: text },
    }),
  }),
  Setting: record({
    name: text,
    enabled: { ...flag, description: 'Whether it counts for new calls.' },
    override: { ...optional(flag), description: 'What was switched at run time; null: the file holds.' },
    select: { type: 'object' },
    directions: listOf(choice('in', 'out')),
    exceptionLists: listOf(text),
    sentence: { ...text, description: 'What it does, in the language of the configuration.' },
  }),
  Announcement: record({
    name: text,
    language: choice('en', 'de'),
    text,
    seconds: { type: 'number' },
    sha256: { ...text, description: 'Of the audio that is played; evidence of consent names it.' },
    addedAt: optional(instant),
    shipped: { ...flag, description: 'It came with the program, and nobody replaced it.' },
    usedBy: listOf(text),
  }),
  LedgerLine: record({
    callid: text,
    startedAt: instant,
    direction: choice('in', 'out', 'internal'),
    caller: text,
    callee: text,
    obligation: choice('must', 'mayNot', 'needNot'),
    decision: choice('record', 'optIn', 'optOut', 'skip'),
    setting: optional(text),
    reason: text,
    outcome: choice('ok', 'open', 'missing', 'madeInError'),
    fault: optional(text),
    configuration: text,
  }),
  Trace: record({
    callid: text,
    decision: choice('record', 'optIn', 'optOut', 'skip'),
    setting: optional(text),
    reason: text,
    consent: { type: ['object', 'null'], description: 'What was heard and answered, as far as it counts.' },
    timeline: listOf(record({ at: instant, event: text, detail: text })),
  }),
  Simulation: {
    ...record({
      decision: choice('record', 'optIn', 'optOut', 'skip'),
      setting: optional(text),
      reason: { ...text, description: 'Where an answer was given, the reason after it.' },
      detail: { ...optional(text), description: 'The entry of an exception list that decided.' },
      announcement: optional(text),
      looks: listOf(record({ setting: text, result: text, detail: optional(text) })),
    }),
    description: 'With an answer there is `recorded` as well.',
  },
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
const pathPart = (name: string) => ({ name, in: 'path', required: true, schema: text });
const inPath = pathPart('id');
const inQuery = (properties: Readonly<Record<string, object>>) =>
  Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', schema }));
const get = (summary: string, responses: object, parameters: readonly object[] = []) => ({
  get: { summary, parameters, responses: { default: problem('What went wrong.'), ...responses } },
});
const audioContent = { 'audio/wav': {}, 'audio/flac': {}, 'audio/ogg': {} };

/** Whoever changes something shows the token. */
const change = (method: 'post' | 'put' | 'patch' | 'delete', summary: string, parts: object) => ({
  [method]: { summary, security: [{ controlToken: [] }], ...parts },
});
const changeResponses = (responses: object) => ({
  responses: { default: problem('What went wrong.'), 401: problem('The token is missing or wrong.'), ...responses },
});
const done = { 204: { description: 'It is done.' } };
const recordingChange = (summary: string) =>
  change('post', summary, {
    parameters: [inPath],
    ...changeResponses({
      ...done,
      404: problem('There is no such call.'),
      409: problem('It cannot be done now; `reason` says why: not-recorded, already-paused, not-paused or failed.'),
      504: problem('The switch has not answered in time.'),
    }),
  });
const memberParts = {
  parameters: [pathPart('number'), pathPart('extension')],
  ...changeResponses({ ...done, 404: problem('There is no such group, or the group has no such member.') }),
};

const uploadParts = {
  requestBody: {
    required: true,
    description: 'The audio file: WAV, MP3, FLAC, Opus, Ogg or M4A of any rate, 20 MB and 5 minutes at most.',
    content: { 'audio/*': {}, 'application/octet-stream': {} },
  },
};
const uploadAnswers = {
  201: json('It is new.', reference('Announcement')),
  400: problem('The name or another value is wrong.'),
  413: problem('The file is too large.'),
  415: problem('The body is not sent as audio.'),
  422: problem('The audio cannot be used; `reason` says why.'),
  503: problem('The program that converts audio is not installed.'),
};

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
      410: problem('The audio was withdrawn.'),
      416: problem('The range lies outside.'),
    },
    [inPath, { name: 'Range', in: 'header', schema: text }],
  ),
  '/api/v1/calls/{id}/recording/pause': recordingChange('Pause the recording of a call: what follows is silence'),
  '/api/v1/calls/{id}/recording/resume': recordingChange('Go on with a paused recording'),
  '/api/v1/calls/{id}/recording/discard': recordingChange('Stop the recording of a call and erase it'),
  '/api/v1/groups': get('Ring groups, and who is logged in', {
    200: json('In the order of the configuration.', record({ groups: listOf(reference('Group')) })),
  }),
  '/api/v1/groups/{number}/members/{extension}': {
    ...change('put', 'Log a member in to a group', memberParts),
    ...change('delete', 'Log a member out of a group', memberParts),
  },
  '/api/v1/users': get('Users', { 200: json('All of them.', record({ users: listOf(reference('User')) })) }),
  '/api/v1/hotlines': get('Hotlines', {
    200: json('All of them.', record({ hotlines: listOf(reference('Hotline')) })),
  }),
  '/api/v1/service-codes': get('Service codes, by function', {
    200: json(
      'All of them.',
      record({ serviceCodes: { type: 'object', additionalProperties: { type: ['string', 'null'] } } }),
    ),
  }),
  '/api/v1/exception-lists': get('Exception lists', {
    200: json('All of them.', record({ exceptionLists: listOf(reference('ExceptionList')) })),
  }),
  '/api/v1/settings': get('Recording settings, in the order in which they are asked', {
    200: json('All of them.', record({ settings: listOf(reference('Setting')) })),
  }),
  '/api/v1/settings/{name}': change('patch', 'Switch a recording setting for new calls, against the file', {
    parameters: [pathPart('name')],
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: record({
            enabled: { ...optional(flag), description: 'Null gives the word back to the file.' },
          }),
        },
      },
    },
    ...changeResponses({
      200: json('How it stands now.', reference('Setting')),
      404: problem('There is no such setting.'),
    }),
  }),
  '/api/v1/simulate': change('post', 'What would become of a call; nothing happens', {
    requestBody: { required: true, content: { 'application/json': { schema: simulateBody } } },
    ...changeResponses({
      200: json('What the rules in force say.', reference('Simulation')),
      422: problem('The question makes no sense; `detail` says why.'),
    }),
  }),
  '/api/v1/recordings/{id}/trace': get(
    'Why the call of this recording was recorded',
    { 200: json('All that explains it.', reference('Trace')) },
    [inPath],
  ),
  '/api/v1/ledger': get(
    'What must, may not and need not be recorded: one line per call, the latest first',
    { 200: json('One page.', record({ calls: listOf(reference('LedgerLine')), nextCursor: optional(text) })) },
    inQuery(ledgerQuerySchema.properties),
  ),
  '/api/v1/ledger/{callid}': get(
    'Why a call was or was not recorded',
    { 200: json('All that explains it.', reference('Trace')) },
    [pathPart('callid')],
  ),
  '/api/v1/reconciliation': get(
    'Recordings that are missing or were made in error',
    {
      200: json(
        'How many there are, and the latest of them.',
        record({
          counts: record({
            missing: { type: 'integer' },
            madeInError: { type: 'integer' },
            open: { type: 'integer' },
          }),
          missing: listOf(reference('LedgerLine')),
          madeInError: listOf(reference('LedgerLine')),
        }),
      ),
    },
    inQuery(reconciliationQuerySchema.properties),
  ),
  '/api/v1/announcements': {
    ...get('Announcements', {
      200: json('By name.', record({ announcements: listOf(reference('Announcement')) })),
    }),
    ...change('post', 'Add an announcement', {
      parameters: inQuery({ name: text, ...announcementQuerySchema.properties }),
      ...uploadParts,
      ...changeResponses({ ...uploadAnswers, 409: problem('The name is taken.') }),
    }),
  },
  '/api/v1/announcements/{name}': {
    ...get('One announcement', { 200: json('It.', reference('Announcement')) }, [pathPart('name')]),
    ...change('put', 'Replace an announcement under its name, or add it', {
      parameters: [pathPart('name'), ...inQuery(announcementQuerySchema.properties)],
      ...uploadParts,
      ...changeResponses({ ...uploadAnswers, 200: json('It was replaced.', reference('Announcement')) }),
    }),
    ...change('delete', 'Remove an announcement; one that replaced a ready-made one makes way for it again', {
      parameters: [pathPart('name')],
      ...changeResponses({
        ...done,
        404: problem('There is no such announcement.'),
        409: problem('It is in use or ready-made; `reason` says which.'),
      }),
    }),
  },
  '/api/v1/announcements/{name}/audio': get(
    'What callers hear, at 8 kHz, whole or in part',
    {
      200: { description: 'All of it.', content: { 'audio/wav': {} } },
      206: { description: 'The range asked for.', content: { 'audio/wav': {} } },
      416: problem('The range lies outside.'),
    },
    [pathPart('name'), { name: 'Range', in: 'header', schema: text }],
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
    info: {
      title: 'fernamt',
      version,
      description:
        'Calls and recordings. Whoever changes something shows the token that the server prints at its start.',
    },
    paths,
    components: { schemas, securitySchemes: { controlToken: { type: 'http', scheme: 'bearer' } } },
  };
}
