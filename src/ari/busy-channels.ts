/**
 * Which channels play something or are being recorded. Asterisk carries out some requests about such a channel only
 * when that is over, and would keep every later request on the same socket waiting (seen in 22.10).
 */

import type { AriMethod, AriPath, AriQuery } from './client.ts';
import type { AriEvent } from './schema.ts';

export interface BusyChannels {
  isBusy(channel: string): boolean;
  /** To be told of every request when it is sent; the function returned takes it back when Asterisk refused. */
  sent(method: AriMethod, path: AriPath, query: AriQuery | undefined): (() => void) | undefined;
  happened(event: AriEvent): void;
}

export function createBusyChannels(): BusyChannels {
  /** Channel → what occupies it. */
  const occupations = new Map<string, Set<string>>();

  function begin({ channel, occupation }: Occupied): void {
    const set = occupations.get(channel);
    if (set) set.add(occupation);
    else occupations.set(channel, new Set([occupation]));
  }

  function end({ channel, occupation }: Occupied): void {
    const set = occupations.get(channel);
    set?.delete(occupation);
    if (set?.size === 0) occupations.delete(channel);
  }

  return {
    isBusy: (channel) => occupations.has(channel),
    sent: (method, path, query) => {
      const begun = method === 'POST' ? toOccupation(path, query) : undefined;
      if (!begun) return undefined;
      begin(begun);
      return () => {
        end(begun);
      };
    },
    happened: (event) => {
      if (event.type === 'StasisEnd' || event.type === 'ChannelDestroyed') occupations.delete(event.channel.id);
      const occupied = toOccupied(event);
      if (!occupied) return;
      if (event.type === 'PlaybackStarted' || event.type === 'RecordingStarted') begin(occupied);
      else end(occupied);
    },
  };
}

/** The channels that a request needs at rest; Asterisk lets it wait for them. */
export function channelsNeededAtRest(method: AriMethod, path: AriPath, query: AriQuery | undefined): readonly string[] {
  if (method !== 'POST') return [];
  const [resource, subject, action] = segmentsOf(path);
  if (resource === 'channels' && subject !== undefined) {
    return action === 'variable' || action === 'answer' ? [subject] : [];
  }
  const concernsChannels = resource === 'bridges' && (action === 'addChannel' || action === 'removeChannel');
  return concernsChannels ? String(query?.['channel'] ?? '').split(',') : [];
}

interface Occupied {
  readonly channel: string;
  readonly occupation: string;
}

function toOccupation(path: AriPath, query: AriQuery | undefined): Occupied | undefined {
  const [resource, channel, action, id] = segmentsOf(path);
  if (resource !== 'channels' || channel === undefined) return undefined;
  if (action === 'play') return { channel, occupation: `playback ${id ?? String(query?.['playbackId'] ?? '')}` };
  if (action === 'record') return { channel, occupation: `recording ${String(query?.['name'] ?? '')}` };
  return undefined;
}

function toOccupied(event: AriEvent): Occupied | undefined {
  if ('playback' in event) return ofTarget(event.playback.targetUri, `playback ${event.playback.id}`);
  if ('recording' in event) return ofTarget(event.recording.targetUri, `recording ${event.recording.name}`);
  return undefined;
}

const channelTarget = 'channel:';

function ofTarget(targetUri: string, occupation: string): Occupied | undefined {
  if (!targetUri.startsWith(channelTarget)) return undefined;
  return { channel: targetUri.slice(channelTarget.length), occupation };
}

function segmentsOf(path: AriPath): readonly string[] {
  return typeof path === 'string' ? path.split('/') : path;
}
