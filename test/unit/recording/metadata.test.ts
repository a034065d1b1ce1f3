import assert from 'node:assert/strict';
import { test } from 'node:test';
import { companionFiles, toMetadata } from '../../../src/recording/files/metadata.ts';
import type { ConsentEvidence } from '../../../src/telephony/recording-plan.ts';
import type { StoredRecording } from '../../../src/recording/model.ts';
import { aClosing, anOpening, aPart } from './workshop.ts';

const parts = [aPart('call1', 1, 'caller'), aPart('call1', 2, 'caller')];
const opening = { ...anOpening('call1', { parts, layout: 'lanes' }), configuration: 'abc' };
const recording: StoredRecording = {
  id: opening.id,
  state: 'kept',
  opening,
  closing: { ...aClosing(opening, 2, { users: ['1001', '1002'] }), origin: 'told', closedAt: 1 },
  base: 'base',
  outcome: {
    finishedAt: 1,
    audio: { format: 'wav', bytes: 64_044, sha256: 'ab12', seconds: 2, sampleRate: 8000, channels: 2 },
    verdict: { judgement: 'short', findings: ['short'], method: 'read' },
  },
};

test('the metadata hold the facts of the recording', () => {
  assert.deepEqual(toMetadata(recording), {
    version: 1,
    id: 'call1-1',
    callid: 'call1',
    base: 'base',
    setting: 'Support',
    reason: 'call-to-group',
    configuration: 'abc',
    direction: 'in',
    caller: { number: '+491711234567', name: 'Erika Muster' },
    callee: { number: '+4930555010' },
    users: ['1001', '1002'],
    group: '600',
    hotline: null,
    startedAt: '2025-11-21T09:30:15.000Z',
    joinedAt: '2025-11-21T09:30:16.000Z',
    partedAt: '2025-11-21T09:30:18.000Z',
    consent: null,
    pauses: [],
    supervision: [],
    audio: {
      file: 'base.wav',
      format: 'wav',
      bytes: 64_044,
      sha256: 'ab12',
      seconds: 2,
      sampleRate: 8000,
      channels: 2,
      lanes: ['the outside party', 'our side'],
    },
    judgement: { result: 'short', findings: ['short'], method: 'read' },
  });
});

test('on an internal call the lanes are the caller and the callee', () => {
  const internal = { ...opening, parts: [aPart('call1', 1, 'callee'), aPart('call1', 2, 'caller')] };
  const { audio } = toMetadata({ ...recording, opening: internal }) as { audio: { lanes: unknown } };
  assert.deepEqual(audio.lanes, ['the caller', 'the callee']);
});

test('the checksum file is as sha256sum reads it', () => {
  assert.deepEqual(companionFiles(recording)[1], { name: 'base.wav.sha256', contents: 'ab12  base.wav\n' });
});

test('without audio there is nothing to write', () => {
  const { outcome, ...unfinished } = recording;
  assert.ok(outcome);
  assert.deepEqual(companionFiles(unfinished), []);
  const { audio, ...withoutAudio } = outcome;
  assert.ok(audio);
  assert.deepEqual(companionFiles({ ...unfinished, outcome: withoutAudio }), []);
});

test('the metadata hold what the outside party heard and answered', () => {
  const consent: ConsentEvidence = {
    setting: 'Support',
    direction: 'in',
    mode: 'optIn',
    outcome: 'granted',
    recorded: true,
    announcement: { name: 'recording-optin-en', sha256: 'cd34', language: 'en' },
    announcedAt: opening.startedAt - 8000,
    announcementEndedAt: opening.startedAt - 2000,
    digit: '1',
    digitAt: opening.startedAt - 1500,
    afterMs: 500,
    decidedAt: opening.startedAt - 1000,
  };
  const instants = {
    announcedAt: '2025-11-21T09:30:07.000Z',
    announcementEndedAt: '2025-11-21T09:30:13.000Z',
    digitAt: '2025-11-21T09:30:13.500Z',
    decidedAt: '2025-11-21T09:30:14.000Z',
  };
  const asked = { ...recording, opening: { ...opening, consent } };
  assert.deepEqual(toMetadata(asked)['consent'], { ...consent, ...instants });
  const { digit, digitAt, afterMs, announcementEndedAt, ...silent } = consent;
  assert.ok(digit && digitAt && afterMs && announcementEndedAt);
  const unheard: ConsentEvidence = { ...silent, outcome: 'unheard', announcement: { name: 'gone' } };
  assert.deepEqual(toMetadata({ ...recording, opening: { ...opening, consent: unheard } })['consent'], {
    ...{ ...unheard, ...instants, announcement: { name: 'gone', sha256: null, language: null } },
    ...{ announcementEndedAt: null, digit: null, digitAt: null, afterMs: null },
  });
});
