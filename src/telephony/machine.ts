/** A pure state machine of one call, and how several of them step together. */

import { applyEvent } from './call.ts';
import type { Command } from './commands.ts';
import type { CallEvent, DomainEvent } from './events.ts';
import { cause, liveLegs, type Call } from './model.ts';

export interface Step<State> {
  readonly state: State;
  readonly commands?: readonly Command[];
  readonly events?: readonly DomainEvent[];
}

/** State must survive `JSON.stringify`: it is kept on disk while the call runs. */
export interface Machine<State = unknown> {
  readonly name: string;
  readonly initial: State;
  step(state: State, call: Call, event: CallEvent): Step<State>;
  /** Nothing is left to do; without it a machine is at rest whenever the call is over. */
  isAtRest?(state: State): boolean;
  /**
   * After `step` has thrown: brings the machine's part of the call to a good end, from the state before that step.
   * Without it the event is as if it had not happened, for this machine.
   */
  recover?(state: State, call: Call, event: CallEvent): Step<State>;
}

export interface CallSnapshot {
  readonly call: Call;
  readonly machines: Readonly<Record<string, unknown>>;
}

/** A fault of ours; the call went on as well as it could. */
export interface Fault {
  /** Empty if it is the fault of no single machine. */
  readonly machine: string;
  readonly event: CallEvent['kind'];
  readonly error: unknown;
}

export interface CallStep {
  readonly snapshot: CallSnapshot;
  readonly commands: readonly Command[];
  /** The event and all that the machines told, in order. */
  readonly events: readonly CallEvent[];
  /** Empty unless there is a bug. */
  readonly faults: readonly Fault[];
}

/** A machine that goes round in circles is a bug; this many events from one are never right. */
const maxEvents = 200;

interface Run {
  call: Call;
  readonly states: Record<string, unknown>;
  readonly pending: CallEvent[];
  readonly told: CallEvent[];
  readonly commands: Command[];
  readonly faults: Fault[];
}

/**
 * One event through the call model and every machine, and on until no machine tells anything new. Never throws: the
 * facts of the call are kept up in any case, so that its end is noticed.
 */
export function stepCall(machines: readonly Machine[], snapshot: CallSnapshot, event: CallEvent): CallStep {
  const states = { ...snapshot.machines };
  const run: Run = { call: snapshot.call, states, pending: [event], told: [], commands: [], faults: [] };
  for (let next = run.pending.shift(); next !== undefined; next = run.pending.shift()) {
    if (run.told.push(next) > maxEvents) return breakOff(snapshot, event);
    run.call = applyEvent(run.call, next);
    for (const machine of machines) stepMachine(run, machine, next);
  }
  const { call, commands, told, faults } = run;
  return { snapshot: { call, machines: states }, commands, events: told, faults };
}

function stepMachine(run: Run, machine: Machine, event: CallEvent): void {
  const state = run.states[machine.name] ?? machine.initial;
  try {
    take(run, machine, machine.step(state, run.call, event));
  } catch (error) {
    run.faults.push({ machine: machine.name, event: event.kind, error });
    recover(run, machine, state, event);
  }
}

function recover(run: Run, machine: Machine, state: unknown, event: CallEvent): void {
  try {
    if (machine.recover) take(run, machine, machine.recover(state, run.call, event));
  } catch (error) {
    run.faults.push({ machine: machine.name, event: event.kind, error });
    run.commands.push(...hangUpAll(run.call));
  }
}

function take(run: Run, machine: Machine, step: Step<unknown>): void {
  run.states[machine.name] = step.state;
  run.commands.push(...(step.commands ?? []));
  run.pending.push(...(step.events ?? []));
}

/** Nothing of what the machines wanted is done: with a call that goes round in circles nothing but its end is safe. */
function breakOff(snapshot: CallSnapshot, event: CallEvent): CallStep {
  const call = applyEvent(snapshot.call, event);
  const error = new Error('the machines do not come to rest');
  return {
    snapshot: { call, machines: snapshot.machines },
    commands: hangUpAll(call),
    events: [event],
    faults: [{ machine: '', event: event.kind, error }],
  };
}

function hangUpAll(call: Call): readonly Command[] {
  return liveLegs(call).map((leg) => ({ kind: 'hangupLeg', leg: leg.id, cause: cause.failure }));
}
