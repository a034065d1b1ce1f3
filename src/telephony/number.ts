/** Telephone numbers: what was dialled or received, and what it means. Nothing here throws, whatever it is given. */

import { getCountryCallingCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';

/** How numbers are dialled here; the block `numbering` of the configuration. */
export interface Numbering {
  /** Two letters, such as `DE`. */
  readonly country: string;
  /** Without the national prefix, such as `30`. */
  readonly areaCode?: string | undefined;
  readonly internationalPrefix: string;
  /** Empty where national numbers are dialled without one. */
  readonly nationalPrefix: string;
  readonly outsideLine?: string | undefined;
  readonly emergencyNumbers: readonly string[];
  readonly companyPrefixes: readonly string[];
}

export type NumberFormat = 'e164' | 'e164NoPlus' | 'international' | 'national' | 'asDialled';

/** SIP user parts and what people type are shorter; anything longer is no number and is not looked at. */
const longestNumber = 64;
const separators = /[\s()./\u2010-\u2015-]/g;
/** Shorter ones are extensions and service numbers, and 11x is 112, 116117, 118xx everywhere, never a subscriber. */
const localNumber = /^(?!11)[1-9][0-9]{4,}$/;

/**
 * The number in E.164, if it is a valid one: with `+`, with the international or the national prefix, or a subscriber
 * of one's own area. Extensions, emergency and star numbers are none. `received` is the notation of the trunk that
 * sent the number, where that is known: `4930…` can be read in two ways.
 */
export function toE164(number: string, numbering: Numbering, received: NumberFormat = 'asDialled'): string | undefined {
  const bare = digitsOf(number, numbering);
  if (bare === undefined) return undefined;
  const withoutPlus = validNumber(`+${bare}`);
  if (withoutPlus !== undefined && (received === 'e164NoPlus' || isOwnArea(withoutPlus, numbering))) return withoutPlus;
  return firstValid(dialledReadings(bare, numbering)) ?? writtenWithoutPrefix(bare, numbering);
}

/**
 * Everything the number may mean, in E.164 and likeliest first, and last the number as it was received. Not for
 * extensions: a long one could pass for a subscriber of one's own area.
 */
export function readings(number: string, numbering: Numbering): readonly string[] {
  const bare = digitsOf(number, numbering);
  if (bare === undefined) return [number];
  const all = [...dialledReadings(bare, numbering), ...nationalReading(bare, numbering), `+${bare}`];
  const valid = [toE164(number, numbering), ...all.map(validNumber)];
  return [...new Set([...valid.filter((one) => one !== undefined), number])];
}

/** True if the two have a reading in common. A withheld number is nobody's. */
export function sameNumber(a: string, b: string, numbering: Numbering): boolean {
  if (isWithheld(a) || isWithheld(b)) return false;
  if (bareNumber(a) === bareNumber(b)) return true;
  const others = new Set(readings(b, numbering));
  return readings(a, numbering).some((one) => others.has(one));
}

/** The number as a trunk wants it. What is no valid number stays as it was dialled. */
export function formatFor(format: NumberFormat, number: string, numbering: Numbering): string {
  const e164 = format === 'asDialled' ? undefined : toE164(number, numbering);
  if (e164 === undefined) return bareNumber(number);
  switch (format) {
    case 'asDialled':
    case 'e164':
      return e164;
    case 'e164NoPlus':
      return e164.slice(1);
    case 'international':
      return numbering.internationalPrefix + e164.slice(1);
    case 'national': {
      const own = `+${callingCode(numbering)}`;
      if (!e164.startsWith(own)) return numbering.internationalPrefix + e164.slice(1);
      return numbering.nationalPrefix + e164.slice(own.length);
    }
  }
}

/** The bare emergency number that was dialled, also behind the outside line; otherwise undefined. */
export function emergencyNumber(dialled: string, numbering: Numbering): string | undefined {
  const bare = bareNumber(dialled);
  const { emergencyNumbers, outsideLine = '' } = numbering;
  return emergencyNumbers.find((one) => bare === one || (outsideLine !== '' && bare === outsideLine + one));
}

/**
 * The number outside that is meant by what was dialled: in E.164 if it is a valid number, otherwise as dialled.
 * The outside line was dialled first if what follows begins with `+`, the international or the national prefix.
 * Undefined if it is nothing that can be dialled.
 */
export function outsideNumber(dialled: string, numbering: Numbering): string | undefined {
  const emergency = emergencyNumber(dialled, numbering);
  if (emergency !== undefined) return emergency;
  const number = withoutOutsideLine(bareNumber(dialled), numbering);
  if (!/^\+?[0-9*#]{1,40}$/.test(number) || !/[0-9]/.test(number)) return undefined;
  return toE164(number, numbering) ?? number;
}

const withheldNames = ['', 'anonymous', 'private', 'restricted', 'unavailable', 'unknown', 'withheld'];

/** True if the caller does not show a number. */
export function isWithheld(number: string): boolean {
  return number.length <= longestNumber && withheldNames.includes(number.trim().toLowerCase());
}

/** Without spaces, brackets, dashes, dots and slashes. */
export function bareNumber(number: string): string {
  return number.length > longestNumber ? number : number.replace(separators, '');
}

/** The digits, with `+` if there was one, or undefined if this cannot be a number of the public network. */
function digitsOf(number: string, numbering: Numbering): string | undefined {
  const bare = bareNumber(number);
  if (!/^\+?[0-9]{3,20}$/.test(bare)) return undefined;
  return numbering.emergencyNumbers.includes(bare) ? undefined : bare;
}

/** What the number means by the rules of dialling, before it is known whether such a number can exist. */
function dialledReadings(bare: string, numbering: Numbering): readonly string[] {
  if (bare.startsWith('+')) return [bare];
  const { areaCode = '', internationalPrefix, nationalPrefix } = numbering;
  const found: string[] = [];
  if (internationalPrefix !== '' && bare.startsWith(internationalPrefix)) {
    found.push(`+${bare.slice(internationalPrefix.length)}`);
  }
  if (bare.startsWith(nationalPrefix)) found.push(...nationalReading(bare.slice(nationalPrefix.length), numbering));
  if (areaCode !== '' && localNumber.test(bare)) found.push(...nationalReading(areaCode + bare, numbering));
  return found;
}

function nationalReading(significant: string, numbering: Numbering): readonly string[] {
  const { nationalPrefix } = numbering;
  const code = callingCode(numbering);
  // The library would forgive a second prefix, and 0043… would be read as a number of one's own country.
  if (code === '' || significant.startsWith('+')) return [];
  if (nationalPrefix === '0' && significant.startsWith('0')) return [];
  return [`+${code}${significant}`];
}

/** In North America, for one, a national number is written and dialled without the prefix that exists all the same. */
function writtenWithoutPrefix(bare: string, numbering: Numbering): string | undefined {
  const [reading] = nationalReading(bare, numbering);
  const parsed = reading === undefined ? undefined : parsePhoneNumberFromString(reading);
  if (!parsed?.isValid()) return undefined;
  return parsed.formatNational().replace(/[^0-9]/g, '') === parsed.nationalNumber ? parsed.number : undefined;
}

function isOwnArea(e164: string, numbering: Numbering): boolean {
  const { areaCode = '' } = numbering;
  const code = callingCode(numbering);
  return areaCode !== '' && code !== '' && e164.startsWith(`+${code}${areaCode}`);
}

function withoutOutsideLine(bare: string, numbering: Numbering): string {
  const { internationalPrefix, nationalPrefix, outsideLine = '' } = numbering;
  if (outsideLine === '' || !bare.startsWith(outsideLine)) return bare;
  const rest = bare.slice(outsideLine.length);
  const prefixed = ['+', internationalPrefix, nationalPrefix].some((prefix) => rest.startsWith(prefix));
  return rest !== '' && prefixed ? rest : bare;
}

function firstValid(candidates: readonly string[]): string | undefined {
  for (const candidate of candidates) {
    const valid = validNumber(candidate);
    if (valid !== undefined) return valid;
  }
  return undefined;
}

function validNumber(candidate: string): string | undefined {
  const parsed = candidate.startsWith('++') ? undefined : parsePhoneNumberFromString(candidate);
  return parsed?.isValid() ? parsed.number : undefined;
}

/** Such as `49`; empty for a country that is not known. */
export function callingCode({ country }: Numbering): string {
  return isSupportedCountry(country) ? getCountryCallingCode(country) : '';
}
