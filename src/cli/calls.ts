/** `calls`: the running calls, and pausing, resuming and discarding their recordings. */

import type { CallView } from '../http/ports.ts';
import { sayDone } from './answer.ts';
import type { Command, Invocation } from './command.ts';
import { withConfig } from './configured.ts';
import { askServer, sayNoServer, sayRefused } from './running-server.ts';
import { formatTable } from './table.ts';

export const listCalls: Command = {
  usage: 'calls',
  summary: 'list running calls, the oldest first',
  run: (invocation) =>
    withConfig(invocation, async ({ config }) => {
      const answer = await askServer(config, 'GET', '/calls');
      if (!answer) return sayNoServer(invocation);
      if (!answer.ok) return sayRefused(invocation, answer);
      const { calls } = answer.body as { readonly calls: readonly CallView[] };
      print(invocation, calls);
      return 0;
    }),
};

export const pauseRecording = recordingCommand(
  'pause',
  'pause the recording of a call: what follows is silence',
  'The recording is paused.',
);
export const resumeRecording = recordingCommand('resume', 'go on with a paused recording', 'The recording goes on.');
export const discardRecording = recordingCommand(
  'discard',
  'stop the recording of a call and erase it',
  'The recording is discarded.',
);

function recordingCommand(action: string, summary: string, done: string): Command {
  return {
    usage: `calls ${action} <callid>`,
    summary,
    run: (invocation) =>
      withConfig(invocation, async ({ config }) => {
        const [callId = ''] = invocation.arguments;
        const answer = await askServer(config, 'POST', `/calls/${encodeURIComponent(callId)}/recording/${action}`);
        if (!answer) return sayNoServer(invocation);
        return answer.ok ? sayDone(invocation, done) : sayRefused(invocation, answer);
      }),
  };
}

function print({ json, output }: Invocation, calls: readonly CallView[]): void {
  if (json) output.out(JSON.stringify(calls, null, 2));
  else output.out(calls.length === 0 ? 'No calls.' : toTable(calls));
}

function toTable(calls: readonly CallView[]): string {
  const head = ['STATE', 'DIR', 'CALLER', 'CALLEE', 'USERS', 'SINCE', 'RECORDING', 'SETTING', 'ID'];
  const rows = calls.map(({ id, state, direction, caller, callee, users, startedAt, answeredAt, recording }) => [
    state,
    direction,
    caller.number === '' ? 'anonymous' : caller.number,
    callee.number,
    users.join(',') || '-',
    toLength(Date.now() - Date.parse(answeredAt ?? startedAt)),
    recording.state,
    recording.setting ?? '-',
    id,
  ]);
  return formatTable(head, rows);
}

function toLength(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${String(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
