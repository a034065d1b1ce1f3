/** What may be told of an announcement besides its audio; also part of the interface's description. */

export const announcementQuerySchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    language: { type: 'string', enum: ['en', 'de'], description: 'else the one that the name ends with' },
    text: { type: 'string', maxLength: 4000, description: 'what it says' },
  },
} as const;
