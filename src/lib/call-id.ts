import { randomBytes } from 'node:crypto';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const randomCharacters = 7;

/** Sorts by time, tells nothing about the call, and is short enough to be read out: `mh4k2x8q1` and seven random characters. */
export function newCallId(unixMs: number): string {
  const random = [...randomBytes(randomCharacters)].map((byte) => alphabet[byte % alphabet.length]).join('');
  return `${unixMs.toString(36)}${random}`;
}
