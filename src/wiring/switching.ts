/** The switchboard with everything that it needs of the others. */

import { createSwitchboard, type Switchboard, type SwitchboardReport } from '../ari/switchboard.ts';
import type { Config } from '../config/complete.ts';
import { newCallId } from '../lib/call-id.ts';
import type { SystemClock } from '../lib/clock.ts';
import type { Logger } from '../observability/logger.ts';
import type { Report } from '../observability/report.ts';
import type { LiveCalls } from '../store/live-calls.ts';
import type { SwitchCommand } from '../telephony/commands.ts';
import type { CallId } from '../telephony/ids.ts';
import type { CallStep } from '../telephony/machine.ts';
import type { Call } from '../telephony/model.ts';
import type { LiveCallsFeed } from './live-calls.ts';
import { recordingsOf, serveCommand, type ServiceTools } from './recording-commands.ts';
import { reportStep } from './reports.ts';
import type { Rules } from './rules.ts';

export interface SwitchingTools extends Omit<ServiceTools, 'configurationHash'> {
  readonly config: Config;
  readonly clock: SystemClock;
  rules(): Rules;
  readonly liveCalls: LiveCalls;
  readonly feed: LiveCallsFeed;
  readonly report: Report;
  readonly logger: Logger;
  /** A recording could not be begun or broke off. */
  recordingFailed(): void;
  /** Is shown every step of every call. */
  observe(step: CallStep): void;
}

export function createSwitching(tools: SwitchingTools): Switchboard {
  const { clock, liveCalls } = tools;
  const services: ServiceTools = { ...tools, configurationHash: () => tools.rules().hash };
  return createSwitchboard({
    application: tools.config.asterisk.application,
    clock,
    newCallId: () => newCallId(clock.now()) as CallId,
    machines: () => tools.rules().machines,
    save: (call, snapshot) => {
      liveCalls.save(call, snapshot, clock.now());
    },
    forget: (call) => {
      liveCalls.remove(call);
    },
    serve: (_call, command) => {
      serveCommand(services, command);
    },
    recordingsOf,
    report: switchboardReport(tools),
  });
}

function switchboardReport(tools: SwitchingTools): SwitchboardReport {
  const { report, logger, feed, state } = tools;
  return {
    stepped: (step, before) => {
      reportStep(report, step, before, tools.rules().config.asterisk.maxCalls);
      if (isFirstDialled(step, before)) report.callDialled(step.snapshot.call, tools.clock.now() - before.startedAt);
      for (const { user, at } of outsideCallsIn(step)) state.noteOutsideCall(user, at);
      if (isRecordingFailed(step)) tools.recordingFailed();
      if (step.snapshot.call !== before) feed.changed(step.snapshot.call);
      tools.observe(step);
    },
    lagged: (ms) => {
      report.eventHandled(ms);
    },
    answered: (status) => {
      report.requestAnswered(status);
    },
    adopted: (call) => {
      report.callAdopted(call);
    },
    strayed: (channel) => {
      logger.warn({ channel }, 'channel without origin given back to the dialplan');
    },
    swept: (kind, id) => {
      report.orphanSwept(kind, id);
    },
    commandFailed: (callId, command, reason) => {
      const level = isEverydayFailure(command, reason) ? 'debug' : 'warn';
      logger[level]({ callId, command: command.kind, reason }, 'command failed');
    },
    serviceFailed: (callId, command, error) => {
      report.recordingFailed({ callId }, command.kind === 'openRecording' ? 'open' : 'catalogue', error);
    },
    faulted: (callId, event, error) => {
      report.machineFailed(callId, error, { event: event.kind });
    },
  };
}

/** The first telephone of the call is being dialled now. */
function isFirstDialled(step: CallStep, before: Call): boolean {
  const isDialling = step.commands.some((command) => command.kind === 'dialLeg');
  return isDialling && before.legs.every((leg) => leg.role === 'caller' || leg.state === 'created');
}

/**
 * Telephones are switched off, parties hang up in the moment that something is asked of their leg, and a recording that
 * Asterisk has not begun cannot be discarded; it is when it begins.
 */
function isEverydayFailure(command: SwitchCommand, reason: string): boolean {
  const isGone = /^(?:404|400 Channel not found|422 Channel not in Stasis)/.test(reason);
  return isGone || command.kind === 'createLeg' || command.kind === 'discardRecording';
}

function isRecordingFailed({ events }: CallStep): boolean {
  return events.some((event) => event.kind === 'recordingChanged' && event.recording.state === 'failed');
}

/** Calls that users just began to outside numbers. */
function outsideCallsIn(step: CallStep): readonly { readonly user: string; readonly at: number }[] {
  return step.events.flatMap((event) =>
    event.kind === 'routed' && event.direction === 'out' && event.callerUser !== undefined
      ? [{ user: event.callerUser, at: event.at }]
      : [],
  );
}
