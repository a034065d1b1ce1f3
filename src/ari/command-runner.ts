/** Carries out the commands of a step in their order, those for the switch and those for our own services. */

import type { Command, ServiceCommand, SwitchCommand } from '../telephony/commands.ts';
import type { CallEvent } from '../telephony/events.ts';
import type { CallId, RecordingName } from '../telephony/ids.ts';

export interface CommandRunnerPorts {
  send(call: CallId, commands: readonly SwitchCommand[]): void;
  /** At once; throws where the service cannot do it. */
  serve(call: CallId, command: ServiceCommand): void;
  serviceFailed(call: CallId, command: ServiceCommand, error: unknown): void;
  tell(call: CallId, event: CallEvent): void;
  now(): number;
}

/** A recording that could not be written down is not begun, and its call is told so. */
export function createCommandRunner(ports: CommandRunnerPorts): (call: CallId, commands: readonly Command[]) => void {
  return (call, commands) => {
    const refused = new Set<RecordingName>();
    for (const command of commands) {
      if (command.kind === 'startTimer' || command.kind === 'stopTimer') continue;
      if (command.kind === 'startRecording' && refused.has(command.recording)) {
        ports.tell(call, notWrittenDown(command.recording, ports.now()));
      } else if (isServiceCommand(command)) {
        for (const part of serve(ports, call, command)) refused.add(part);
      } else {
        ports.send(call, [command]);
      }
    }
  };
}

/** Gives the names of the files that must not be begun. */
function serve(ports: CommandRunnerPorts, call: CallId, command: ServiceCommand): readonly RecordingName[] {
  try {
    ports.serve(call, command);
    return [];
  } catch (error) {
    ports.serviceFailed(call, command, error);
    return command.kind === 'openRecording' ? command.opening.parts.map((part) => part.name) : [];
  }
}

function isServiceCommand(command: Command): command is ServiceCommand {
  switch (command.kind) {
    case 'openRecording':
    case 'closeRecording':
    case 'dropRecording':
    case 'eraseRecording':
    case 'enterLedger':
    case 'setMembership':
    case 'noteHunt':
      return true;
    default:
      return false;
  }
}

function notWrittenDown(recording: RecordingName, at: number): CallEvent {
  return { kind: 'commandFailed', at, command: 'startRecording', subject: recording, reason: 'not-written-down' };
}
