/** The call that is proven: somebody from outside calls the hotline, Olivia answers, they talk, the caller hangs up. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Party, Phones } from '../../test/support/phones.ts';
import { hotline } from './configuration.ts';
import type { Utterance } from './voices.ts';

export const outsideCaller = { number: '+491711234567', name: 'Hannah Vogel' } as const;

export interface Talk {
  /** As the caller's telephone counted it. */
  readonly talkMs: number;
}

const ringMs = 900;
const pauseMs = 150;

export async function holdTalk(phones: Phones, talk: readonly Utterance[]): Promise<Talk> {
  const { number: from, name } = outsideCaller;
  const caller = await phones.carrier.calls(hotline.did, { from, name, listens: false });
  const agent = await phones.phone('1001').rings();
  await delay(ringMs);
  await agent.answers();
  await caller.isAnswered();
  const answeredAt = performance.now();
  for (const utterance of talk) {
    await speakerOf(utterance, caller, agent).says(utterance.name);
    await delay(pauseMs);
  }
  const talkMs = performance.now() - answeredAt;
  await caller.hangsUp();
  await agent.hungUp();
  return { talkMs };
}

function speakerOf({ speaker }: Utterance, caller: Party, agent: Party): Party {
  return speaker === 'caller' ? caller : agent;
}
