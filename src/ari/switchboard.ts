/** Where the switch and the calls meet: events to mailboxes, commands to the executor, and the reconciliation between. */

import type { ServiceCommand, SwitchCommand } from '../telephony/commands.ts';
import type { CallEvent } from '../telephony/events.ts';
import { callOfResource, type CallId } from '../telephony/ids.ts';
import type { CallSnapshot, CallStep, Machine } from '../telephony/machine.ts';
import type { Call } from '../telephony/model.ts';
import type { AriClient } from './client.ts';
import { createCommandRunner } from './command-runner.ts';
import { createExecutor } from './executor.ts';
import { readLiveState, type LiveState } from './live-state.ts';
import { Mailboxes, type Clock } from './mailbox.ts';
import { resync, type Resync } from './resync.ts';
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
  /** The status of an answer to a request; 0 for none. */
  answered(status: number): void;
  adopted(call: Call): void;
  /** A channel that came without saying from where was given back to its dialplan. */
  strayed(channel: string): void;
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

  const mailboxes = createMailboxes(ports, () => client);

  function arrive(arrived: Arrived): void {
    if (mailboxes.callOfLeg(arrived.leg) !== undefined) return;
    if (isDeclining) giveBack(client, arrived.leg);
    else mailboxes.begin({ kind: 'callArrived', call: ports.newCallId(), ...arrived });
  }

  return {
    mailboxes,
    connected: async (connection) => {
      const live = await readLiveState(connection, application, mailboxes.snapshots().flatMap(ports.recordingsOf));
      client = connection;
      const recordings = live.liveRecordings.map(({ name }) => name);
      const found = resync(application, mailboxes.calls(), { ...live, recordings }, clock.now());
      await sweep(connection, found, report);
      for (const call of mailboxes.calls()) report.adopted(call);
      for (const [call, events] of found.events) for (const event of events) mailboxes.deliver(call, event);
      mailboxes.release();
      for (const arrived of found.arrived) arrive(arrived);
      return live;
    },
    disconnected: () => {
      client = undefined;
      mailboxes.hold();
    },
    handle: (event) => {
      report.lagged(clock.now() - event.at);
      const translation = translate(application, event);
      if (translation.kind === 'arrived') arrive(translation.arrived);
      if (translation.kind === 'stray') {
        report.strayed(translation.channel);
        giveBack(client, translation.channel);
      }
      if (translation.kind !== 'event') return;
      const { subject } = translation;
      const call = callOfResource(application, subject) ?? mailboxes.callOfLeg(subject);
      if (call !== undefined) mailboxes.deliver(call, translation.event);
    },
    decline: () => {
      isDeclining = true;
    },
  };
}

function createMailboxes(ports: SwitchboardPorts, client: () => AriClient | undefined): Mailboxes {
  const { application, clock, report } = ports;
  const tell = (call: CallId, event: CallEvent): void => {
    mailboxes.deliver(call, event);
  };
  const now = (): number => clock.now();
  const send = createExecutor({
    application,
    answered: (status) => report.answered(status),
    client,
    now,
    tell,
    failed: (...failure) => report.commandFailed(...failure),
  });
  const mailboxes: Mailboxes = new Mailboxes({
    clock,
    machines: () => ports.machines(),
    save: (call, snapshot) => ports.save(call, snapshot),
    forget: (call) => ports.forget(call),
    execute: createCommandRunner({
      ...{ send, tell, now },
      serve: (call, command) => ports.serve(call, command),
      serviceFailed: (...failure) => report.serviceFailed(...failure),
    }),
    observe: (step, before) => report.stepped(step, before),
    fault: (...fault) => report.faulted(...fault),
  });
  return mailboxes;
}

/** The dialplan looks at the variable when the channel comes back to it. */
function giveBack(client: AriClient | undefined, channel: string): void {
  const variable = { query: { variable: 'FERNAMT_DECLINED', value: '1' } };
  // Where the connection is lost meanwhile, the channel is looked at again when there is a new one.
  void client?.request('POST', `channels/${channel}/variable`, variable).catch(() => undefined);
  void client?.request('POST', `channels/${channel}/continue`).catch(() => undefined);
}

/** What carries our prefix and belongs to no call of ours. */
async function sweep(client: AriClient, found: Resync, report: SwitchboardReport): Promise<void> {
  for (const id of found.orphanChannels) report.swept('channel', id);
  for (const id of found.orphanBridges) report.swept('bridge', id);
  await Promise.all([
    ...found.orphanChannels.map((id) => client.request('DELETE', `channels/${id}`)),
    ...found.orphanBridges.map((id) => client.request('DELETE', `bridges/${id}`)),
  ]);
}
