/**
 * The tone that tells both parties that they are being recorded. It is whispered into each leg, so that the bridge stays
 * as it is and no recording holds it.
 */

import type { Command } from '../telephony/commands.ts';
import type { CallEvent } from '../telephony/events.ts';
import { resourceId, type LegId, type PlaybackId, type SnoopId } from '../telephony/ids.ts';
import type { Machine, Step } from '../telephony/machine.ts';
import type { Call, CallRecording } from '../telephony/model.ts';

export interface BeepSetup {
  readonly application: string;
  /** How often; 0 for never. */
  readonly seconds: number;
  /** Below Asterisk's directory of sounds, without ending. */
  readonly sound: string;
}

interface Mouth {
  readonly snoop: SnoopId;
  readonly leg: LegId;
  readonly ready: boolean;
}

export interface BeepState {
  /** The parties that hear each other. */
  readonly legs: readonly LegId[];
  readonly mouths: readonly Mouth[];
  readonly isRecording: boolean;
  readonly snoopCount: number;
  readonly beepCount: number;
}

type BeepStep = Step<BeepState>;

interface Scene {
  readonly setup: BeepSetup;
  readonly call: Call;
}

const initial: BeepState = { legs: [], mouths: [], isRecording: false, snoopCount: 0, beepCount: 0 };

export function beepMachine(setup: BeepSetup): Machine<BeepState> {
  return { name: 'beep', initial, step: (state, call, event) => step({ setup, call }, state, event) };
}

function step(scene: Scene, state: BeepState, event: CallEvent): BeepStep {
  if (scene.setup.seconds === 0) return { state };
  switch (event.kind) {
    case 'joined':
      return { state: { ...state, legs: event.legs } };
    case 'recordingChanged':
      return follow(scene, state, event.recording.state);
    case 'snoopReady':
      return noteReady(scene, state, event.snoop);
    case 'snoopEnded':
      return { state: { ...state, mouths: state.mouths.filter((one) => one.snoop !== event.snoop) } };
    case 'timerFired':
      return event.timer === 'beep' ? beep(scene, state, state.isRecording ? state.mouths : []) : { state };
    case 'legEnded':
      return state.legs.includes(event.leg) ? silence({ ...state, legs: [] }) : { state };
    case 'resynced':
      return openAgain(scene, state);
    default:
      return { state };
  }
}

/** In a pause nothing is recorded, and nobody is told otherwise. */
function follow(scene: Scene, state: BeepState, recording: CallRecording['state']): BeepStep {
  if (recording === 'recording') return open(scene, { ...state, isRecording: true }, true);
  if (recording === 'paused') return { state: { ...state, isRecording: false } };
  return state.isRecording || state.mouths.length > 0 ? silence(state) : { state };
}

function open({ setup, call }: Scene, state: BeepState, isWanted: boolean): BeepStep {
  if (!isWanted || state.mouths.length > 0) return { state };
  const mouths = state.legs.map((leg, index): Mouth => {
    const number = state.snoopCount + index + 1;
    return { leg, ready: false, snoop: resourceId(setup.application, call.id, 'mouth', number) as SnoopId };
  });
  return {
    state: { ...state, mouths, snoopCount: state.snoopCount + mouths.length },
    commands: [
      ...mouths.map(({ snoop, leg }): Command => ({ kind: 'whisperLeg', snoop, leg })),
      { kind: 'startTimer', timer: 'beep', ms: setup.seconds * 1000 },
    ],
  };
}

/** Whether they stand was not heard. */
function openAgain(scene: Scene, state: BeepState): BeepStep {
  const opened = open(scene, { ...state, mouths: [] }, state.isRecording);
  return { ...opened, commands: [...endMouths(state), ...(opened.commands ?? [])] };
}

/** The first tone comes at once. */
function noteReady(scene: Scene, state: BeepState, snoop: SnoopId): BeepStep {
  const mouths = state.mouths.map((one) => (one.snoop === snoop ? { ...one, ready: true } : one));
  const ready = mouths.filter((one) => one.snoop === snoop);
  return ready.length === 0 ? { state } : say(scene, { ...state, mouths }, ready);
}

function beep(scene: Scene, state: BeepState, mouths: readonly Mouth[]): BeepStep {
  const said = say(scene, state, mouths);
  const again: Command = { kind: 'startTimer', timer: 'beep', ms: scene.setup.seconds * 1000 };
  return { ...said, commands: [...(said.commands ?? []), again] };
}

function say({ setup, call }: Scene, state: BeepState, mouths: readonly Mouth[]): BeepStep {
  const ready = mouths.filter((one) => one.ready);
  const commands = ready.map(({ snoop }, index): Command => {
    const number = state.beepCount + index + 1;
    const playback = resourceId(setup.application, call.id, 'beep', number) as PlaybackId;
    return { kind: 'whisperSound', playback, snoop, sound: setup.sound };
  });
  return { state: { ...state, beepCount: state.beepCount + commands.length }, commands };
}

function silence(state: BeepState): BeepStep {
  return {
    state: { ...state, mouths: [], isRecording: false },
    commands: [...endMouths(state), { kind: 'stopTimer', timer: 'beep' }],
  };
}

function endMouths({ mouths }: BeepState): readonly Command[] {
  return mouths.map(({ snoop }) => ({ kind: 'endSnoop', snoop }));
}
