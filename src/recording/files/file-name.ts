/**
 * Names of recordings by the configured template. What callers send can neither leave the directory nor make a name that
 * Linux, Windows or a share of either refuses.
 */

import { parsePathTemplate } from '../../lib/path-template.ts';

export interface NameFacts {
  /** Unix time in milliseconds. */
  readonly startedAt: number;
  readonly setting: string;
  readonly direction: string;
  readonly caller: string;
  readonly callee: string;
  readonly user: string;
  readonly group: string;
  readonly callid: string;
}

const maxNameBytes = 200;
/** No single value pushes the ones after it out of the name. */
const maxValueBytes = 80;

/**
 * Compiles the template (`lib/path-template` has its names) for one time zone (IANA name). Unknown names in it are a
 * fault of the configuration, found when that is loaded; here they throw.
 */
export function fileNamer(template: string, timeZone: string): (facts: NameFacts) => string {
  const { parts, unknown } = parsePathTemplate(template);
  if (unknown.length > 0) throw new Error(`unknown names in ${template}: ${unknown.join(' ')}`);
  const clock = clockOf(timeZone);
  return (facts) => {
    const { startedAt, ...texts } = facts;
    const values = new Map<string, string>([...Object.entries(texts).map(toValue), ...clock(startedAt)]);
    return legalName(parts.map((part) => (part.kind === 'text' ? part.text : (values.get(part.name) ?? ''))).join(''));
  };
}

function toValue([name, text]: readonly [string, string]): readonly [string, string] {
  const value = cutToBytes(withoutSpecials(text).trim(), maxValueBytes).trim();
  return [name, value === '' ? 'unknown' : value];
}

type ClockValues = readonly (readonly [name: string, digits: string])[];

function clockOf(timeZone: string): (at: number) => ClockValues {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  return (at) => {
    const parts = new Map(format.formatToParts(at).map((part) => [part.type, part.value]));
    return [
      ['Y', parts.get('year')?.padStart(4, '0') ?? ''],
      ['M', parts.get('month') ?? ''],
      ['D', parts.get('day') ?? ''],
      ['h', parts.get('hour') ?? ''],
      ['m', parts.get('minute') ?? ''],
      ['s', parts.get('second') ?? ''],
    ];
  };
}

/** Separators of directories, what Windows forbids in names, control and formatting characters, broken surrogates. */
const specials = /[<>:"/\\|?*\u0000-\u001f\u007f-\u009f\u00ad\u2028\u2029\ufffe\uffff]|\p{Cf}|\p{Cs}|\p{Zl}|\p{Zp}/gu;
/** Device names that Windows gives out for any ending: `con.wav` cannot be made there. */
const reserved = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])[ .]*(?:\.|$)/iu;

function withoutSpecials(text: string): string {
  return text.normalize('NFC').replace(specials, '_');
}

/** A name that is legal as it stands and with any ending added. */
export function legalName(text: string): string {
  const clean = withoutSpecials(text).replace(/^[\s.]+/u, (start) => '_'.repeat(start.length));
  const name = cutToBytes(clean, maxNameBytes - 1).replace(/[\s.]+$/u, '');
  if (name === '') return 'unknown';
  return reserved.test(name) ? `_${name}` : name;
}

/** The n-th name for the same thing; the first is the name itself. */
export function numberedName(name: string, n: number): string {
  return n === 1 ? name : `${name}-${n}`;
}

/** Never cuts through a character. */
function cutToBytes(text: string, limit: number): string {
  const encoder = new TextEncoder();
  if (text.length * 3 <= limit || encoder.encode(text).length <= limit) return text;
  let bytes = 0;
  let kept = '';
  for (const character of text) {
    bytes += encoder.encode(character).length;
    if (bytes > limit) return kept;
    kept += character;
  }
  return kept;
}
