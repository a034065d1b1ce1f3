/** What may be asked of the list of recordings; also part of the interface's description. */

const shortText = { type: 'string', minLength: 1, maxLength: 200 } as const;

export const recordingStates = [
  'recording',
  'finishing',
  'waiting',
  'delivering',
  'delivered',
  'kept',
  'deleted',
] as const;

export const recordingQuerySchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    from: { type: 'string', format: 'date-time', description: 'begun at or after' },
    to: { type: 'string', format: 'date-time', description: 'begun before' },
    direction: { type: 'string', enum: ['in', 'out'] },
    party: { ...shortText, description: 'number of the caller or the callee' },
    setting: { ...shortText, description: 'name of the recording setting' },
    state: { type: 'string', enum: recordingStates },
    limit: { type: 'integer', minimum: 1, maximum: 200, default: 50 },
    cursor: { ...shortText, description: '`nextCursor` of the page before' },
  },
} as const;
