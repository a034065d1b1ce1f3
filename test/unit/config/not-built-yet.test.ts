import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asterisk, checkText } from './written-config.ts';

function warningsOf(...[context, text]: Parameters<typeof checkText>): string[] {
  const { problems, warnings } = checkText(context, `${asterisk}${String(text)}`);
  assert.deepEqual(problems, []);
  return warnings.map(({ line, path }) => `${line} ${path}`);
}

test('a key without effect is warned about once', (context) => {
  const text = `contacts: { refreshMinutes: 5, openUrl: "https://crm.example.org/{caller}" }
users:
  - { extension: "1001" }
  - { extension: "1002", openContactOn: ring }
  - { extension: "1003", login: clara, roles: [admin], email: clara@example.org }
serviceCodes: { groupLogin: "*8", whisper: "*5", groupLogout: "*7" , spy: "*4", pickupGroup: "*60", pickupExtension: "*61", barge: "*9" }
`;
  assert.deepEqual(warningsOf(context, text), [
    '2 contacts',
    '5 users[1].openContactOn',
    '6 users[2].email',
    '7 serviceCodes.spy',
    '7 serviceCodes.pickupGroup',
  ]);
});

test('a value that says what holds anyway is not warned about', (context) => {
  const text = `recording:
  format: wav
  beepSeconds: 0
  settings: [ { name: Everything, select: { all: true }, required: false, consent: { mode: none }, announcements: {} } ]
`;
  assert.deepEqual(warningsOf(context, text), []);
  assert.deepEqual(warningsOf(context, 'recording: { format: flac, beepSeconds: 15 }\n'), [
    '2 recording.format',
    '2 recording.beepSeconds',
  ]);
});

test('each setting that would ask or announce is said to record nothing', (context) => {
  const text = `recording:
  settings:
    - { name: Asks, select: { all: true }, consent: { mode: optIn }, announcements: { in: recording-optin-en } }
    - { name: Announces, select: { all: true }, announcements: { out: recording-notice-en } }
    - { name: Records, select: { all: true } }
`;
  const { warnings } = checkText(context, asterisk + text);
  assert.deepEqual(
    warnings.map(({ line, path, message }) => `${line} ${path} ${message}`),
    [
      '4 recording.settings[0].consent.mode asks for consent, so this setting records nothing',
      '5 recording.settings[1].announcements.out plays an announcement, so this setting records nothing',
    ],
  );
});

test('what is built is not warned about', (context) => {
  const text = `language: de
timeZone: Europe/Berlin
dataDirectory: ./data
shutdown: { calls: finish }
logging: { level: debug }
metrics: { token: !env ARI_PASSWORD }
web: { listen: "127.0.0.1:0" }
numbering: { outsideLine: "0" }
users: [ { extension: "1001", name: Olivia, endpoint: PJSIP/1001, endpoints: [PJSIP/2], did: ["+4930555011"], callerId: "+4930555011", mobile: "+491711234567", language: de } ]
ringGroups: [ { number: "600", members: ["1001"], strategy: linear, overflow: "1001", startActive: false } ]
trunks: [ { name: carrier, maxCalls: 3 } ]
outboundRoutes: [ { pattern: "^0", trunks: [carrier], users: ["1001"], callsPerMinute: 3 } ]
hotlines: [ { did: any, name: Muster, destination: "600", language: de, fallback: closed, phoneDisplay: "{hotline}" } ]
serviceCodes: { groupLogin: "*5", groupLogout: "*6" }
recording:
  directory: recordings
  channels: stereo
  filename: "$callid"
  judgement: { shortBySeconds: 2 }
  neverRecord: [doctors]
  settings: [ { name: All, select: { groups: ["600"] }, directions: [in], exceptionLists: [doctors], directCallsToActiveMembers: true, internalCalls: false } ]
  exceptionLists: [ { name: doctors, entries: [ { pattern: "^1", not: true } ] } ]
`;
  assert.deepEqual(warningsOf(context, text), []);
});
