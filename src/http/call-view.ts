/** How a call looks from outside. */

import type { Call } from '../telephony/model.ts';
import type { CallView } from './ports.ts';

export function toCallView(call: Call): CallView {
  return {
    id: call.id,
    direction: call.direction,
    state: call.state,
    startedAt: toInstant(call.startedAt),
    answeredAt: call.answeredAt === undefined ? null : toInstant(call.answeredAt),
    caller: { number: call.caller.number, name: call.caller.name, contactId: null },
    callee: { number: call.callee.number, name: call.callee.name },
    hotline: call.hotline ?? null,
    group: call.group ?? null,
    users: call.users,
    recording: {
      state: call.recording.state,
      setting: call.recording.setting ?? null,
      reason: call.recording.reason ?? null,
    },
    supervisors: [],
  };
}

function toInstant(unixMs: number): string {
  return new Date(unixMs).toISOString();
}
