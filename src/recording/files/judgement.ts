/**
 * Proof of audio: what the finished file is worth. The worst finding is the judgement, in this order:
 *
 * unreadable  a recorded file is missing or is no audio: something that should be there cannot be heard
 * recovered   the recording was cut off; that matters more than what is wrong with the rest of it
 * silent      there is nothing to hear in it
 * oneSided    only one of the two can be heard
 * short       it ends before the talk did
 */

import type { Level } from '../../lib/level.ts';
import { judgements, type Figures, type Judgement, type Lane, type Verdict } from '../model.ts';

export interface JudgementRules {
  readonly shortBySeconds: number;
  readonly silentBelowDbfs: number;
  readonly oneSidedSeconds: number;
}

export interface Evidence {
  readonly rules: JudgementRules;
  /** What is missing or cannot be read, in words; empty if all is there. */
  readonly faults: readonly string[];
  /** Why the recording counts as cut off, in words. */
  readonly cutOff?: string;
  /** None if there is no file that can be read. */
  readonly level?: Level;
  readonly lanes?: readonly { readonly name: string; readonly level: Level }[];
  readonly packets?: { readonly received: number; readonly sent: number };
  /** None if nobody knows how long it should be. */
  readonly expectedSeconds?: number;
  /** Of the talk, in which the file is silent because somebody wanted it: the rest is judged. */
  readonly pausedSeconds?: number;
}

type Finding = Exclude<Judgement, 'ok'>;

/** Somebody who says no more than a click says nothing. */
const leastSoundSeconds = 0.1;
/** People need a moment to begin to speak. */
const silentFromSeconds = 1;

export function judge(evidence: Evidence): Verdict {
  const figures = evidence.level && toFigures(evidence, evidence.level);
  const found: Readonly<Record<Finding, boolean>> = {
    unreadable: evidence.faults.length > 0 || evidence.level === undefined,
    recovered: evidence.cutOff !== undefined,
    silent: figures !== undefined && isSilent(figures),
    oneSided: figures !== undefined && isOneSided(evidence.rules, figures),
    short: figures !== undefined && isShort(evidence.rules, figures),
  };
  const findings = judgements.filter((one) => one !== 'ok').filter((one) => found[one]);
  return {
    judgement: findings[0] ?? 'ok',
    findings,
    method: describeMethod(evidence, figures),
    ...(figures && { figures }),
  };
}

function toFigures(evidence: Evidence, level: Level): Figures {
  return {
    seconds: toMilli(level.seconds),
    peakDbfs: level.peakDbfs,
    rmsDbfs: level.rmsDbfs,
    loudestDbfs: level.loudestDbfs,
    soundSeconds: toMilli(level.soundSeconds),
    ...(evidence.expectedSeconds === undefined ? {} : { expectedSeconds: toMilli(evidence.expectedSeconds) }),
    ...(hasPauses(evidence) ? { pausedSeconds: toMilli(evidence.pausedSeconds ?? 0) } : {}),
    ...(evidence.lanes === undefined ? {} : { lanes: evidence.lanes.map(toLane) }),
    ...(evidence.packets === undefined ? {} : { packets: evidence.packets }),
  };
}

function hasPauses({ pausedSeconds = 0 }: Evidence): boolean {
  return pausedSeconds > 0;
}

function toLane({ name, level }: { readonly name: string; readonly level: Level }): Lane {
  return { name, soundSeconds: toMilli(level.soundSeconds), loudestDbfs: level.loudestDbfs };
}

function isSilent(figures: Figures): boolean {
  return lengthOfTalk(figures) >= silentFromSeconds && figures.soundSeconds < leastSoundSeconds;
}

/** An empty file of a long talk is silent, too. */
function lengthOfTalk(figures: Figures): number {
  return Math.max(figures.seconds, figures.expectedSeconds ?? 0) - (figures.pausedSeconds ?? 0);
}

/** In which both should be heard. */
function heardSeconds(figures: Figures): number {
  return figures.seconds - (figures.pausedSeconds ?? 0);
}

function isOneSided(rules: JudgementRules, figures: Figures): boolean {
  if (heardSeconds(figures) < rules.oneSidedSeconds) return false;
  if (figures.lanes) {
    const mute = figures.lanes.filter((lane) => lane.soundSeconds < leastSoundSeconds);
    return mute.length > 0 && mute.length < figures.lanes.length;
  }
  if (!figures.packets) return false;
  // Speech makes 50 packets a second; a telephone that saves packets in silence still sends more than one.
  const { received, sent } = figures.packets;
  return received < figures.seconds !== sent < figures.seconds;
}

function isShort(rules: JudgementRules, figures: Figures): boolean {
  return figures.expectedSeconds !== undefined && figures.seconds < figures.expectedSeconds - rules.shortBySeconds;
}

function describeMethod(evidence: Evidence, figures: Figures | undefined): string {
  return [
    ...evidence.faults.map((fault) => `${fault}.`),
    ...(evidence.cutOff === undefined ? [] : [`${evidence.cutOff}.`]),
    ...(figures ? describeFigures(evidence.rules, figures) : ['There is no audio to judge.']),
  ].join(' ');
}

function describeFigures(rules: JudgementRules, figures: Figures): readonly string[] {
  const length = `The finished file was read from the disk to its end: ${seconds(figures.seconds)} of audio`;
  const expected =
    figures.expectedSeconds === undefined
      ? 'how long the parties were connected is not known.'
      : `the parties were connected for ${seconds(figures.expectedSeconds)}; more than ${seconds(rules.shortBySeconds)} less is short.`;
  const sound =
    `Something can be heard (20 ms louder than ${rules.silentBelowDbfs} dBFS) in ${seconds(figures.soundSeconds)} of it, ` +
    `the loudest 20 ms have ${figures.loudestDbfs} dBFS; less than ${seconds(leastSoundSeconds)} is silent.`;
  const { pausedSeconds } = figures;
  const pauses =
    pausedSeconds === undefined ? [] : [`It was paused for ${seconds(pausedSeconds)}; the rest of it is judged.`];
  return [`${length}; ${expected}`, ...pauses, sound, describeSides(rules, figures)];
}

function describeSides(rules: JudgementRules, figures: Figures): string {
  if (heardSeconds(figures) < rules.oneSidedSeconds) {
    return `Whether both could be heard is not judged below ${seconds(rules.oneSidedSeconds)}.`;
  }
  if (figures.lanes) {
    const lanes = figures.lanes.map((lane) => `${lane.name} in ${seconds(lane.soundSeconds)}`);
    return `Both directions were judged apart: ${lanes.join(', ')}.`;
  }
  if (figures.packets) {
    const { received, sent } = figures.packets;
    return `Both directions were judged by their RTP packets: ${received} received, ${sent} sent; less than one a second is none.`;
  }
  return 'Whether both could be heard cannot be told: both are in one lane and no RTP packets were counted.';
}

function seconds(value: number): string {
  return `${Number(value.toFixed(2))} s`;
}

function toMilli(value: number): number {
  return Math.round(value * 1000) / 1000;
}
