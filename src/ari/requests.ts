/** What a command means for Asterisk: one request, or a few. */

import type { SwitchCommand } from '../telephony/commands.ts';
import type { LegId } from '../telephony/ids.ts';

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** In the order in which they are to be sent. */
export function toRequests(application: string, command: SwitchCommand): readonly Request[] {
  switch (command.kind) {
    case 'answerLeg':
      return [{ method: 'POST', path: `channels/${command.leg}/answer` }];
    case 'indicateRinging':
      return [{ method: 'POST', path: `channels/${command.leg}/ring` }];
    case 'stopRinging':
      return [{ method: 'DELETE', path: `channels/${command.leg}/ring` }];
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
      return joinRequests(command);
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
    case 'playSound':
      return [playRequest(command.leg, command)];
    case 'whisperSound':
      return [playRequest(command.snoop, command)];
    case 'stopPlayback':
      return [{ method: 'DELETE', path: `playbacks/${command.playback}` }];
    case 'sendDigit':
      return [digitRequest(command)];
    default:
      return [toRecordingRequest(application, command)];
  }
}

type RecordingCommand = Extract<
  SwitchCommand,
  {
    kind:
      | 'snoopLeg'
      | 'whisperLeg'
      | 'endSnoop'
      | 'startRecording'
      | 'muteRecording'
      | 'unmuteRecording'
      | 'stopRecording'
      | 'discardRecording';
  }
>;

function toRecordingRequest(application: string, command: RecordingCommand): Request {
  switch (command.kind) {
    case 'snoopLeg':
      return {
        method: 'POST',
        path: `channels/${command.leg}/snoop/${command.snoop}`,
        query: { spy: command.ear, app: application, appArgs: 'snoop' },
      };
    case 'whisperLeg':
      return {
        method: 'POST',
        path: `channels/${command.leg}/snoop/${command.snoop}`,
        query: { spy: 'none', whisper: 'out', app: application, appArgs: 'snoop' },
      };
    case 'endSnoop':
      return { method: 'DELETE', path: `channels/${command.snoop}` };
    case 'startRecording':
      return {
        method: 'POST',
        path: `channels/${command.snoop}/record`,
        query: { name: command.recording, format: formats[command.sampleRate], ifExists: 'fail' },
      };
    case 'muteRecording':
      return { method: 'POST', path: `recordings/live/${command.recording}/mute` };
    case 'unmuteRecording':
      return { method: 'DELETE', path: `recordings/live/${command.recording}/mute` };
    case 'stopRecording':
      return { method: 'POST', path: `recordings/live/${command.recording}/stop` };
    case 'discardRecording':
      return { method: 'DELETE', path: `recordings/live/${command.recording}` };
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
function joinRequests({ bridge, legs, absorbing = [] }: Extract<SwitchCommand, { kind: 'joinBridge' }>): Request[] {
  const join = (channels: readonly LegId[], query: Readonly<Record<string, string>> = {}): Request[] => {
    if (channels.length === 0) return [];
    const whole = { channel: channels.join(','), inhibitConnectedLineUpdates: 'true', ...query };
    return [{ method: 'POST', path: `bridges/${bridge}/addChannel`, query: whole }];
  };
  const open = legs.filter((leg) => !absorbing.includes(leg));
  return [
    ...join(
      legs.filter((leg) => absorbing.includes(leg)),
      { absorbDTMF: 'true' },
    ),
    ...join(open),
  ];
}

function playRequest(channel: string, { playback, sound }: { playback: string; sound: string }): Request {
  return { method: 'POST', path: `channels/${channel}/play/${playback}`, query: { media: `sound:${sound}` } };
}

/** By the sample rate: what Asterisk calls the two kinds of WAV file. */
const formats = { 8000: 'wav', 16000: 'wav16' } as const;

/** Asterisk sends no shorter digits, and while it sends a long one everything else about the leg waits. */
const longestDigitMs = 1000;

function digitRequest({ leg, digit, durationMs }: Extract<SwitchCommand, { kind: 'sendDigit' }>): Request {
  const duration = String(Math.min(Math.max(Math.round(durationMs), 100), longestDigitMs));
  return { method: 'POST', path: `channels/${leg}/dtmf`, query: { dtmf: digit, duration } };
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
