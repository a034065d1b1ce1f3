/** Whether the call is to be recorded: by the rules when it is routed, and by what its caller answers. */

import type { Command } from '../telephony/commands.ts';
import type { CallEvent, DomainEvent } from '../telephony/events.ts';
import { asksNobody, isObjection, type ConsentEvidence, type RecordingPlan } from '../telephony/recording-plan.ts';
import { listenOutside } from './machine-listening.ts';
import { abandon, begin, passed } from './machine-starting.ts';
import { changed, discards, endSnoops, joined, viewOf, withoutControl } from './machine-state.ts';
import type { Erased, RecordingMachineState, RecordingStep, Scene } from './machine-state.ts';
import { planRecording, type CallFacts } from './policy.ts';

type Routed = Extract<CallEvent, { kind: 'routed' }>;
type Redirected = Extract<CallEvent, { kind: 'redirected' }>;

export function decide(scene: Scene, state: RecordingMachineState, event: Routed): RecordingStep {
  const { setup, call } = scene;
  const { direction, addressed, callerUser, emergency } = event;
  return follow(scene, state, {
    direction,
    addressed,
    emergency,
    callerNumbers: setup.readings(call.caller.number),
    calledNumbers: [...new Set([...setup.readings(event.callee.number), call.dialled])],
    ...(callerUser === undefined ? {} : { callerUser }),
  });
}

/** A call that is not to be recorded and goes on to somebody else is decided anew. */
export function decideAgain(scene: Scene, state: RecordingMachineState, event: Redirected): RecordingStep {
  const { setup, call } = scene;
  if (state.phase !== 'idle' || state.isBarred) return { state };
  const callerUser = call.legs.find((leg) => leg.role === 'caller')?.user;
  return follow(scene, state, {
    direction: call.direction,
    addressed: event.addressed,
    emergency: call.emergency,
    redirected: true,
    callerNumbers: setup.readings(call.caller.number),
    calledNumbers: setup.readings(event.callee.number),
    ...(callerUser === undefined ? {} : { callerUser }),
  });
}

function follow(scene: Scene, before: RecordingMachineState, facts: CallFacts): RecordingStep {
  const { setup, at } = scene;
  // What somebody heard and answered under another setting says nothing of this one.
  const { evidence: _, ...state } = before;
  const { configuration } = setup;
  const decision = planRecording(setup.rules, setup.ports, facts);
  const plan: RecordingPlan = configuration === undefined ? decision : { ...decision, configuration };
  const decided: DomainEvent = { kind: 'recordingDecided', at, plan };
  const planned: RecordingMachineState = { ...state, plan, phase: phaseOf(plan) };
  const shown = changed(viewOf(planned, plan.verdict === 'skip' ? 'none' : 'waiting'), at);
  const listening = planned.phase === 'armed' ? listenOutside(scene, planned) : { state: planned };
  return { ...listening, events: [decided, shown] };
}

function phaseOf(plan: RecordingPlan): 'idle' | 'asking' | 'armed' {
  if (plan.verdict === 'skip') return 'idle';
  return asksNobody(plan) ? 'armed' : 'asking';
}

/** The caller has answered, or did not; somebody was told, or could not be. */
export function noteConsent(scene: Scene, before: RecordingMachineState, evidence: ConsentEvidence): RecordingStep {
  const state: RecordingMachineState = { ...before, evidence, isBarred: before.isBarred || isObjection(evidence) };
  if (state.phase !== 'asking') return evidence.recorded ? { state } : withdraw(scene, state, evidence);
  if (!evidence.recorded) return leaveAlone(scene, state, evidence);
  const { waiting, ...rest } = state;
  const armed: RecordingMachineState = { ...rest, phase: 'armed' };
  const listening = listenOutside(scene, armed);
  if (!waiting) return listening;
  const begun = begin(scene, listening.state, waiting);
  return { ...joined(listening, begun), state: begun.state };
}

function leaveAlone({ at }: Scene, state: RecordingMachineState, evidence: ConsentEvidence): RecordingStep {
  const { waiting, ...rest } = state;
  return {
    state: { ...rest, phase: 'idle' },
    events: [toldNone(state, at, reasonOf(evidence)), ...(waiting ? [passed(at)] : [])],
  };
}

function toldNone(state: RecordingMachineState, at: number, reason: string): DomainEvent {
  return changed({ ...viewOf(state, 'none'), reason }, at);
}

function reasonOf({ outcome }: ConsentEvidence): string {
  switch (outcome) {
    case 'refused':
      return 'consent-refused';
    case 'silent':
      return 'consent-silent';
    case 'hungUp':
      return 'consent-hung-up';
    default:
      return 'announcement-unheard';
  }
}

/** An objection that was told late: what there is of the recording goes. */
function withdraw(scene: Scene, state: RecordingMachineState, evidence: ConsentEvidence): RecordingStep {
  if (state.phase === 'idle') return { state };
  return erase(scene, state, { by: { kind: 'caller' }, reason: reasonOf(evidence) });
}

export function erasing(erased: readonly Erased[]): readonly Command[] {
  return erased.map((one) => ({ kind: 'eraseRecording', ...one }));
}

export interface Erasing {
  readonly by: Extract<Command, { kind: 'eraseRecording' }>['by'];
  readonly reason: string;
}

/** Nothing is kept of this call, and nothing more is recorded of it. */
export function erase({ at }: Scene, state: RecordingMachineState, { by, reason }: Erasing): RecordingStep {
  const isWaitedFor = state.phase === 'starting' && state.joinedAt === undefined;
  const undone = abandon({ ...state, opened: false });
  // No end of a pause brings it back.
  const { endedByPause: _, ...rest } = withoutControl(undone.state);
  const names = state.parts.map((part) => part.name);
  const erased = state.made.map((recording): Erased => ({ recording, at, by }));
  return {
    state: {
      ...rest,
      phase: 'closed',
      isBarred: true,
      snoops: [],
      made: [],
      erased: [...state.erased, ...erased],
      pauses: [],
      discarded: [...state.discarded, ...names],
    },
    // What must not be there is gone from Asterisk first.
    commands: [
      ...discards(names),
      ...erasing(erased),
      ...(undone.commands ?? []),
      ...endSnoops(state),
      { kind: 'stopTimer', timer: 'pause-end' },
    ],
    events: [toldNone(state, at, reason), ...(isWaitedFor ? [passed(at)] : [])],
  };
}
