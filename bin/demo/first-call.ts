/**
 * The call that is proven: somebody from outside calls the hotline, hears that the call may be recorded and presses no
 * key, Olivia answers, they talk, the caller hangs up.
 */

import { setTimeout as delay } from 'node:timers/promises';
import type { Audio } from '../../test/support/audio.ts';
import type { Party, Phones } from '../../test/support/phones.ts';
import { hotline } from './configuration.ts';
import type { Utterance } from './voices.ts';

export const outsideCaller = { number: '+491711234567', name: 'Hannah Vogel' } as const;

export interface Talk {
  /** From the answer to the end, as the telephones counted it. */
  readonly talkMs: number;
  /** What the caller heard, from the first packet to the last. */
  readonly heard: Audio;
  /** Where in it he was when the first telephone rang. */
  readonly rangAtSeconds: number;
}

/** The announcement, the time to object, and a machine that is busy. */
const askedWithinMs = 20_000;
const ringMs = 900;
const pauseMs = 150;

export async function holdTalk(phones: Phones, talk: readonly Utterance[]): Promise<Talk> {
  const { number: from, name } = outsideCaller;
  const caller = await phones.carrier.calls(hotline.did, { from, name });
  const hearing = noteTimes(caller);
  const agent = await phones.phone('1001').rings(askedWithinMs);
  const rangAtSeconds = hearing.secondsNow();
  await delay(ringMs);
  await agent.answers();
  const answeredAt = performance.now();
  for (const utterance of talk) {
    await delay(pauseMs);
    await speakerOf(utterance, caller, agent).says(utterance.name);
  }
  await delay(pauseMs);
  const talkMs = performance.now() - answeredAt;
  await caller.hangsUp();
  await agent.hungUp();
  return { talkMs, heard: caller.heard.audio, rangAtSeconds };
}

/** Where in what he hears somebody is now: packets may come late on a busy machine, never early. */
function noteTimes({ heard }: Party): { secondsNow(): number } {
  const times = { zero: Infinity, isOver: false };
  const note = (): boolean => {
    if (heard.seconds > 0) times.zero = Math.min(times.zero, performance.now() - heard.seconds * 1000);
    return times.isOver;
  };
  void heard.until(note, askedWithinMs);
  return {
    secondsNow: () => {
      times.isOver = true;
      return (performance.now() - times.zero) / 1000;
    },
  };
}

function speakerOf({ speaker }: Utterance, caller: Party, agent: Party): Party {
  return speaker === 'caller' ? caller : agent;
}
