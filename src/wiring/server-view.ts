/** The HTTP server with everything that it shows. */

import type { AriConnection } from '../ari/connection.ts';
import type { Switchboard } from '../ari/switchboard.ts';
import type { Config } from '../config/complete.ts';
import type { HttpPorts, SystemView } from '../http/ports.ts';
import { createHttpServer, type HttpServer } from '../http/server.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Catalogue } from '../recording/catalogue/catalogue.ts';
import { createListing } from '../recording/catalogue/listing.ts';
import type { Database } from '../store/database.ts';
import type { Announcements } from './announcements.ts';
import { createHealth } from './health.ts';
import type { DirectoryWatch } from './directory-watch.ts';
import type { LiveCallsFeed } from './live-calls.ts';

export interface ViewTools extends Pick<
  HttpPorts,
  'directory' | 'ledger' | 'memberships' | 'settings' | 'recordingControl' | 'simulator'
> {
  readonly config: Config;
  readonly version: string;
  readonly startedAt: number;
  /** The configuration in force. */
  loaded(): { readonly hash: string; readonly at: number };
  readonly connection: AriConnection;
  readonly switchboard: Switchboard;
  readonly catalogue: Catalogue;
  readonly recordingsDirectory: string;
  readonly database: Database;
  readonly directories: DirectoryWatch;
  readonly feed: LiveCallsFeed;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** What whoever changes something must show. */
  readonly controlToken: string;
  readonly announcements: Pick<Announcements, 'shelf'>;
}

export function createServerView(tools: ViewTools): HttpServer {
  const { config, catalogue, metrics, logger, controlToken } = tools;
  const { directory, memberships, settings, recordingControl, simulator } = tools;
  const { token } = config.metrics;
  return createHttpServer(
    {
      calls: tools.feed,
      recordings: createListing(catalogue, tools.recordingsDirectory),
      health: createHealth(tools),
      system: { read: () => toSystemView(tools) },
      metrics,
      ledger: tools.ledger,
      announcements: tools.announcements.shelf,
      ...{ directory, memberships, settings, recordingControl, simulator },
    },
    { listen: config.web.listen, controlToken, ...(token === undefined ? {} : { metricsToken: token }) },
    logger,
  );
}

function toSystemView({ version, startedAt, loaded, connection, switchboard, catalogue }: ViewTools): SystemView {
  const connected = connection.state === 'connected';
  const { hash, at } = loaded();
  return {
    version,
    startedAt: new Date(startedAt).toISOString(),
    asterisk: {
      connected,
      version: null,
      transport: connected ? (connection.client.ordered ? 'websocket' : 'http') : null,
    },
    configuration: { hash, loadedAt: new Date(at).toISOString() },
    calls: switchboard.mailboxes.size,
    recordingsOpen: catalogue.unfinishedCount(),
  };
}
