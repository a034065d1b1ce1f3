/**
 * Carries commands out: one command is one request or a few, sent in order. Answers come back as events. A request whose
 * connection was lost is not answered at all: what became of it is seen when everything is reconciled.
 */

import type { SwitchCommand } from '../telephony/commands.ts';
import type { SwitchEvent } from '../telephony/events.ts';
import type { CallId } from '../telephony/ids.ts';
import { cause } from '../telephony/model.ts';
import { AriError, type AriClient, type AriResponse } from './client.ts';
import { toRequests, type Request } from './requests.ts';

export interface ExecutorPorts {
  readonly application: string;
  /** The client of the connection that stands, or none. */
  client(): AriClient | undefined;
  now(): number;
  tell(call: CallId, event: SwitchEvent): void;
  /** Every answer, for counting; 0 stands for none. */
  answered(status: number): void;
  /** A request that did not do what it should. */
  failed(call: CallId, command: SwitchCommand, reason: string): void;
}

export type Executor = (call: CallId, commands: readonly SwitchCommand[]) => void;

export function createExecutor(ports: ExecutorPorts): Executor {
  // Over HTTP requests overtake each other, so that a call's are sent one after the other.
  const lanes = new Map<CallId, Promise<void>>();

  function inTurn(call: CallId, work: () => Promise<void>): void {
    const lane = (lanes.get(call) ?? Promise.resolve()).then(work).finally(() => {
      if (lanes.get(call) === lane) lanes.delete(call);
    });
    lanes.set(call, lane);
  }

  return (call, commands) => {
    const client = ports.client();
    if (!client) return;
    for (const command of commands) {
      const work = (): Promise<void> => carryOut(ports, client, call, command);
      if (client.ordered) void work();
      else inTurn(call, work);
    }
  };
}

async function carryOut(ports: ExecutorPorts, client: AriClient, call: CallId, command: SwitchCommand): Promise<void> {
  const requests = toRequests(ports.application, command);
  const answers = await Promise.all(requests.map((request) => send(client, request)));
  for (const answer of answers) {
    ports.answered(answer === 'lost' ? 0 : answer.status);
    if (answer === 'lost') return;
    if (isDone(command, answer)) continue;
    const reason = reasonOf(answer);
    ports.failed(call, command, reason);
    ports.tell(call, toFailure(command, reason, ports.now()));
    return;
  }
  const [first] = answers;
  if (command.kind === 'measureLeg' && first !== undefined && first !== 'lost')
    ports.tell(call, toMeasured(command, first, ports.now()));
  const muted = toMuted(command, ports.now());
  if (muted) ports.tell(call, muted);
}

/** Asterisk tells by no event that a recording is silent: its answer is the confirmation. */
function toMuted(command: SwitchCommand, at: number): SwitchEvent | undefined {
  if (command.kind !== 'muteRecording' && command.kind !== 'unmuteRecording') return undefined;
  return { kind: 'recordingMuted', at, recording: command.recording, muted: command.kind === 'muteRecording' };
}

type Answer = AriResponse | 'lost';

/** Stands for the status of a request that was not answered although the connection stands. */
const noAnswer = 599;

async function send(client: AriClient, request: Request): Promise<Answer> {
  const { query, body } = request;
  try {
    return await client.request(request.method, request.path, {
      ...(query === undefined ? {} : { query }),
      ...(body === undefined ? {} : { body }),
    });
  } catch (error) {
    if (!(error instanceof AriError) || error.reason === 'connection-lost') return 'lost';
    return { status: noAnswer, body: { message: error.reason } };
  }
}

/** A conflict on an id of ours means that it was done already; what is to be ended may be gone. */
function isDone(command: SwitchCommand, answer: AriResponse): boolean {
  if (answer.status < 400) return true;
  switch (command.kind) {
    case 'hangupLeg':
    case 'endSnoop':
    case 'destroyBridge':
    case 'stopPlayback':
    case 'stopRecording':
    case 'discardRecording':
    case 'limitLeg':
    case 'pairLegs':
    case 'indicateProgress':
    case 'indicateRinging':
    case 'stopRinging':
    case 'sendDigit':
      return answer.status === 404 || answer.status === 409 || answer.status === 412;
    case 'createLeg':
    case 'snoopLeg':
    case 'whisperLeg':
    case 'createBridge':
    case 'startRecording':
      return answer.status === 409;
    default:
      return false;
  }
}

function reasonOf(answer: AriResponse): string {
  const { body } = answer;
  const told =
    typeof body === 'object' && body !== null
      ? 'message' in body
        ? body.message
        : 'error' in body
          ? body.error
          : undefined
      : undefined;
  return `${String(answer.status)} ${typeof told === 'string' ? told : ''}`.trim();
}

/** A leg that cannot be created or dialled has ended; everything else is told as it is. */
function toFailure(command: SwitchCommand, reason: string, at: number): SwitchEvent {
  switch (command.kind) {
    case 'createLeg':
    case 'dialLeg':
      return { kind: 'legEnded', at, leg: command.leg, cause: cause.subscriberAbsent };
    case 'playPrompt':
    case 'playSound':
    case 'whisperSound':
      return { kind: 'playbackFinished', at, playback: command.playback, ok: false };
    default:
      return { kind: 'commandFailed', at, command: command.kind, subject: subjectOf(command), reason };
  }
}

function subjectOf(command: SwitchCommand): string {
  if ('snoop' in command && command.kind !== 'startRecording') return command.snoop;
  if ('recording' in command) return command.recording;
  if ('bridge' in command) return command.bridge;
  if ('playback' in command) return command.playback;
  return 'leg' in command ? command.leg : command.legs[0];
}

function toMeasured(
  command: Extract<SwitchCommand, { kind: 'measureLeg' }>,
  answer: AriResponse,
  at: number,
): SwitchEvent {
  const count = (name: string): number => {
    const { body } = answer;
    const value = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
    return typeof value === 'number' ? value : 0;
  };
  return { kind: 'legMeasured', at, leg: command.leg, received: count('rxcount'), sent: count('txcount') };
}
