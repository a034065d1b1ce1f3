/** One piece of what a phone sends: a tone, or silence at 0 Hz; without a length it goes on for ever. */
export interface Sounding {
  readonly hz: number;
  readonly ms?: number;
}

/** A tone for ever, or pieces in turn, of which the last one goes on. */
export type Sound = number | readonly Sounding[];

export const SILENCE: Sound = 0;

/** Asterisk's tone list; a piece behind `!` is played once. */
export function toToneList(sound: Sound): string {
  if (typeof sound === 'number') return String(sound);
  const last = sound.at(-1);
  const pieces = sound.filter(({ ms }) => ms !== undefined).map(({ hz, ms }) => `!${hz}/${ms ?? 0}`);
  const endless = last?.ms === undefined ? (last?.hz ?? 0) : 0;
  return [...pieces, String(endless)].join(',');
}

const DTMF_ROWS_HZ = [697, 770, 852, 941];
const DTMF_COLUMNS_HZ = [1209, 1336, 1477, 1633];
const DTMF_KEYS = '123A456B789C*0#D';

/** A digit as audio, and what sounds after it. */
export function toDigitToneList(digits: string, durationMs: number, after: Sound): string {
  const tones = [...digits].map((digit) => {
    const key = DTMF_KEYS.indexOf(digit);
    if (key < 0) throw new Error(`${digit} is no key of a telephone`);
    return `!${DTMF_ROWS_HZ[key >> 2]}+${DTMF_COLUMNS_HZ[key % 4]}/${durationMs},!0/80`;
  });
  return [...tones, toToneList(after)].join(',');
}
