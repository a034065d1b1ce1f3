/** What happens to calls and recordings, turned into log lines and counters. */

import type { Report } from '../observability/report.ts';
import type { FinishReport } from '../recording/files/finish.ts';
import type { StoredRecording } from '../recording/model.ts';
import type { CallEvent } from '../telephony/events.ts';
import type { CallStep } from '../telephony/machine.ts';
import { legOf, type Call } from '../telephony/model.ts';

export function reportStep(report: Report, step: CallStep, before: Call, maxCalls: number): void {
  const { call } = step.snapshot;
  for (const event of step.events) {
    if (event.kind === 'disposed' && event.disposition === 'overload') report.callRefused(maxCalls);
    reportEvent(report, call, event);
  }
  if (call.endedAt !== undefined && before.endedAt === undefined) report.callEnded(call);
}

function reportEvent(report: Report, call: Call, event: CallEvent): void {
  switch (event.kind) {
    case 'routed':
      report.callStarted(call);
      return;
    case 'legRinging':
      report.legRinging(call, event.leg, event.at);
      return;
    case 'joined':
      for (const leg of event.legs) if (legOf(call, leg)?.role === 'callee') report.legAnswered(call, leg);
      return;
    case 'consentSettled':
      report.consentSettled(call.id, event.evidence);
      return;
    case 'recordingChanged':
      reportRecording(report, call.id, event.recording);
      return;
    default:
  }
}

function reportRecording(report: Report, callId: string, recording: Call['recording']): void {
  const { state, setting = '', reason = '' } = recording;
  const note = { callId, recordingId: callId, setting };
  if (state === 'recording') report.recordingStarted(note, reason);
  if (state === 'failed') report.recordingFailed(note, 'record', new Error('it could not be begun, or broke off'));
}

export function reportFinish(report: Report): FinishReport {
  return {
    recordingFinished: (recording) => {
      report.recordingJudged(
        noteOf(recording),
        recording.outcome?.verdict.judgement ?? 'unreadable',
        secondsOf(recording),
      );
    },
    conversionFailed: ({ recording, error }) => {
      report.recordingFailed(noteOf(recording), 'convert', error);
    },
    recordingErased: (recording) => {
      report.recordingErased(noteOf(recording), recording.erasure?.by.kind ?? 'unknown');
    },
    finishingFailed: ({ id, error }) => {
      report.recordingFailed({ recordingId: id }, 'finish', error);
    },
    notingFailed: ({ id, error }) => {
      report.recordingFailed({ recordingId: id }, 'catalogue', error);
    },
    recoveryFailed: ({ error }) => {
      report.recordingFailed({}, 'catalogue', error);
    },
  };
}

function noteOf(recording: StoredRecording): { callId: string; recordingId: string; setting: string } {
  const { call, setting } = recording.opening;
  return { callId: call, recordingId: recording.id, setting };
}

function secondsOf(recording: StoredRecording): number {
  return recording.outcome?.verdict.figures?.seconds ?? 0;
}
