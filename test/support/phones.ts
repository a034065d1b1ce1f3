/** A second Asterisk that plays the phones and the networks behind the trunks. */
import { join } from 'node:path';
import { findOrMakeAsterisk } from '../../bin/asterisk/find.ts';
import { commonFiles, type AriLogin } from './asterisk/common-files.ts';
import { makeInstance } from './asterisk/instance.ts';
import type { PbxPeers } from './asterisk/pbx-files.ts';
import { claimPortBlock, type PortBlock } from './asterisk/port-block.ts';
import { writeWav, type Audio } from './audio.ts';
import { openAudioInlet } from './phones/audio-inlet.ts';
import { openControl } from './phones/control.ts';
import { Exchange } from './phones/exchange.ts';
import { Carrier, Phone } from './phones/phone.ts';
import { PHONES_APPLICATION, phonesExtensionsConf, phonesPjsipConf } from './phones/phone-files.ts';

export type { HangUp, Party, PressOptions } from './phones/party.ts';
export type { CallOptions, Carrier, Habit, Phone, TrunkCallOptions } from './phones/phone.ts';
export type { Sound } from './phones/sound.ts';

const LOGIN: AriLogin = { username: 'phones', password: 'test-secret' };

export interface Phones {
  /** For `startAsterisk`: where the phones and the carriers answer. */
  readonly peers: PbxPeers;
  readonly carrier: Carrier;
  /** A second trunk, for failover. */
  readonly backup: Carrier;
  /** The phone of that name: an extension, or `1001-soft`. Always the same one. */
  phone(name: string): Phone;
  /** Gives the phones something to say: `party.says(name)`. */
  putSound(name: string, audio: Audio): Promise<void>;
  /** Tells the phones where the telephone system is that they call. */
  callInto(system: { readonly sipPort: number }): void;
  /** Ends everything; throws what went wrong unnoticed. */
  stop(): Promise<void>;
}

export async function startPhones(name = 'phones'): Promise<Phones> {
  const installation = await findOrMakeAsterisk((line) => console.error(line));
  const [ports, inlet] = await Promise.all([claimPortBlock(), openAudioInlet()]);
  const files = {
    ...commonFiles(ports, LOGIN, []),
    'pjsip.conf': phonesPjsipConf(ports),
    'extensions.conf': phonesExtensionsConf(inlet.port),
  };
  const instance = await makeInstance(installation, { name, files });
  await instance.start();

  const control = await openControl(`http://127.0.0.1:${ports.http}`, LOGIN, PHONES_APPLICATION);
  const system = { port: 0 };
  const extensions = new Map<string, Phone>();
  const phone = (phoneName: string): Phone => {
    const known = extensions.get(phoneName) ?? new Phone(exchange, phoneName);
    extensions.set(phoneName, known);
    return known;
  };
  const exchange: Exchange = new Exchange({
    control,
    inlet,
    systemPort: () => system.port,
    find: (port, number) => (port === ports.sip[1] ? carrier : port === ports.sip[2] ? backup : phone(number)),
  });
  const carrier = new Carrier(exchange, 'carrier');
  const backup = new Carrier(exchange, 'backup');
  control.onEvent((event) => exchange.take(event));

  return {
    peers: toPeers(ports),
    carrier,
    backup,
    phone,
    putSound: (name, audio) => writeWav(join(instance.soundsDirectory, `${name}.wav`), audio),
    callInto: ({ sipPort }) => {
      system.port = sipPort;
    },
    stop: async () => {
      await control.close();
      await instance.remove();
      await Promise.all([inlet.close(), ports.release()]);
      if (exchange.failures.length > 0) throw new AggregateError(exchange.failures, 'a phone failed unnoticed');
    },
  };
}

function toPeers(ports: PortBlock): PbxPeers {
  const [phonesPort, carrier, backup] = ports.sip;
  return { phonesPort, trunkPorts: { carrier, backup } };
}
