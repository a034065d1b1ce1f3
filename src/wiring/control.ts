/** What can be changed from outside, put together for the HTTP side; and the token that whoever does it must show. */

import type { Switchboard } from '../ari/switchboard.ts';
import type { Config } from '../config/complete.ts';
import {
  controlFileIn,
  newControlToken,
  removeControlFile,
  writeControlFile,
  type ControlAccess,
} from '../http/control-token.ts';
import type { DirectoryViews, GroupMemberships, SettingSwitches, Simulator } from '../http/ports.ts';
import type { SystemClock } from '../lib/clock.ts';
import type { Logger } from '../observability/logger.ts';
import { createDirectoryViews, toGroupViews } from './directory-views.ts';
import { createRecordingControl, type ObservingRecordingControl } from './recording-control.ts';
import type { RulesInForce } from './rules-in-force.ts';
import type { ServerState } from './server-state.ts';
import type { SwitchedSettings } from './setting-switches.ts';
import { createSimulator } from './simulator.ts';

export interface Control {
  readonly directory: DirectoryViews;
  readonly memberships: GroupMemberships;
  readonly settings: SettingSwitches;
  readonly recordingControl: ObservingRecordingControl;
  readonly simulator: Simulator;
  readonly door: ControlDoor;
}

export interface ControlTools extends ChangeTools, Omit<ControlDoorTools, 'logger'> {
  readonly clock: SystemClock;
  readonly switchboard: Switchboard;
}

export function createControl(tools: ControlTools): Control {
  const { mailboxes } = tools.switchboard;
  return {
    directory: createDirectoryViews(() => tools.inForce.rules().config),
    memberships: createGroupMemberships(tools),
    settings: createSettingSwitches(tools),
    recordingControl: createRecordingControl({
      clock: tools.clock,
      calls: () => mailboxes.calls(),
      deliver: (call, event) => {
        mailboxes.deliver(call, event);
      },
    }),
    simulator: createSimulator(() => tools.inForce.rules(), tools.clock),
    door: createControlDoor(tools),
  };
}

export interface ChangeTools {
  readonly inForce: RulesInForce;
  readonly state: ServerState;
  readonly switched: SwitchedSettings;
  readonly logger: Logger;
  /** What Asterisk does without us hangs on it. */
  changed(): void;
}

function createGroupMemberships({ inForce, state, changed, logger }: ChangeTools): GroupMemberships {
  return {
    groups: () => {
      const { config, activeMembers } = inForce.rules();
      return toGroupViews(config, (group, extension) => activeMembers(group).includes(extension));
    },
    set: (number, extension, active) => {
      const group = inForce.rules().config.ringGroups.find((one) => one.number === number);
      if (!group) return 'unknown-group';
      if (!group.members.includes(extension)) return 'unknown-member';
      state.setMembership(number, extension, active);
      logger.info({ group: number, active, pii: { extension } }, 'group membership changed from outside');
      changed();
      return undefined;
    },
  };
}

/** Counts for calls that begin from now on. */
function createSettingSwitches({ inForce, switched, changed, logger }: ChangeTools): SettingSwitches {
  const list: SettingSwitches['list'] = () => switched.views(inForce.written());
  const find: (name: string) => ReturnType<SettingSwitches['set']> = (name) => list().find((one) => one.name === name);
  return {
    list,
    set: (name, enabled) => {
      if (!find(name)) return undefined;
      switched.set(name, enabled);
      inForce.renew();
      logger.info({ setting: name, override: enabled }, 'recording setting switched');
      changed();
      return find(name);
    },
  };
}

export interface ControlDoor {
  readonly token: string;
  /** Tells the token to whoever reads the output, and leaves it for programs of this machine. */
  open(url: string): Promise<void>;
  stop(): Promise<void>;
}

export interface ControlDoorTools {
  readonly config: Config;
  readonly logger: Logger;
}

export function createControlDoor({ config, logger }: ControlDoorTools): ControlDoor {
  const token = newControlToken();
  const path = controlFileIn(config.dataDirectory);
  return {
    token,
    open: async (url) => {
      // A plain line, past the log: what is kept of a log is read by many.
      process.stderr.write(`Changes over HTTP at ${url} need this token until the server stops: ${token}\n`);
      await leave(path, { url, token }, logger);
    },
    stop: () => removeControlFile(path, { token }),
  };
}

/** Calls do not wait for it: without the file only the CLI on this machine is lost. */
async function leave(path: string, access: ControlAccess, logger: Logger): Promise<void> {
  try {
    await writeControlFile(path, access);
  } catch (error) {
    logger.error({ error, path }, 'the token for changes could not be left for the command line');
  }
}
