/** The wiring: everything is made here, in order, and stopped in reverse. */

import { fileURLToPath } from 'node:url';
import type { Switchboard } from './ari/switchboard.ts';
import type { Config } from './config/complete.ts';
import { systemClock } from './lib/clock.ts';
import { createServerLogger, type Logger } from './observability/logger.ts';
import { createMetrics } from './observability/metrics.ts';
import { createReport, type Report } from './observability/report.ts';
import type { Call } from './telephony/model.ts';
import { createAsteriskConnection } from './wiring/asterisk-connection.ts';
import { createFallbackRoutes } from './wiring/fallback-routes.ts';
import { createFinishing, createRecordingDirectoryWatch, recordingsDirectoryOf } from './wiring/finishing.ts';
import { createLiveCallsFeed } from './wiring/live-calls.ts';
import { createRulesInForce, type CheckedConfig } from './wiring/rules-in-force.ts';
import { createServerView } from './wiring/server-view.ts';
import { installSounds } from './wiring/shipped-sounds.ts';
import { openStores } from './wiring/stores.ts';
import { createSwitching } from './wiring/switching.ts';

export interface App {
  readonly report: Report;
  start(): Promise<void>;
  /** Hangs nothing up. Waits for running calls first where the configuration says so. */
  stop(reason: string): Promise<void>;
  /** Puts another configuration into effect for new calls. */
  reload(loaded: CheckedConfig): Promise<void>;
  /** Resolves with the reason when the server cannot go on. */
  readonly fatal: Promise<string>;
}

const version = '0.1.0';
const shippedSounds = fileURLToPath(new URL('../sounds', import.meta.url));

export async function createApp(first: CheckedConfig): Promise<App> {
  const { config } = first;
  const clock = systemClock;
  const startedAt = clock.now();
  const logger = createServerLogger(config.logging);
  const fatal = createSignal<string>();

  const { database, liveCalls, state, catalogue } = await openStores(config);

  const metrics = createMetrics({
    callsUp: () => switchboard.mailboxes.size,
    recordingsOpen: () => catalogue.unfinishedCount(),
    asteriskConnected: () => connection.state === 'connected',
  });
  const report = createReport(logger, metrics);

  const calls = (): readonly Call[] => switchboard.mailboxes.calls();
  const inForce = createRulesInForce(first, { ...state, calls, now: () => clock.now() });
  const { rules, loaded } = inForce;

  const directories = createRecordingDirectoryWatch(config, clock, logger);
  const finisher = createFinishing({ config, clock, catalogue, rules, report });
  const feed = createLiveCallsFeed(calls);
  const shared = { config, clock, rules, state, finisher, feed, report, logger };
  const switchboard = createSwitching({
    ...{ ...shared, liveCalls },
    membershipChanged: () => void routes.write(),
    recordingFailed: () => directories.suspect(),
  });
  const connection = createAsteriskConnection({
    ...shared,
    switchboard,
    routes: () => routes,
    replaced: () => fatal.tell('another server took over our application'),
  });
  const routes = createFallbackRoutes({
    rules,
    client: connection.client,
    failed: (error) => tellRoutesFailed(logger, error),
  });
  const view = createServerView({
    ...shared,
    ...{ version, startedAt, loaded, database, directories, catalogue, metrics, connection, switchboard },
    recordingsDirectory: recordingsDirectoryOf(config),
  });
  const store = { stop: () => database.close() };
  const parts = [view, connection, switchboard.mailboxes, directories, finisher, store];

  return {
    report,
    fatal: fatal.told,
    start: async () => {
      await Promise.all([installSoundsOrTell(config, logger), directories.start()]);
      for (const { snapshot } of liveCalls.all()) switchboard.mailboxes.restore(snapshot);
      await startOrStopAll(view, logger, parts);
      connection.start();
      report.serverStarted({ version, url: view.url, configurationHash: first.hash });
    },
    stop: async (reason) => {
      await finishCalls(rules().config, switchboard);
      await stopAll(logger, parts);
      report.serverStopped(reason);
    },
    reload: async (next) => {
      const needsRestart = inForce.replace(next);
      await routes.write();
      report.configurationReloaded(next.hash, needsRestart);
    },
  };
}

/** What runs already would keep the process from ending. */
async function startOrStopAll(
  view: { start(): Promise<void> },
  logger: Logger,
  parts: Parameters<typeof stopAll>[1],
): Promise<void> {
  try {
    await view.start();
  } catch (error) {
    await stopAll(logger, parts);
    throw error;
  }
}

async function installSoundsOrTell(config: Config, logger: Logger): Promise<void> {
  const { soundsDirectory, application } = config.asterisk;
  try {
    await installSounds(shippedSounds, soundsDirectory, application);
  } catch (error) {
    logger.error({ error, soundsDirectory }, 'announcements could not be put where Asterisk finds them');
  }
}

function tellRoutesFailed(logger: Logger, error: unknown): void {
  logger.error({ error }, 'fallback routes could not be written');
}

const pollMs = 200;

/** With `finish` new calls fall back to the dialplan, and running ones have so many seconds to end by themselves. */
async function finishCalls(config: Config, switchboard: Switchboard): Promise<void> {
  if (config.shutdown.calls !== 'finish') return;
  switchboard.decline();
  const deadline = systemClock.now() + config.shutdown.graceSeconds * 1000;
  while (switchboard.mailboxes.size > 0 && systemClock.now() < deadline) {
    await new Promise<void>((done) => systemClock.after(pollMs, done));
  }
}

interface Stoppable {
  stop(): Promise<void> | void;
}

/** One that fails to stop does not keep the others from it. */
async function stopAll(logger: Logger, parts: readonly Stoppable[]): Promise<void> {
  for (const part of parts) {
    try {
      await part.stop();
    } catch (error) {
      logger.error({ error }, 'a part of the server could not be stopped');
    }
  }
}

interface Signal<Value> {
  readonly told: Promise<Value>;
  tell(value: Value): void;
}

function createSignal<Value>(): Signal<Value> {
  let tell: (value: Value) => void = () => undefined;
  const told = new Promise<Value>((resolveTold) => {
    tell = resolveTold;
  });
  return { told, tell: (value) => tell(value) };
}
