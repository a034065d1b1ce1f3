/** A connection to a stand-in of Asterisk, with all that it tells and logs written down. */

import type { TestContext } from 'node:test';
import {
  type AriConnection,
  type AriConnectionOptions,
  type AriHandlers,
  openAriConnection,
} from '../../src/ari/connection.ts';
import type { AriEvent } from '../../src/ari/schema.ts';
import { eventually } from './eventually.ts';
import { fakeChannel, fakeEvent, startFakeAri, type FakeAri, type FakeAriOptions } from './fake-ari.ts';

export interface AriBench {
  readonly fake: FakeAri;
  readonly connection: AriConnection;
  /** What the handlers were told, in order. */
  readonly told: string[];
  readonly logged: string[];
}

export interface AriBenchOptions extends FakeAriOptions {
  readonly connection?: Partial<AriConnectionOptions>;
  readonly handlers?: Partial<AriHandlers>;
}

export const quickly = {
  openWithinMs: 300,
  pingEveryMs: 40,
  pongWithinMs: 40,
  probeWithinMs: 60,
  firstRetryMs: 5,
  longestRetryMs: 20,
};

export async function openAriBench(context: TestContext, options: AriBenchOptions = {}): Promise<AriBench> {
  const fake = await startFakeAri(options);
  const told: string[] = [];
  const logged: string[] = [];
  const log = (level: string) => (fields: object, message: string) => {
    logged.push(`${level} ${message} ${JSON.stringify(fields)}`);
  };
  const connection = openAriConnection(
    {
      url: fake.url,
      username: 'fernamt',
      password: 'secret',
      application: 'fernamt',
      log: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
      timing: quickly,
      ...options.connection,
    },
    {
      connected: (client) => {
        told.push(`connected ${client.ordered ? 'ordered' : 'unordered'}`);
        return Promise.resolve();
      },
      event: (event) => told.push(toLine(event)),
      disconnected: (reason) => told.push(`disconnected ${reason}`),
      replaced: () => told.push('replaced'),
      problem: ({ cause }) => told.push(`problem ${cause}`),
      malformed: (reason) => told.push(`malformed ${reason}`),
      ...options.handlers,
    },
  );
  context.after(async () => {
    await connection.stop();
    await fake.stop();
  });
  return { fake, connection, told, logged };
}

export function toLine(event: AriEvent): string {
  return 'channel' in event ? `${event.type} ${event.channel.id}` : event.type;
}

export const stasisEnd = (id: string): object => fakeEvent('StasisEnd', { channel: fakeChannel(id) });

/** The condition itself tells what was waited for in vain. */
export function until(condition: () => boolean): Promise<boolean> {
  return eventually(condition.toString(), condition, 10_000);
}

export async function connect(bench: AriBench): Promise<void> {
  bench.connection.start();
  await until(() => bench.connection.state === 'connected');
}
