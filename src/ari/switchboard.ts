/** Where the switch and the calls meet: events to mailboxes, commands to the executor, and the reconciliation between. */

import type { Command, ServiceCommand, SwitchCommand } from '../telephony/commands.ts';
import type { CallEvent, SwitchEvent } from '../telephony/events.ts';
import { callOfResource, type CallId } from '../telephony/ids.ts';
import type { CallSnapshot, CallStep, Machine } from '../telephony/machine.ts';
import type { Call } from '../telephony/model.ts';
import type { AriClient } from './client.ts';
import { createExecutor } from './executor.ts';
import { readLiveState, type LiveState } from './live-state.ts';
import { Mailboxes, type Clock } from './mailbox.ts';
import { resync } from './resync.ts';
import type { AriEvent } from './schema.ts';
import { translate, type Arrived } from './translate.ts';

export interface SwitchboardPorts {
  readonly application: string;
  readonly clock: Clock;
  newCallId(): CallId;
  machines(): readonly Machine[];
  save(call: CallId, snapshot: string): void;
  forget(call: CallId): void;
  /** Carried out at once. One that throws is told to the call as failed. */
  serve(call: CallId, command: ServiceCommand): void;
  /** Names of the files that Asterisk should be recording for this call. */
  recordingsOf(snapshot: CallSnapshot): readonly string[];
  readonly report: SwitchboardReport;
}

export interface SwitchboardReport {
  stepped(step: CallStep, before: Call): void;
  lagged(ms: number): void;
  adopted(call: Call): void;
  swept(kind: 'channel' | 'bridge', id: string): void;
  commandFailed(call: CallId, command: SwitchCommand, reason: string): void;
  serviceFailed(call: CallId, command: ServiceCommand, error: unknown): void;
  faulted(call: CallId, event: CallEvent, error: unknown): void;
}

export interface Switchboard {
  readonly mailboxes: Mailboxes;
  /** Resolves with what stood in Asterisk, when all that was missed has been told and all that is left over is gone. */
  connected(client: AriClient): Promise<LiveState>;
  disconnected(): void;
  handle(event: AriEvent): void;
  /** New calls go back to the dialplan, which falls back; running ones go on. */
  decline(): void;
}

export function createSwitchboard(ports: SwitchboardPorts): Switchboard {
  const { application, clock, report } = ports;
  let client: AriClient | undefined;
  let isDeclining = false;

  const send = createExecutor({
    application,
    client: () => client,
    now: () => clock.now(),
    tell: (call, event) => {
      mailboxes.deliver(call, event);
    },
    failed: (call, command, reason) => {
      report.commandFailed(call, command, reason);
    },
  });

  const mailboxes = new Mailboxes({
    clock,
    machines: () => ports.machines(),
    save: (call, snapshot) => {
      ports.save(call, snapshot);
    },
    forget: (call) => {
      ports.forget(call);
    },
    execute,
    observe: (step, before) => {
      report.stepped(step, before);
    },
    fault: (call, event, error) => {
      report.faulted(call, event, error);
    },
  });

  /** In order: what a service refuses to do, the switch is not told to do either. */
  function execute(call: CallId, commands: readonly Command[]): void {
    const refused = new Set<string>();
    for (const command of commands) {
      if (command.kind === 'startTimer' || command.kind === 'stopTimer') continue;
      if (command.kind === 'startRecording' && refused.has(command.recording)) {
        mailboxes.deliver(call, failure(command.kind, command.recording, clock.now()));
      } else if (isServiceCommand(command)) {
        for (const part of serve(call, command)) refused.add(part);
      } else {
        send(call, [command]);
      }
    }
  }

  /** Gives the names of the files that must not be begun. */
  function serve(call: CallId, command: ServiceCommand): readonly string[] {
    try {
      ports.serve(call, command);
      return [];
    } catch (error) {
      report.serviceFailed(call, command, error);
      return command.kind === 'openRecording' ? command.opening.parts.map((part) => part.name) : [];
    }
  }

  function arrive(arrived: Arrived): void {
    if (mailboxes.callOfLeg(arrived.leg) !== undefined) return;
    if (isDeclining) return giveBack(arrived);
    mailboxes.begin({ kind: 'callArrived', call: ports.newCallId(), ...arrived });
  }

  function giveBack(arrived: Arrived): void {
    const channel = `channels/${arrived.leg}`;
    void client?.request('POST', `${channel}/variable`, { query: { variable: 'FERNAMT_DECLINED', value: '1' } }).catch(ignoreLost);
    void client?.request('POST', `${channel}/continue`).catch(ignoreLost);
  }

  function callOf(subject: string): CallId | undefined {
    return callOfResource(application, subject) ?? mailboxes.callOfLeg(subject);
  }

  async function connected(connection: AriClient): Promise<LiveState> {
    const names = mailboxes.snapshots().flatMap((snapshot) => ports.recordingsOf(snapshot));
    const live = await readLiveState(connection, application, names);
    client = connection;
    const found = resync(application, mailboxes.calls(), { ...live, recordings: live.liveRecordings.map(({ name }) => name) }, clock.now());
    await sweep(connection, found.orphanChannels, found.orphanBridges);
    for (const call of mailboxes.calls()) report.adopted(call);
    for (const [call, events] of found.events) for (const event of events) mailboxes.deliver(call, event);
    mailboxes.release();
    for (const arrived of found.arrived) arrive(arrived);
    return live;
  }

  async function sweep(connection: AriClient, channels: readonly string[], bridges: readonly string[]): Promise<void> {
    for (const id of channels) report.swept('channel', id);
    for (const id of bridges) report.swept('bridge', id);
    await Promise.all([
      ...channels.map((id) => connection.request('DELETE', `channels/${id}`)),
      ...bridges.map((id) => connection.request('DELETE', `bridges/${id}`)),
    ]);
  }

  return {
    mailboxes,
    connected,
    disconnected: () => {
      client = undefined;
      mailboxes.hold();
    },
    handle: (event) => {
      report.lagged(clock.now() - event.at);
      const translation = translate(application, event);
      if (translation.kind === 'arrived') return arrive(translation.arrived);
      if (translation.kind === 'nothing') return;
      const call = callOf(translation.subject);
      if (call !== undefined) mailboxes.deliver(call, translation.event);
    },
    decline: () => {
      isDeclining = true;
    },
  };
}

function isServiceCommand(command: Command): command is ServiceCommand {
  switch (command.kind) {
    case 'openRecording':
    case 'closeRecording':
    case 'dropRecording':
    case 'setMembership':
    case 'noteHunt':
      return true;
    default:
      return false;
  }
}

function failure(command: string, subject: string, at: number): SwitchEvent {
  return { kind: 'commandFailed', at, command, subject, reason: 'not-written-down' };
}

/** The connection was lost: the channel is looked at again when it is back. */
function ignoreLost(): void {
  return undefined;
}
