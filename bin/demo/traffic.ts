/** Calls of all kinds, now and then, so that there is something to see. */

import { setTimeout as delay } from 'node:timers/promises';
import type { CallView } from '../../src/http/ports.ts';
import { reasonText } from '../../src/recording/reasons.ts';
import type { Party, Phones } from '../../test/support/phones.ts';
import { direct, hotline, people, supplier } from './configuration.ts';
import type { Display } from './display.ts';
import type { LogLine, News } from './server.ts';
import type { Stage } from './stage.ts';
import type { Utterance } from './voices.ts';

const everyMs = 20_000;
const talkMs = 26_000;
const shortTalkMs = 8_000;
const patienceMs = 9_000;
/** The announcement, the time to object, and somebody who answers. */
const askedMs = 20_000;
const listensBeforeKeyMs = 2500;

type Scene = (stage: Stage, turn: number) => Promise<void>;

const outside = [
  { from: '+491711234567', name: 'Hannah Vogel' },
  { from: '+49221987654', name: 'Peter Anders' },
  { from: '+436601234567', name: 'Maria Huber' },
] as const;

/** Who objects comes first, so that one sees it soon; and no two want the same telephone at once. */
const scenes: readonly Scene[] = [
  async ({ phones, voices }, turn) => {
    const caller = await callHotline(phones, callerOf(turn));
    await delay(listensBeforeKeyMs);
    await caller.presses('1');
    await converse(caller, await answeredAgent(phones, callerOf(turn).from), voices.talk, shortTalkMs);
  },
  async ({ phones, voices }) => {
    const caller = await phones.phone('1004').calls('002219876543', { listens: false });
    await caller.isAnswered(patienceMs);
    await converse(await answeredCarrier(phones), caller, voices.talk);
  },
  async ({ phones, voices }, turn) => {
    const caller = await callHotline(phones, callerOf(turn));
    await converse(caller, await answeredAgent(phones, callerOf(turn).from), voices.talk);
  },
  async ({ phones, voices }) => {
    const caller = await phones.phone('1003').calls('1002', { listens: false });
    await caller.isAnswered(patienceMs);
    await converse(caller, await answeredParty(phones, '1002'), voices.talk);
  },
  async ({ phones, voices }) => {
    const caller = await callHotline(phones, supplier);
    await converse(caller, await answeredAgent(phones, supplier.from), voices.talk, shortTalkMs);
  },
  async ({ phones }, turn) => {
    const caller = await phones.carrier.calls(direct.daniel, { ...callerOf(turn), listens: false });
    await caller.hungUp(patienceMs);
  },
  async ({ phones }, turn) => {
    const caller = await phones.carrier.calls(direct.carla, { ...callerOf(turn), listens: false });
    await delay(patienceMs);
    await caller.hangsUp();
  },
];

/** Goes on until the signal; a call that goes wrong is told and does not end the others. */
export async function runTraffic(stage: Stage, display: Display, signal: AbortSignal): Promise<void> {
  const stopTelling = stage.server.listen(createTeller(display));
  teachPhones(stage.phones);
  for (let turn = 0; !signal.aborted; turn += 1) {
    const scene = scenes[turn % scenes.length];
    void scene?.(stage, turn).catch((error: unknown) => {
      if (!signal.aborted)
        display.faint(`  a sample call went wrong: ${error instanceof Error ? error.message : String(error)}`);
    });
    await delay(everyMs, undefined, { signal }).catch(() => undefined);
  }
  stopTelling();
}

/** Two who answer, one who is never at her desk, and one who is always on the phone. */
function teachPhones(phones: Phones): void {
  const deaf = { listens: false };
  phones.phone('1001').behaves({ kind: 'answers', afterMs: 3000 }, deaf);
  phones.phone('1002').behaves({ kind: 'answers', afterMs: 4500 }, deaf);
  phones.phone('1003').behaves({ kind: 'rings' }, deaf);
  phones.phone('1004').behaves({ kind: 'refuses', how: 'busy' }, deaf);
  phones.carrier.behaves({ kind: 'answers', afterMs: 3500 }, deaf);
}

function callerOf(turn: number): (typeof outside)[number] {
  return outside[turn % outside.length] ?? outside[0];
}

/** Whoever is asked is answered by the announcement, the supplier by a person. */
async function callHotline(phones: Phones, from: (typeof outside)[number] | typeof supplier): Promise<Party> {
  const caller = await phones.carrier.calls(hotline.did, { ...from, listens: false });
  await caller.isAnswered(patienceMs);
  return caller;
}

/** The one of the two who was quicker. */
function answeredAgent(phones: Phones, caller: string): Promise<Party | undefined> {
  const both = ['1001', '1002'].map((name) => phones.phone(name).ringsFor(caller, askedMs));
  return Promise.any(both).catch(() => undefined);
}

/** The party of that phone that is in the talk; it answers by itself. */
function answeredParty(phones: Phones, name: string): Promise<Party | undefined> {
  return phones
    .phone(name)
    .rings(500)
    .catch(() => undefined);
}

function answeredCarrier(phones: Phones): Promise<Party | undefined> {
  return phones.carrier.receives(undefined, 500).catch(() => undefined);
}

/** They take turns until the time is up, and then the caller hangs up. */
async function converse(
  caller: Party | undefined,
  agent: Party | undefined,
  talk: readonly Utterance[],
  ms = talkMs,
): Promise<void> {
  const endsAt = Date.now() + ms;
  for (let turn = 0; Date.now() < endsAt; turn += 1) {
    const utterance = talk[turn % talk.length];
    const speaker = utterance?.speaker === 'caller' ? caller : agent;
    if (caller?.isOver === true || agent?.isOver === true) return;
    if (utterance && speaker) await speaker.says(utterance.name);
    await delay(400);
  }
  await (caller ?? agent)?.hangsUp();
}

const directionWords = { in: 'from outside', out: 'to outside', internal: 'internal' } as const;

/** One line per call, when it is over: how it ended stands in the log, who took part in the stream. */
function createTeller(display: Display): (news: News) => void {
  const calls = new Map<string, CallView>();
  return (news) => {
    if (news.kind === 'call') calls.set(news.call.id, news.call);
    if (news.kind === 'log' && news.line.message === 'call ended') {
      const call = calls.get(news.line.callId ?? '');
      if (call) display.line(`  ${toSentence(call, news.line)}`);
      calls.delete(news.line.callId ?? '');
    }
  };
}

function toSentence(call: CallView, ended: LogLine): string {
  const time = new Date(ended.time).toTimeString().slice(0, 8);
  const parties = `${nameOf(call.caller)} → ${nameOf(call.callee)}`;
  return [time, directionWords[call.direction].padEnd(13), parties.padEnd(36), outcomeOf(call, ended)].join('  ');
}

function nameOf({ name, number }: CallView['caller'] | CallView['callee']): string {
  return name || (people as Readonly<Record<string, string>>)[number] || number;
}

function outcomeOf(call: CallView, ended: LogLine): string {
  const disposition = String(ended['disposition']);
  if (disposition !== 'answered') return disposition;
  const seconds = Math.round(Number(ended['durationMs']) / 1000);
  return `${disposition}, ${seconds} s, ${recordingOf(call)}`;
}

const recordedStates: readonly string[] = ['recording', 'paused', 'done'];

/** Whether it was recorded; and if it was not, why. */
function recordingOf({ recording: { state, setting, reason } }: CallView): string {
  if (recordedStates.includes(state)) return `recorded: ${setting ?? ''}`;
  return reason === null ? 'not recorded' : `not recorded: ${reasonText(reason, 'en')}`;
}
