import type { AudioInlet } from './audio-inlet.ts';
import type { Control, PhoneEvent } from './control.ts';
import { Party, type PartySettings } from './party.ts';
import { PHONES_APPLICATION } from './phone-files.ts';
import type { CallOptions, Extension, TrunkCallOptions } from './phone.ts';

const PATIENCE_MS = 5_000;

export interface ExchangeSettings {
  readonly control: Control;
  readonly inlet: AudioInlet;
  /** Where the telephone system takes calls. */
  readonly systemPort: () => number;
  /** Whom a call is for that came in on a port, to a number. */
  readonly find: (port: number, number: string) => Extension;
}

/** Joins phones and Asterisk's channels: makes calls, hands out those that come, and passes on what happens to them. */
export class Exchange {
  readonly #settings: ExchangeSettings;
  readonly #parties = new Map<string, Party>();
  readonly #starting = new Map<string, () => void>();
  readonly #failures: unknown[] = [];
  #count = 0;

  constructor(settings: ExchangeSettings) {
    this.#settings = settings;
  }

  /** What went wrong where no test was waiting for it. */
  get failures(): readonly unknown[] {
    return this.#failures;
  }

  async call(name: string, number: string, options: CallOptions | TrunkCallOptions): Promise<Party> {
    const { control } = this.#settings;
    const channelId = `${PHONES_APPLICATION}-${(this.#count += 1)}`;
    const ear = this.#settings.inlet.expect();
    const party = this.#adopt({ name, channelId, direction: 'calling', number, caller: NOBODY, heard: ear.heard });
    await this.#started(channelId, () =>
      control.request(
        'POST',
        '/channels/create',
        {
          endpoint: `PJSIP/${name}/sip:${number.replaceAll('#', '%23')}@127.0.0.1:${this.#settings.systemPort()}`,
          app: PHONES_APPLICATION,
          appArgs: 'out',
          channelId,
        },
        { variables: callerVariables(name, options) },
      ),
    );
    if (options.listens !== false) await this.#listen(channelId, ear.id);
    await party.dials(options.playing ?? 0);
    return party;
  }

  take(event: PhoneEvent): void {
    if (event.type === 'StasisStart' && event.args[0] === 'in') {
      void this.#takeIncoming(event);
      return;
    }
    if (event.type === 'StasisStart') this.#starting.get(event.channelId)?.();
    this.#parties.get(event.channelId)?.take(event);
    if (event.type === 'ChannelDestroyed') this.#parties.delete(event.channelId);
  }

  async #takeIncoming(event: PhoneEvent): Promise<void> {
    const [, number = '', address = ''] = event.args;
    const extension = this.#settings.find(Number(address.split(':').at(-1)), number);
    const ear = this.#settings.inlet.expect();
    const { channelId, caller } = event;
    const party = this.#adopt({
      name: extension.name,
      channelId,
      direction: 'called',
      number,
      caller,
      heard: ear.heard,
    });
    try {
      if (extension.listens) await this.#listen(channelId, ear.id);
      await extension.arrives(party);
    } catch (error) {
      // Whoever gives up at once leaves us with a channel that is no more.
      await party.hungUp().catch(() => this.#failures.push(error));
    }
  }

  #adopt(settings: PartySettings): Party {
    const party = new Party(this.#settings.control, settings);
    this.#parties.set(settings.channelId, party);
    return party;
  }

  /** A snoop takes what the phone hears to the inlet, as long as the call lasts. */
  async #listen(channelId: string, inletId: string): Promise<void> {
    const { control } = this.#settings;
    const snoopId = `${channelId}-ear`;
    const query = { spy: 'in', app: PHONES_APPLICATION, appArgs: 'ear', snoopId };
    await this.#started(snoopId, () => control.request('POST', `/channels/${channelId}/snoop`, query));
    const place = { context: 'listen', extension: inletId, priority: 1 };
    await control.request('POST', `/channels/${snoopId}/continue`, place);
  }

  /** A channel may be used only after its StasisStart, which may come before the answer to the request. */
  #started(channelId: string, make: () => Promise<unknown>): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        clearTimeout(timer);
        this.#starting.delete(channelId);
        act();
      };
      const timer = setTimeout(() => settle(() => reject(new Error(`${channelId} never started`))), PATIENCE_MS);
      this.#starting.set(channelId, () => settle(resolve));
      make().catch((error: unknown) => settle(() => reject(error instanceof Error ? error : new Error(String(error)))));
    });
  }
}

const NOBODY = { name: '', number: '' };

function callerVariables(name: string, options: CallOptions | TrunkCallOptions): Readonly<Record<string, string>> {
  if (!('from' in options)) return { 'CONNECTEDLINE(num)': name };
  const hidden =
    options.withheld === true ? { 'CONNECTEDLINE(num-pres)': 'prohib', 'CONNECTEDLINE(name-pres)': 'prohib' } : {};
  return { 'CONNECTEDLINE(num)': options.from, 'CONNECTEDLINE(name)': options.name ?? '', ...hidden };
}
