import { startAsterisk, type Asterisk, type AsteriskSettings } from './asterisk.ts';
import { startPhones, type Carrier, type Phone, type Phones } from './phones.ts';

/** A telephone system and the phones that belong to it. */
export interface Bench {
  readonly asterisk: Asterisk;
  readonly phones: Phones;
  readonly carrier: Carrier;
  readonly backup: Carrier;
  phone(name: string): Phone;
  stop(): Promise<void>;
}

/** Starts both; give it plain dialplan, or run fernamt against `bench.asterisk`. */
export async function startBench(settings: Omit<AsteriskSettings, 'peers'>): Promise<Bench> {
  const phones = await startPhones(`${settings.name}-phones`);
  const asterisk = await startAsterisk({ ...settings, peers: phones.peers });
  phones.callInto(asterisk);
  return {
    asterisk,
    phones,
    carrier: phones.carrier,
    backup: phones.backup,
    phone: (name) => phones.phone(name),
    stop: async () => {
      await asterisk.stop();
      await phones.stop();
    },
  };
}
