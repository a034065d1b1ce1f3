/** The service commands of calls, carried out by the finisher and the stored state. */

import type { Finisher } from '../recording/files/finish.ts';
import type { RecordingMachineState } from '../recording/machine.ts';
import type { ServiceCommand } from '../telephony/commands.ts';
import type { CallSnapshot } from '../telephony/machine.ts';
import type { LedgerKeeping } from './ledger.ts';
import type { ServerState } from './server-state.ts';

export interface ServiceTools {
  readonly finisher: Finisher;
  readonly ledger: Pick<LedgerKeeping, 'enter'>;
  readonly state: ServerState;
  /** Of the configuration in force. */
  configurationHash(): string;
  membershipChanged(): void;
}

/** Throws where the next commands must not be carried out. */
export function serveCommand(tools: ServiceTools, command: ServiceCommand): void {
  switch (command.kind) {
    case 'openRecording':
      tools.finisher.open(command.opening);
      return;
    case 'closeRecording':
      tools.finisher.close(command.closing);
      return;
    case 'dropRecording':
      tools.finisher.drop(command.recording);
      return;
    case 'enterLedger':
      tools.ledger.enter(command.entry, command.entry.plan.configuration ?? tools.configurationHash());
      return;
    case 'eraseRecording':
      tools.finisher.erase(command.recording, { erasedAt: Math.floor(command.at), by: command.by });
      return;
    case 'setMembership':
      tools.state.setMembership(command.group, command.user, command.active);
      tools.membershipChanged();
      return;
    case 'noteHunt':
      tools.state.noteHunt(command.group, command.user);
      return;
  }
}

/** Names of the files that Asterisk should be recording for this call. */
export function recordingsOf(snapshot: CallSnapshot): readonly string[] {
  const state = snapshot.machines['recording'] as RecordingMachineState | undefined;
  return (state?.parts ?? []).filter((part) => part.state !== 'finished').map((part) => part.name);
}
