/** Talks of users of ours whose recording is paused, resumed and withdrawn, and what their files tell. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordingView } from '../../src/http/ports.ts';
import {
  lane,
  peakDbfs,
  cut,
  readWav,
  secondsOf,
  silences,
  toneDbfs,
  toneSpans,
  type Audio,
  type Span,
} from '../support/audio.ts';
import { eventually } from '../support/eventually.ts';
import { ask, type Answer } from '../support/http-client.ts';
import type { Party } from '../support/phones.ts';
import type { Site } from '../support/site.ts';
import { captureCli, type Captured } from '../unit/cli/captured-cli.ts';

/** What they say: the user of ours, and the other one. */
export const [userHz, otherHz] = [1680, 2066] as const;
/** What they say and nobody may find. */
export const [userSecretHz, otherSecretHz] = [2382, 2924] as const;

const extensions = ['1001', '1002', '1003', '1004', '1005', '1006', '1007', '1008'];

/** Eight users with a number each, and no groups. */
export const eightUsers = {
  users: extensions.map((extension) => ({ extension, name: `User ${extension}`, did: [didOf(extension)] })),
  ringGroups: [],
  hotlines: [],
};

export function didOf(extension: string): string {
  return `+493055502${extension.slice(2)}`;
}

export interface Line {
  /** `internal`: he calls a colleague; `called`: a colleague calls him. */
  readonly kind: 'in' | 'out' | 'internal' | 'called';
  readonly user: string;
  /** A number outside, or the colleague. */
  readonly other: string;
}

export interface Talk extends Line {
  readonly userParty: Party;
  readonly otherParty: Party;
  readonly callid: string;
}

export interface Said {
  readonly user: number;
  readonly other: number;
}

/** Both hear each other when this is done. */
export async function connect(site: Site, line: Line, said: Said = { user: userHz, other: otherHz }): Promise<Talk> {
  const caller = await dial(site, line, line.kind === 'in' || line.kind === 'called' ? said.other : said.user);
  const callee = await ringing(site, line);
  const isCaller = line.kind === 'out' || line.kind === 'internal';
  await callee.answers({ playing: isCaller ? said.other : said.user });
  const [userParty, otherParty] = isCaller ? [caller, callee] : [callee, caller];
  await Promise.all([userParty.hears(said.other), otherParty.hears(said.user)]);
  return { ...line, userParty, otherParty, callid: await callOf(site, line) };
}

function dial({ phones: { carrier, phone } }: Site, { kind, user, other }: Line, playing: number): Promise<Party> {
  switch (kind) {
    case 'in':
      return carrier.calls(didOf(user), { from: other, playing });
    case 'out':
    case 'internal':
      return phone(user).calls(other, { playing });
    case 'called':
      return phone(other).calls(user, { playing });
  }
}

function ringing({ phones: { carrier, phone } }: Site, { kind, user, other }: Line): Promise<Party> {
  switch (kind) {
    case 'in':
    case 'called':
      return phone(user).rings();
    case 'out':
      return carrier.receives(other);
    case 'internal':
      return phone(other).rings();
  }
}

async function callOf({ server }: Site, { other, user }: Line): Promise<string> {
  return eventually(`the call of ${user} and ${other} is shown`, async () => {
    const calls = await server.calls();
    return calls.find(({ caller, callee, users }) => {
      const numbers = [caller.number, callee.number, ...users];
      return numbers.includes(other) && numbers.some((one) => one === user || one === didOf(user));
    })?.id;
  });
}

export async function hangUp({ userParty, otherParty }: Pick<Talk, 'userParty' | 'otherParty'>): Promise<void> {
  await userParty.hangsUp();
  await otherParty.hungUp();
}

/** So much more audio comes in. */
export async function listen(party: Party, seconds: number): Promise<void> {
  const until = party.heard.seconds + seconds;
  const came = await party.heard.until(() => party.heard.seconds >= until, 20_000);
  assert.ok(came, 'audio comes in');
}

// ── control ─────────────────────────────────────────────────────────────────

export async function api(site: Site, method: string, path: string, body?: unknown): Promise<Answer> {
  const { server } = site;
  const file = await readFile(join(server.directory, 'data/control.token'), 'utf8');
  const authorization = `Bearer ${(JSON.parse(file) as { readonly token: string }).token}`;
  const url = `${server.url}/api/v1${path}`;
  if (body === undefined) return ask(url, method, { authorization });
  return ask(url, method, { authorization, 'content-type': 'application/json' }, JSON.stringify(body));
}

export async function control(site: Site, { callid }: Pick<Talk, 'callid'>, action: string): Promise<number> {
  return (await api(site, 'POST', `/calls/${callid}/recording/${action}`)).status;
}

/** The command line in this process, since starting it takes long. */
export function cli(site: Site, ...words: string[]): Promise<Captured> {
  return captureCli([...words, '--config', site.server.configFile]);
}

export async function isRecording(site: Site, { callid }: Pick<Talk, 'callid'>, state: string): Promise<void> {
  await eventually(`the recording of ${callid} is ${state}`, async () => {
    const call = (await site.server.calls()).find(({ id }) => id === callid);
    return call?.recording.state === state;
  });
}

// ── what came of it ─────────────────────────────────────────────────────────

export async function recordingsOf(site: Site, { callid }: Pick<Talk, 'callid'>): Promise<readonly RecordingView[]> {
  return (await site.server.recordings()).filter((one) => one.callid === callid).reverse();
}

/** So many recordings of the call, the first first, once they are finished. */
export async function finished(
  site: Site,
  talk: Pick<Talk, 'callid'>,
  count: number,
): Promise<readonly RecordingView[]> {
  return eventually(`${String(count)} recordings of ${talk.callid} are finished`, async () => {
    const found = await recordingsOf(site, talk);
    return found.length === count && found.every(({ state }) => state === 'kept') && found;
  });
}

export interface Pausing {
  readonly from: string;
  readonly to: string | null;
  readonly by: Readonly<Record<string, string>>;
  readonly resumedBy: Readonly<Record<string, string>> | null;
}

export interface Metadata {
  readonly joinedAt: string;
  readonly partedAt: string;
  readonly pauses: readonly Pausing[];
  readonly judgement: { readonly result: string; readonly method: string };
  readonly audio: Readonly<Record<string, unknown>>;
}

export async function metadataOf({ server }: Site, { base }: RecordingView): Promise<Metadata> {
  return JSON.parse(await readFile(join(server.recordingsDirectory, `${base}.json`), 'utf8')) as Metadata;
}

/** Where in the file the pause lies. */
export function spanOf({ joinedAt, partedAt }: Metadata, { from, to }: Pausing): Span {
  const place = (at: string): number => (Date.parse(at) - Date.parse(joinedAt)) / 1000;
  return { from: place(from), to: place(to ?? partedAt) };
}

export async function audioOf({ server }: Site, recording: RecordingView): Promise<Audio> {
  return readWav(server.audioPath(recording));
}

/** What this party said, in a file of one lane or in the lane of its own. */
export function laneOf({ kind }: Line, audio: Audio, who: 'user' | 'other'): Audio {
  if (audio.lanes.length === 1) return audio;
  // Left is the outside party; inside it is the caller.
  const isLeft = kind === 'internal' ? who === 'user' : who === 'other';
  return lane(audio, isLeft ? 0 : 1);
}

/** How far the file and the clock of the server may be apart: on a busy machine the answer is heard of late. */
const apartSeconds = 0.15;
/** A digit is sent instead of audio. */
const digitsSeconds = 0.9;
/** What a busy machine loses. */
const holeSeconds = 0.12;

/** Silence from end to end of the pause, and nothing but that: on both sides of it both are heard. */
export function assertPausedOnce(line: Line, audio: Audio, pause: Span): void {
  const told = `pause from ${pause.from.toFixed(3)} to ${pause.to.toFixed(3)} of ${secondsOf(audio).toFixed(3)} s`;
  assertNoSecret(audio);
  assertSilent(audio, { from: pause.from + apartSeconds, to: pause.to - apartSeconds }, told);
  for (const [who, hz] of [
    ['user', userHz],
    ['other', otherHz],
  ] as const) {
    const spans = withoutHoles(toneSpans(laneOf(line, audio, who), hz));
    const heard = `${who} in ${JSON.stringify(spans)}, ${told}`;
    const slack = who === 'user' ? digitsSeconds : apartSeconds;
    const before = spans.filter(({ from }) => from < pause.from).at(-1);
    const after = spans.find(({ from }) => from > pause.from);
    assert.ok(before && Math.abs(before.to - pause.from) < slack, `heard until the pause: ${heard}`);
    assert.ok(after && Math.abs(after.from - pause.to) < slack, `heard from the pause on: ${heard}`);
    assert.ok(secondsOf(audio) - (spans.at(-1)?.to ?? 0) < 0.3, `heard to the end: ${heard}`);
  }
}

export function assertSilent(audio: Audio, span: Span, told: string): void {
  for (const index of audio.lanes.keys()) {
    const level = peakDbfs(cut(lane(audio, index), span));
    const silent = JSON.stringify(silences(lane(audio, index), 200));
    assert.ok(level < -60, `${level.toFixed(0)} dBFS in lane ${String(index)}, silent in ${silent}: ${told}`);
  }
}

/** Louder than the edges of another tone are. */
const heardDbfs = -40;
/** Rows of the keypad that are far from every tone said. */
const digitRowsHz = [770, 852, 941];

/** Neither what was said in the pause nor a digit of it. */
export function assertNoSecret(audio: Audio): void {
  for (const index of audio.lanes.keys()) {
    for (const hz of [userSecretHz, otherSecretHz, ...digitRowsHz]) {
      const level = loudest(lane(audio, index), hz);
      assert.ok(level < heardDbfs, `${String(hz)} Hz at ${level.toFixed(0)} dBFS in lane ${String(index)}`);
    }
  }
}

export function withoutHoles(spans: readonly Span[]): readonly Span[] {
  return spans.reduce<readonly Span[]>((merged, span) => {
    const last = merged.at(-1);
    const isHole = last !== undefined && span.from - last.to < holeSeconds;
    return isHole ? [...merged.slice(0, -1), { from: last.from, to: span.to }] : [...merged, span];
  }, []);
}

/** The loudest moment of a tone in what somebody heard. */
export function loudest(audio: Audio, hz: number, windowSeconds = 0.06): number {
  let level = -120;
  for (let from = 0; from + windowSeconds <= secondsOf(audio); from += windowSeconds / 2)
    level = Math.max(level, toneDbfs(audio, hz, { from, to: from + windowSeconds }));
  return level;
}
