/**
 * One ordered mailbox per call. Everything that happens to a call goes through here: the event is applied, what must
 * survive us is written, and only then are the commands carried out.
 */

import type { Command } from '../telephony/commands.ts';
import { beginCall, type CallArrived } from '../telephony/call.ts';
import type { CallEvent } from '../telephony/events.ts';
import type { CallId, LegId } from '../telephony/ids.ts';
import { stepCall, type CallSnapshot, type CallStep, type Machine } from '../telephony/machine.ts';
import { callerLeg, liveLegs, type Call } from '../telephony/model.ts';

export interface Clock {
  /** Unix time in milliseconds. */
  now(): number;
  /** Calls back once after so many milliseconds; the function returned prevents that. */
  after(ms: number, callback: () => void): () => void;
}

export interface MailboxPorts {
  readonly clock: Clock;
  /** The machines for a call that begins, or is adopted, now. */
  machines(): readonly Machine[];
  save(call: CallId, snapshot: string): void;
  forget(call: CallId): void;
  execute(call: CallId, commands: readonly Command[]): void;
  /** After every step, when its commands are under way. */
  observe(step: CallStep, before: Call): void;
  /** A fault of ours; the call goes on as far as it can. */
  fault(call: CallId, event: CallEvent, error: unknown): void;
}

interface Mailbox {
  snapshot: CallSnapshot;
  readonly machines: readonly Machine[];
  readonly pending: CallEvent[];
  readonly timers: Map<string, { readonly dueAt: number; readonly cancel: () => void }>;
  isStepping: boolean;
}

interface KeptCall {
  readonly snapshot: CallSnapshot;
  readonly timers: Readonly<Record<string, number>>;
  /** What the book of recordings was to be told in this step: nobody knows whether it was. */
  readonly entries?: readonly Command[];
}

/** Each does no harm when it is done twice. */
const entryKinds: readonly Command['kind'][] = [
  'openRecording',
  'closeRecording',
  'dropRecording',
  'eraseRecording',
  'enterLedger',
];

/** Owns all running calls. */
export class Mailboxes {
  readonly #ports: MailboxPorts;
  readonly #boxes = new Map<CallId, Mailbox>();
  /** Timers that ran out while there was nobody to give commands to. */
  #held: (() => void)[] | undefined = [];
  /** Legs whose id Asterisk chose. */
  readonly #callOfLeg = new Map<string, CallId>();

  constructor(ports: MailboxPorts) {
    this.#ports = ports;
  }

  get size(): number {
    return this.#boxes.size;
  }

  calls(): readonly Call[] {
    return [...this.#boxes.values()].map((box) => box.snapshot.call);
  }

  snapshots(): readonly CallSnapshot[] {
    return [...this.#boxes.values()].map((box) => box.snapshot);
  }

  has(call: CallId): boolean {
    return this.#boxes.has(call);
  }

  callOfLeg(leg: LegId | string): CallId | undefined {
    return this.#callOfLeg.get(leg);
  }

  begin(arrival: CallArrived): void {
    this.#open({ call: beginCall(arrival), machines: {} });
    this.deliver(arrival.call, arrival);
  }

  /** Without a connection nothing is decided: timers that run out wait for `release`. */
  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const fire of held) fire();
  }

  /** Takes a call up again that was running when we were last seen. */
  restore(kept: string): void {
    const { snapshot, timers, entries = [] } = JSON.parse(kept) as KeptCall;
    const box = this.#open(snapshot);
    this.#ports.execute(snapshot.call.id, entries);
    for (const [timer, dueAt] of Object.entries(timers)) this.#startTimer(box, timer, dueAt - this.#ports.clock.now());
  }

  /** An event for a call that is over is dropped. */
  deliver(call: CallId, event: CallEvent): void {
    const box = this.#boxes.get(call);
    if (!box) return;
    box.pending.push(event);
    if (box.isStepping) return;
    box.isStepping = true;
    for (let next = box.pending.shift(); next !== undefined; next = box.pending.shift()) this.#step(box, next);
    box.isStepping = false;
    this.#closeIfOver(box);
  }

  /** Stops every timer; the calls stay on disk. */
  stop(): void {
    for (const box of this.#boxes.values()) for (const { cancel } of box.timers.values()) cancel();
  }

  #open(snapshot: CallSnapshot): Mailbox {
    const box: Mailbox = {
      snapshot,
      machines: this.#ports.machines(),
      pending: [],
      timers: new Map(),
      isStepping: false,
    };
    this.#boxes.set(snapshot.call.id, box);
    const caller = callerLeg(snapshot.call);
    if (caller) this.#callOfLeg.set(caller.id, snapshot.call.id);
    return box;
  }

  #step(box: Mailbox, event: CallEvent): void {
    const before = box.snapshot.call;
    try {
      const step = stepCall(box.machines, box.snapshot, event);
      box.snapshot = step.snapshot;
      for (const command of step.commands) this.#keepTime(box, command);
      if (step.commands.length > 0) this.#save(box, event, step.commands);
      this.#ports.execute(before.id, step.commands);
      for (const { error } of step.faults) this.#ports.fault(before.id, event, error);
      this.#ports.observe(step, before);
    } catch (error) {
      this.#ports.fault(before.id, event, error);
    }
  }

  /** A full disk must not hold up the call: it goes on, and only a restart would not know of this step. */
  #save(box: Mailbox, event: CallEvent, commands: readonly Command[]): void {
    const { id } = box.snapshot.call;
    const timers = Object.fromEntries([...box.timers].map(([timer, { dueAt }]) => [timer, dueAt]));
    const due = commands.filter(({ kind }) => entryKinds.includes(kind));
    const entries = due.length === 0 ? {} : { entries: due };
    try {
      this.#ports.save(id, JSON.stringify({ snapshot: box.snapshot, timers, ...entries } satisfies KeptCall));
    } catch (error) {
      this.#ports.fault(id, event, error);
    }
  }

  #keepTime(box: Mailbox, command: Command): void {
    if (command.kind !== 'startTimer' && command.kind !== 'stopTimer') return;
    box.timers.get(command.timer)?.cancel();
    box.timers.delete(command.timer);
    if (command.kind === 'startTimer') this.#startTimer(box, command.timer, command.ms);
  }

  #startTimer(box: Mailbox, timer: string, ms: number): void {
    const { clock } = this.#ports;
    const cancel = clock.after(Math.max(0, ms), () => {
      const fire = (): void => {
        if (box.timers.get(timer)?.cancel !== cancel) return;
        box.timers.delete(timer);
        this.deliver(box.snapshot.call.id, { kind: 'timerFired', at: clock.now(), timer });
      };
      if (this.#held) this.#held.push(fire);
      else fire();
    });
    box.timers.set(timer, { dueAt: clock.now() + ms, cancel });
  }

  #closeIfOver(box: Mailbox): void {
    const { call, machines } = box.snapshot;
    const atRest = box.machines.every(
      (machine) => machine.isAtRest?.(machines[machine.name] ?? machine.initial) ?? true,
    );
    if (liveLegs(call).length > 0 || !atRest) return;
    for (const { cancel } of box.timers.values()) cancel();
    this.#boxes.delete(call.id);
    const caller = callerLeg(call);
    if (caller) this.#callOfLeg.delete(caller.id);
    this.#ports.forget(call.id);
  }
}
