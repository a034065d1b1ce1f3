/** Pausing, resuming and discarding recordings of running calls: asked of the call, answered when it has answered. */

import type { Clock } from '../ari/mailbox.ts';
import type { RecordingControl, RecordingControlProblem } from '../http/ports.ts';
import type { CallEvent } from '../telephony/events.ts';
import type { CallId } from '../telephony/ids.ts';
import type { CallStep } from '../telephony/machine.ts';
import type { Call, RecordingState } from '../telephony/model.ts';
import type { Actor, RecordingAction } from '../telephony/recording-plan.ts';

export interface RecordingControlPorts {
  readonly clock: Clock;
  calls(): readonly Call[];
  deliver(call: CallId, event: CallEvent): void;
}

export interface ObservingRecordingControl extends RecordingControl {
  /** Is shown every step of every call. */
  observe(step: CallStep): void;
}

const deadlineMs = 2000;

interface Waiting {
  readonly call: string;
  readonly action: RecordingAction;
  readonly by: Actor;
  answer(ok: boolean): void;
}

export function createRecordingControl({ clock, calls, deliver }: RecordingControlPorts): ObservingRecordingControl {
  const waiting = new Set<Waiting>();

  const ask = (call: CallId, action: RecordingAction, by: Actor): Promise<boolean | undefined> =>
    new Promise((resolve) => {
      const end = (ok: boolean | undefined): void => {
        waiting.delete(one);
        cancel();
        resolve(ok);
      };
      const one: Waiting = { call, action, by, answer: end };
      const cancel = clock.after(deadlineMs, () => {
        end(undefined);
      });
      waiting.add(one);
      deliver(call, { kind: 'recordingControlAsked', at: clock.now(), action, by });
    });

  return {
    control: async (id, action, by) => {
      const call = calls().find((one) => one.id === id && one.state !== 'ended');
      if (!call) return 'unknown-call';
      const problem = hindrance(action, call.recording.state);
      if (problem !== undefined) return problem;
      const ok = await ask(call.id, action, by);
      if (ok === undefined) return 'not-confirmed';
      return ok ? undefined : refusal(calls().find((one) => one.id === id));
    },
    // Each is answered once, so that of several alike the first to ask is the first to be answered.
    observe: ({ snapshot, events }) => {
      for (const event of events) {
        if (event.kind !== 'recordingControlled') continue;
        const { id } = snapshot.call;
        [...waiting]
          .find((one) => one.call === id && one.action === event.action && isSame(one.by, event.by))
          ?.answer(event.ok);
      }
    },
  };
}

/** What needs no asking. A recording that is about to begin is the call's own matter. */
function hindrance(action: RecordingAction, state: RecordingState): RecordingControlProblem | undefined {
  // After a pause that ended the recording another one begins; what there is of it can be withdrawn.
  if (action !== 'pause' && (state === 'failed' || state === 'done')) return undefined;
  if (state === 'none' || state === 'failed' || state === 'done') return 'not-recorded';
  if (action === 'pause' && state === 'paused') return 'already-paused';
  return action === 'resume' && state !== 'paused' ? 'not-paused' : undefined;
}

/** Why the call said no, as far as its state tells. */
function refusal(call: Call | undefined): RecordingControlProblem {
  const state = call?.recording.state ?? 'done';
  return state === 'recording' || state === 'paused' || state === 'failed' ? 'failed' : 'not-recorded';
}

function isSame(one: Actor, other: Actor): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
