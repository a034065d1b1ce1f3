/** Looks at every step of a call and says what must never be seen in one. */

import { application } from './scenario-setup.ts';
import type { Command } from '../../src/telephony/commands.ts';
import type { CallEvent } from '../../src/telephony/events.ts';
import type { CallStep } from '../../src/telephony/machine.ts';

export interface CallWatch {
  /** Complaints about one step. */
  look(event: CallEvent, step: CallStep): readonly string[];
  /** Complaints about what is left when the caller has gone. */
  leftBehind(): readonly string[];
  /** Complaints about what is left when all is over. */
  leftOpen(): readonly string[];
  /** The parties were put together. */
  hasJoined(): boolean;
  /** Legs that were made and have not ended. */
  liveLegs(): readonly string[];
  /** Files that were asked for. */
  readonly recordings: ReadonlySet<string>;
}

interface Bridge {
  readonly members: Set<string>;
  destroyed: boolean;
}

export function watchCall(caller: string): CallWatch {
  const legs = new Map<string, { hungUp: boolean; ended: boolean; dialled: boolean }>();
  const bridges = new Map<string, Bridge>();
  const snoops = new Map<string, { leg: string; ended: boolean }>();
  const playing = new Map<string, string>();
  const openings = new Map<string, 'open' | 'closed'>();
  const partsOpen = new Set<string>();
  const recordings = new Set<string>();
  const counts = { joined: 0, disposed: 0 };
  let hasResynced = false;
  let callerEnded = false;

  function note(event: CallEvent): void {
    if (event.kind === 'resynced') {
      hasResynced = true;
      for (const leg of legs.values()) leg.hungUp = false;
    }
    if (event.kind === 'playbackFinished') {
      for (const [leg, playback] of playing) if (playback === event.playback) playing.delete(leg);
    }
    if (event.kind !== 'legEnded') return;
    const leg = legs.get(event.leg);
    if (leg) leg.ended = true;
    if (event.leg === caller) callerEnded = true;
    playing.delete(event.leg);
    for (const bridge of bridges.values()) bridge.members.delete(event.leg);
  }

  function blocked(leg: string, command: Command): string[] {
    return playing.has(leg) ? [`${command.kind} on ${leg}, which plays something`] : [];
  }

  function carryOut(command: Command): string[] {
    switch (command.kind) {
      case 'createLeg':
        legs.set(command.leg, { hungUp: false, ended: false, dialled: false });
        return callerEnded ? [`${command.leg} is made for a caller who has left`] : [];
      case 'dialLeg': {
        const leg = legs.get(command.leg);
        const again = leg === undefined || leg.dialled;
        if (leg) leg.dialled = true;
        return again ? [`${command.leg} is dialled twice, or was never made`] : [];
      }
      case 'hangupLeg': {
        const leg = legs.get(command.leg);
        const again = leg?.hungUp === true && !hasResynced;
        if (leg) leg.hungUp = true;
        return [
          ...(again ? [`${command.leg} is hung up twice`] : []),
          ...(command.cause <= 0 ? [`${command.leg} is hung up with cause ${String(command.cause)}`] : []),
        ];
      }
      case 'answerLeg':
      case 'limitLeg':
        return blocked(command.leg, command);
      case 'pairLegs':
        return command.legs.flatMap((leg) => blocked(leg, command));
      case 'playPrompt':
        playing.set(command.leg, command.playback);
        return [];
      case 'stopPlayback':
        for (const [leg, playback] of playing) if (playback === command.playback) playing.delete(leg);
        return [];
      case 'createBridge':
        if (!bridges.has(command.bridge)) bridges.set(command.bridge, { members: new Set(), destroyed: false });
        return [];
      case 'joinBridge':
        return joinBridge(command);
      case 'destroyBridge': {
        const bridge = bridges.get(command.bridge);
        if (bridge) bridge.destroyed = true;
        return [];
      }
      case 'snoopLeg':
        snoops.set(command.snoop, { leg: command.leg, ended: false });
        return [];
      case 'endSnoop': {
        const snoop = snoops.get(command.snoop);
        if (snoop) snoop.ended = true;
        return [];
      }
      case 'openRecording': {
        const known = openings.has(command.opening.id);
        openings.set(command.opening.id, 'open');
        for (const part of command.opening.parts) partsOpen.add(part.name);
        return known ? [`${command.opening.id} is opened twice`] : [];
      }
      case 'startRecording':
        recordings.add(command.recording);
        return partsOpen.has(command.recording) ? [] : [`${command.recording} is begun without being written down`];
      case 'dropRecording':
        return close(command.recording);
      case 'closeRecording':
        return close(command.closing.id);
      default:
        return [];
    }
  }

  function joinBridge(command: Extract<Command, { kind: 'joinBridge' }>): string[] {
    const bridge = bridges.get(command.bridge);
    if (!bridge || bridge.destroyed) return [`${command.bridge} is joined and does not stand`];
    for (const leg of command.legs) bridge.members.add(leg);
    const crowd = bridge.members.size > 2 ? [`more than two in ${command.bridge}`] : [];
    const leaving = command.legs
      .filter((leg) => legs.get(leg)?.hungUp === true)
      .map((leg) => `${leg} is hung up and joined`);
    return [...crowd, ...leaving, ...command.legs.flatMap((leg) => blocked(leg, command))];
  }

  function close(id: string): string[] {
    const before = openings.get(id);
    openings.set(id, 'closed');
    return before === 'open' ? [] : [`${id} is closed or dropped and was not open`];
  }

  return {
    recordings,
    look: (event, step) => {
      const complaints = step.faults.map(
        ({ error }) => `fault: ${error instanceof Error ? error.message : String(error)}`,
      );
      note(event);
      for (const command of step.commands) complaints.push(...carryOut(command));
      counts.joined += step.events.filter((one) => one.kind === 'joined').length;
      counts.disposed += step.events.filter((one) => one.kind === 'disposed').length;
      if (counts.joined > 1) complaints.push('two partners are talked to');
      if (counts.disposed > 1) complaints.push('the call ended twice');
      return complaints;
    },
    leftBehind: () => [
      ...[...legs].filter(([, leg]) => !leg.ended && !leg.hungUp).map(([id]) => `${id} is not hung up`),
      ...[...bridges].filter(([, bridge]) => !bridge.destroyed).map(([id]) => `${id} is not destroyed`),
      ...[...snoops]
        .filter(([, snoop]) => !snoop.ended && !isLeaving(snoop.leg))
        .map(([id]) => `${id} goes on listening`),
      ...(counts.disposed === 1 ? [] : ['nobody knows how the call ended']),
    ],
    leftOpen: () => [...openings].filter(([, state]) => state === 'open').map(([id]) => `${id} stays open`),
    hasJoined: () => counts.joined > 0,
    liveLegs: () => [...legs].filter(([, leg]) => !leg.ended).map(([id]) => id),
  };

  function isLeaving(id: string): boolean {
    const leg = legs.get(id);
    return leg ? leg.ended || leg.hungUp : callerEnded;
  }
}

/** The id of an object of the call, whether it exists or not. */
export function resource(call: string, short: string): string {
  return `${application}-${call}-${short}`;
}
