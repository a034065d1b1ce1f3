/** How much of a recording is silent because somebody wanted it. */

import type { StoredClosing } from '../model.ts';

/** Of the audio, which is `seconds` long. What lies before and behind the talk is not in it. */
export function pausedSeconds(closing: StoredClosing, seconds: number): number {
  const { joinedAt, partedAt, endUnheard } = closing;
  const endsAt = endUnheard === true ? joinedAt + seconds * 1000 : partedAt;
  const spans = (closing.pauses ?? [])
    .map(({ fromAt, toAt }) => ({ from: Math.max(joinedAt, fromAt), to: Math.min(endsAt, toAt ?? endsAt) }))
    .sort((a, b) => a.from - b.from);
  let [paused, until] = [0, joinedAt];
  for (const { from, to } of spans) {
    paused += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return paused / 1000;
}
