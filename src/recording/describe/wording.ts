/** What the languages have in common when things are put into words. */

import type { Named } from './setting-facts.ts';

/** `A, B and C`. */
export function enumerate(items: readonly string[], and: string): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} ${and} ${last}`;
}

/** `Support (600)`; a number alone where there is no name. */
export function labelOf({ name, number }: Named): string {
  if (name === undefined) return number ?? '';
  return number === undefined ? name : `${name} (${number})`;
}

export function asSentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
