/** One call as the server tells it: from its stream of events and its log, in the order in which it happened. */

import type { CallView, RecordingView } from '../../src/http/ports.ts';
import { people } from './configuration.ts';
import type { Display } from './display.ts';
import type { DemoServer, LogLine, News } from './server.ts';

export interface Timeline {
  /** Resolves when the recording is judged and its files are there; rejects with what was missing. */
  finished(withinMs: number): Promise<RecordingView>;
  stop(): void;
}

interface Moment {
  readonly at: number;
  readonly label: string;
  readonly text: string;
}

/** Log and stream come on two ways: what they tell is put into order for so long before it is shown. */
const settleMs = 60;

/** Follows the next call of that caller, and shows it as it happens. */
export function followCall(server: DemoServer, callerNumber: string, display: Display): Timeline {
  const moments = orderedMoments(display);
  let call: CallView | undefined;
  let judged = false;
  let kept: RecordingView | undefined;
  let settle: (recording: RecordingView) => void = () => undefined;
  const complete = new Promise<RecordingView>((resolve) => {
    settle = resolve;
  });

  const takeCall = (next: CallView): void => {
    if (call === undefined && next.caller.number === callerNumber) {
      moments.begin(Date.parse(next.startedAt));
      moments.add(arrivalOf(next));
    }
    if (call !== undefined && call.id !== next.id) return;
    if (next.caller.number === callerNumber) call = next;
  };
  const take = (news: News): void => {
    if (news.kind === 'call') takeCall(news.call);
    if (news.kind === 'log' && call !== undefined && news.line.callId === call.id) {
      for (const moment of momentsOf(news.line, call)) moments.add(moment);
      judged ||= news.line.message === 'recording judged';
    }
    if (news.kind === 'recording' && news.recording.callid === call?.id) kept = news.recording;
    if (judged && kept !== undefined && kept.judgement !== null && kept.state === 'kept') settle(kept);
  };
  const stop = server.listen(take);
  return {
    stop,
    finished: async (withinMs) => {
      const recording = await within(complete, withinMs, () =>
        judged ? 'its files are not there' : 'it was never judged',
      );
      await moments.shown();
      return recording;
    },
  };
}

function arrivalOf({ startedAt, caller, callee, hotline }: CallView): Moment {
  const who = caller.name === '' ? caller.number : `${caller.name}, ${caller.number},`;
  const where = hotline === null ? callee.number : `the hotline of ${hotline}`;
  return { at: Date.parse(startedAt), label: 'arrived', text: `${who} for ${where}` };
}

/** What stands in the log about our call, in words. */
function momentsOf(line: LogLine, call: CallView): readonly Moment[] {
  const startedAt = Date.parse(call.startedAt);
  const loggedAt = Date.parse(line.time);
  const happenedAt = typeof line['afterMs'] === 'number' ? startedAt + line['afterMs'] : loggedAt;
  switch (line.message) {
    case 'consent settled': {
      const { announcement, mode, outcome, waitedMs } = line;
      const answer = mode === 'optOut' && outcome === 'silent' ? 'silent, nobody objected' : String(outcome);
      return [
        { at: loggedAt - Number(waitedMs), label: 'announced', text: `to the caller: ${String(announcement)}` },
        { at: loggedAt, label: 'consent', text: answer },
      ];
    }
    case 'announcement not heard':
      return [{ at: loggedAt, label: 'not announced', text: String(line['announcement']) }];
    case 'leg ringing':
      return [{ at: happenedAt, label: 'ringing', text: `at ${userOf(line)}` }];
    case 'leg answered':
      return [{ at: happenedAt, label: 'answered', text: `by ${userOf(line)}` }];
    case 'recording started': {
      const { setting, reason } = line;
      return [{ at: loggedAt, label: 'recording', text: `by the setting "${String(setting)}" (${String(reason)})` }];
    }
    case 'recording failed':
      return [{ at: loggedAt, label: 'not recorded', text: String(line['stage']) }];
    case 'call ended': {
      const endedAt = startedAt + Number(line['durationMs']);
      const talkMs = call.answeredAt === null ? 0 : endedAt - Date.parse(call.answeredAt);
      return [
        {
          at: endedAt,
          label: 'hung up',
          text: `after ${(talkMs / 1000).toFixed(2)} s of talk (${String(line['disposition'])})`,
        },
      ];
    }
    case 'recording judged':
      return [
        {
          at: loggedAt,
          label: 'judged',
          text: `${String(line['judgement'])}, ${Number(line['seconds']).toFixed(2)} s of audio`,
        },
      ];
    default:
      return [];
  }
}

function userOf(line: LogLine): string {
  const { user } = (line['pii'] ?? {}) as { readonly user?: string };
  if (user === undefined) return 'the outside party';
  const name = (people as Readonly<Record<string, string>>)[user];
  return name === undefined ? user : `${user}, ${name}`;
}

interface Moments {
  begin(at: number): void;
  add(moment: Moment): void;
  shown(): Promise<void>;
}

function orderedMoments(display: Display): Moments {
  let beganAt = 0;
  let waiting: Moment[] = [];
  let last: Promise<void> = Promise.resolve();
  const show = (): void => {
    const due = waiting.sort((one, other) => one.at - other.at);
    waiting = [];
    for (const { at, label, text } of due) display.moment(at - beganAt, label, text);
  };
  return {
    begin: (at) => {
      beganAt = at;
    },
    add: (moment) => {
      if (waiting.push(moment) > 1) return;
      last = new Promise((resolve) => {
        setTimeout(() => {
          show();
          resolve();
        }, settleMs);
      });
    },
    shown: () => last,
  };
}

async function within<Value>(work: Promise<Value>, ms: number, why: () => string): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`the recording was not finished within ${ms / 1000} s: ${why()}`));
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
