/** The wiring: everything is made here, in order, and stopped in reverse. */

import { fileURLToPath } from 'node:url';
import type { Switchboard } from './ari/switchboard.ts';
import type { Config } from './config/complete.ts';
import { systemClock } from './lib/clock.ts';
import { createServerLogger, type Logger } from './observability/logger.ts';
import { createMetrics } from './observability/metrics.ts';
import { createReport, type Report } from './observability/report.ts';
import type { Call } from './telephony/model.ts';
import { createAnnouncements } from './wiring/announcements.ts';
import { createAsteriskConnection } from './wiring/asterisk-connection.ts';
import { createConfigurationKeeping } from './wiring/configuration-keeping.ts';
import { createControl } from './wiring/control.ts';
import { createFallbackRoutes } from './wiring/fallback-routes.ts';
import { createFinishing, createRecordingDirectoryWatch, recordingsDirectoryOf } from './wiring/finishing.ts';
import { createLedgerKeeping } from './wiring/ledger.ts';
import { createLiveCallsFeed } from './wiring/live-calls.ts';
import { createRulesInForce, type CheckedConfig } from './wiring/rules-in-force.ts';
import { createServerView } from './wiring/server-view.ts';
import { createSwitchedSettings } from './wiring/setting-switches.ts';
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

  const { database, liveCalls, state, catalogue, overrides, ledger, configurations } = await openStores(config);

  const metrics = createMetrics({
    callsUp: () => switchboard.mailboxes.size,
    recordingsOpen: () => catalogue.unfinishedCount(),
    asteriskConnected: () => connection.state === 'connected',
  });
  const report = createReport(logger, metrics);

  const calls = (): readonly Call[] => switchboard.mailboxes.calls();
  const now = (): number => clock.now();
  const switched = createSwitchedSettings({ overrides, now, logger });
  const announcements = createAnnouncements({ config, current: () => rules().config, database, clock, logger });
  const keeping = createConfigurationKeeping({ configurations, clock, failed: tellNotKept(logger) });
  const rulesPorts = { ...state, ...announcements.port, ...switched, ...keeping, calls, now };
  const inForce = createRulesInForce(first, rulesPorts);
  const { rules, loaded } = inForce;

  const directories = createRecordingDirectoryWatch(config, clock, logger);
  const finisher = createFinishing({ config, clock, catalogue, rules, report });
  const feed = createLiveCallsFeed(calls);
  const book = createLedgerKeeping({ ledger, catalogue, clock, report, calls });
  const shared = { config, clock, rules, state, finisher, feed, report, logger };
  const writeRoutes = (): void => void routes.write();
  const switchboard = createSwitching({
    ...{ ...shared, liveCalls, ledger: book },
    membershipChanged: writeRoutes,
    recordingFailed: () => directories.suspect(),
    observe: (step) => control.recordingControl.observe(step),
  });
  const connection = createAsteriskConnection({
    ...shared,
    switchboard,
    routes: () => routes,
    replaced: () => fatal.tell('another server took over our application'),
  });
  const routes = createFallbackRoutes({ rules, client: connection.client, failed: tellRoutesFailed(logger) });
  const { door, ...control } = createControl({ ...shared, inForce, switched, switchboard, changed: writeRoutes });
  const view = createServerView({
    ...{ ...shared, ...control, controlToken: door.token, ledger: book.view },
    ...{ version, startedAt, loaded, database, directories, catalogue, metrics, connection, switchboard },
    ...{ announcements, recordingsDirectory: recordingsDirectoryOf(config) },
  });
  const keepers = [book, announcements, keeping, { stop: () => database.close() }];
  const parts = [door, view, connection, switchboard.mailboxes, directories, finisher, ...keepers];

  return {
    report,
    fatal: fatal.told,
    start: async () => {
      await Promise.all([installSoundsOrTell(config, logger), announcements.start(), directories.start()]);
      for (const { snapshot } of liveCalls.all()) switchboard.mailboxes.restore(snapshot);
      await startOrStopAll(view, logger, parts);
      await door.open(view.url);
      book.start();
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
      announcements.tellMissing();
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

function tellNotKept(logger: Logger): (error: unknown) => void {
  return (error) => {
    logger.error({ error }, 'configuration could not be kept');
  };
}

function tellRoutesFailed(logger: Logger): (error: unknown) => void {
  return (error) => {
    logger.error({ error }, 'fallback routes could not be written');
  };
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
