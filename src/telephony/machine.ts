/** A pure state machine of one call, and how several of them step together. */

import { applyEvent } from './call.ts';
import type { Command } from './commands.ts';
import type { CallEvent, DomainEvent } from './events.ts';
import type { Call } from './model.ts';

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
}

export interface CallSnapshot {
  readonly call: Call;
  readonly machines: Readonly<Record<string, unknown>>;
}

export interface CallStep {
  readonly snapshot: CallSnapshot;
  readonly commands: readonly Command[];
  /** The event and all that the machines told, in order. */
  readonly events: readonly CallEvent[];
}

/** A machine that goes round in circles is a bug; this many events from one are never right. */
const maxEvents = 200;

/** One event through the call model and every machine, and on until no machine tells anything new. */
export function stepCall(machines: readonly Machine[], snapshot: CallSnapshot, event: CallEvent): CallStep {
  const pending: CallEvent[] = [event];
  const told: CallEvent[] = [];
  const commands: Command[] = [];
  let call = snapshot.call;
  const states: Record<string, unknown> = { ...snapshot.machines };
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
    if (told.push(next) > maxEvents) throw new Error(`call ${call.id}: the machines do not come to rest`);
    call = applyEvent(call, next);
    for (const machine of machines) {
      const step = machine.step(states[machine.name] ?? machine.initial, call, next);
      states[machine.name] = step.state;
      if (step.commands) commands.push(...step.commands);
      if (step.events) pending.push(...step.events);
    }
  }
  return { snapshot: { call, machines: states }, commands, events: told };
}
