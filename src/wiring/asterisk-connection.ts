/** The connection to Asterisk, and what is put in order whenever one stands. */

import { openAriConnection, type AriConnection } from '../ari/connection.ts';
import type { Switchboard } from '../ari/switchboard.ts';
import { heededEvents } from '../ari/translate.ts';
import type { Config } from '../config/complete.ts';
import type { Logger } from '../observability/logger.ts';
import type { Report } from '../observability/report.ts';
import type { Finisher } from '../recording/files/finish.ts';
import type { FallbackRoutes } from './fallback-routes.ts';

export interface ConnectionTools {
  readonly config: Config;
  readonly switchboard: Switchboard;
  readonly finisher: Finisher;
  routes(): FallbackRoutes;
  readonly report: Report;
  readonly logger: Logger;
  /** Another server took our place. */
  replaced(): void;
}

export function createAsteriskConnection(tools: ConnectionTools): AriConnection {
  const { switchboard, finisher, report } = tools;
  const { url, username, password, application } = tools.config.asterisk;
  return openAriConnection(
    { url, username, password, application, events: heededEvents, log: tools.logger },
    {
      connected: async (client) => {
        const live = await switchboard.connected(client);
        void finisher.recover({
          liveRecordings: live.liveRecordings.map(({ name }) => name),
          liveChannels: live.channels.map(({ id }) => id),
          runningCalls: switchboard.mailboxes.calls().map(({ id }) => id),
        });
        void tools.routes().write({ reread: 'always' });
      },
      event: (event) => {
        switchboard.handle(event);
      },
      disconnected: (reason) => {
        switchboard.disconnected();
        report.asteriskDisconnected(reason);
      },
      replaced: () => {
        tools.replaced();
      },
    },
  );
}
