/** What may be asked of the ledger; also part of the interface's description. */

const range = {
  from: { type: 'string', format: 'date-time', description: 'begun at or after' },
  to: { type: 'string', format: 'date-time', description: 'begun before' },
} as const;

export const reconciliationQuerySchema = { type: 'object', additionalProperties: false, properties: range } as const;

export const ledgerQuerySchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    ...range,
    obligation: { type: 'string', enum: ['must', 'mayNot', 'needNot'] },
    problem: { type: 'string', enum: ['open', 'missing', 'madeInError'] },
    limit: { type: 'integer', minimum: 1, maximum: 200, default: 50 },
    cursor: { type: 'string', minLength: 1, maxLength: 200, description: '`nextCursor` of the page before' },
  },
} as const;
