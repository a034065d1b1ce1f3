/** What one configuration means for calls. A running call keeps the rules it began with. */

import type { Config } from '../config/complete.ts';
import { compilePattern, type Pattern } from '../lib/pattern.ts';
import { createExceptionMatcher } from '../recording/exceptions.ts';
import { beepMachine } from '../recording/beep-machine.ts';
import { codesMachine, hasCodes } from '../recording/codes-machine.ts';
import { consentGate, consentMachine, type ConsentSetup } from '../recording/consent/machine.ts';
import { ledgerMachine } from '../recording/ledger/machine.ts';
import { recordingGate, recordingMachine } from '../recording/machine.ts';
import { planRecording, type CallFacts, type SelectionPorts } from '../recording/policy.ts';
import { createAvailability } from '../routing/availability.ts';
import { toDirectory, type Directory } from '../routing/directory.ts';
import { routingMachine } from '../routing/machine.ts';
import type { Machine } from '../telephony/machine.ts';
import type { Call } from '../telephony/model.ts';
import type { RecordingPlan } from '../telephony/recording-plan.ts';
import { isWithheld, readings } from '../telephony/number.ts';

/** What the rules ask of the running server. */
export interface RulesPorts {
  now(): number;
  calls(): readonly Call[];
  membership(group: string, extension: string): boolean | undefined;
  lastHunted(group: string): string | undefined;
  outsideCalls(extension: string): readonly number[];
  /** As it is to be played to whoever is to hear it next. */
  announcement: ConsentSetup['announcement'];
}

export interface Rules {
  readonly config: Config;
  /** Of the configuration without its secrets. */
  readonly hash: string;
  readonly directory: Directory;
  /** In the order in which they hear of an event: what is recorded is stopped before the legs are hung up. */
  readonly machines: readonly Machine[];
  planRecording(facts: CallFacts): RecordingPlan;
  /** Members that are logged in to the group, in the group's order. */
  activeMembers(group: string): readonly string[];
}

export function toRules(config: Config, hash: string, ports: RulesPorts): Rules {
  const directory = toDirectory(config);
  const patterns = toPatterns();
  const read = (number: string): readonly string[] => readings(number, config.numbering);
  const availability = createAvailability({ ...ports, directory, maxCalls: config.asterisk.maxCalls });
  const selection: SelectionPorts = {
    isActiveMember: (group, user) => availability.activeMembers(group).includes(user),
    matchException: createExceptionMatcher({
      lists: config.recording.exceptionLists,
      compile: patterns,
      readings: read,
      isWithheld,
    }),
  };
  const { application } = config.asterisk;
  const recording = recordingMachine({
    application,
    configuration: hash,
    rules: config.recording,
    channels: config.recording.channels,
    sampleRate: config.recording.sampleRate,
    maxPauseSeconds: config.recording.pause.maxSeconds,
    oneSidedSeconds: config.recording.judgement.oneSidedSeconds,
    ports: selection,
    readings: read,
  });
  const { pauseRecording: pause, resumeRecording: resume, discardRecording: discard } = config.serviceCodes;
  const codes = { codes: { pause: pause ?? undefined, resume: resume ?? undefined, discard: discard ?? undefined } };
  const routing = routingMachine({
    application,
    takesCodes: hasCodes(codes),
    directory,
    availability,
    matches: (pattern, text) => patterns(pattern).matches(text),
    gates: { ringing: [consentGate], connecting: [consentGate, recordingGate] },
  });
  return {
    config,
    hash,
    directory,
    machines: [
      ledgerMachine(),
      codesMachine(codes),
      consentMachine({ application, announcement: ports.announcement }),
      recording,
      beepMachine({ application, seconds: config.recording.beepSeconds, sound: `${application}/tones/recording` }),
      routing,
    ] as readonly Machine[],
    planRecording: (facts) => planRecording(config.recording, selection, facts),
    activeMembers: (group) => availability.activeMembers(group),
  };
}

/** Compiled once; a pattern that the engine does not accept did not pass the configuration check. */
function toPatterns(): (source: string) => Pattern {
  const compiled = new Map<string, Pattern>();
  return (source) => {
    const known = compiled.get(source);
    if (known) return known;
    const result = compilePattern(source);
    const pattern = result.ok ? result.pattern : { matches: () => false };
    compiled.set(source, pattern);
    return pattern;
  };
}
