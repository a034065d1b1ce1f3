/**
 * What the server would do with a call, without placing it: the call arrives at the machines of the rules, and what
 * they decide is told. Members are logged in as the configuration begins; `inactive` logs some of them out.
 */

import type { Config } from '../config/complete.ts';
import { endpointsOf, lookUp, toEndpoint, type Directory } from '../routing/directory.ts';
import type { CallArrived } from '../telephony/call.ts';
import type { CallId, LegId } from '../telephony/ids.ts';
import type { RecordingPlan } from '../telephony/recording-plan.ts';
import { toRules, type Rules } from './rules.ts';
import { arriveCall, playCall, type Answer, type PlayedCall } from './simulated-call.ts';

/** As somebody asks. */
export interface SimulatedQuestion {
  readonly direction: 'in' | 'out';
  /** Empty or `anonymous`: withheld. An extension calls as its user. */
  readonly caller?: string;
  /** As dialled or addressed: a DID, a group, an extension, an outside number, a service code. */
  readonly callee: string;
  /** The extension that calls. */
  readonly user?: string;
  /** `GROUP:EXTENSION`: members that are logged out. */
  readonly inactive?: readonly string[];
  /** Unix time in milliseconds. */
  readonly at: number;
  /** What whoever hears an announcement does; without it only the decision is told. */
  readonly answer?: Answer;
}

export interface Simulation {
  readonly plan: RecordingPlan;
  /** What came of it, where an answer was given. */
  readonly outcome?: { readonly recorded: boolean; readonly reason: string };
}

/** A question that makes no sense, in words. */
export interface Misunderstanding {
  readonly problem: string;
}

const announcementMs = 3000;

export function simulate(config: Config, hash: string, question: SimulatedQuestion): Simulation | Misunderstanding {
  const prepared = prepare(config, hash, question);
  if ('problem' in prepared) return prepared;
  const { machines, arrival } = prepared;
  const { call, events } = arriveCall(machines, arrival);
  const plan = events.find((event) => event.kind === 'recordingDecided')?.plan;
  if (!plan) throw new Error('the rules decided nothing');
  if (question.direction === 'in' && call.direction === 'out') {
    return { problem: `A call to ${question.callee} goes out: --direction out` };
  }
  if (question.answer === undefined) return { plan };
  return { plan, outcome: outcomeOf(playCall(machines, arrival, { answer: question.answer, announcementMs })) };
}

interface Prepared {
  readonly machines: Rules['machines'];
  readonly arrival: CallArrived;
}

/** The machines of the server as they would be for this call, and its arrival. */
export function prepare(config: Config, hash: string, question: SimulatedQuestion): Prepared | Misunderstanding {
  const loggedOut = new Set(question.inactive ?? []);
  const rules = toRules(config, hash, {
    now: () => question.at,
    calls: () => [],
    lastHunted: () => undefined,
    outsideCalls: () => [],
    membership: (group, extension) => (loggedOut.has(`${group}:${extension}`) ? false : undefined),
    // Whether it exists is asked elsewhere: here it is played to its end.
    announcement: (name) => ({
      name,
      sha256: '',
      language: config.language,
      seconds: announcementMs / 1000,
      sound: name,
    }),
  });
  const arrival = memberProblem(rules.directory, loggedOut) ?? toArrival(rules, question);
  return 'problem' in arrival ? arrival : { machines: rules.machines, arrival };
}

function memberProblem({ groups }: Directory, loggedOut: ReadonlySet<string>): Misunderstanding | undefined {
  for (const one of loggedOut) {
    const [number = '', extension = '', ...rest] = one.split(':');
    const group = groups.get(number);
    if (extension === '' || rest.length > 0) return { problem: `"${one}" is no GROUP:EXTENSION, such as 600:1001` };
    if (!group) return { problem: `There is no group ${number}` };
    if (!group.members.includes(extension)) return { problem: `${extension} is no member of the group ${number}` };
  }
  return undefined;
}

function toArrival({ directory }: Rules, question: SimulatedQuestion): CallArrived | Misunderstanding {
  const { direction, caller, callee } = question;
  if (callee === '') return { problem: 'Nobody is called: --callee NUMBER' };
  const user = question.user ?? (directory.users.has(caller ?? '') ? caller : undefined);
  if (user !== undefined) return arrivalFromUser(directory, question, user);
  if (direction === 'out') return { problem: 'An outgoing call is made by a user: --user EXTENSION' };
  if (caller === undefined) return { problem: 'Nobody calls: --caller NUMBER, or anonymous' };
  const number = caller === 'anonymous' ? '' : caller;
  if (isAddressed(directory, callee)) return toArrived(question, { origin: 'phone', endpoint: '', number });
  const endpoint = directory.source.trunks[0]?.endpoint ?? '';
  return toArrived(question, { origin: 'trunk', endpoint, number });
}

function arrivalFromUser(
  directory: Directory,
  question: SimulatedQuestion,
  user: string,
): CallArrived | Misunderstanding {
  const known = directory.users.get(user);
  if (!known) return { problem: `There is no user with the extension ${user}` };
  const number = known.identifyByCallerNumber === true ? user : (question.caller ?? user);
  const [endpoint = ''] = endpointsOf(known).map(toEndpoint);
  return toArrived(question, { origin: 'phone', endpoint, number });
}

/** A user or group in the house, which no trunk reaches by this number: called like by a telephone that is no user's. */
function isAddressed(directory: Directory, callee: string): boolean {
  const { numbering } = directory.source;
  const isOurs = lookUp(directory.hotlines, callee, numbering) ?? lookUp(directory.extensionOfDid, callee, numbering);
  return isOurs === undefined && (directory.users.has(callee) || directory.groups.has(callee));
}

function toArrived(
  { callee, at }: SimulatedQuestion,
  {
    origin,
    endpoint,
    number,
  }: { readonly origin: 'trunk' | 'phone'; readonly endpoint: string; readonly number: string },
): CallArrived {
  return {
    kind: 'callArrived',
    at,
    call: 'simulated' as CallId,
    leg: 'simulated-caller' as LegId,
    origin,
    endpoint,
    channelName: 'simulated caller',
    dialled: callee,
    caller: { number, name: '' },
  };
}

function outcomeOf({ call, events, commands }: PlayedCall): NonNullable<Simulation['outcome']> {
  const plan = events.findLast((event) => event.kind === 'recordingDecided')?.plan;
  if (!plan || plan.verdict === 'skip') return { recorded: false, reason: plan?.reason ?? '' };
  const kinds = commands.map((command) => command.kind);
  const isJoined = events.some((event) => event.kind === 'joined');
  if (isJoined && kinds.includes('openRecording') && !kinds.includes('eraseRecording')) {
    return { recorded: true, reason: plan.reason };
  }
  // The recording machine tells of an answer by another reason.
  const { reason = plan.reason } = call.recording;
  return { recorded: false, reason: reason === plan.reason ? 'not-connected' : reason };
}

/** As it is told to machines. */
export interface SimulationAnswer {
  readonly decision: RecordingPlan['verdict'];
  readonly setting: string | null;
  /** Where an answer was given, the reason after it. */
  readonly reason: string;
  /** Only where an answer was given. */
  readonly recorded?: boolean;
}

export function toSimulationAnswer({ plan, outcome }: Simulation): SimulationAnswer {
  return {
    decision: plan.verdict,
    setting: plan.setting ?? null,
    reason: outcome?.reason ?? plan.reason,
    ...(outcome === undefined ? {} : { recorded: outcome.recorded }),
  };
}
