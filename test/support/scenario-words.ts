/** Commands, events and the facts of a call as a reader of scenarios sees them. */

import type { Command } from '../../src/telephony/commands.ts';
import type { Addressed, CallEvent } from '../../src/telephony/events.ts';
import type { Call, CallRecording, Party } from '../../src/telephony/model.ts';
import type { Actor, ConsentEvidence, RecordingPlan } from '../../src/telephony/recording-plan.ts';
import { shorten } from './scenario-events.ts';

export function commandWords(command: Command): string {
  return shorten(`${command.kind} ${detailsOf(command)}`.trim());
}

function detailsOf(command: Command): string {
  switch (command.kind) {
    case 'createLeg':
      return `${command.leg} ${command.dial} showing ${party(command.from)}, at most ${String(command.limitSeconds)} s`;
    case 'dialLeg':
    case 'limitLeg':
      return `${command.leg} ${String(command.seconds)} s`;
    case 'hangupLeg':
      return `${command.leg} cause ${String(command.cause)}`;
    case 'pairLegs':
      return command.legs.join(' ');
    case 'joinBridge':
      return `${command.bridge} ${command.legs.join(' ')}${absorbing(command.absorbing)}`;
    case 'playSound':
      return `${command.playback} to ${command.leg}: ${command.sound}`;
    case 'sendDigit':
      return `${command.leg} ${command.digit} ${String(command.durationMs)} ms`;
    case 'enterLedger':
      return `${command.entry.obligation} (${command.entry.plan.reason})`;
    case 'eraseRecording':
      return `${command.recording} by ${actorWords(command.by)}`;
    case 'playPrompt':
      return `${command.playback} to ${command.leg}: ${command.prompt} (${command.language})`;
    case 'whisperSound':
      return `${command.playback} to ${command.snoop}: ${command.sound}`;
    case 'whisperLeg':
      return `${command.snoop} to ${command.leg}`;
    case 'snoopLeg':
      return `${command.snoop} on ${command.leg} ${command.ear}`;
    case 'startRecording':
      return `${command.recording} of ${command.snoop}`;
    case 'openRecording': {
      const { opening } = command;
      const parts = opening.parts.map((part) => part.name).join('+');
      return `${opening.id} ${opening.setting} ${opening.direction}, ${opening.caller} to ${opening.callee}, ${opening.layout} ${parts}${opening.consent ? `, ${opening.consent.outcome}` : ''}`;
    }
    case 'closeRecording': {
      const { closing } = command;
      const packets = closing.packets
        ? `, packets ${String(closing.packets.received)}/${String(closing.packets.sent)}`
        : '';
      const pauses = (closing.pauses ?? []).map(
        (one) => `, paused ${String(one.fromAt)} to ${String(one.toAt ?? 'the end')}`,
      );
      const cut = `${closing.cut === true ? ', cut off there' : ''}${closing.interrupted ? ', interrupted' : ''}${closing.endUnheard === true ? ', end unheard' : ''}`;
      return `${closing.id} from ${String(closing.joinedAt)} to ${String(closing.partedAt)}, lead ${String(closing.leadMs)} ms, users ${list(closing.users)}${packets}${pauses.join('')}${cut}`;
    }
    case 'setMembership':
      return `${command.group} ${command.user} ${command.active ? 'in' : 'out'}`;
    case 'noteHunt':
      return `${command.group} ${command.user}`;
    case 'startTimer':
      return `${command.timer} ${String(command.ms)} ms`;
    case 'stopTimer':
      return command.timer;
    case 'answerLeg':
    case 'indicateRinging':
    case 'stopRinging':
    case 'indicateProgress':
    case 'measureLeg':
    case 'refuseTransfer':
      return command.leg;
    case 'createBridge':
    case 'destroyBridge':
      return command.bridge;
    case 'stopPlayback':
      return command.playback;
    case 'endSnoop':
      return command.snoop;
    case 'muteRecording':
    case 'unmuteRecording':
    case 'stopRecording':
    case 'discardRecording':
    case 'dropRecording':
      return command.recording;
  }
}

export function eventWords(event: CallEvent): string {
  return shorten(`${event.kind} ${factsOf(event)}`.trim());
}

function factsOf(event: CallEvent): string {
  switch (event.kind) {
    case 'routed': {
      const by = event.callerUser === undefined ? '' : ` by user ${event.callerUser}`;
      const hotline = event.hotline === undefined ? '' : ` hotline "${event.hotline}"`;
      const emergency = event.emergency ? ' EMERGENCY' : '';
      return `${event.direction} to ${addressed(event.addressed)}${by}, shown as ${party(event.callee)}${hotline}${emergency}`;
    }
    case 'legAdded':
      return `${event.leg} ${event.endpoint}${event.user === undefined ? '' : ` user ${event.user}`}`;
    case 'ringingStarted':
      return event.group === undefined ? '' : `group ${event.group}`;
    case 'redirected':
      return `to ${addressed(event.addressed)}, shown as ${party(event.callee)}`;
    case 'recordingDecided':
      return planWords(event.plan);
    case 'announcementStarted':
      return `${event.leg}${event.asks ? ' asks' : ''}`;
    case 'consentSettled':
      return evidenceWords(event.evidence);
    case 'recordingControlAsked':
      return `${event.action} by ${actorWords(event.by)}`;
    case 'recordingControlled':
      return `${event.action} by ${actorWords(event.by)} ${event.ok ? 'done' : 'not done'}`;
    case 'gateHeld':
      return `${event.point} ${event.gate}`;
    case 'gateReached':
      return `${event.point} ${event.legs.join(' ')}`;
    case 'gatePassed':
      return `${event.point} ${event.gate}`;
    case 'gateRefused':
      return `${event.point} ${event.gate}: ${event.prompt}`;
    case 'bridged':
      return `${event.bridge} ${event.legs.join(' ')}${absorbing(event.absorbing)}`;
    case 'joined':
    case 'parted':
      return event.legs.join(' ');
    case 'recordingChanged':
      return recordingWords(event.recording);
    case 'recordingClosed':
      return event.recording;
    case 'disposed':
      return event.disposition;
    case 'membershipChanged':
      return `${event.group} ${event.user} ${event.active ? 'in' : 'out'}`;
    case 'legEnded':
      return `${event.leg} cause ${String(event.cause)}`;
    case 'resynced':
      return event.channels.join(' ');
    default:
      return 'leg' in event ? event.leg : '';
  }
}

function absorbing(legs: readonly string[] = []): string {
  return legs.length === 0 ? '' : `, digits of ${legs.join(' ')} to us`;
}

function actorWords(by: Actor): string {
  if (by.kind === 'user') return `user ${by.extension}`;
  return by.kind === 'api' ? `api ${by.name}` : by.kind;
}

function planWords({ verdict, setting, reason, direction, detail, announcement }: RecordingPlan): string {
  const by = [setting, direction, reason, detail].filter((word) => word !== undefined).join(', ');
  return `${verdict} (${by})${announcement === undefined ? '' : ` after ${announcement}`}`;
}

function evidenceWords({ outcome, recorded, mode, digit, afterMs }: ConsentEvidence): string {
  const pressed =
    digit === undefined ? '' : `, digit ${digit}${afterMs === undefined ? '' : ` at ${String(afterMs)} ms`}`;
  return `${outcome} (${mode}${pressed}): ${recorded ? 'record' : 'do not record'}`;
}

export function callWords(call: Call): string {
  const how = `state ${call.state}, disposition ${call.disposition ?? 'open'}, users ${list(call.users)}`;
  return `${how}, recording ${recordingWords(call.recording)}`;
}

function recordingWords({ state, setting, reason }: CallRecording): string {
  const why = [setting, reason].filter((word) => word !== undefined).join(', ');
  return why === '' ? state : `${state} (${why})`;
}

function addressed(to: Addressed): string {
  switch (to.kind) {
    case 'group':
    case 'outside':
      return `${to.kind} ${to.number}`;
    case 'user':
      return `user ${to.extension}`;
    case 'service':
      return `service ${to.code}`;
    case 'nobody':
      return 'nobody';
  }
}

function party({ number, name }: Party): string {
  const shown = number === '' ? 'anonymous' : number;
  return name === '' ? shown : `${shown} "${name}"`;
}

function list(words: readonly string[]): string {
  return words.length === 0 ? 'none' : words.join('+');
}
