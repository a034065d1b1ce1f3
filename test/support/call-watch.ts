/** Looks at every step of a call and says what must never be seen in one. */

import type { Command } from '../../src/telephony/commands.ts';
import type { CallEvent } from '../../src/telephony/events.ts';
import type { CallStep } from '../../src/telephony/machine.ts';

type Complaints = readonly string[];

/** Watches one kind of thing; each part keeps only what it needs. */
interface Part {
  happened(event: CallEvent): void;
  ordered(command: Command): Complaints;
}

export interface CallWatch {
  /** Complaints about one step. */
  look(event: CallEvent, step: CallStep): Complaints;
  /** Complaints about what is left when the caller has gone. */
  leftBehind(): Complaints;
  /** Complaints about what is left when all is over. */
  leftOpen(): Complaints;
  /** Legs that were made and have not ended. */
  liveLegs(): readonly string[];
  /** The parties were put together. */
  hasJoined(): boolean;
}

export function watchCall(caller: string): CallWatch {
  const legs = watchLegs(caller);
  const bridges = watchBridges(legs.isHungUp);
  const snoops = watchSnoops(legs.isLeaving);
  const recordings = watchRecordings();
  const told = watchStory();
  const parts: readonly Part[] = [legs, watchPlaying(), bridges, snoops, recordings];
  const consent = watchConsent();
  return {
    look: (event, step) => {
      for (const part of parts) part.happened(event);
      return [
        ...step.faults.map(({ error }) => `fault: ${String(error)}`),
        ...step.commands.flatMap((command) => parts.flatMap((part) => part.ordered(command))),
        ...consent(step),
        ...told.look(step.events),
      ];
    },
    leftBehind: () => [...legs.left(), ...bridges.left(), ...snoops.left(), ...told.left()],
    leftOpen: () => recordings.left(),
    liveLegs: legs.live,
    hasJoined: told.hasJoined,
  };
}

/** Nobody is rung for a caller who has left, dialled twice, hung up twice or with a cause that is none. */
function watchLegs(caller: string) {
  const legs = new Map<string, { hungUp: boolean; ended: boolean; dialled: boolean }>();
  let hasResynced = false;
  let callerEnded = false;
  const hangUp = (id: string, cause: number): Complaints => {
    const leg = legs.get(id);
    const isAgain = leg?.hungUp === true && !hasResynced;
    if (leg) leg.hungUp = true;
    if (isAgain) return [`${id} is hung up twice`];
    return cause <= 0 ? [`${id} is hung up with cause ${String(cause)}`] : [];
  };
  const dial = (id: string): Complaints => {
    const leg = legs.get(id);
    const isFirst = leg?.dialled === false;
    if (leg) leg.dialled = true;
    return isFirst ? [] : [`${id} is dialled twice, or was never made`];
  };
  const part: Part = {
    happened: (event) => {
      // What was sent before a connection was lost may be sent again.
      if (event.kind === 'resynced') {
        hasResynced = true;
        for (const leg of legs.values()) leg.hungUp = false;
      }
      if (event.kind !== 'legEnded') return;
      if (event.leg === caller) callerEnded = true;
      const leg = legs.get(event.leg);
      if (leg) leg.ended = true;
    },
    ordered: (command) => {
      if (command.kind === 'dialLeg') return dial(command.leg);
      if (command.kind === 'hangupLeg') return hangUp(command.leg, command.cause);
      if (command.kind !== 'createLeg') return [];
      legs.set(command.leg, { hungUp: false, ended: false, dialled: false });
      return callerEnded ? [`${command.leg} is made for a caller who has left`] : [];
    },
  };
  return {
    ...part,
    isHungUp: (id: string) => legs.get(id)?.hungUp === true,
    isLeaving: (id: string) => {
      const leg = legs.get(id);
      return leg ? leg.ended || leg.hungUp : callerEnded;
    },
    live: () => [...legs].filter(([, leg]) => !leg.ended).map(([id]) => id),
    left: () => [...legs].filter(([, leg]) => !leg.ended && !leg.hungUp).map(([id]) => `${id} is not hung up`),
  };
}

/** While a channel plays, Asterisk carries some requests about it out only when that is over. */
function watchPlaying(): Part {
  const playing = new Map<string, string>();
  const announced = new Set<string>();
  const stop = (playback: string): void => {
    for (const [leg, one] of playing) if (one === playback) playing.delete(leg);
  };
  const legsOf = (command: Command): readonly string[] => {
    if (command.kind === 'answerLeg' || command.kind === 'limitLeg') return [command.leg];
    return command.kind === 'pairLegs' || command.kind === 'joinBridge' ? command.legs : [];
  };
  return {
    happened: (event) => {
      if (event.kind === 'playbackFinished') stop(event.playback);
      if (event.kind === 'legEnded') playing.delete(event.leg);
    },
    ordered: (command) => {
      if (command.kind === 'stopPlayback') stop(command.playback);
      // A caller who hears an announcement while telephones ring gets his limits beside the socket.
      const isHarmless = (leg: string): boolean => command.kind === 'limitLeg' && announced.has(playing.get(leg) ?? '');
      const blocked = legsOf(command).filter((leg) => playing.has(leg) && !isHarmless(leg));
      if (command.kind === 'playSound') announced.add(command.playback);
      if (command.kind === 'playPrompt' || command.kind === 'playSound') playing.set(command.leg, command.playback);
      return blocked.map((leg) => `${command.kind} on ${leg}, which plays something`);
    },
  };
}

/** Never more than two in a bridge, and nobody who is being hung up. */
function watchBridges(isHungUp: (leg: string) => boolean) {
  const bridges = new Map<string, { members: Set<string>; destroyed: boolean }>();
  const join = (id: string, legs: readonly string[]): Complaints => {
    const bridge = bridges.get(id);
    if (!bridge || bridge.destroyed) return [`${id} is joined and does not stand`];
    for (const leg of legs) bridge.members.add(leg);
    const crowd = bridge.members.size > 2 ? [`more than two in ${id}`] : [];
    return [...crowd, ...legs.filter(isHungUp).map((leg) => `${leg} is hung up and joined`)];
  };
  const part: Part = {
    happened: (event) => {
      if (event.kind !== 'legEnded') return;
      for (const bridge of bridges.values()) bridge.members.delete(event.leg);
    },
    ordered: (command) => {
      if (command.kind === 'joinBridge') return join(command.bridge, command.legs);
      if (command.kind === 'createBridge' && !bridges.has(command.bridge)) {
        bridges.set(command.bridge, { members: new Set(), destroyed: false });
      }
      const bridge = command.kind === 'destroyBridge' ? bridges.get(command.bridge) : undefined;
      if (bridge) bridge.destroyed = true;
      return [];
    },
  };
  const left = (): Complaints =>
    [...bridges].filter(([, bridge]) => !bridge.destroyed).map(([id]) => `${id} is not destroyed`);
  return { ...part, left };
}

/** A listener goes with its leg, or is sent away. */
function watchSnoops(isLeaving: (leg: string) => boolean) {
  const snoops = new Map<string, string>();
  const part: Part = {
    happened: () => undefined,
    ordered: (command) => {
      if (command.kind === 'snoopLeg') snoops.set(command.snoop, command.leg);
      if (command.kind === 'endSnoop') snoops.delete(command.snoop);
      return [];
    },
  };
  const left = (): Complaints =>
    [...snoops].filter(([, leg]) => !isLeaving(leg)).map(([id]) => `${id} goes on listening`);
  return { ...part, left };
}

/** Written down before it begins, and closed or dropped once. */
function watchRecordings() {
  const openings = new Map<string, 'open' | 'closed'>();
  const written = new Set<string>();
  const close = (id: string): Complaints => {
    const isOpen = openings.get(id) === 'open';
    openings.set(id, 'closed');
    return isOpen ? [] : [`${id} is closed or dropped and was not open`];
  };
  const open = (id: string, names: readonly string[]): Complaints => {
    const isNew = !openings.has(id);
    openings.set(id, 'open');
    for (const name of names) written.add(name);
    return isNew ? [] : [`${id} is opened twice`];
  };
  const part: Part = {
    happened: () => undefined,
    ordered: (command) => {
      switch (command.kind) {
        case 'openRecording':
          return open(
            command.opening.id,
            command.opening.parts.map((one) => one.name),
          );
        case 'startRecording':
          return written.has(command.recording) ? [] : [`${command.recording} is begun without being written down`];
        case 'dropRecording':
          return close(command.recording);
        case 'eraseRecording':
          openings.set(command.recording, 'closed');
          return [];
        case 'closeRecording':
          return close(command.closing.id);
        default:
          return [];
      }
    },
  };
  const left = (): Complaints =>
    [...openings].filter(([, state]) => state === 'open').map(([id]) => `${id} stays open`);
  return { ...part, left };
}

/** The decision is written down first, and without the answer that it needs nothing listens and nothing is written. */
function watchConsent(): (step: CallStep) => Complaints {
  let isWritten = false;
  let mayListen = false;
  let isObjected = false;
  const learn = (event: CallEvent): void => {
    if (event.kind === 'recordingDecided') {
      mayListen = event.plan.verdict === 'record' && event.plan.announcement === undefined;
    }
    if (event.kind === 'consentSettled') {
      mayListen = event.evidence.recorded;
      isObjected ||= event.evidence.outcome === 'refused';
    }
    if (event.kind === 'recordingControlled' && event.action === 'discard' && event.ok) isObjected = true;
  };
  const check = (command: Command): Complaints => {
    if (command.kind === 'enterLedger') isWritten = true;
    const isListening =
      command.kind === 'snoopLeg' || command.kind === 'openRecording' || command.kind === 'startRecording';
    if (!isListening) return [];
    return [
      ...(mayListen ? [] : [`${command.kind} without the consent that is needed`]),
      ...(isObjected ? [`${command.kind} after an objection`] : []),
      ...(isWritten || command.kind === 'snoopLeg' ? [] : [`${command.kind} before the decision is written down`]),
    ];
  };
  return (step) => {
    // What was decided within a step counts for its commands.
    for (const event of step.events) learn(event);
    return step.commands.flatMap(check);
  };
}

/** One partner at most, and one end. */
function watchStory() {
  const counts = { joined: 0, disposed: 0 };
  return {
    look: (events: readonly CallEvent[]): Complaints => {
      counts.joined += events.filter((event) => event.kind === 'joined').length;
      counts.disposed += events.filter((event) => event.kind === 'disposed').length;
      return [
        ...(counts.joined > 1 ? ['two partners are talked to'] : []),
        ...(counts.disposed > 1 ? ['the call ended twice'] : []),
      ];
    },
    hasJoined: () => counts.joined > 0,
    left: (): Complaints => (counts.disposed === 1 ? [] : ['nobody knows how the call ended']),
  };
}
