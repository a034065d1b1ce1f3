/**
 * Carries commands out: one command is one request or a few, sent in order. Answers come back as events. A request whose
 * connection was lost is not answered at all: what became of it is seen when everything is reconciled.
 */

import type { SwitchCommand } from '../telephony/commands.ts';
import type { SwitchEvent } from '../telephony/events.ts';
import type { CallId } from '../telephony/ids.ts';
import { cause } from '../telephony/model.ts';
import { AriError, type AriClient, type AriResponse } from './client.ts';

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

interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
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
      return answer.status === 404 || answer.status === 409 || answer.status === 412;
    case 'createLeg':
    case 'snoopLeg':
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

function toRequests(application: string, command: SwitchCommand): readonly Request[] {
  switch (command.kind) {
    case 'answerLeg':
      return [{ method: 'POST', path: `channels/${command.leg}/answer` }];
    case 'indicateRinging':
      return [{ method: 'POST', path: `channels/${command.leg}/ring` }];
    case 'indicateProgress':
      return [{ method: 'POST', path: `channels/${command.leg}/progress` }];
    case 'createLeg':
      return [createRequest(application, command)];
    case 'dialLeg':
      return [{ method: 'POST', path: `channels/${command.leg}/dial`, query: { timeout: String(command.seconds) } }];
    case 'hangupLeg':
      return [{ method: 'DELETE', path: `channels/${command.leg}`, query: { reason_code: String(command.cause) } }];
    case 'limitLeg':
      return [setVariable(command.leg, 'TIMEOUT(absolute)', String(command.seconds))];
    case 'pairLegs':
      return pairRequests(command);
    case 'measureLeg':
      return [{ method: 'GET', path: `channels/${command.leg}/rtp_statistics` }];
    case 'refuseTransfer':
      return [
        { method: 'POST', path: `channels/${command.leg}/transfer_progress`, query: { states: 'channel_declined' } },
      ];
    case 'createBridge':
      // With `dtmf_events` the bridge never goes native, where no digit would be reported.
      return [{ method: 'POST', path: 'bridges', query: { type: 'mixing,dtmf_events', bridgeId: command.bridge } }];
    case 'joinBridge':
      return [joinRequest(command)];
    case 'destroyBridge':
      return [{ method: 'DELETE', path: `bridges/${command.bridge}` }];
    case 'playPrompt':
      return [
        {
          method: 'POST',
          path: `channels/${command.leg}/play/${command.playback}`,
          query: { media: `sound:${application}/${command.language}/${command.prompt}` },
        },
      ];
    case 'stopPlayback':
      return [{ method: 'DELETE', path: `playbacks/${command.playback}` }];
    case 'snoopLeg':
      return [
        {
          method: 'POST',
          path: `channels/${command.leg}/snoop/${command.snoop}`,
          query: { spy: command.ear, app: application, appArgs: 'snoop' },
        },
      ];
    case 'endSnoop':
      return [{ method: 'DELETE', path: `channels/${command.snoop}` }];
    case 'startRecording':
      return [
        {
          method: 'POST',
          path: `channels/${command.snoop}/record`,
          query: { name: command.recording, format: 'wav', ifExists: 'fail' },
        },
      ];
    case 'stopRecording':
      return [{ method: 'POST', path: `recordings/live/${command.recording}/stop` }];
    case 'discardRecording':
      return [{ method: 'DELETE', path: `recordings/live/${command.recording}` }];
  }
}

function createRequest(application: string, command: Extract<SwitchCommand, { kind: 'createLeg' }>): Request {
  return {
    method: 'POST',
    path: 'channels/create',
    query: {
      endpoint: command.dial,
      app: application,
      appArgs: 'leg',
      channelId: command.leg,
      originator: command.originator,
    },
    body: {
      variables: {
        'TIMEOUT(absolute)': String(command.limitSeconds),
        'PJSIP_TRANSFER_HANDLING()': 'ari-only',
        ...shown(command.from.number, command.from.name),
      },
    },
  };
}

/** What the called party's display shows. Without a number the call is anonymous. */
function shown(number: string, name: string): Record<string, string> {
  if (number === '') return { 'CONNECTEDLINE(pres,i)': 'prohib_passed_screen' };
  return { 'CONNECTEDLINE(name,i)': name, 'CONNECTEDLINE(num,i)': number };
}

/** Otherwise Asterisk tells each party by a re-INVITE who the other one is, and a caller outside our extensions. */
function joinRequest({ bridge, legs }: Extract<SwitchCommand, { kind: 'joinBridge' }>): Request {
  const query = { channel: legs.join(','), inhibitConnectedLineUpdates: 'true' };
  return { method: 'POST', path: `bridges/${bridge}/addChannel`, query };
}

function setVariable(channel: string, variable: string, value: string): Request {
  return { method: 'POST', path: `channels/${channel}/variable`, query: { variable, value } };
}

/** The hang-up handler lives in `dialplan/fernamt.conf`. */
function pairRequests(command: Extract<SwitchCommand, { kind: 'pairLegs' }>): readonly Request[] {
  const push = (leg: string, other: string): Request =>
    setVariable(leg, 'CHANNEL(hangup_handler_push)', `fernamt-hangup,s,1(${other})`);
  return [push(command.legs[0], command.names[1]), push(command.legs[1], command.names[0])];
}
