/**
 * A call that never happens: it goes through the machines of the server, and a well-behaved Asterisk and willing people
 * are made up for it. Its time is made up as well.
 */

import { beginCall, type CallArrived } from '../telephony/call.ts';
import type { Command } from '../telephony/commands.ts';
import type { CallEvent, ClockEvent, SwitchEvent } from '../telephony/events.ts';
import type { LegId, PlaybackId } from '../telephony/ids.ts';
import { stepCall, type CallSnapshot, type Machine } from '../telephony/machine.ts';
import type { Call } from '../telephony/model.ts';

export type Answer = 'digit' | 'silence' | 'hangup';

/** What the people do, and how long things take. */
export interface Course {
  /** What whoever hears an announcement does about it. */
  readonly answer: Answer;
  readonly announcementMs: number;
}

export interface PlayedCall {
  readonly call: Call;
  readonly events: readonly CallEvent[];
  readonly commands: readonly Command[];
}

type Happening = SwitchEvent | ClockEvent;

interface Stage {
  readonly course: Course;
  readonly machines: readonly Machine[];
  readonly waiting: Happening[];
  readonly events: CallEvent[];
  readonly commands: Command[];
  snapshot: CallSnapshot;
}

const momentMs = 10;
const answerMs = 3000;
/** Into the first conversation: long enough for whatever is told late. */
const talkMs = 2000;
/** A call that does not come to its end by itself is given up. */
const mostHappenings = 1000;

/** The arrival alone: what is decided at once. */
export function arriveCall(machines: readonly Machine[], arrival: CallArrived): PlayedCall {
  const { snapshot, events, commands } = stepCall(machines, { call: beginCall(arrival), machines: {} }, arrival);
  return { call: snapshot.call, events, commands };
}

/** The first telephone that rings is answered, and the parties talk, unless somebody hangs up before. */
export function playCall(machines: readonly Machine[], arrival: CallArrived, course: Course): PlayedCall {
  const stage: Stage = {
    course,
    machines,
    waiting: [arrival],
    events: [],
    commands: [],
    snapshot: { call: beginCall(arrival), machines: {} },
  };
  for (let count = 0; count < mostHappenings; count += 1) {
    const next = takeFirst(stage.waiting);
    if (!next || next.at > endOf(stage)) break;
    happen(stage, next);
  }
  return { call: stage.snapshot.call, events: stage.events, commands: stage.commands };
}

function takeFirst(waiting: Happening[]): Happening | undefined {
  const index = waiting.reduce((best, one, at) => (one.at < (waiting[best]?.at ?? Infinity) ? at : best), 0);
  return waiting.splice(index, 1)[0];
}

function endOf({ events }: Stage): number {
  const joined = events.find((event) => event.kind === 'joined');
  return joined ? joined.at + talkMs : Infinity;
}

function happen(stage: Stage, event: Happening): void {
  const step = stepCall(stage.machines, stage.snapshot, event);
  stage.snapshot = step.snapshot;
  stage.events.push(...step.events);
  stage.commands.push(...step.commands);
  for (const command of step.commands) stage.waiting.push(...answersTo(stage, command, event.at));
}

/** What comes of a command. */
function answersTo(stage: Stage, command: Command, now: number): readonly Happening[] {
  const at = now + momentMs;
  switch (command.kind) {
    case 'createLeg':
      return [{ kind: 'legReady', at, leg: command.leg, channelName: `simulated ${command.leg}` }];
    case 'dialLeg':
      return ringing(stage, command.leg, at);
    case 'hangupLeg':
      return [{ kind: 'legEnded', at, leg: command.leg, cause: command.cause }];
    case 'playPrompt':
      return [{ kind: 'playbackFinished', at: at + stage.course.announcementMs, playback: command.playback, ok: true }];
    case 'playSound':
      return heard(stage.course, command.leg, command.playback, at);
    case 'snoopLeg':
      return [{ kind: 'snoopReady', at, snoop: command.snoop }];
    case 'startRecording':
      return [{ kind: 'recordingStarted', at, recording: command.recording }];
    case 'stopRecording':
      return [{ kind: 'recordingFinished', at, recording: command.recording, ok: true }];
    case 'startTimer':
      forgetTimer(stage, command.timer);
      return [{ kind: 'timerFired', at: now + command.ms, timer: command.timer }];
    case 'stopTimer':
      forgetTimer(stage, command.timer);
      return [];
    default:
      return [];
  }
}

function forgetTimer({ waiting }: Stage, timer: string): void {
  const index = waiting.findIndex((one) => one.kind === 'timerFired' && one.timer === timer);
  if (index !== -1) waiting.splice(index, 1);
}

function ringing({ commands }: Stage, leg: LegId, at: number): readonly Happening[] {
  const first = commands.find((command) => command.kind === 'dialLeg');
  const isFirst = first === undefined || first.leg === leg;
  return [
    { kind: 'legRinging', at, leg },
    ...(isFirst ? [{ kind: 'legAnswered', at: at + answerMs, leg } as const] : []),
  ];
}

/** The digit comes a moment after the announcement; whoever hangs up does so in the middle of it. */
function heard({ answer, announcementMs }: Course, leg: LegId, playback: PlaybackId, at: number): readonly Happening[] {
  const end = at + announcementMs;
  const played: readonly Happening[] = [
    { kind: 'playbackStarted', at, playback },
    { kind: 'playbackFinished', at: end, playback, ok: true },
  ];
  switch (answer) {
    case 'silence':
      return played;
    case 'digit':
      return [...played, { kind: 'digitReceived', at: end + 200, leg, digit: '1', durationMs: 100 }];
    case 'hangup':
      return [...played, { kind: 'legEnded', at: at + announcementMs / 2, leg, cause: 16 }];
  }
}
