/** The end of the asking: the evidence is told, and whoever waited goes on. */

import type { Command } from '../../telephony/commands.ts';
import type { DomainEvent, GatePoint } from '../../telephony/events.ts';
import { legOf } from '../../telephony/model.ts';
import type { ConsentEvidence, ConsentOutcome } from '../../telephony/recording-plan.ts';
import { modeOf } from './state.ts';
import type { ConsentScene, ConsentState, ConsentStep } from './state.ts';

export const consentGate = 'consent';

export interface Settlement {
  readonly outcome: ConsentOutcome;
  readonly digit?: string;
  readonly digitAt?: number;
}

export function passed(at: number, point: GatePoint): DomainEvent {
  return { kind: 'gatePassed', at, point, gate: consentGate };
}

export function settle(scene: ConsentScene, state: ConsentState, settlement: Settlement): ConsentStep {
  const { at } = scene;
  const { leg } = state;
  const evidence = evidenceOf(scene, state, settlement);
  const wasAnnouncing = state.phase === 'announcing' && leg !== undefined;
  const ended: DomainEvent[] = wasAnnouncing ? [{ kind: 'announcementEnded', at, leg }] : [];
  const { announcementEndedAt = evidence.announcementEndedAt } = state;
  return {
    state: {
      ...state,
      phase: 'settled',
      evidence,
      held: [],
      ...(announcementEndedAt === undefined ? {} : { announcementEndedAt }),
    },
    commands: [...stops(state, settlement), ...endWaiting(scene, state)],
    events: [...ended, { kind: 'consentSettled', at, evidence }, ...goOn(scene, state, settlement.outcome)],
  };
}

function stops({ phase, playback }: ConsentState, { outcome }: Settlement): readonly Command[] {
  if (phase === 'listening' || phase === 'doubtful') return [{ kind: 'stopTimer', timer: 'consent' }];
  const plays = phase === 'announcing' && playback !== undefined && outcome !== 'told';
  return plays ? [{ kind: 'stopPlayback', playback }] : [];
}

/** Whoever answered meanwhile hears it ring no longer. */
function endWaiting({ call }: ConsentScene, { held, plan }: ConsentState): readonly Command[] {
  if (plan?.direction !== 'in') return [];
  const legs = held.filter((one) => one.point === 'connecting').flatMap((one) => one.legs);
  const waiting = legs.filter((leg) => legOf(call, leg)?.role === 'callee' && legOf(call, leg)?.state === 'up');
  return waiting.map((leg) => ({ kind: 'stopRinging', leg }));
}

function goOn({ at }: ConsentScene, { held, plan }: ConsentState, outcome: ConsentOutcome): readonly DomainEvent[] {
  // With the one who was asked the call ends, or his telephone was one of several.
  if (outcome === 'hungUp') return [];
  const isRefused = outcome === 'unheard' && (plan?.asking?.whenUnheard === 'refuse' || plan?.required === true);
  if (!isRefused) return held.map(({ point }) => passed(at, point));
  return [
    { kind: 'gateRefused', at, point: held[0]?.point ?? 'ringing', gate: consentGate, prompt: 'cannot-be-recorded' },
  ];
}

function evidenceOf(scene: ConsentScene, state: ConsentState, settlement: Settlement): ConsentEvidence {
  const { plan } = state;
  const mode = modeOf(state);
  const { outcome } = settlement;
  return {
    setting: plan?.setting ?? '',
    direction: plan?.direction ?? 'in',
    mode,
    outcome,
    recorded: outcome === 'granted' || outcome === 'told' || (outcome === 'silent' && mode === 'optOut'),
    announcement: playedOf(state),
    decidedAt: scene.at,
    ...timesOf(scene, state, settlement),
  };
}

function playedOf({ plan, announcement }: ConsentState): ConsentEvidence['announcement'] {
  const name = plan?.announcement ?? '';
  return announcement ? { name, sha256: announcement.sha256, language: announcement.language } : { name };
}

function timesOf({ at }: ConsentScene, state: ConsentState, { digit, digitAt }: Settlement): Partial<ConsentEvidence> {
  const { announcedAt } = state;
  const pressed = digit === undefined || digitAt === undefined ? {} : { digit, digitAt };
  if (announcedAt === undefined) return pressed;
  const announcementEndedAt = state.announcementEndedAt ?? at;
  const after = digitAt === undefined ? {} : { afterMs: digitAt - announcementEndedAt };
  return { announcedAt, announcementEndedAt, ...pressed, ...after };
}
