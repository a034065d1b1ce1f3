/** One function per business event: its log line and its counter together, so that neither is forgotten. */

import type { Call } from '../telephony/model.ts';
import type { ConsentEvidence } from '../telephony/recording-plan.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';
import type { LogFields } from './personal.ts';

export type Report = ReturnType<typeof createReport>;

/** What is known of a recording when something is said about it. */
export interface RecordingNote {
  readonly callId: string;
  readonly recordingId: string;
  readonly setting: string;
}

export type Judgement = 'ok' | 'short' | 'silent' | 'oneSided' | 'unreadable' | 'recovered';
export type RecordingStage = 'open' | 'start' | 'record' | 'stop' | 'convert' | 'finish' | 'catalogue';

export function createReport(logger: Logger, metrics: Metrics) {
  return {
    ...reportOfCalls(logger, metrics),
    ...reportOfRecordings(logger, metrics),
    ...reportOfAsterisk(logger, metrics),
    ...reportOfServer(logger, metrics),
  };
}

function reportOfCalls(logger: Logger, metrics: Metrics) {
  return {
    /** Once per call, as soon as it is known where it goes. */
    callStarted(call: Call): void {
      metrics.callsStarted.inc({ direction: call.direction });
      logger.info({ ...factsOf(call), pii: partiesOf(call) }, 'call started');
    },
    /** `addedMs`: from the arrival of the call to the dialling, as far as it was ours. */
    callDialled(call: Call, addedMs: number): void {
      metrics.setupSeconds.observe(addedMs / 1000);
      logger.debug({ callId: call.id, addedMs }, 'call dialled');
    },
    /** A telephone rings; `legId` is its leg. */
    legRinging(call: Call, legId: string, at: number): void {
      logger.info({ callId: call.id, ...whose(call, legId), afterMs: at - call.startedAt }, 'leg ringing');
    },
    /** A person answered; `legId` is the leg that did. */
    legAnswered(call: Call, legId: string): void {
      const afterMs = sinceStart(call, call.answeredAt);
      logger.info({ callId: call.id, ...whose(call, legId), afterMs }, 'leg answered');
    },
    /** Once per call, when its last leg has gone. */
    callEnded(call: Call): void {
      const disposition = call.disposition ?? 'lost';
      const durationMs = sinceStart(call, call.endedAt);
      metrics.callsEnded.inc({ direction: call.direction, disposition });
      if (durationMs !== undefined) metrics.callSeconds.observe(durationMs / 1000);
      logger.info({ ...factsOf(call), disposition, durationMs, recording: call.recording.state }, 'call ended');
    },
    /** A call found in Asterisk at a connect, and taken over. */
    callAdopted(call: Call): void {
      logger.info(factsOf(call), 'call adopted');
    },
    /** Turned away because `limit` calls were up. */
    callRefused(limit: number): void {
      metrics.callsRefused.inc();
      logger.warn({ limit }, 'call refused: too many calls');
    },
    /** An error of ours inside the handling of a call; the call goes on as Asterisk has it. */
    machineFailed(callId: string, error: unknown, fields: LogFields = {}): void {
      metrics.machineErrors.inc();
      logger.error({ ...fields, callId, error }, 'handling of a call failed');
    },
  };
}

function reportOfRecordings(logger: Logger, metrics: Metrics) {
  return {
    /**
     * Somebody was asked, or told that he is recorded. What could not be played is not recorded: somebody must act.
     * `waitedMs`: from the beginning of the announcement.
     */
    consentSettled(callId: string, evidence: ConsentEvidence): void {
      const { setting, mode, outcome, announcement, announcedAt, decidedAt } = evidence;
      metrics.consents.inc({ mode, outcome });
      const waitedMs = announcedAt === undefined ? undefined : decidedAt - announcedAt;
      const fields = { callId, setting, mode, outcome, announcement: announcement.name, waitedMs };
      if (outcome === 'unheard') logger.error(fields, 'announcement not heard');
      else logger.info(fields, 'consent settled');
    },
    recordingStarted(note: RecordingNote, reason: string): void {
      logger.info({ ...note, reason }, 'recording started');
    },
    recordingJudged(note: RecordingNote, judgement: Judgement, seconds: number): void {
      metrics.recordings.inc({ judgement });
      const level = judgement === 'ok' ? 'info' : 'warn';
      logger[level]({ ...note, judgement, seconds }, 'recording judged');
    },
    /** Withdrawn: its audio is gone. `by`: the kind of who wanted it. */
    recordingErased(note: RecordingNote, by: string): void {
      logger.info({ ...note, by }, 'recording erased');
    },
    /** The call goes on; what was written so far is kept. */
    recordingFailed(note: Partial<RecordingNote>, stage: RecordingStage, error: unknown): void {
      metrics.recordingsFailed.inc({ stage });
      logger.error({ ...note, stage, error }, 'recording failed');
    },
    /** The rules asked for a recording and there is none. */
    recordingMissing(note: Partial<RecordingNote>, reason: string): void {
      metrics.recordingsMissing.inc();
      logger.error({ ...note, reason }, 'recording missing');
    },
    /** There is a recording that must not be. */
    recordingInError(note: Partial<RecordingNote>, reason: string): void {
      metrics.recordingsInError.inc();
      logger.error({ ...note, reason }, 'recording made in error');
    },
    /** What there is could not be held against the ledger; it is tried again. */
    reconcilingFailed(error: unknown): void {
      logger.error({ error }, 'ledger could not be reconciled');
    },
  };
}

function reportOfAsterisk(logger: Logger, metrics: Metrics) {
  return {
    asteriskConnected(fields: { readonly version: string; readonly transport: string }): void {
      logger.info(fields, 'Asterisk connected');
    },
    asteriskDisconnected(reason: string): void {
      metrics.asteriskReconnects.inc();
      logger.warn({ reason }, 'Asterisk disconnected');
    },
    /** An attempt to connect failed; `retryMs` until the next. */
    asteriskUnreachable(error: unknown, retryMs: number): void {
      logger.warn({ error, retryMs }, 'Asterisk unreachable');
    },
    /** `status` 0: no answer at all. */
    requestAnswered(status: number): void {
      metrics.ariRequests.inc({ status: statusClass(status) });
    },
    eventHandled(lagMs: number): void {
      metrics.eventLagSeconds.observe(Math.max(0, lagMs) / 1000);
    },
    /** Something of ours in Asterisk belonged to no call and was removed. */
    orphanSwept(kind: 'channel' | 'bridge' | 'snoop' | 'recording', id: string): void {
      metrics.orphansSwept.inc({ kind });
      logger.warn({ kind, orphanId: id }, 'orphan swept');
    },
  };
}

function reportOfServer(logger: Logger, metrics: Metrics) {
  return {
    serverStarted(fields: {
      readonly version: string;
      readonly url: string;
      readonly configurationHash: string;
    }): void {
      metrics.configurationLoads.inc({ result: 'ok' });
      logger.info(fields, 'server started');
    },
    serverStopped(reason: string): void {
      logger.info({ reason }, 'server stopped');
    },
    /** `needsRestart`: the paths of changed values that a reload cannot put into effect. */
    configurationReloaded(configurationHash: string, needsRestart: readonly string[] = []): void {
      metrics.configurationLoads.inc({ result: 'ok' });
      const level = needsRestart.length > 0 ? 'warn' : 'info';
      logger[level]({ configurationHash, needsRestart }, 'configuration reloaded');
    },
    /** The configuration in force stays as it is. */
    configurationRejected(problems: readonly unknown[]): void {
      metrics.configurationLoads.inc({ result: 'rejected' });
      logger.error({ problems }, 'configuration rejected');
    },
  };
}

function factsOf(call: Call): LogFields {
  const { id: callId, origin, direction, emergency } = call;
  return { callId, origin, direction, emergency };
}

function whose(call: Call, legId: string): LogFields {
  const user = call.legs.find((leg) => leg.id === legId)?.user;
  return user === undefined ? { legId } : { legId, pii: { user } };
}

function partiesOf(call: Call): LogFields {
  const { caller, callee, hotline, users } = call;
  return { caller, callee, hotline, users };
}

function sinceStart(call: Call, at: number | undefined): number | undefined {
  return at === undefined ? undefined : at - call.startedAt;
}

function statusClass(status: number): string {
  return status >= 100 && status < 600 ? `${Math.trunc(status / 100)}xx` : 'none';
}
