/**
 * Recording control of one call. The decision falls when the call is routed, the snoops are put up while it rings, and
 * the files are begun when somebody answers, before the parties hear each other.
 */

import type { Command, RecordingClosing, RecordingOpening, RecordingPart, SnoopEar } from '../telephony/commands.ts';
import type { CallEvent, DomainEvent } from '../telephony/events.ts';
import { resourceId, type LegId, type RecordingId, type RecordingName, type SnoopId } from '../telephony/ids.ts';
import type { Machine, Step } from '../telephony/machine.ts';
import { cause, legOf, liveLegs, type Call, type CallRecording } from '../telephony/model.ts';
import { decideRecording, type CallFacts, type RecordingDecision, type RecordingRules, type SelectionPorts } from './policy.ts';

export interface RecordingSetup {
  readonly application: string;
  readonly rules: RecordingRules;
  readonly channels: 'mono' | 'stereo';
  readonly ports: SelectionPorts;
  /** Every valid reading of a number and the number as it came. */
  readonly readings: (number: string) => readonly string[];
}

interface Snoop {
  readonly id: SnoopId;
  readonly leg: LegId;
  readonly ear: SnoopEar;
  readonly ready: boolean;
}

/** A recorded file and how far it is. */
interface Part extends RecordingPart {
  readonly state: 'asked' | 'running' | 'finished';
}

type Matched = Extract<RecordingDecision, { record: true }>;

export interface RecordingMachineState {
  readonly phase: 'idle' | 'armed' | 'starting' | 'running' | 'closing' | 'closed';
  readonly decision?: Matched;
  readonly snoops: readonly Snoop[];
  readonly parts: readonly Part[];
  readonly layout: RecordingOpening['layout'];
  readonly legs: readonly LegId[];
  readonly recording?: RecordingId;
  readonly startedAt?: number;
  readonly joinedAt?: number;
  readonly partedAt?: number;
  /** RTP packets from and to the recorded leg when they were last counted. */
  readonly packets?: { readonly received: number; readonly sent: number };
  readonly interrupted: boolean;
  readonly snoopCount: number;
  readonly partCount: number;
}

export const recordingGate = 'recording';

/** A recording that cannot be begun holds up nobody for longer. */
const startTimeoutMs = 1500;
/** Files that Asterisk does not report as finished are looked for on the disk. */
const closeTimeoutMs = 3000;
/** How often the packets of a recorded leg are counted. */
const firstMeasureMs = 8000;
const measureMs = 30000;

const initial: RecordingMachineState = {
  phase: 'idle',
  snoops: [],
  parts: [],
  layout: 'single',
  legs: [],
  interrupted: false,
  snoopCount: 0,
  partCount: 0,
};

type RecordingStep = Step<RecordingMachineState>;

export function recordingMachine(setup: RecordingSetup): Machine<RecordingMachineState> {
  return { name: 'recording', initial, step: (state, call, event) => step(setup, state, call, event), isAtRest };
}

/** Nothing of this call's recording is left to do. */
function isAtRest(state: RecordingMachineState): boolean {
  return state.phase === 'idle' || state.phase === 'armed' || state.phase === 'closed';
}

function step(setup: RecordingSetup, state: RecordingMachineState, call: Call, event: CallEvent): RecordingStep {
  switch (event.kind) {
    case 'routed':
      return decide(setup, state, call, event);
    case 'legReady':
      return arm(setup, state, call, event.leg);
    case 'gateReached':
      return event.point === 'connecting' ? begin(setup, state, call, event.legs, event.at) : { state };
    case 'snoopReady':
      return noteSnoop(state, call, event.snoop, event.at);
    case 'recordingStarted':
      return noteStarted(state, event.recording, event.at);
    case 'joined':
      return noteJoined(state, event);
    case 'legEnded':
      return noteLegEnded(state, call, event);
    case 'legMeasured':
      return { state: { ...state, packets: { received: event.received, sent: event.sent } } };
    case 'recordingFinished':
      return noteFinished(state, call, event);
    case 'commandFailed':
      return noteFailure(state, call, event);
    case 'timerFired':
      return noteTimer(state, call, event);
    case 'resynced':
      return resume(setup, state, call, event);
    default:
      return { state };
  }
}

// ── deciding and arming ─────────────────────────────────────────────────────

function decide(
  setup: RecordingSetup,
  state: RecordingMachineState,
  call: Call,
  event: Extract<CallEvent, { kind: 'routed' }>,
): RecordingStep {
  const facts: CallFacts = {
    direction: event.direction,
    addressed: event.addressed,
    callerNumbers: setup.readings(call.caller.number),
    calledNumbers: [...setup.readings(event.callee.number), call.dialled],
    ...(event.callerUser === undefined ? {} : { callerUser: event.callerUser }),
  };
  const decision = decideRecording(setup.rules, setup.ports, facts);
  if (!decision.record) {
    const { setting, reason } = decision;
    return { state, events: [changed({ state: 'none', reason, ...(setting === undefined ? {} : { setting }) }, event.at)] };
  }
  const armed: RecordingMachineState = { ...state, phase: 'armed', decision };
  const outside = call.legs.find((leg) => leg.user === undefined);
  const snooped = outside ? snoop(setup, armed, call, earsOf(setup, outside.id)) : { state: armed };
  return { ...snooped, events: [changed(viewOf(armed, 'waiting'), event.at)] };
}

/** On an outgoing call the outside party's leg comes into being while it is dialled. */
function arm(setup: RecordingSetup, state: RecordingMachineState, call: Call, leg: LegId): RecordingStep {
  if (state.phase !== 'armed' || state.snoops.some((one) => one.leg === leg)) return { state };
  const live = call.legs.filter((one) => one.role === 'caller' || one.id === leg).map((one) => one.id);
  return outsideLeg(call, live) === leg ? snoop(setup, state, call, earsOf(setup, leg)) : { state };
}

interface Ear {
  readonly leg: LegId;
  readonly ear: SnoopEar;
}

/** Where one outside party's conversation is heard. */
function earsOf(setup: RecordingSetup, outside: LegId): readonly Ear[] {
  if (setup.channels === 'mono') return [{ leg: outside, ear: 'both' }];
  return [
    { leg: outside, ear: 'in' },
    { leg: outside, ear: 'out' },
  ];
}

/**
 * Where the conversation is heard. A spy does not hear what is whispered or said into the same leg, so the outside
 * party's leg tells what the outside party experiences. On an internal call either side may be supervised, and what
 * goes to each of the two is recorded: `out` of the callee's leg is the caller's voice.
 */
function earsFor(setup: RecordingSetup, call: Call, legs: readonly LegId[]): readonly Ear[] {
  const outside = outsideLeg(call, legs);
  if (outside !== undefined) return earsOf(setup, outside);
  const [caller, callee] = legs;
  if (caller === undefined || callee === undefined) return [];
  return [
    { leg: callee, ear: 'out' },
    { leg: caller, ear: 'out' },
  ];
}

/** The leg of the one who is no user of ours; if both are not, the caller's. */
function outsideLeg(call: Call, legs: readonly LegId[]): LegId | undefined {
  const outside = legs.map((id) => legOf(call, id)).filter((leg) => leg !== undefined && leg.user === undefined);
  return (outside.find((leg) => leg?.role === 'caller') ?? outside[0])?.id;
}

function snoop(setup: RecordingSetup, state: RecordingMachineState, call: Call, ears: readonly Ear[]): RecordingStep {
  const added = ears.map((ear, index): Snoop => {
    const id = resourceId(setup.application, call.id, 'snoop', state.snoopCount + index + 1) as SnoopId;
    return { ...ear, id, ready: false };
  });
  return {
    state: { ...state, snoops: [...state.snoops, ...added], snoopCount: state.snoopCount + added.length },
    commands: added.map((one) => ({ kind: 'snoopLeg', snoop: one.id, leg: one.leg, ear: one.ear })),
  };
}

// ── beginning ───────────────────────────────────────────────────────────────

function begin(setup: RecordingSetup, state: RecordingMachineState, call: Call, legs: readonly LegId[], at: number): RecordingStep {
  if (state.phase !== 'armed') return { state, events: state.phase === 'starting' ? [] : [passed(at)] };
  const ears = earsFor(setup, call, legs);
  const missing = ears.filter((ear) => !state.snoops.some((one) => one.leg === ear.leg && one.ear === ear.ear));
  const snooped = snoop(setup, { ...state, phase: 'starting', legs }, call, missing);
  const wanted = snooped.state.snoops.filter((one) => ears.some((ear) => one.leg === ear.leg && one.ear === ear.ear));
  const parts = wanted.map((one, index): Part => {
    const name = resourceId(setup.application, call.id, 'rec', state.partCount + index + 1) as RecordingName;
    return { name, snoop: one.id, leg: one.leg, ear: one.ear, state: 'asked' };
  });
  const starting: RecordingMachineState = {
    ...snooped.state,
    parts,
    layout: setup.channels === 'stereo' ? 'lanes' : parts.length > 1 ? 'mixed' : 'single',
    partCount: state.partCount + parts.length,
    recording: `${call.id}-${String(state.partCount + 1)}` as RecordingId,
  };
  const timer: Command = { kind: 'startTimer', timer: 'recording-start', ms: startTimeoutMs };
  const opened = openIfReady(starting, call, at);
  return { ...opened, commands: [...(snooped.commands ?? []), timer, ...(opened.commands ?? [])] };
}

function noteSnoop(state: RecordingMachineState, call: Call, id: SnoopId, at: number): RecordingStep {
  const ready = { ...state, snoops: state.snoops.map((one) => (one.id === id ? { ...one, ready: true } : one)) };
  return state.phase === 'starting' && state.parts.some((part) => part.snoop === id) ? openIfReady(ready, call, at) : { state: ready };
}

/** The durable entry first, then all files at once, so that they run level. */
function openIfReady(state: RecordingMachineState, call: Call, at: number): RecordingStep {
  const waiting = state.parts.some((part) => !state.snoops.some((one) => one.id === part.snoop && one.ready));
  const { decision, recording } = state;
  if (waiting || !decision || recording === undefined) return { state };
  const opening: RecordingOpening = {
    id: recording,
    call: call.id,
    setting: decision.setting,
    reason: decision.reason,
    direction: decision.direction,
    caller: call.caller.number,
    callerName: call.caller.name,
    callee: call.callee.number,
    users: call.users,
    startedAt: at,
    parts: state.parts.map(({ name, snoop: from, leg, ear }) => ({ name, snoop: from, leg, ear })),
    layout: state.layout,
    ...(call.group === undefined ? {} : { group: call.group }),
    ...(call.hotline === undefined ? {} : { hotline: call.hotline }),
  };
  return {
    state,
    commands: [
      { kind: 'openRecording', opening },
      ...state.parts.map((part): Command => ({ kind: 'startRecording', recording: part.name, snoop: part.snoop })),
    ],
  };
}

function noteStarted(state: RecordingMachineState, name: RecordingName, at: number): RecordingStep {
  if (state.phase !== 'starting') return { state };
  const parts = state.parts.map((part) => (part.name === name ? { ...part, state: 'running' as const } : part));
  if (parts.some((part) => part.state === 'asked')) return { state: { ...state, parts } };
  const running: RecordingMachineState = { ...state, parts, phase: 'running', startedAt: at };
  const told = state.joinedAt === undefined ? [] : [changed(viewOf(state, 'recording'), at)];
  return { state: running, commands: [{ kind: 'stopTimer', timer: 'recording-start' }], events: [passed(at), ...told] };
}

function noteJoined(state: RecordingMachineState, event: Extract<CallEvent, { kind: 'joined' }>): RecordingStep {
  if (state.phase !== 'running' && state.phase !== 'starting') return { state };
  const joined = { ...state, joinedAt: event.at, legs: event.legs };
  // Where both directions are in one file, only the packets tell whether one party was never heard.
  const commands: Command[] = state.parts.length === 1 ? [{ kind: 'startTimer', timer: 'measure', ms: firstMeasureMs }] : [];
  return { state: joined, commands, events: state.phase === 'running' ? [changed(viewOf(state, 'recording'), event.at)] : [] };
}

// ── ending ──────────────────────────────────────────────────────────────────

function noteLegEnded(state: RecordingMachineState, call: Call, event: Extract<CallEvent, { kind: 'legEnded' }>): RecordingStep {
  const without = { ...state, snoops: state.snoops.filter((one) => one.leg !== event.leg) };
  if ((state.phase !== 'running' && state.phase !== 'starting') || !state.legs.includes(event.leg)) return { state: without };
  if (state.joinedAt === undefined) return abandon(without);
  const closing: RecordingMachineState = {
    ...without,
    phase: 'closing',
    partedAt: event.at,
    interrupted: state.interrupted || event.cause === cause.lost || state.phase === 'starting',
  };
  const running = state.parts.filter((part) => part.state !== 'finished');
  const commands: Command[] = running.map((part) => ({ kind: 'stopRecording', recording: part.name }));
  commands.push({ kind: 'stopTimer', timer: 'measure' }, { kind: 'startTimer', timer: 'recording-close', ms: closeTimeoutMs });
  const closed = closeIfComplete(closing, call, event.at);
  return { ...closed, commands: [...commands, ...(closed.commands ?? [])] };
}

/** The parties were never joined: nothing of it is kept, and the next attempt begins anew. */
function abandon(state: RecordingMachineState): RecordingStep {
  const { recording, startedAt: _, ...rest } = state;
  const commands: Command[] = state.parts.map((part) => ({ kind: 'discardRecording', recording: part.name }));
  if (recording !== undefined) commands.push({ kind: 'dropRecording', recording });
  commands.push({ kind: 'stopTimer', timer: 'recording-start' });
  return { state: { ...rest, phase: 'armed', parts: [], legs: [] }, commands };
}

function noteFinished(state: RecordingMachineState, call: Call, event: Extract<CallEvent, { kind: 'recordingFinished' }>): RecordingStep {
  if (!state.parts.some((part) => part.name === event.recording)) return { state };
  const parts = state.parts.map((part) => (part.name === event.recording ? { ...part, state: 'finished' as const } : part));
  const noted = { ...state, parts, interrupted: state.interrupted || !event.ok };
  if (state.phase === 'closing') return closeIfComplete(noted, call, event.at);
  if (state.phase === 'starting') return fail(noted, call, event.at);
  // The end of the leg may still be on its way; if it does not come the recording broke off in the middle of the talk.
  return { state: noted, commands: [{ kind: 'startTimer', timer: 'recording-lost', ms: closeTimeoutMs }] };
}

function closeIfComplete(state: RecordingMachineState, call: Call, at: number): RecordingStep {
  return state.parts.every((part) => part.state === 'finished') ? close(state, call, at) : { state };
}

function close(state: RecordingMachineState, call: Call, at: number): RecordingStep {
  const { recording, joinedAt, partedAt, startedAt, packets } = state;
  if (recording === undefined || joinedAt === undefined) return { state: { ...state, phase: 'closed' } };
  const closing: RecordingClosing = {
    id: recording,
    joinedAt,
    partedAt: partedAt ?? at,
    leadMs: Math.max(0, joinedAt - (startedAt ?? joinedAt)),
    users: call.users,
    interrupted: state.interrupted,
    ...(packets === undefined ? {} : { packets }),
  };
  return {
    state: { ...state, phase: 'closed' },
    commands: [
      { kind: 'stopTimer', timer: 'recording-close' },
      { kind: 'stopTimer', timer: 'recording-lost' },
      { kind: 'closeRecording', closing },
    ],
    events: [changed(viewOf(state, 'done'), at), { kind: 'recordingClosed', at, recording }],
  };
}

// ── what goes wrong ─────────────────────────────────────────────────────────

function noteFailure(state: RecordingMachineState, call: Call, event: Extract<CallEvent, { kind: 'commandFailed' }>): RecordingStep {
  const { subject } = event;
  // One that failed while it rings is tried once more when somebody answers.
  if (state.phase === 'armed') return { state: { ...state, snoops: state.snoops.filter((one) => one.id !== subject) } };
  const concerned = state.parts.some((part) => part.name === subject || part.snoop === subject);
  if (state.phase === 'starting' && concerned) return fail(state, call, event.at);
  return { state };
}

/** The call goes on without a recording, unless its setting forbids that. */
function fail(state: RecordingMachineState, call: Call, at: number): RecordingStep {
  const dropped = abandon(state);
  const gate: DomainEvent =
    state.decision?.required === true && !call.emergency
      ? { kind: 'gateRefused', at, point: 'connecting', gate: recordingGate, prompt: 'cannot-be-recorded' }
      : passed(at);
  return {
    ...dropped,
    state: { ...dropped.state, phase: 'closed' },
    events: [changed(viewOf(state, 'failed'), at), gate],
  };
}

function noteTimer(state: RecordingMachineState, call: Call, event: Extract<CallEvent, { kind: 'timerFired' }>): RecordingStep {
  const [part] = state.parts;
  if (event.timer === 'measure' && state.phase === 'running' && part) {
    return {
      state,
      commands: [
        { kind: 'measureLeg', leg: part.leg },
        { kind: 'startTimer', timer: 'measure', ms: measureMs },
      ],
    };
  }
  if (event.timer === 'recording-start' && state.phase === 'starting') return fail(state, call, event.at);
  if (event.timer === 'recording-close' && state.phase === 'closing') return close({ ...state, interrupted: isCut(state) }, call, event.at);
  if (event.timer === 'recording-lost' && state.phase === 'running') {
    return { state: { ...state, interrupted: true }, events: [changed(viewOf(state, 'failed'), event.at)] };
  }
  return { state };
}

function isCut(state: RecordingMachineState): boolean {
  return state.interrupted || state.parts.some((part) => part.state !== 'finished');
}

/** What was just being begun when we were away is begun again; files that ended meanwhile are noted. */
function resume(setup: RecordingSetup, state: RecordingMachineState, call: Call, event: Extract<CallEvent, { kind: 'resynced' }>): RecordingStep {
  const { at } = event;
  if (state.phase === 'running' || state.phase === 'closing') return noteMissing(state, call, event);
  if (state.phase !== 'armed' && state.phase !== 'starting') return { state };
  const swept: Command[] = state.snoops.map((one) => ({ kind: 'endSnoop', snoop: one.id }));
  const undone = state.phase === 'starting' ? abandon({ ...state, snoops: [] }) : { state: { ...state, snoops: [] } };
  const again = state.phase === 'starting' ? begin(setup, undone.state, call, state.legs, at) : rearm(setup, undone.state, call);
  return { ...again, commands: [...swept, ...(undone.commands ?? []), ...(again.commands ?? [])] };
}

function noteMissing(state: RecordingMachineState, call: Call, event: Extract<CallEvent, { kind: 'resynced' }>): RecordingStep {
  const parts = state.parts.map((part) => (event.recordings.includes(part.name) ? part : { ...part, state: 'finished' as const }));
  const noted = { ...state, parts };
  if (state.phase === 'closing') return closeIfComplete(noted, call, event.at);
  const broken = parts.every((part) => part.state === 'finished');
  return broken ? { state: { ...noted, interrupted: true }, events: [changed(viewOf(state, 'failed'), event.at)] } : { state: noted };
}

function rearm(setup: RecordingSetup, state: RecordingMachineState, call: Call): RecordingStep {
  const outside = outsideLeg(
    call,
    liveLegs(call).map((leg) => leg.id),
  );
  return outside === undefined ? { state } : snoop(setup, state, call, earsOf(setup, outside));
}

// ── small helpers ───────────────────────────────────────────────────────────

function passed(at: number): DomainEvent {
  return { kind: 'gatePassed', at, point: 'connecting', gate: recordingGate };
}

function changed(recording: CallRecording, at: number): DomainEvent {
  return { kind: 'recordingChanged', at, recording };
}

function viewOf(state: RecordingMachineState, shown: CallRecording['state']): CallRecording {
  return { state: shown, ...(state.decision ? { setting: state.decision.setting, reason: state.decision.reason } : {}) };
}
