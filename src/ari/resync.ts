/** After every connection: what happened while we were away, told as if it happened now, and what of ours is left over. Pure. */

import type { SwitchEvent } from '../telephony/events.ts';
import { callOfResource, type BridgeId, type CallId, type RecordingName } from '../telephony/ids.ts';
import { cause, type Call, type Leg } from '../telephony/model.ts';
import type { AriBridge, AriChannel } from './schema-resources.ts';
import { toArrived, type Arrived } from './translate.ts';

export interface LiveSwitch {
  readonly channels: readonly AriChannel[];
  readonly bridges: readonly AriBridge[];
  readonly recordings: readonly string[];
}

export interface Resync {
  readonly events: ReadonlyMap<CallId, readonly SwitchEvent[]>;
  /** Calls that came in and that nobody has seen. */
  readonly arrived: readonly Arrived[];
  readonly orphanChannels: readonly string[];
  readonly orphanBridges: readonly string[];
}

/** What was found, and when. */
interface Finding {
  readonly application: string;
  readonly live: LiveSwitch;
  /** Those that are in our hands, by id. */
  readonly channels: ReadonlyMap<string, AriChannel>;
  readonly doubtful: ReadonlySet<string>;
  readonly at: number;
}

export function resync(application: string, calls: readonly Call[], live: LiveSwitch, at: number): Resync {
  const isOurs = (id: string): boolean => callOfResource(application, id) !== undefined;
  const ours = live.channels.filter((channel) => isOurs(channel.id) || isInApplication(application, channel));
  const doubtful = doubtfulLegs(calls, live.channels);
  const finding: Finding = { application, live, channels: new Map(ours.map((one) => [one.id, one])), doubtful, at };
  const known = new Map<string, Call>(calls.map((call) => [call.id, call]));
  const legs = new Set<string>(calls.flatMap((call) => call.legs.map((leg) => leg.id)));
  const callOf = (id: string): Call | undefined => known.get(callOfResource(application, id) ?? '');
  const strange = strangeTalks(application, live.bridges, known);
  const isOrphan = (id: string): boolean => isOurs(id) && !strange.calls.has(callOfResource(application, id) ?? '');
  return {
    events: new Map(calls.map((call) => [call.id, missedEvents(finding, call)])),
    arrived: live.channels
      .filter(({ id }) => !legs.has(id) && !isOurs(id) && !strange.members.has(id))
      .flatMap((one) => unseen(application, one, at)),
    orphanChannels: live.channels
      .map(({ id }) => id)
      .filter((id) => doubtful.has(id) || (isOrphan(id) && isForgotten(callOf(id), id))),
    orphanBridges: live.bridges.map(({ id }) => id).filter((id) => isOrphan(id) && callOf(id)?.bridge !== id),
  };
}

/**
 * Talks that our database knows nothing of: it was lost, or another server with our name made them. Two people who talk
 * are not cut off for that; when they hang up each leg ends the other, and the bridge goes at the next connection.
 */
function strangeTalks(
  application: string,
  bridges: readonly AriBridge[],
  known: ReadonlyMap<string, Call>,
): { readonly calls: ReadonlySet<string>; readonly members: ReadonlySet<string> } {
  const talks = bridges.flatMap(({ id, channelIds }) => {
    const call = callOfResource(application, id);
    return call === undefined || known.has(call) || channelIds.length < 2 ? [] : [{ call, channelIds }];
  });
  return {
    calls: new Set(talks.map(({ call }) => call)),
    members: new Set(talks.flatMap(({ channelIds }) => channelIds)),
  };
}

/** Of a call that is over, or a leg that has ended for us. A running call's listeners are its recording's own matter. */
function isForgotten(call: Call | undefined, channel: string): boolean {
  if (!call) return true;
  return call.legs.some((leg) => leg.id === channel && leg.state === 'ended');
}

/**
 * Legs that are gone first, the caller before all, so that nobody is rung for a caller who has left. Then what stands, so
 * that what we had begun is mended before anything new is made of what happened meanwhile. What is doubtful comes last:
 * if somebody has answered nobody is rung anew.
 */
function missedEvents(finding: Finding, call: Call): readonly SwitchEvent[] {
  const { at, channels, doubtful } = finding;
  const open = call.legs.filter((leg) => leg.state !== 'ended' && !doubtful.has(leg.id));
  const gone = open.filter((leg) => !channels.has(leg.id));
  const callersFirst = gone.sort((a, b) => Number(b.role === 'caller') - Number(a.role === 'caller'));
  const there = open.flatMap((leg) => missedOfLeg(leg, channels.get(leg.id), at));
  const givenUp = call.legs.filter((leg) => doubtful.has(leg.id));
  return [
    ...callersFirst.map((leg): SwitchEvent => ({ kind: 'legEnded', at, leg: leg.id, cause: cause.lost })),
    whatStands(finding, call),
    ...there,
    ...givenUp.map((leg): SwitchEvent => ({ kind: 'legEnded', at, leg: leg.id, cause: cause.doubtful })),
  ];
}

function whatStands({ application, live, channels, at }: Finding, call: Call): SwitchEvent {
  const isOfCall = (id: string): boolean => callOfResource(application, id) === call.id;
  return {
    kind: 'resynced',
    at,
    channels: call.legs.filter((leg) => leg.state !== 'ended' && channels.has(leg.id)).map((leg) => leg.id),
    bridges: live.bridges
      .filter((bridge) => bridge.id === call.bridge)
      .map((bridge) => ({ id: bridge.id as BridgeId, members: bridge.channelIds })),
    recordings: live.recordings.filter(isOfCall).map((name) => name as RecordingName),
  };
}

/**
 * Legs that we wanted dialled and that tell nothing: our request may have come through or not, it looks the same, and
 * Asterisk ends a leg that is dialled twice. They are given up and rung anew.
 */
function doubtfulLegs(calls: readonly Call[], channels: readonly AriChannel[]): ReadonlySet<string> {
  const isSilent = new Set(channels.filter(({ state }) => state === 'Down').map(({ id }) => id));
  const dialling = calls.flatMap((call) =>
    call.legs.filter((leg) => leg.state === 'dialling' && leg.progressedAt === undefined),
  );
  return new Set<string>(dialling.map((leg) => leg.id).filter((id) => isSilent.has(id)));
}

function missedOfLeg(leg: Leg, channel: AriChannel | undefined, at: number): readonly SwitchEvent[] {
  if (leg.role === 'caller' || !channel) return [];
  const ready: SwitchEvent[] =
    leg.state === 'created' ? [{ kind: 'legReady', at, leg: leg.id, channelName: channel.name }] : [];
  if (channel.state === 'Up' && leg.state !== 'up') return [...ready, { kind: 'legAnswered', at, leg: leg.id }];
  if (channel.state === 'Ringing' && leg.state !== 'ringing')
    return [...ready, { kind: 'legRinging', at, leg: leg.id }];
  return ready;
}

/** A caller who has gone on in the dialplan has left us, although his channel stands. */
function isInApplication(application: string, { dialplan }: AriChannel): boolean {
  return dialplan.appName === 'Stasis' && dialplan.appData.split(',')[0] === application;
}

/** In our application by the dialplan, and no call of ours: its arrival was told to nobody. */
function unseen(application: string, channel: AriChannel, at: number): readonly Arrived[] {
  if (!isInApplication(application, channel)) return [];
  const [, ...args] = channel.dialplan.appData.split(',');
  const arrived = toArrived(channel, args, at);
  return arrived ? [arrived] : [];
}
