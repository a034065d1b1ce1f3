/** What of a call's events belongs in its timeline, in words that stay the same everywhere. */

import type { Addressed, CallEvent } from '../../telephony/events.ts';
import type { LegId } from '../../telephony/ids.ts';
import type { TimelineEvent } from '../../telephony/ledger-entry.ts';
import { legOf, type Call, type CallRecording, type RecordingState } from '../../telephony/model.ts';
import type { Actor, ConsentEvidence, RecordingPlan } from '../../telephony/recording-plan.ts';

/** Failures of these explain why something was not recorded or not announced. */
const tellingCommands: readonly string[] = [
  'snoopLeg',
  'startRecording',
  'muteRecording',
  'unmuteRecording',
  'playSound',
  'playPrompt',
];

/**
 * Undefined for what nobody will ask about. `asked` is the leg that hears a question now: digits are noted of that leg
 * and at no other time, because people also key in card numbers.
 */
export function timelineEventOf(call: Call, event: CallEvent, asked: LegId | undefined): TimelineEvent | undefined {
  const told = wordsOf(call, event, asked);
  return told && { at: event.at, event: told[0], detail: told[1] };
}

const recordingEvents: Readonly<Record<RecordingState, string>> = {
  none: 'recording-none',
  waiting: 'recording-waiting',
  recording: 'recording-running',
  paused: 'recording-paused',
  failed: 'recording-failed',
  done: 'recording-done',
};

type Words = readonly [event: string, detail: string];

function wordsOf(call: Call, event: CallEvent, asked: LegId | undefined): Words | undefined {
  switch (event.kind) {
    case 'callArrived':
      return ['arrived', `${event.origin}, dialled ${event.dialled}`];
    case 'routed':
      return ['routed', addressedText(event.addressed) + (event.emergency ? ', emergency' : '')];
    case 'ringingStarted':
      return ['ringing', event.group === undefined ? '' : `group ${event.group}`];
    case 'redirected':
      return ['redirected', addressedText(event.addressed)];
    case 'legAnswered':
      return ['answered', nameOf(call, event.leg)];
    case 'joined':
      return ['joined', event.legs.map((leg) => nameOf(call, leg)).join(', ')];
    case 'parted':
      return ['parted', ''];
    case 'disposed':
      return ['disposed', event.disposition];
    case 'legEnded':
      return endOf(call, event);
    case 'gateRefused':
      return ['turned-away', `${event.gate}: ${event.prompt}`];
    case 'resynced':
      return ['server-restarted-or-reconnected', ''];
    case 'transferRequested':
      return ['transfer-asked', nameOf(call, event.leg)];
    case 'commandFailed':
      return tellingCommands.includes(event.command) ? ['failed', `${event.command}: ${event.reason}`] : undefined;
    default:
      return recordingWordsOf(call, event, asked);
  }
}

function recordingWordsOf(call: Call, event: CallEvent, asked: LegId | undefined): Words | undefined {
  switch (event.kind) {
    case 'recordingDecided':
      return ['decided', planText(event.plan)];
    case 'announcementStarted':
      return ['announcement-started', nameOf(call, event.leg)];
    case 'announcementEnded':
      return ['announcement-ended', nameOf(call, event.leg)];
    case 'digitReceived':
      return event.leg === asked ? ['digit', `${event.digit}, ${event.durationMs} ms`] : undefined;
    case 'consentSettled':
      return ['consent-settled', consentText(event.evidence)];
    case 'recordingChanged':
      return [recordingEvents[event.recording.state], recordingText(event.recording)];
    case 'recordingControlAsked':
      return [`${event.action}-asked`, actorText(event.by)];
    case 'recordingControlled':
      return [`${event.action}-${event.ok ? 'done' : 'failed'}`, actorText(event.by)];
    case 'recordingFinished':
      return event.ok ? undefined : ['failed', 'a recorded file broke off'];
    case 'recordingClosed':
      return ['recording-closed', event.recording];
    default:
      return undefined;
  }
}

/** The end of one leg is told by `parted`; that of the last one ends the call. */
function endOf(call: Call, { leg, cause }: Extract<CallEvent, { kind: 'legEnded' }>): Words | undefined {
  return call.state === 'ended' ? ['ended', `${nameOf(call, leg)}, cause ${cause}`] : undefined;
}

export function addressedText(addressed: Addressed): string {
  switch (addressed.kind) {
    case 'group':
      return `group ${addressed.number}`;
    case 'user':
      return `user ${addressed.extension}`;
    case 'outside':
      return `outside ${addressed.number}`;
    case 'service':
      return `service code ${addressed.code}`;
    case 'nobody':
      return 'nobody';
  }
}

function nameOf(call: Call, id: LegId): string {
  const leg = legOf(call, id);
  return leg?.user ?? leg?.role ?? '';
}

function planText({ verdict, setting, reason, detail }: RecordingPlan): string {
  const by = setting === undefined ? '' : ` by ${setting}`;
  return `${verdict}${by}: ${reason}${detail === undefined ? '' : ` (${detail})`}`;
}

function consentText({ outcome, digit, afterMs, recorded }: ConsentEvidence): string {
  const pressed = digit === undefined ? '' : `, digit ${digit}`;
  const after = afterMs === undefined ? '' : `, ${afterMs} ms after the announcement`;
  return `${outcome}${pressed}${after}, ${recorded ? 'may be recorded' : 'may not be recorded'}`;
}

function recordingText({ setting, reason }: CallRecording): string {
  return [setting, reason].filter((one) => one !== undefined).join(': ');
}

function actorText(by: Actor): string {
  switch (by.kind) {
    case 'caller':
      return 'the caller';
    case 'user':
      return `user ${by.extension}`;
    case 'api':
      return `interface ${by.name}`;
    case 'time-limit':
      return 'time limit';
  }
}
