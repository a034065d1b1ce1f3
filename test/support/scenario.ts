/**
 * Plays a scenario: a text file in which every line that begins with `>` says what happens, and the lines after it what
 * the machines make of it. `<` is a command, `!` an event of ours, `.` what a reconciliation tells, `~` what it sweeps
 * away, `?` a fault, `=` the facts of the call at the end.
 *
 * The lines of a scenario are played as the mailbox of a call would: timers run and must be said when they are due, and
 * between two lines the whole state goes through JSON, as it does over a restart.
 */

import { beginCall } from '../../src/telephony/call.ts';
import type { Command } from '../../src/telephony/commands.ts';
import type { CallEvent } from '../../src/telephony/events.ts';
import { stepCall, type CallSnapshot, type CallStep } from '../../src/telephony/machine.ts';
import { liveLegs } from '../../src/telephony/model.ts';
import { shorten, toEvents, toResync } from './scenario-events.ts';
import { toStage, type Header, type Stage } from './scenario-setup.ts';
import { callWords, commandWords, eventWords } from './scenario-words.ts';

/** The scenario with the lines that the machines give; the same text if nothing has changed. */
export function playScenario(text: string): string {
  const lines = text.split('\n').filter((line) => !/^ {2}[<!.~?]|^=/.test(line));
  const player = new Player(toStage(headerOf(lines)));
  const played = lines.flatMap((line) => (line.startsWith('> ') ? [line, ...player.play(line.slice(2))] : [line]));
  return `${played.join('\n').trimEnd()}\n${player.facts().join('\n')}\n`;
}

/** The sentence that a scenario begins with. */
export function titleOf(text: string): string {
  return /^# (.*)/.exec(text)?.[1] ?? '';
}

function headerOf(lines: readonly string[]): Header {
  const found = lines.map((line) => /^([a-z][a-z ]*): (.*)$/.exec(line)).filter((match) => match !== null);
  return new Map(found.map(([, key = '', value = '']) => [key, value.trim()]));
}

class Player {
  readonly #stage: Stage;
  readonly #timers = new Map<string, number>();
  #snapshot: CallSnapshot | undefined;
  #now = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  play(line: string): readonly string[] {
    const timer = /^timer (\S+)$/.exec(line)?.[1];
    if (timer !== undefined) return this.#fire(timer);
    const [, time = '', rest = ''] = /^(\d+) (.*)$/.exec(line) ?? [];
    if (rest === '') throw new Error(`"${line}" has no time or says nothing`);
    this.#advance(Number(time));
    if (rest.startsWith('resynced')) return this.#resync(rest);
    return toEvents(this.#now, rest).flatMap((event) => this.#deliver(event));
  }

  facts(): readonly string[] {
    if (!this.#snapshot) return [];
    const { call } = this.#snapshot;
    const open = this.#isOver() ? '' : `, timers ${[...this.#timers.keys()].join(' ') || 'none'}`;
    return [`= ${callWords(call)}`, `= ${this.#isOver() ? 'over' : `going on: legs ${liveWords(call.legs)}${open}`}`];
  }

  #isOver(): boolean {
    if (!this.#snapshot) return false;
    const { call, machines: states } = this.#snapshot;
    const isAtRest = this.#stage.machines.every(
      (machine) => machine.isAtRest?.(states[machine.name] ?? machine.initial) ?? true,
    );
    return liveLegs(call).length === 0 && isAtRest;
  }

  #advance(time: number): void {
    if (time < this.#now) throw new Error(`${String(time)} is before ${String(this.#now)}`);
    for (const [timer, dueAt] of this.#timers) {
      if (dueAt < time) throw new Error(`the timer ${timer} is due at ${String(dueAt)}, before ${String(time)}`);
    }
    this.#now = time;
  }

  #fire(timer: string): readonly string[] {
    const dueAt = this.#timers.get(timer);
    if (dueAt === undefined) throw new Error(`no timer ${timer} is running`);
    this.#timers.delete(timer);
    this.#advance(dueAt);
    return this.#deliver({ kind: 'timerFired', at: dueAt, timer });
  }

  #resync(line: string): readonly string[] {
    if (!this.#snapshot) throw new Error('there is no call yet');
    const { events, found } = toResync(this.#now, line, this.#snapshot.call);
    const swept = [...found.orphanChannels, ...found.orphanBridges].map((id) => `  ~ ${shorten(id)}`);
    const told = events.flatMap((event) => [`  . ${eventWords(event)}`, ...this.#deliver(event)]);
    return [...swept, ...told];
  }

  #deliver(event: CallEvent): readonly string[] {
    if (event.kind === 'callArrived') this.#snapshot = { call: beginCall(event), machines: {} };
    if (!this.#snapshot) throw new Error('there is no call yet');
    if (this.#isOver()) return ['  ! dropped: the call is over'];
    const step = stepCall(this.#stage.machines, this.#snapshot, event);
    this.#snapshot = JSON.parse(JSON.stringify(step.snapshot)) as CallSnapshot;
    for (const command of step.commands) this.#keep(command);
    return toWords(step);
  }

  #keep(command: Command): void {
    if (command.kind === 'startTimer') this.#timers.set(command.timer, this.#now + command.ms);
    if (command.kind === 'stopTimer') this.#timers.delete(command.timer);
    if (command.kind === 'setMembership') this.#stage.setMembership(command.group, command.user, command.active);
  }
}

function toWords(step: CallStep): readonly string[] {
  const [, ...told] = step.events;
  return [
    ...step.faults.map(({ machine, event, error }) => `  ? ${machine} at ${event}: ${String(error)}`),
    ...step.commands.map((command) => `  < ${commandWords(command)}`),
    ...told.map((event) => `  ! ${eventWords(event)}`),
  ];
}

function liveWords(legs: CallSnapshot['call']['legs']): string {
  const live = legs.filter((leg) => leg.state !== 'ended').map((leg) => `${leg.id} ${leg.state}`);
  return shorten(live.join(', ')) || 'none';
}
