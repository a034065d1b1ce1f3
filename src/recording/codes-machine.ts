/**
 * Codes that a user presses in a talk, such as `*1`. Where a talk is recorded, the digits of its users come to us alone
 * and are passed on when it is clear that they are no code. Everybody else's digits never pass through here.
 */

import type { Command } from '../telephony/commands.ts';
import type { CallEvent, DomainEvent } from '../telephony/events.ts';
import type { LegId } from '../telephony/ids.ts';
import type { Machine, Step } from '../telephony/machine.ts';
import { legOf, type Call } from '../telephony/model.ts';
import type { RecordingAction } from '../telephony/recording-plan.ts';

export interface CodesSetup {
  readonly codes: Readonly<Record<RecordingAction, string | undefined>>;
}

interface Digit {
  readonly digit: string;
  readonly durationMs: number;
}

/** A leg whose digits come to us, and who would hear them. */
interface Listened {
  readonly leg: LegId;
  readonly peer: LegId;
  /** May become a code. */
  readonly pending: readonly Digit[];
  readonly last?: { readonly digit: string; readonly at: number };
}

export interface CodesState {
  readonly listened: readonly Listened[];
}

type CodesStep = Step<CodesState>;

/** Nobody presses a key twice in that time; Asterisk tells a digit twice that comes right behind one it sent (22.10). */
const echoMs = 40;
/** Whoever begins a code and does not finish it within this time has dialled something else. */
const pauseMs = 1500;

export function codesMachine(setup: CodesSetup): Machine<CodesState> {
  return {
    name: 'codes',
    initial: { listened: [] },
    step: (state, call, event) => step(setup, state, call, event),
  };
}

/** Without a code digits need not be looked at. */
export function hasCodes({ codes }: CodesSetup): boolean {
  return Object.values(codes).some((code) => code !== undefined && code !== '');
}

function step(setup: CodesSetup, state: CodesState, call: Call, event: CallEvent): CodesStep {
  switch (event.kind) {
    case 'bridged':
      return { state: { listened: (event.absorbing ?? []).flatMap((leg) => listen(event.legs, leg)) } };
    case 'digitReceived':
      return take(setup, state, call, event);
    case 'timerFired': {
      const waiting = state.listened.find((one) => timerOf(one) === event.timer);
      return waiting ? passOn(state, waiting, waiting.pending, []) : { state };
    }
    case 'legEnded':
      return { state: { listened: state.listened.filter((one) => one.leg !== event.leg && one.peer !== event.leg) } };
    default:
      return { state };
  }
}

function listen(legs: readonly LegId[], leg: LegId): readonly Listened[] {
  const peer = legs.find((one) => one !== leg);
  return peer === undefined ? [] : [{ leg, peer, pending: [] }];
}

function timerOf({ leg }: Listened): string {
  return `code-${leg}`;
}

function take(
  setup: CodesSetup,
  state: CodesState,
  call: Call,
  event: Extract<CallEvent, { kind: 'digitReceived' }>,
): CodesStep {
  const before = state.listened.find((one) => one.leg === event.leg);
  if (!before || isEcho(before, event)) return { state };
  const { at, digit, durationMs } = event;
  const listened: Listened = { ...before, last: { digit, at } };
  const noted: CodesState = { listened: state.listened.map((one) => (one === before ? listened : one)) };
  const pending = [...listened.pending, { digit, durationMs }];
  const cut = firstPossible(setup, pending);
  const rest = pending.slice(cut);
  const action = actionOf(setup, rest);
  const passed = passOn(noted, listened, pending.slice(0, cut), action === undefined ? rest : []);
  return action === undefined ? passed : { ...passed, events: [asked(call, event, action)] };
}

function isEcho({ last }: Listened, { digit, at }: { readonly digit: string; readonly at: number }): boolean {
  return last?.digit === digit && at - last.at < echoMs;
}

/** How many of the digits cannot be the beginning of a code any more. */
function firstPossible(setup: CodesSetup, pending: readonly Digit[]): number {
  const starts = pending.map((_, index) => textOf(pending.slice(index)));
  const possible = starts.findIndex((text) =>
    Object.values(setup.codes).some((code) => code?.startsWith(text) === true),
  );
  return possible < 0 ? pending.length : possible;
}

function actionOf({ codes }: CodesSetup, digits: readonly Digit[]): RecordingAction | undefined {
  const text = textOf(digits);
  const actions: readonly RecordingAction[] = ['pause', 'resume', 'discard'];
  return text === '' ? undefined : actions.find((action) => codes[action] === text);
}

function textOf(digits: readonly Digit[]): string {
  return digits.map(({ digit }) => digit).join('');
}

function asked(
  call: Call,
  { at, leg }: { readonly at: number; readonly leg: LegId },
  action: RecordingAction,
): DomainEvent {
  const extension = legOf(call, leg)?.user ?? '';
  return { kind: 'recordingControlAsked', at, action, by: { kind: 'user', extension } };
}

function passOn(state: CodesState, listened: Listened, digits: readonly Digit[], pending: readonly Digit[]): CodesStep {
  const timer = timerOf(listened);
  const waits: Command[] =
    pending.length > 0
      ? [{ kind: 'startTimer', timer, ms: pauseMs }]
      : listened.pending.length > 0
        ? [{ kind: 'stopTimer', timer }]
        : [];
  return {
    state: { listened: state.listened.map((one) => (one === listened ? { ...one, pending } : one)) },
    commands: [...digits.map((one): Command => ({ kind: 'sendDigit', leg: listened.peer, ...one })), ...waits],
  };
}
