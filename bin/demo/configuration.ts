/** The configuration that the demo's server runs with: a small firm with a hotline. */

import type { Asterisk } from '../../test/support/asterisk.ts';

/** Who is who in the demo; the configuration, the phones and the display agree on it. */
export const people = {
  '1001': 'Olivia Brandt',
  '1002': 'Benjamin Roth',
  '1003': 'Carla Weiss',
  '1004': 'Daniel Kurz',
} as const;

export const hotline = { did: '+4930555010', name: 'Muster GmbH', group: '600', groupName: 'Support' } as const;
/** Direct numbers: nobody sits at the one, and the other is always engaged. */
export const direct = { carla: '+4930555013', daniel: '+4930555014' } as const;

/** What callers of the hotline hear before anybody's telephone rings, and how long they may object after it. */
export const question = { announcement: 'recording-optout-en', seconds: 3 } as const;
/** Whoever calls from here is neither asked nor recorded. */
export const supplier = { from: '+4989555123', name: 'Tischlerei Lang' } as const;

export function toConfiguration(asterisk: Asterisk, dataDirectory: string, port: number): string {
  const quoted = (value: string): string => JSON.stringify(value);
  return `# Written by the demo. It is a good start for one of your own.
language: en
timeZone: Europe/Berlin
dataDirectory: ${quoted(dataDirectory)}
logging: { level: info, personalData: plain }
web: { listen: "127.0.0.1:${port}" }

asterisk:
  url: ${quoted(asterisk.ariUrl)}
  username: ${quoted(asterisk.username)}
  password: ${quoted(asterisk.password)}
  recordingDirectory: ${quoted(asterisk.recordingDirectory)}
  soundsDirectory: ${quoted(asterisk.soundsDirectory)}
  routesFile: ${quoted(asterisk.routesFile)}

numbering: { country: DE, areaCode: "30", outsideLine: "0", emergencyNumbers: ["110", "112"] }

users:
  - { extension: "1001", name: ${people['1001']}, did: ["+4930555011"], callerId: "+4930555011" }
  - { extension: "1002", name: ${people['1002']}, did: ["+4930555012"], callerId: "+4930555012" }
  - { extension: "1003", name: ${people['1003']}, did: ["${direct.carla}"], callerId: "${direct.carla}" }
  - { extension: "1004", name: ${people['1004']}, did: ["${direct.daniel}"], callerId: "${direct.daniel}" }

ringGroups:
  - { number: "${hotline.group}", name: ${hotline.groupName}, members: ["1001", "1002"], strategy: ringAll, ringSeconds: 25 }

trunks:
  - { name: carrier, endpoint: PJSIP/carrier, callerId: "+4930555000" }

hotlines:
  - { did: "${hotline.did}", name: ${hotline.name}, destination: "${hotline.group}", language: en }

recording:
  settings:
    - name: Support incoming
      select: { groups: ["${hotline.group}"] }
      directions: [in]
      consent: { mode: optOut, seconds: ${question.seconds} }
      announcements: { in: ${question.announcement} }
      exceptionLists: [suppliers]
    - { name: Calls to customers, select: { allUsers: true }, directions: [out], internalCalls: false }
  exceptionLists:
    - { name: suppliers, entries: [{ number: "${supplier.from}", comment: ${supplier.name} }] }
`;
}
