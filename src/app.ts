/** The wiring: everything is made here, in order, and stopped in reverse. */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Switchboard } from './ari/switchboard.ts';
import type { Config } from './config/complete.ts';
import { systemClock } from './lib/clock.ts';
import { createServerLogger, type Logger } from './observability/logger.ts';
import { createMetrics } from './observability/metrics.ts';
import { createReport, type Report } from './observability/report.ts';
import { createCatalogue } from './recording/catalogue.ts';
import { openDatabase } from './store/database.ts';
import { createHuntPositions } from './store/hunt-positions.ts';
import { createLiveCalls } from './store/live-calls.ts';
import { createMemberships } from './store/memberships.ts';
import { createAsteriskConnection } from './wiring/asterisk-connection.ts';
import { needsRestart } from './wiring/configuration-change.ts';
import { createFallbackRoutes } from './wiring/fallback-routes.ts';
import { createFinishing, recordingsDirectoryOf } from './wiring/finishing.ts';
import { createLiveCallsFeed } from './wiring/live-calls.ts';
import { toRules, type RulesPorts } from './wiring/rules.ts';
import { createServerState } from './wiring/server-state.ts';
import { createServerView } from './wiring/server-view.ts';
import { installSounds } from './wiring/shipped-sounds.ts';
import { createSwitching } from './wiring/switching.ts';

/** A configuration that passed its check, and its hash without secrets. */
export interface CheckedConfig {
  readonly config: Config;
  readonly hash: string;
}

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
  let loaded = { rules: toRules(config, first.hash, rulesPorts), at: startedAt };
  const rules = (): typeof loaded.rules => loaded.rules;

  const finisher = createFinishing({ config, clock, catalogue, rules, report });
  const feed = createLiveCallsFeed(() => switchboard.mailboxes.calls());
  const shared = { config, clock, rules, state, finisher, feed, report, logger };
  const switchboard = createSwitching({ ...shared, liveCalls, membershipChanged: () => void routes.write() });
  const connection = createAsteriskConnection({
    ...shared,
    switchboard,
    routes: () => routes,
    replaced: () => {
      fatal.tell('another server took over our application');
    },
  });
  const routes = createFallbackRoutes({
    rules,
    client: connection.client,
    failed: (error) => tellRoutesFailed(logger, error),
  });
  const view = createServerView({
    ...{
      ...shared,
      version,
      startedAt,
      database,
      catalogue,
      metrics,
      recordingsDirectory: recordingsDirectoryOf(config),
      connection,
      switchboard,
    },
    loaded: () => ({ hash: loaded.rules.hash, at: loaded.at }),
  });

  return {
    report,
    fatal: fatal.told,
    start: async () => {
      await installSoundsOrTell(config, logger);
      for (const { snapshot } of liveCalls.all()) switchboard.mailboxes.restore(snapshot);
      await view.start();
      connection.start();
      report.serverStarted({ version, url: view.url, configurationHash: first.hash });
    },
    stop: async (reason) => {
      await finishCalls(rules().config, switchboard);
      await stopAll(logger, [
        () => view.stop(),
        () => connection.stop(),
        () => switchboard.mailboxes.stop(),
        () => finisher.stop(),
        () => database.close(),
      ]);
      report.serverStopped(reason);
    },
    reload: async (next) => {
      const restart = needsRestart(config, next.config);
      loaded = { rules: toRules(next.config, next.hash, rulesPorts), at: clock.now() };
      report.configurationReloaded(next.hash, restart);
      await routes.write();
    },
  };
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

/** One that fails to stop does not keep the others from it. */
async function stopAll(logger: Logger, stops: readonly (() => Promise<void> | void)[]): Promise<void> {
  for (const stop of stops) {
    try {
      await stop();
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
