/** Call control: from the first leg's arrival to the last leg's end. The parts of it stand in the files `machine-…`. */

import type { CallEvent } from '../telephony/events.ts';
import type { Machine } from '../telephony/machine.ts';
import { legOf } from '../telephony/model.ts';
import { arrive, passRingingGate } from './machine-arriving.ts';
import { noteAnswer, noteGateHeld, noteProgress, passConnectingGate } from './machine-connecting.ts';
import { noteFarewell, notePromptEnd } from './machine-ending.ts';
import { noteEnd, noteFailure, turnAway } from './machine-leaving.ts';
import { recover, resume } from './machine-resuming.ts';
import { noteReady, noteRinging } from './machine-ringing.ts';
import { initialState, type RoutingSetup, type RoutingState, type RoutingStep, type Scene } from './machine-state.ts';

export type { Phase, RoutingSetup, RoutingState } from './machine-state.ts';

export function routingMachine(setup: RoutingSetup): Machine<RoutingState> {
  return {
    name: 'routing',
    initial: initialState,
    step: (state, call, event) => step({ setup, call, at: event.at }, state, event),
    recover: (state, call, event) => recover({ setup, call, at: event.at }, state),
  };
}

function step(scene: Scene, state: RoutingState, event: CallEvent): RoutingStep {
  switch (event.kind) {
    case 'callArrived':
      return arrive(scene, state);
    case 'gatePassed':
      return event.point === 'ringing'
        ? passRingingGate(scene, state, event.gate)
        : passConnectingGate(scene, state, event.gate);
    case 'gateHeld':
      return event.point === 'connecting' ? noteGateHeld(scene, state) : { state };
    case 'gateRefused':
      return turnAway(scene, state, event.prompt);
    case 'legReady':
      return noteReady(scene, state, event.leg);
    case 'legRinging':
      return noteRinging(scene, state, event.leg);
    case 'legProgressed':
      return noteProgress(scene, state, event.leg);
    case 'legAnswered':
      return noteAnswer(scene, state, event.leg);
    case 'legEnded':
      return noteEnd(scene, state, legOf(scene.call, event.leg));
    case 'playbackFinished':
      return notePromptEnd(state, event.playback);
    case 'timerFired':
      return event.timer === 'farewell' ? noteFarewell(scene, state) : { state };
    case 'transferRequested':
      return { state, commands: [{ kind: 'refuseTransfer', leg: event.leg }] };
    case 'commandFailed':
      return noteFailure(scene, state, event);
    case 'resynced':
      return resume(scene, state, event);
    default:
      return { state };
  }
}
