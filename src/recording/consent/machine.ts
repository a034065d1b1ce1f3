/**
 * The gate that announces and asks. A caller hears the announcement before the first telephone rings, or while it rings;
 * a called party hears it after the answer, before the parties are put together. Nothing is recorded until it is
 * settled, and what cannot be settled is settled against recording.
 */

import type { Command } from '../../telephony/commands.ts';
import type { CallEvent, DomainEvent, GatePoint } from '../../telephony/events.ts';
import { resourceId, type LegId, type PlaybackId } from '../../telephony/ids.ts';
import type { Machine } from '../../telephony/machine.ts';
import { callerLeg, cause, legOf, type Call } from '../../telephony/model.ts';
import { asksNobody, type RecordingPlan } from '../../telephony/recording-plan.ts';
import { noteDigit } from './digits.ts';
import { consentGate, passed, settle } from './settling.ts';
import { initialConsent, modeOf } from './state.ts';
import type { Announcement, ConsentScene, ConsentSetup, ConsentState, ConsentStep } from './state.ts';

export { consentGate } from './settling.ts';
export type { Announcement, ConsentSetup, ConsentState } from './state.ts';

/** Asterisk tells a digit at its end: one that began in time may be told so much later. */
const digitGraceMs = 500;
/** An announcement that ends sooner than its length less this was not heard to its end. */
const cutToleranceMs = 250;
/** Whoever hangs up ends what he hears a moment before Asterisk tells that he is gone (seen in 22.10). */
const hangUpGraceMs = 500;
/** Ends a leg that hears an announcement even if we are gone. */
const graceSeconds = 30;
/** No attempt rings longer, so that a caller who hears it meanwhile is not cut off. */
const longestRingSeconds = 180;

export function consentMachine(setup: ConsentSetup): Machine<ConsentState> {
  return {
    name: 'consent',
    initial: initialConsent,
    step: (state, call, event) => step({ setup, call, at: event.at }, state, event),
    recover: (state, call, event) => recover({ setup, call, at: event.at }, state, event),
  };
}

function step(scene: ConsentScene, state: ConsentState, event: CallEvent): ConsentStep {
  switch (event.kind) {
    case 'recordingDecided':
      return plan(scene, state, event.plan);
    case 'gateReached':
      return reach(scene, state, event.point, event.legs);
    case 'ringingStarted':
      return noteRinging(scene, state);
    case 'legAnswered':
      return noteAnswer(scene, state, event.leg);
    case 'playbackStarted':
      return event.playback === state.playback && state.phase === 'announcing'
        ? { state: { ...state, announcedAt: event.at } }
        : { state };
    case 'playbackFinished':
      return event.playback === state.playback ? noteAnnounced(scene, state, event.ok) : { state };
    case 'digitReceived':
      return noteDigit(scene, state, event);
    case 'timerFired':
      return event.timer === 'consent' ? noteTime(scene, state) : { state };
    case 'disposed':
      return isAsking(state) && event.disposition !== 'answered'
        ? settle(scene, state, { outcome: 'hungUp' })
        : { state };
    case 'legHeld':
      return noteHold(scene, state, event.leg);
    case 'legEnded':
      return noteEnd(scene, state, event);
    case 'commandFailed':
      return isAsking(state) && event.command === 'answerLeg' && event.subject === state.leg
        ? giveUp(scene, state)
        : { state };
    case 'resynced':
      return resume(scene, state);
    default:
      return { state };
  }
}

function isAsking({ phase }: ConsentState): boolean {
  return phase === 'announcing' || phase === 'doubtful' || phase === 'listening';
}

function isOpen(state: ConsentState): boolean {
  return state.phase === 'pending' || isAsking(state);
}

/** What is decided anew while somebody is being asked changes nothing: it counts what he was asked. */
function plan(scene: ConsentScene, state: ConsentState, decided: RecordingPlan): ConsentStep {
  if (isOpen(state)) return { state };
  const isQuiet = decided.verdict === 'skip' || asksNobody(decided);
  // Nothing that was heard under an earlier plan is evidence for this one.
  const { held, playCount } = state;
  const planned: ConsentState = { held, playCount, plan: decided, phase: isQuiet ? 'idle' : 'pending' };
  const [gate] = held;
  return gate ? reach(scene, { ...planned, held: [] }, gate.point, gate.legs) : { state: planned };
}

function reach(scene: ConsentScene, state: ConsentState, point: GatePoint, legs: readonly LegId[]): ConsentStep {
  const { plan: decided } = state;
  // Routing tells of the gate before the decision is out.
  if (!decided) return { state: { ...state, held: [{ point, legs }] } };
  if (!isOpen(state)) return { state, events: [passed(scene.at, point)] };
  if (decided.direction === 'in') return reachAsCaller(scene, state, point, legs);
  return point === 'ringing' ? { state, events: [passed(scene.at, point)] } : reachAsCalled(scene, state, legs);
}

function reachAsCaller(
  scene: ConsentScene,
  state: ConsentState,
  point: GatePoint,
  legs: readonly LegId[],
): ConsentStep {
  if (point === 'connecting') return waitForAnswer(scene, state, legs);
  // The telephones are told to ring first: a leg that hears something takes no limit any more.
  if (state.plan?.asking?.ringMeanwhile === true) return { state, events: [passed(scene.at, point)] };
  return announce(scene, hold(state, point, legs), callerLeg(scene.call)?.id);
}

/** Somebody has answered while the caller is still being asked: he hears that it rings. */
function waitForAnswer({ call, at }: ConsentScene, state: ConsentState, legs: readonly LegId[]): ConsentStep {
  const answered = legs.filter((leg) => legOf(call, leg)?.role === 'callee' && legOf(call, leg)?.state === 'up');
  return {
    state: hold(state, 'connecting', legs),
    commands: answered.map((leg) => ({ kind: 'indicateRinging', leg })),
    events: [{ kind: 'gateHeld', at, point: 'connecting', gate: consentGate }],
  };
}

/** Audio before the answer reaches nobody: the one who answers is told first. */
function reachAsCalled(scene: ConsentScene, state: ConsentState, legs: readonly LegId[]): ConsentStep {
  const { call, at } = scene;
  const called = legs.find((leg) => legOf(call, leg)?.role === 'callee');
  const held: DomainEvent = { kind: 'gateHeld', at, point: 'connecting', gate: consentGate };
  const waiting = { ...hold(state, 'connecting', legs), ...(called === undefined ? {} : { leg: called }) };
  if (legOf(call, called ?? ('' as LegId))?.state !== 'up') return { state: waiting, events: [held] };
  const begun = announce(scene, waiting, called);
  return { ...begun, events: [held, ...(begun.events ?? [])] };
}

function hold(state: ConsentState, point: GatePoint, legs: readonly LegId[]): ConsentState {
  return { ...state, held: [...state.held.filter((one) => one.point !== point), { point, legs }] };
}

function noteRinging(scene: ConsentScene, state: ConsentState): ConsentStep {
  const begins = state.phase === 'pending' && state.plan?.direction === 'in';
  return begins ? announce(scene, state, callerLeg(scene.call)?.id) : { state };
}

function noteAnswer(scene: ConsentScene, state: ConsentState, leg: LegId): ConsentStep {
  const isCalled = state.phase === 'pending' && state.plan?.direction === 'out' && state.leg === leg;
  if (isCalled && state.held.length > 0) return announce(scene, state, leg);
  // His early media waited for the caller to be asked, and so does he.
  const waits = state.plan?.direction === 'in' && isAsking(state) && state.held.some(({ legs }) => legs.includes(leg));
  return waits ? { state, commands: [{ kind: 'indicateRinging', leg }] } : { state };
}

/** Nothing that sets a variable or answers may come after the beginning of a playback. */
function announce(scene: ConsentScene, state: ConsentState, leg: LegId | undefined): ConsentStep {
  const { setup, call, at } = scene;
  const name = state.plan?.announcement ?? '';
  const announcement = setup.announcement(name);
  if (leg === undefined || !announcement) return giveUp(scene, state);
  const playback = resourceId(setup.application, call.id, 'announcement', state.playCount + 1) as PlaybackId;
  const asks = modeOf(state) !== 'none';
  const isUp = legOf(call, leg)?.state === 'up';
  return {
    state: { ...state, phase: 'announcing', leg, announcement, playback, playCount: state.playCount + 1 },
    commands: [
      ...limits(call, leg, limitSeconds(state, announcement)),
      ...(isUp ? [] : [{ kind: 'answerLeg', leg } as const]),
      { kind: 'playSound', playback, leg, sound: announcement.sound },
    ],
    events: [{ kind: 'announcementStarted', at, leg, asks }],
  };
}

function limitSeconds({ plan }: ConsentState, announcement: Announcement): number {
  const ringing = plan?.asking?.ringMeanwhile === true ? longestRingSeconds : 0;
  return Math.ceil(announcement.seconds) + (plan?.asking?.seconds ?? 0) + ringing + graceSeconds;
}

/** Of whoever hears the announcement, and of a caller who waits meanwhile. */
function limits(call: Call, leg: LegId, seconds: number): readonly Command[] {
  const caller = callerLeg(call)?.id;
  const legs = caller === undefined || caller === leg ? [leg] : [caller, leg];
  return legs.map((one) => ({ kind: 'limitLeg', leg: one, seconds }));
}

/** Only what was played to its end was heard: Asterisk also calls a file done that was cut short on the disk. */
function noteAnnounced(scene: ConsentScene, state: ConsentState, ok: boolean): ConsentStep {
  const { at } = scene;
  const { announcement, announcedAt, leg } = state;
  if (state.phase !== 'announcing' || !announcement || leg === undefined) return { state };
  const isWhole = announcedAt !== undefined && at - announcedAt >= announcement.seconds * 1000 - cutToleranceMs;
  if (!ok || !isWhole) return doubt(scene, state, leg);
  const heard: ConsentState = { ...state, announcementEndedAt: at };
  if (modeOf(state) === 'none') return settle(scene, heard, { outcome: 'told' });
  const ms = (state.plan?.asking?.seconds ?? 0) * 1000 + digitGraceMs;
  return {
    state: { ...heard, phase: 'listening' },
    commands: [{ kind: 'startTimer', timer: 'consent', ms }],
    events: [{ kind: 'announcementEnded', at, leg }],
  };
}

/** It ended too soon: because of the one who heard it, or because it is no whole announcement. */
function doubt({ at }: ConsentScene, state: ConsentState, leg: LegId): ConsentStep {
  return {
    state: { ...state, phase: 'doubtful', ...(state.announcedAt === undefined ? {} : { announcementEndedAt: at }) },
    commands: [{ kind: 'startTimer', timer: 'consent', ms: hangUpGraceMs }],
    events: [{ kind: 'announcementEnded', at, leg }],
  };
}

function noteTime(scene: ConsentScene, state: ConsentState): ConsentStep {
  if (state.phase === 'doubtful') return giveUp(scene, state);
  return state.phase === 'listening' ? settle(scene, state, { outcome: 'silent' }) : { state };
}

/** What cannot be announced or asked is not recorded. */
function giveUp(scene: ConsentScene, state: ConsentState): ConsentStep {
  return isOpen(state) ? settle(scene, state, { outcome: 'unheard' }) : { state };
}

/** After a fault of ours nobody is recorded of whom something was to be asked or told, and nobody waits for it. */
function recover(scene: ConsentScene, state: ConsentState, event: CallEvent): ConsentStep {
  const isNew = event.kind === 'recordingDecided' && !isOpen(state);
  const given = giveUp(scene, isNew ? { ...state, plan: event.plan, phase: 'pending' } : state);
  if (event.kind !== 'gateReached') return given;
  return { ...given, events: [...(given.events ?? []), passed(scene.at, event.point)] };
}

/** Whoever is asked, or the caller who waits for somebody else to be told, has left. */
function noteEnd(
  scene: ConsentScene,
  state: ConsentState,
  { leg, cause: how }: Extract<CallEvent, { kind: 'legEnded' }>,
): ConsentStep {
  const caller = callerLeg(scene.call);
  const isConcerned = leg === state.leg || leg === caller?.id;
  if (how === cause.lost && caller?.state !== 'ended') return noteLoss(state, leg);
  return isAsking(state) && isConcerned ? settle(scene, state, { outcome: 'hungUp' }) : { state };
}

/** While we were away; the telephones ring once more, and who answers next is told. */
function noteLoss(state: ConsentState, leg: LegId): ConsentStep {
  const commands = stopPlaying(state);
  if (!isAsking(state) || leg !== state.leg) return { state, commands };
  const { plan: decided, playCount } = state;
  const again: ConsentState = { phase: 'pending', held: [], playCount, ...(decided ? { plan: decided } : {}) };
  return { state: again, commands: [...commands, { kind: 'stopTimer', timer: 'consent' }] };
}

/**
 * After we were away: nobody knows whether it is played still, and what is asked of a leg that hears it would keep all
 * later requests waiting. So this comes before whatever routing asks.
 */
function stopPlaying({ phase, playback }: ConsentState): readonly Command[] {
  const mayPlay = phase === 'announcing' || phase === 'settled';
  return mayPlay && playback !== undefined ? [{ kind: 'stopPlayback', playback }] : [];
}

/** Whoever puts us on hold, to hand the call over, hears nothing of it. A digit says that it was heard. */
function noteHold(scene: ConsentScene, state: ConsentState, leg: LegId): ConsentStep {
  const isUnheard = state.phase === 'announcing' && leg === state.leg && modeOf(state) !== 'optIn';
  return isUnheard ? giveUp(scene, state) : { state };
}

/** A digit may have been lost while we were away: whoever is being asked is asked from the beginning. */
function resume(scene: ConsentScene, state: ConsentState): ConsentStep {
  if (state.phase === 'pending' && state.held.length > 0) return resumePending(scene, state);
  if (!isAsking(state)) return { state, commands: stopPlaying(state) };
  const caller = callerLeg(scene.call)?.id;
  const stops: Command[] = [
    ...(state.playback === undefined ? [] : [{ kind: 'stopPlayback', playback: state.playback } as const]),
    { kind: 'stopTimer', timer: 'consent' },
    // We may have gone before he was answered; once more does no harm.
    ...(caller !== undefined && caller === state.leg ? [{ kind: 'answerLeg', leg: caller } as const] : []),
  ];
  const { announcedAt: _announced, announcementEndedAt: _ended, ...again } = state;
  const begun = announce(scene, again, state.leg);
  return { ...begun, commands: [...stops, ...(begun.commands ?? [])] };
}

/** What was pending when we went has gone on: the called party may have answered. */
function resumePending(scene: ConsentScene, state: ConsentState): ConsentStep {
  const isUp = state.leg !== undefined && legOf(scene.call, state.leg)?.state === 'up';
  return state.plan?.direction === 'out' && isUp ? announce(scene, state, state.leg) : { state };
}
