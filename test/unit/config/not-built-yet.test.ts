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
  keepLocalDays: 0
  settings: [ { name: Everything, select: { all: true }, required: false, consent: { mode: none }, announcements: {} } ]
`;
  assert.deepEqual(warningsOf(context, text), []);
  assert.deepEqual(warningsOf(context, 'recording: { keepLocalDays: 3 }\n'), ['2 recording.keepLocalDays']);
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
serviceCodes: { groupLogin: "*5", groupLogout: "*6", pauseRecording: "*7", resumeRecording: "*8", discardRecording: "*9" }
recording:
  pause: { maxSeconds: 60 }
  directory: recordings
  format: opus
  sampleRate: 16000
  beepSeconds: 15
  channels: stereo
  filename: "$callid"
  judgement: { shortBySeconds: 2 }
  neverRecord: [doctors]
  settings: [ { name: All, select: { groups: ["600"] }, directions: [in], exceptionLists: [doctors], directCallsToActiveMembers: true, internalCalls: false } ]
  exceptionLists: [ { name: doctors, entries: [ { pattern: "^1", not: true } ] } ]
`;
  assert.deepEqual(warningsOf(context, text), []);
});
