/** A small office as its configuration file has it: a group that is asked, and an exception. */

export const aWrittenOffice = {
  asterisk: { url: 'http://127.0.0.1:8088', username: 'u', password: 'p' },
  numbering: { country: 'DE', areaCode: '30' },
  users: [
    { extension: '1001', name: 'Olivia Brandt', did: ['+4930555011'] },
    { extension: '1002', name: 'Benjamin Roth', login: 'benjamin' },
    { extension: '1003', login: 'clara' },
  ],
  ringGroups: [
    { number: '600', name: 'Support', members: ['1001', '1002'] },
    { number: '610', name: 'Night', members: ['1003'], overflow: '600' },
  ],
  trunks: [{ name: 'carrier' }],
  hotlines: [{ did: '+4930555010', name: 'Muster GmbH', destination: '600' }],
  recording: {
    neverRecord: ['doctors'],
    settings: [
      {
        name: 'Support',
        select: { groups: ['600'] },
        exceptionLists: ['partners'],
        consent: { mode: 'optOut' },
        announcements: { in: 'recording-optout-en' },
      },
      { name: 'Clara', select: { users: ['clara'] } },
    ],
    exceptionLists: [
      { name: 'partners', entries: [{ number: '+4930111222', comment: 'tax adviser' }] },
      { name: 'doctors', entries: [{ pattern: '^\\+4930777', comment: 'company doctor' }] },
    ],
  },
};
