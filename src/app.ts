/** The wiring: everything is made here, in order, and stopped in reverse. */

import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openAriConnection, type AriConnection } from './ari/connection.ts';
import { createSwitchboard, type Switchboard } from './ari/switchboard.ts';
import type { Config } from './config/complete.ts';
import { createHttpServer, type HttpServer } from './http/server.ts';
import { newCallId } from './lib/call-id.ts';
import { systemClock } from './lib/clock.ts';
import { createServerLogger, type Logger } from './observability/logger.ts';
import { createMetrics } from './observability/metrics.ts';
import { createReport, type Report } from './observability/report.ts';
import { createCatalogue } from './recording/catalogue.ts';
import { fileNamer } from './recording/file-name.ts';
import { createFinisher } from './recording/finish.ts';
import { createListing } from './recording/listing.ts';
import { openDatabase } from './store/database.ts';
import { createHuntPositions } from './store/hunt-positions.ts';
import { createLiveCalls } from './store/live-calls.ts';
import { createMemberships } from './store/memberships.ts';
import type { CallId } from './telephony/ids.ts';
import { needsRestart } from './wiring/configuration-change.ts';
import { createFallbackRoutes, type FallbackRoutes } from './wiring/fallback-routes.ts';
import { createHealth } from './wiring/health.ts';
import { createLiveCallsFeed } from './wiring/live-calls.ts';
import { recordingsOf, serveCommand } from './wiring/recording-commands.ts';
import { reportFinish, reportStep } from './wiring/reports.ts';
import { toRules, type Rules, type RulesPorts } from './wiring/rules.ts';
import { createServerState } from './wiring/server-state.ts';
import { installSounds } from './wiring/shipped-sounds.ts';

/** A configuration that passed its check, and its hash without secrets. */
export interface CheckedConfig {
  readonly config: Config;
  readonly hash: string;
}

export interface App {
  readonly report: Report;
  /** Where the HTTP server listens. */
  readonly url: string;
  start(): Promise<void>;
  /** Hangs nothing up. Waits for running calls first where the configuration says so. */
  stop(reason: string): Promise<void>;
  /** Puts another configuration into effect for new calls. */
  reload(loaded: CheckedConfig): Promise<void>;
  /** Resolves with the reason when the server cannot go on. */
  readonly fatal: Promise<string>;
}

const shippedSounds = fileURLToPath(new URL('../sounds', import.meta.url));
export const version = '0.1.0';

export async function createApp(loaded: CheckedConfig): Promise<App> {
  const { config } = loaded;
  const clock = systemClock;
  const startedAt = clock.now();
  const logger = createServerLogger(config.logging);
  const database = await openDatabase(join(config.dataDirectory, 'fernamt.db'));
  const liveCalls = createLiveCalls(database);
  const state = createServerState(createMemberships(database), createHuntPositions(database));
  const catalogue = createCatalogue(database);

  const metrics = createMetrics({
    callsUp: () => switchboard.mailboxes.size,
    recordingsOpen: () => catalogue.unfinished().length,
    asteriskConnected: () => connection.state === 'connected',
  });
  const report = createReport(logger, metrics);

  const rulesPorts: RulesPorts = { ...state, now: () => clock.now(), calls: () => switchboard.mailboxes.calls() };
  let rules: Rules = toRules(config, loaded.hash, rulesPorts);
  let loadedAt = startedAt;

  const recordingsDirectory = resolve(config.dataDirectory, config.recording.directory);
  const finisher = createFinisher({
    catalogue,
    clock,
    application: config.asterisk.application,
    recordingDirectory: config.asterisk.recordingDirectory,
    directory: recordingsDirectory,
    rules: () => ({
      nameOf: fileNamer(rules.config.recording.filename, rules.config.timeZone),
      judgement: rules.config.recording.judgement,
      settingNames: rules.config.recording.settings.map((setting) => setting.name),
    }),
    report: reportFinish(report),
  });

  const feed = createLiveCallsFeed(() => switchboard.mailboxes.calls());
  const switchboard: Switchboard = createSwitchboard({
    application: config.asterisk.application,
    clock,
    newCallId: () => newCallId(clock.now()) as CallId,
    machines: () => rules.machines,
    save: (call, snapshot) => {
      liveCalls.save(call, snapshot, clock.now());
    },
    forget: (call) => {
      liveCalls.remove(call);
    },
    serve: (_call, command) => {
      serveCommand({ finisher, state, configurationHash: () => rules.hash, membershipChanged: () => void routes.write() }, command);
    },
    recordingsOf,
    report: {
      stepped: (step, before) => {
        reportStep(report, step, before);
        for (const event of step.events) {
          const user = event.kind === 'routed' && event.direction === 'out' ? event.callerUser : undefined;
          if (user !== undefined) state.noteOutsideCall(user, event.at);
        }
        if (step.snapshot.call !== before) feed.changed(step.snapshot.call);
      },
      lagged: (ms) => {
        report.eventHandled(ms);
      },
      adopted: (call) => {
        report.callAdopted(call);
      },
      swept: (kind, id) => {
        report.orphanSwept(kind, id);
      },
      commandFailed: (callId, command, reason) => {
        logger.warn({ callId, command: command.kind, reason }, 'command failed');
      },
      serviceFailed: (callId, command, error) => {
        report.recordingFailed({ callId }, command.kind === 'openRecording' ? 'open' : 'catalogue', error);
      },
      faulted: (callId, event, error) => {
        report.machineFailed(callId, error, { event: event.kind });
      },
    },
  });

  let tellFatal: (reason: string) => void = () => undefined;
  const fatal = new Promise<string>((resolveFatal) => {
    tellFatal = resolveFatal;
  });
  const { url, username, password, application } = config.asterisk;
  const connection: AriConnection = openAriConnection(
    { url, username, password, application, log: logger },
    {
      connected: async (client) => {
        const live = await switchboard.connected(client);
        void finisher.recover({
          liveRecordings: live.liveRecordings.map(({ name }) => name),
          liveChannels: live.channels.map(({ id }) => id),
          runningCalls: switchboard.mailboxes.calls().map(({ id }) => id),
        });
        void routes.write({ reread: 'always' });
      },
      event: (event) => {
        switchboard.handle(event);
      },
      disconnected: (reason) => {
        switchboard.disconnected();
        report.asteriskDisconnected(reason);
      },
      replaced: () => {
        tellFatal(`another server took over the application ${application}`);
      },
    },
  );
  const routes: FallbackRoutes = createFallbackRoutes({
    rules: () => rules,
    activeMembers: (group) => rules.activeMembers(group),
    client: connection.client,
    failed: (error) => {
      logger.error({ error }, 'fallback routes not written');
    },
  });

  const http: HttpServer = createHttpServer(
    {
      calls: feed,
      recordings: createListing(catalogue, recordingsDirectory),
      health: createHealth({ connection, database }),
      system: {
        read: () => ({
          version,
          startedAt: new Date(startedAt).toISOString(),
          asterisk: { connected: connection.state === 'connected', version: null, transport: connection.client.ordered ? 'websocket' : 'http' },
          configuration: { hash: rules.hash, loadedAt: new Date(loadedAt).toISOString() },
          calls: switchboard.mailboxes.size,
          recordingsOpen: catalogue.unfinished().length,
        }),
      },
      metrics,
    },
    { listen: config.web.listen, ...(config.metrics.token === undefined ? {} : { metricsToken: config.metrics.token }) },
    logger,
  );

  return {
    report,
    fatal,
    get url() {
      return http.url;
    },
    start: async () => {
      await installSoundsOrWarn(config, logger);
      for (const { snapshot } of liveCalls.all()) switchboard.mailboxes.restore(snapshot);
      await http.start();
      connection.start();
      report.serverStarted({ version, url: http.url, configurationHash: rules.hash });
    },
    stop: async (reason) => {
      await finishCalls(rules.config, switchboard);
      await stopAll([
        () => http.stop(),
        () => connection.stop(),
        () => {
          switchboard.mailboxes.stop();
        },
        () => finisher.stop(),
        () => database.close(),
      ]);
      report.serverStopped(reason);
    },
    reload: async (next) => {
      const restart = needsRestart(config, next.config);
      rules = toRules(next.config, next.hash, rulesPorts);
      loadedAt = clock.now();
      report.configurationReloaded(next.hash, restart);
      await routes.write();
    },
  };
}

async function installSoundsOrWarn(config: Config, logger: Logger): Promise<void> {
  const { soundsDirectory, application } = config.asterisk;
  try {
    await installSounds(shippedSounds, soundsDirectory, application);
  } catch (error) {
    logger.error({ error, soundsDirectory }, 'announcements could not be put where Asterisk finds them');
  }
}

const pollMs = 200;

/** With `finish` new calls fall back to the dialplan, and running ones have so many seconds to end by themselves. */
async function finishCalls(config: Config, switchboard: Switchboard): Promise<void> {
  if (config.shutdown.calls !== 'finish') return;
  switchboard.decline();
  const deadline = systemClock.now() + config.shutdown.graceSeconds * 1000;
  while (switchboard.mailboxes.size > 0 && systemClock.now() < deadline) {
    await new Promise((resolveWait) => systemClock.after(pollMs, () => resolveWait(undefined)));
  }
}

/** One that fails to stop does not keep the others from it. */
async function stopAll(stops: readonly (() => Promise<void> | void)[]): Promise<void> {
  for (const stop of stops) {
    try {
      await stop();
    } catch (error) {
      process.exitCode = 1;
      process.stderr.write(`while stopping: ${String(error)}\n`);
    }
  }
}
