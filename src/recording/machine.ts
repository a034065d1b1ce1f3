/**
 * Recording control of one call. The decision falls when the call is routed, the listeners are put up while it rings,
 * and the files are begun when somebody answers, before the parties hear each other. The parts of it stand in the files
 * `machine-…`.
 */

import type { CallEvent } from '../telephony/events.ts';
import type { Machine } from '../telephony/machine.ts';
import { closeIfComplete, closeLate, measure, noteJoined, noteLegEnded } from './machine-closing.ts';
import { fail, noteFailure, noteLost, noteRefusal, noteSnoopEnded, recover } from './machine-failing.ts';
import { confirm, confirmLate, control, noteMuteFailure } from './machine-controlling.ts';
import { decide, decideAgain, noteConsent } from './machine-deciding.ts';
import { noteLegReady } from './machine-listening.ts';
import { resume } from './machine-resuming.ts';
import { begin, noteSnoop, noteStarted } from './machine-starting.ts';
import { initialState, isAtRest } from './machine-state.ts';
import type { RecordingMachineState, RecordingSetup, RecordingStep, Scene } from './machine-state.ts';

export { recordingGate } from './machine-starting.ts';
export type { RecordingMachineState, RecordingSetup } from './machine-state.ts';

/** Files that end while nobody hangs up broke off, unless the leg's end is told within this time. */
const lostAfterMs = 3000;

export function recordingMachine(setup: RecordingSetup): Machine<RecordingMachineState> {
  return {
    name: 'recording',
    initial: initialState,
    step: (state, call, event) => step({ setup, call, at: event.at }, state, event),
    isAtRest,
    recover: (state, call, event) => recover({ setup, call, at: event.at }, state, event),
  };
}

function step(scene: Scene, state: RecordingMachineState, event: CallEvent): RecordingStep {
  switch (event.kind) {
    case 'routed':
      return decide(scene, state, event);
    case 'redirected':
      return decideAgain(scene, state, event);
    case 'consentSettled':
      return noteConsent(scene, state, event.evidence);
    case 'recordingControlAsked':
      return control(scene, state, event.action, event.by);
    case 'recordingMuted':
      return confirm(scene, state, event);
    case 'legReady':
      return noteLegReady(scene, state, event.leg);
    case 'gateReached':
      return event.point === 'connecting' ? begin(scene, state, event.legs) : { state };
    case 'gateRefused':
      return noteRefusal(scene, state);
    case 'snoopReady':
      return noteSnoop(scene, state, event.snoop);
    case 'snoopEnded':
      return noteSnoopEnded(state, event.snoop);
    case 'recordingStarted':
      return noteStarted(scene, state, event.recording);
    case 'joined':
      return noteJoined(scene, state, event.legs);
    case 'legEnded':
      return noteLegEnded(scene, state, event);
    case 'legMeasured':
      return { state: { ...state, packets: { received: event.received, sent: event.sent } } };
    case 'recordingFinished':
      return noteFinished(scene, state, event);
    case 'commandFailed':
      return isMuting(event.command) ? noteMuteFailure(scene, state, event.subject) : noteFailure(scene, state, event);
    case 'timerFired':
      return noteTimer(scene, state, event.timer);
    case 'resynced':
      return resume(scene, state, event);
    default:
      return { state };
  }
}

function isMuting(command: string): boolean {
  return command === 'muteRecording' || command === 'unmuteRecording';
}

function noteTimer(scene: Scene, state: RecordingMachineState, timer: string): RecordingStep {
  switch (timer) {
    case 'recording-start':
      return state.phase === 'starting' ? fail(scene, state) : { state };
    case 'recording-close':
      return closeLate(scene, state);
    case 'recording-lost':
      return noteLost(scene, state);
    case 'measure':
      return measure(state);
    case 'pause-confirm':
      return confirmLate(scene, state);
    case 'pause-end':
      return control(scene, state, 'resume', { kind: 'time-limit' });
    default:
      return { state };
  }
}

function noteFinished(
  scene: Scene,
  state: RecordingMachineState,
  { recording, ok }: Extract<CallEvent, { kind: 'recordingFinished' }>,
): RecordingStep {
  if (!state.parts.some((part) => part.name === recording)) return { state };
  const parts = state.parts.map((part) => (part.name === recording ? { ...part, state: 'finished' as const } : part));
  const noted: RecordingMachineState = { ...state, parts, interrupted: state.interrupted || !ok };
  switch (state.phase) {
    case 'closing':
      return closeIfComplete(scene, noted);
    case 'starting':
      return fail(scene, noted);
    case 'running':
      return { state: noted, commands: [{ kind: 'startTimer', timer: 'recording-lost', ms: lostAfterMs }] };
    default:
      return { state };
  }
}
