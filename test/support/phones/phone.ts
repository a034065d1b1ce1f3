import type { HangUp, Party } from './party.ts';
import type { Exchange } from './exchange.ts';
import type { Sound } from './sound.ts';
import { Watch } from './watch.ts';

const PATIENCE_MS = 5_000;

export interface CallOptions {
  /** What the caller sends from the first packet on. */
  readonly playing?: Sound;
  /** False spares the ear: nothing is heard, which is cheaper where there are many calls. */
  readonly listens?: boolean;
}

export interface TrunkCallOptions extends CallOptions {
  /** The caller's number. */
  readonly from: string;
  readonly name?: string;
  /** The caller wants his number hidden. */
  readonly withheld?: boolean;
}

export type Refusal = 'busy' | 'declines' | 'unavailable' | 'congested';

/** What a phone does by itself with every call that comes; `rings` leaves it to the test. */
export type Habit =
  | { readonly kind: 'rings' }
  /** Not even 180: a phone that is switched off, or a network that is slow. */
  | { readonly kind: 'ignores' }
  | { readonly kind: 'refuses'; readonly how: Refusal }
  | { readonly kind: 'answers'; readonly afterMs?: number; readonly playing?: Sound };

/** Somebody who can be called, on a desk or behind a trunk. */
export class Extension {
  readonly name: string;
  protected readonly exchange: Exchange;
  readonly #arrived: Party[] = [];
  readonly #watch = new Watch();
  #habit: Habit = { kind: 'rings' };
  #listens = true;

  constructor(exchange: Exchange, name: string) {
    this.exchange = exchange;
    this.name = name;
  }

  /** From now on, for every call that comes. */
  behaves(habit: Habit, options: { readonly listens?: boolean } = {}): void {
    this.#habit = habit;
    this.#listens = options.listens ?? true;
  }

  get listens(): boolean {
    return this.#listens;
  }

  /** Calls that came and that no test has taken in hand, those that are over included. */
  get untaken(): readonly Party[] {
    return this.#arrived;
  }

  /** Called by the exchange with each call that comes. */
  async arrives(party: Party): Promise<void> {
    const habit = this.#habit;
    if (habit.kind !== 'ignores') await party.rings();
    if (habit.kind === 'refuses') await refuse(party, habit.how);
    if (habit.kind === 'answers') await answerAfter(party, habit.afterMs ?? 0, habit.playing);
    this.#arrived.push(party);
    this.#watch.changed();
  }

  protected async takes(what: string, fits: (party: Party) => boolean, withinMs = PATIENCE_MS): Promise<Party> {
    // A call that its caller gave up before anybody looked rings no more.
    const isRinging = (party: Party) => !party.isOver && fits(party);
    let taken: Party | undefined;
    // Whoever looks takes at once: several may wait for calls of the same phone.
    await this.#watch.until(() => (taken ??= this.#takeFirst(isRinging)) !== undefined, withinMs);
    if (taken === undefined) throw new Error(`${this.name} ${what} not within ${withinMs} ms`);
    return taken;
  }

  #takeFirst(fits: (party: Party) => boolean): Party | undefined {
    const index = this.#arrived.findIndex(fits);
    return index < 0 ? undefined : this.#arrived.splice(index, 1)[0];
  }

  /** No call is ringing that no test has taken, and nobody calls for so long, counted from now. */
  async doesNotRing(forMs = 500): Promise<void> {
    const before = this.#arrived.length;
    const rings = () => this.#arrived.length > before || this.#arrived.some((party) => !party.isOver);
    if (await this.#watch.until(rings, forMs)) throw new Error(`${this.name} rings`);
  }
}

/** A telephone of a user. */
export class Phone extends Extension {
  /** Dials; resolves when the INVITE is out. */
  calls(number: string, options: CallOptions = {}): Promise<Party> {
    return this.exchange.call(this.name, number, options);
  }

  /** Waits for the next call, which is ringing then. */
  rings(withinMs = PATIENCE_MS): Promise<Party> {
    return this.takes('rings', () => true, withinMs);
  }

  /** Waits for the next call of this caller; others may call as well. */
  ringsFor(caller: string, withinMs = PATIENCE_MS): Promise<Party> {
    return this.takes(`rings for ${caller}`, (party) => party.caller.number === caller, withinMs);
  }

  /** Waits for the next call and picks up. */
  async answers(options: { readonly playing?: Sound } = {}): Promise<Party> {
    return (await this.rings()).answers(options);
  }

  async declines(): Promise<HangUp> {
    return (await this.rings()).declines();
  }

  async isBusy(): Promise<HangUp> {
    return (await this.rings()).isBusy();
  }
}

/** The public network behind a trunk: it calls our numbers, and everybody outside is reached through it. */
export class Carrier extends Extension {
  calls(did: string, options: TrunkCallOptions): Promise<Party> {
    return this.exchange.call(this.name, did, options);
  }

  /** Waits for the next outbound call, or for the next one to that number; it is ringing then. */
  receives(number?: string, withinMs = PATIENCE_MS): Promise<Party> {
    const fits = (party: Party) => number === undefined || party.number === number;
    return this.takes(`receives a call${number === undefined ? '' : ` to ${number}`}`, fits, withinMs);
  }
}

/** Nobody is quicker. Of a ringing and a refusal at the same moment Asterisk may note the refusal alone. */
const refusalAfterMs = 100;

async function refuse(party: Party, how: Refusal): Promise<void> {
  if (await givesUp(party, refusalAfterMs)) return;
  if (how === 'busy') await party.isBusy();
  else if (how === 'declines') await party.declines();
  else if (how === 'congested') await party.isCongested();
  else await party.isUnavailable();
}

async function answerAfter(party: Party, afterMs: number, playing: Sound | undefined): Promise<void> {
  if (afterMs > 0 && (await givesUp(party, afterMs))) return;
  await party.answers(playing === undefined ? {} : { playing });
}

/** A caller may give up before the phone would have done anything. */
function givesUp(party: Party, withinMs: number): Promise<boolean> {
  return party.hungUp(withinMs).then(
    () => true,
    () => false,
  );
}
