import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FLOOR_DBFS, writeWav } from '../audio.ts';
import { RefusedError, type Control, type PhoneEvent } from './control.ts';
import type { Heard } from './heard.ts';
import { PHONES_APPLICATION } from './phone-files.ts';
import { SILENCE, toDigitToneList, toToneList, type Sound } from './sound.ts';
import { Watch } from './watch.ts';

const PATIENCE_MS = 5_000;
const LONGEST_SPEECH_MS = 120_000;
/** A tone that is louder than this is heard; one that is softer than the other is not. */
const HEARD_DBFS = -30;
const NOT_HEARD_DBFS = -60;
const LISTEN_SECONDS = 0.1;

/** How a call ended, as the phone saw it. */
export interface HangUp {
  /** Q.850; 26 for a call that somebody else answered. */
  readonly cause: number;
  /** Of a call that was refused. */
  readonly sipStatus: number | undefined;
}

export interface PressOptions {
  readonly durationMs?: number;
  /** `inband` sends the digit as a mere tone. */
  readonly mode?: 'rfc4733' | 'info' | 'inband';
}

export interface PartySettings {
  /** For messages: the phone's name. */
  readonly name: string;
  readonly channelId: string;
  readonly direction: 'calling' | 'called';
  /** What was dialled, or which number was called. */
  readonly number: string;
  /** What the display shows of the caller. */
  readonly caller: { readonly name: string; readonly number: string };
  readonly heard: Heard;
}

/**
 * One party of one call, as somebody with a phone in his hand: every verb is what he does or notices. What he waits for
 * comes within five seconds or is an error that says what he noticed instead.
 */
export class Party {
  readonly name: string;
  readonly number: string;
  readonly caller: { readonly name: string; readonly number: string };
  readonly heard: Heard;
  /** Digits that the other party sent. */
  digits = '';
  isHeld = false;
  readonly channelId: string;
  readonly #control: Control;
  readonly #watch = new Watch();
  readonly #direction: 'calling' | 'called';
  #ringing = false;
  #earlyMedia = false;
  #up = false;
  #ended: HangUp | undefined;
  #returns = 0;
  #sound: Sound = SILENCE;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(control: Control, settings: PartySettings) {
    this.#control = control;
    this.name = settings.name;
    this.number = settings.number;
    this.caller = settings.caller;
    this.heard = settings.heard;
    this.channelId = settings.channelId;
    this.#direction = settings.direction;
  }

  /**
   * Picks up, and says at once what is given; answering would end a tone that was begun before. One that sends nothing
   * sends no packets at all, unlike one that is silent.
   */
  async answers(options: { readonly playing?: Sound; readonly sendsNothing?: boolean } = {}): Promise<this> {
    await this.#do('POST', '/answer');
    if (options.sendsNothing !== true) await this.plays(options.playing ?? SILENCE);
    this.#up = true;
    return this;
  }

  /** Sends back what it hears, from now until the end. */
  async echoes(): Promise<void> {
    await this.#do('POST', '/continue', { context: 'echo', extension: 's', priority: 1 });
  }

  /** Sends 183 and audio before answering, like a mobile network with an announcement. */
  async playsEarly(sound: Sound): Promise<void> {
    await this.plays(sound);
    await this.#do('POST', '/progress');
  }

  /** Refuses with 603, as the key for it does. */
  declines(): Promise<HangUp> {
    return this.#refuses('normal');
  }

  /** Refuses with 486. */
  isBusy(): Promise<HangUp> {
    return this.#refuses('busy');
  }

  /** Refuses with 480. */
  isUnavailable(): Promise<HangUp> {
    return this.#refuses('no_answer');
  }

  /** Refuses with 503, as a network does that cannot carry the call. */
  isCongested(): Promise<HangUp> {
    return this.#refuses('congestion');
  }

  /** Sends this from now on, until told otherwise; a caller who is not answered yet, from the answer on. */
  async plays(sound: Sound): Promise<void> {
    this.#sound = sound;
    if (this.#direction === 'called' || this.#up) await this.#sends(toToneList(sound));
  }

  /** Sends a tone for so long, and then silence; resolves when it is over. */
  async playsFor(hz: number, ms: number): Promise<void> {
    this.#sound = SILENCE;
    await this.#sends(toToneList([{ hz, ms }]));
    await delay(ms);
  }

  /** Says what stands in a sound file, named by `Phones.putSound`; resolves when it is said, or when the call is over. */
  async says(sound: string): Promise<void> {
    await this.#inTurn(async () => {
      await this.#sets('SPEECH', sound);
      await this.#leavesAndReturns('speak', LONGEST_SPEECH_MS);
    });
  }

  /** Says nothing; packets with silence go on, as with a real phone. */
  fallsSilent(): Promise<void> {
    return this.plays(SILENCE);
  }

  /** Resolves when the last digit has been sent. */
  async presses(digits: string, { durationMs = 100, mode = 'rfc4733' }: PressOptions = {}): Promise<void> {
    if (mode === 'inband') {
      await this.#sends(toDigitToneList(digits, durationMs, this.#sound));
      return;
    }
    if (mode === 'info') await this.#sets('PJSIP_DTMF_MODE()', 'info');
    await this.#do('POST', '/dtmf', { dtmf: digits, duration: durationMs });
    await this.#goes('stay');
    if (mode === 'info') await this.#sets('PJSIP_DTMF_MODE()', 'rfc4733');
  }

  /** Puts the other party on hold by re-INVITE (`sendonly`), and sends nothing meanwhile. */
  async holds(): Promise<void> {
    await this.#goes('hush');
    await this.#do('POST', '/hold');
  }

  /** Takes the call up again, and says what it said before. */
  async resumes(): Promise<void> {
    await this.#do('DELETE', '/hold');
    await this.plays(this.#sound);
  }

  /** Hears the tone at last, and now. */
  async hears(hz: number, withinMs = PATIENCE_MS): Promise<void> {
    const held = await this.heard.until(() => this.heard.lately(hz, LISTEN_SECONDS) > HEARD_DBFS, withinMs);
    if (!held) throw await this.#complaint(`does not hear ${hz} Hz within ${withinMs} ms`, hz);
  }

  /** What was heard until now has stopped; audio still comes in. */
  async hearsNoMore(hz: number, withinMs = PATIENCE_MS): Promise<void> {
    const gone = () => this.heard.lately(hz, LISTEN_SECONDS) < NOT_HEARD_DBFS;
    if (!(await this.heard.until(gone, withinMs))) throw await this.#complaint(`still hears ${hz} Hz`, hz);
  }

  /** Listens for a while from now on, and hears nothing of the tone in it. */
  async doesNotHear(hz: number, forMs = 500): Promise<void> {
    const from = this.heard.seconds;
    const enough = await this.heard.until(() => this.heard.seconds >= from + forMs / 1000, forMs + PATIENCE_MS);
    if (!enough) throw await this.#complaint(`gets no audio in which ${hz} Hz could be missing`, hz);
    if (this.heard.lately(hz, forMs / 1000) > NOT_HEARD_DBFS) throw await this.#complaint(`hears ${hz} Hz`, hz);
  }

  /** It rings at the far end: 180, whether or not audio comes with it. */
  async hearsRinging(withinMs = PATIENCE_MS): Promise<void> {
    await this.#notices('is told that it rings', () => this.#ringing, withinMs);
  }

  /** Audio before the answer: 183. */
  async getsEarlyMedia(withinMs = PATIENCE_MS): Promise<void> {
    await this.#notices('gets early media', () => this.#earlyMedia, withinMs);
  }

  async isAnswered(withinMs = PATIENCE_MS): Promise<void> {
    await this.#notices('is answered', () => this.#up, withinMs);
  }

  get wasAnswered(): boolean {
    return this.#up;
  }

  /** The other party's digits have come, these last. */
  async receives(digits: string, withinMs = PATIENCE_MS): Promise<void> {
    await this.#notices(`receives the digits ${digits}`, () => this.digits.endsWith(digits), withinMs);
  }

  async isPutOnHold(withinMs = PATIENCE_MS): Promise<void> {
    await this.#notices('is put on hold', () => this.isHeld, withinMs);
  }

  async hangsUp(): Promise<HangUp> {
    await this.#do('DELETE', '').catch((error: unknown) => {
      // The other party was quicker.
      if (!(error instanceof RefusedError && error.status === 404)) throw error;
    });
    return this.hungUp();
  }

  /** Waits until the call is over, whoever ended it. */
  async hungUp(withinMs = PATIENCE_MS): Promise<HangUp> {
    await this.#watch.until(() => this.#ended !== undefined, withinMs);
    if (this.#ended === undefined) throw new Error(`${this.name}: the call is not over after ${withinMs} ms`);
    return this.#ended;
  }

  get isOver(): boolean {
    return this.#ended !== undefined;
  }

  /** A header of the INVITE that came, or an empty text. */
  async header(name: string): Promise<string> {
    const variable = `PJSIP_HEADER(read,${name})`;
    const answer = await this.#do('GET', '/variable', { variable }).catch(() => ({ value: '' }));
    return (answer as { readonly value: string }).value;
  }

  /** Keeps what was heard as a file, to be listened to. */
  async saveHeard(path: string): Promise<void> {
    await writeWav(path, this.heard.audio);
  }

  /** What Asterisk reports of this party's channel. */
  take(event: PhoneEvent): void {
    switch (event.type) {
      case 'StasisStart':
        this.#returns += 1;
        break;
      case 'Dial':
        this.#takeDial(event.dialStatus);
        break;
      case 'ChannelDtmfReceived':
        this.digits += event.digit;
        break;
      case 'ChannelHold':
      case 'ChannelUnhold':
        this.isHeld = event.type === 'ChannelHold';
        break;
      case 'ChannelDestroyed':
        this.#ended = { cause: event.cause, sipStatus: event.sipStatus };
        break;
    }
    this.#watch.changed();
  }

  /** Called by the phone: the INVITE goes out. */
  async dials(sound: Sound): Promise<void> {
    this.#sound = sound;
    await this.#do('POST', '/dial', { timeout: 120 });
  }

  /** Called by the phone: 180 goes back. */
  async rings(): Promise<void> {
    await this.#do('POST', '/ring');
  }

  #takeDial(status: string): void {
    if (status === 'RINGING') this.#ringing = true;
    if (status === 'PROGRESS') this.#earlyMedia = true;
    if (status === 'ANSWER') void this.#isUp();
  }

  /** Asterisk lets a channel send tones only now. Who hangs up at once has said nothing. */
  async #isUp(): Promise<void> {
    await this.#sends(toToneList(this.#sound)).catch(() => undefined);
    this.#up = true;
    this.#watch.changed();
  }

  async #refuses(reason: string): Promise<HangUp> {
    await this.#do('DELETE', '', { reason });
    return this.hungUp();
  }

  async #sends(tones: string): Promise<void> {
    await this.#inTurn(async () => {
      await this.#sets('TONES', tones);
      await this.#leavesAndReturns('send');
    });
  }

  #goes(context: 'stay' | 'hush'): Promise<void> {
    return this.#inTurn(() => this.#leavesAndReturns(context));
  }

  /** While the channel is out of Stasis nothing else may be asked of it. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #leavesAndReturns(context: string, withinMs = PATIENCE_MS): Promise<void> {
    const before = this.#returns;
    await this.#do('POST', '/continue', { context, extension: 's', priority: 1 });
    const settled = () => this.#returns > before || this.#ended !== undefined;
    if (!(await this.#watch.until(settled, withinMs))) throw new Error(`${this.name}: the phone is stuck`);
  }

  async #sets(variable: string, value: string): Promise<void> {
    await this.#do('POST', '/variable', { variable, value });
  }

  #do(method: 'GET' | 'POST' | 'DELETE', what: string, query: Readonly<Record<string, string | number>> = {}) {
    return this.#control.request(method, `/channels/${this.channelId}${what}`, query);
  }

  async #notices(what: string, condition: () => boolean, withinMs: number): Promise<void> {
    const held = await this.#watch.until(() => condition() || this.#ended !== undefined, withinMs);
    if (held && condition()) return;
    const instead =
      this.#ended === undefined ? `within ${withinMs} ms` : `; the call ended: ${JSON.stringify(this.#ended)}`;
    throw new Error(`${this.#title()} never ${what} ${instead}`);
  }

  async #complaint(what: string, hz: number): Promise<Error> {
    const folder = join(tmpdir(), 'fernamt-heard');
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${this.channelId}-${hz}.wav`);
    await this.saveHeard(path);
    const level = this.heard.seconds === 0 ? FLOOR_DBFS : this.heard.lately(hz, 0.5);
    const ended = this.#ended === undefined ? '' : `; the call ended: ${JSON.stringify(this.#ended)}`;
    const facts = `${level.toFixed(1)} dBFS lately, ${this.heard.seconds.toFixed(2)} s heard, kept in ${path}${ended}`;
    return new Error(`${this.#title()} ${what} (${facts})`);
  }

  #title(): string {
    return `${this.name} (${this.#direction} ${this.number}, ${PHONES_APPLICATION})`;
  }
}
