/** What stands in Asterisk at this moment. */

import { AriError, type AriClient, type AriPath } from './client.ts';
import {
  type AriBridge,
  type AriChannel,
  type AriRecording,
  parseBridges,
  parseChannels,
  parseRecording,
} from './schema-resources.ts';

export interface LiveState {
  /** All channels, also those of others. */
  readonly channels: readonly AriChannel[];
  /** The bridges whose id begins with our application's name. */
  readonly bridges: readonly AriBridge[];
  readonly liveRecordings: readonly AriRecording[];
}

/**
 * Asterisk has no list of live recordings, so they are asked for one by one: by default those that bear the ids of our
 * listening channels. Rejects with an AriError when Asterisk does not answer or not as ARI promises.
 */
export async function readLiveState(
  client: AriClient,
  application: string,
  recordingNames?: readonly string[],
): Promise<LiveState> {
  const prefix = `${application}-`;
  const [channels, bridges] = await Promise.all([
    read(client, 'channels', parseChannels),
    read(client, 'bridges', parseBridges),
  ]);
  const listeners = channels.filter(({ id, name }) => id.startsWith(prefix) && name.startsWith('Snoop/'));
  const names = new Set(recordingNames ?? listeners.map(({ id }) => id));
  const recordings = await Promise.all([...names].map((name) => readLiveRecording(client, name)));
  return {
    channels,
    bridges: bridges.filter(({ id }) => id.startsWith(prefix)),
    liveRecordings: recordings.filter((recording) => recording !== undefined),
  };
}

/** Undefined when there is no such recording. Shows whether it is paused, never whether it is muted. */
export function readLiveRecording(client: AriClient, name: string): Promise<AriRecording | undefined> {
  return readIfThere(client, ['recordings', 'live', name], parseRecording);
}

async function read<T>(client: AriClient, path: AriPath, parse: (body: unknown) => T | undefined): Promise<T> {
  const found = await readIfThere(client, path, parse);
  if (found === undefined) throw new AriError('unexpected-answer', `ARI does not know ${String(path)}`);
  return found;
}

async function readIfThere<T>(
  client: AriClient,
  path: AriPath,
  parse: (body: unknown) => T | undefined,
): Promise<T | undefined> {
  const { status, body } = await client.request('GET', path);
  if (status === 404) return undefined;
  const parsed = status === 200 ? parse(body) : undefined;
  if (parsed === undefined)
    throw new AriError('unexpected-answer', `ARI answered ${String(status)} to GET ${String(path)}`);
  return parsed;
}
