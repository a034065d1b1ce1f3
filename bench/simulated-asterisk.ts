/**
 * An Asterisk that is only its ARI: it answers requests and sends the events that the real one would send, for more
 * calls than this machine could carry. What it costs is counted nowhere.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeAudio, toWav } from '../test/support/audio.ts';
import {
  fakeChannel,
  fakeEvent,
  startFakeAri,
  type FakeAnswer,
  type FakeAri,
  type FakeRequest,
} from '../test/support/fake-ari.ts';

export interface SimulatedAsterisk {
  readonly ari: FakeAri;
  /** A call from the trunk arrives; resolves when the parties are in a bridge. */
  call(number: string): Promise<SimulatedCall>;
}

export interface SimulatedCall {
  readonly channel: string;
  /** From the arrival to the first request about it: through the socket, the mailbox, the machines and back. */
  readonly reactionMs: number;
  hangUp(): void;
}

interface Waiting {
  readonly arrivedAt: number;
  reactionMs: number | undefined;
  readonly joined: (reactionMs: number) => void;
}

export interface SimulatedSettings {
  readonly password: string;
  /** Where the recorded files are to be found by the server; every one holds the same three seconds. */
  readonly recordingDirectory: string;
}

export async function startSimulatedAsterisk(settings: SimulatedSettings): Promise<SimulatedAsterisk> {
  const { password, recordingDirectory } = settings;
  const audio = toWav(makeAudio([{ hz: 440, seconds: 3 }]));
  // At once: Asterisk answers in the order in which it was asked.
  const keep = (name: string): void => writeFileSync(join(recordingDirectory, `${name}.wav`), audio);
  const waiting = new Map<string, Waiting>();
  let count = 0;
  const send = (type: string, fields: object): void => {
    ari.send(fakeEvent(type, { timestamp: new Date().toISOString().replace('Z', '+0000'), ...fields }));
  };
  const ari = await startFakeAri({ password, answer: (request) => answer(request, { waiting, send, keep }) });
  return {
    ari,
    call: (number) =>
      new Promise((resolve) => {
        const channel = `sim-${(count += 1)}`;
        const hangUp = (): void => {
          send('StasisEnd', { channel: trunkChannel(channel, number) });
          send('ChannelDestroyed', { channel: trunkChannel(channel, number), cause: 16, cause_txt: 'Normal Clearing' });
        };
        const joined = (reactionMs: number): void => resolve({ channel, reactionMs, hangUp });
        waiting.set(channel, { arrivedAt: performance.now(), reactionMs: undefined, joined });
        send('StasisStart', { args: ['trunk'], channel: trunkChannel(channel, number) });
      }),
  };
}

interface Stage {
  readonly waiting: Map<string, Waiting>;
  readonly send: (type: string, fields: object) => void;
  readonly keep: (recording: string) => void;
}

const nothing: FakeAnswer = { status: 204 };

/** A request taken apart, and how to tell of it a moment later. */
interface Asked {
  readonly id: string;
  readonly what: string;
  readonly ownId: string;
  readonly parameter: (name: string) => string;
  readonly later: (type: string, fields: object) => void;
  readonly stage: Stage;
}

/** What Asterisk would answer, and what it would tell of it a moment later; nothing special where there is no row. */
const answers: Readonly<Record<string, (asked: Asked) => FakeAnswer>> = {
  'POST channels/create': ({ parameter, later }) => {
    const channel = legChannel(parameter('channelId'));
    later('StasisStart', { args: ['leg'], channel });
    return { status: 200, body: channel };
  },
  'POST channels dial': ({ id, later }) => {
    for (const dialstatus of ['RINGING', 'ANSWER']) later('Dial', { dialstatus, peer: legChannel(id) });
    return nothing;
  },
  'POST channels snoop': ({ ownId, later }) => {
    later('StasisStart', { args: ['snoop'], channel: snoopChannel(ownId) });
    return { status: 200, body: snoopChannel(ownId) };
  },
  'POST channels record': ({ id, parameter, later }) => {
    const recording = liveRecording(parameter('name'), id);
    later('RecordingStarted', { recording });
    return { status: 201, body: recording };
  },
  'POST recordings stop': ({ what, later, stage }) => {
    stage.keep(what);
    later('RecordingFinished', { recording: { ...liveRecording(what, ''), state: 'done', duration: 3 } });
    return nothing;
  },
  'DELETE channels': ({ id, later }) => {
    later('StasisEnd', { channel: legChannel(id) });
    later('ChannelDestroyed', { channel: legChannel(id), cause: 16, cause_txt: 'Normal Clearing' });
    return nothing;
  },
  'POST bridges addChannel': ({ parameter, stage }) => {
    noteJoined(stage.waiting, parameter('channel'));
    return nothing;
  },
};

function answer({ method, uri }: FakeRequest, stage: Stage): FakeAnswer {
  const [path = '', query = ''] = uri.split('?');
  const [resource = '', id = '', what = '', ownId = ''] = path.split('/').map(decodeURIComponent);
  noteReaction(stage.waiting, id);
  if (method === 'GET') return answerQuestion(resource, what);
  const parameters = new URLSearchParams(query);
  const asked: Asked = {
    ...{ id, what, ownId, stage },
    parameter: (name) => parameters.get(name) ?? '',
    later: (type, fields) => void setImmediate(() => stage.send(type, fields)),
  };
  return answers[rowOf(method, resource, id, what, ownId)]?.(asked) ?? nothing;
}

function rowOf(method: string, resource: string, id: string, what: string, ownId: string): string {
  if (resource === 'channels' && id === 'create') return `${method} channels/create`;
  const verb = resource === 'recordings' ? ownId : what;
  return verb === '' ? `${method} ${resource}` : `${method} ${resource} ${verb}`;
}

function answerQuestion(resource: string | undefined, what: string): FakeAnswer {
  if (resource === 'recordings') return { status: 404, body: { message: 'Recording not found' } };
  if (what === 'rtp_statistics') return { status: 200, body: { rxcount: 500, txcount: 500 } };
  return { status: 200, body: [] };
}

function noteReaction(waiting: Map<string, Waiting>, channel: string): void {
  const call = waiting.get(channel);
  if (call) call.reactionMs ??= performance.now() - call.arrivedAt;
}

function noteJoined(waiting: Map<string, Waiting>, channels: string): void {
  for (const channel of channels.split(',')) {
    const call = waiting.get(channel);
    call?.joined(call.reactionMs ?? Number.NaN);
    waiting.delete(channel);
  }
}

function trunkChannel(id: string, number: string): object {
  return fakeChannel(id, {
    name: `PJSIP/carrier-${toHex(id)}`,
    state: 'Ring',
    caller: { name: 'Hannah Vogel', number: '+491711234567' },
    dialplan: { context: 'fernamt-trunk', exten: number, priority: 3, app_name: 'Stasis', app_data: 'fernamt,trunk' },
  });
}

function legChannel(id: string): object {
  return fakeChannel(id, { name: `PJSIP/1001-${toHex(id)}` });
}

function snoopChannel(id: string): object {
  return fakeChannel(id, { name: `Snoop/sim-${toHex(id)}` });
}

function liveRecording(name: string, channel: string): object {
  return { name, format: 'wav', state: 'recording', target_uri: `channel:${channel}` };
}

function toHex(id: string): string {
  let hash = 0;
  for (const letter of id) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0;
  return hash.toString(16).padStart(8, '0');
}
