/** A whole site for a test: telephones and carriers, an Asterisk, and the server. */

import { readWav, type Audio } from './audio.ts';
import { startAsterisk, type Asterisk, type AsteriskSettings } from './asterisk.ts';
import { eventually } from './eventually.ts';
import { startPhones, type Phones } from './phones.ts';
import { startServer, type RunningServer } from './server.ts';
import { openTcpLink, type TcpLink } from './tcp-link.ts';

export interface SiteSettings {
  readonly name: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly asterisk?: Omit<AsteriskSettings, 'name' | 'peers'>;
  /** Between server and Asterisk stands a link that can be cut. */
  readonly throughLink?: boolean;
}

export interface Site {
  readonly phones: Phones;
  readonly asterisk: Asterisk;
  readonly server: RunningServer;
  /** Only with `throughLink`. */
  readonly link: TcpLink;
  /** The audio of the latest recording of a caller or called number, once it is finished. */
  recordingOf(party: string): Promise<{ readonly audio: Audio; readonly judgement: string; readonly base: string }>;
  /** No channel, no bridge and no running call is left. */
  isEmpty(): Promise<void>;
  stop(): Promise<void>;
}

export async function startSite(settings: SiteSettings): Promise<Site> {
  const phones = await startPhones(`${settings.name}-phones`);
  const asterisk = await startAsterisk({ ...settings.asterisk, name: settings.name, peers: phones.peers });
  phones.callInto(asterisk);
  const link = await openTcpLink(asterisk.ariUrl);
  const place = settings.throughLink === true ? { ...asterisk, ariUrl: link.url } : asterisk;
  const server = await startServer({
    asterisk: place,
    ...(settings.config === undefined ? {} : { config: settings.config }),
  }).catch(async (error: unknown) => {
    // What runs already would keep the test from ending.
    await Promise.all([link.close(), asterisk.stop(), phones.stop()]);
    throw error;
  });
  return {
    phones,
    asterisk,
    server,
    link,
    recordingOf: async (party) => {
      const recording = await eventually(`the recording of ${party} is finished`, async () =>
        (await server.recordings()).find(
          (one) => (one.caller === party || one.callee === party) && one.state === 'kept',
        ),
      );
      return {
        audio: await readWav(server.audioPath(recording)),
        judgement: recording.judgement ?? '',
        base: recording.base,
      };
    },
    isEmpty: async () => {
      await eventually('Asterisk and the server are empty', async () => {
        const channels = await asterisk.cli('core show channels count');
        const bridges = await asterisk.cli('bridge show all');
        const calls = await server.calls();
        return channels.startsWith('0 active channels') && !bridges.includes('fernamt-') && calls.length === 0;
      });
    },
    stop: async () => {
      await server.remove();
      await link.close();
      await asterisk.stop();
      await phones.stop();
    },
  };
}
