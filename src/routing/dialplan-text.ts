/** The text of a dialplan, and what may stand in it. Nothing from the configuration gets in but through these functions. */

/** One priority: an application with its arguments, with a label where another one jumps to it. */
export type Step = string | { readonly label: string; readonly run: string };

export interface Extension {
  readonly pattern: string;
  readonly steps: readonly Step[];
  readonly comment?: string | undefined;
}

export interface Context {
  readonly name: string;
  readonly purpose: string;
  readonly extensions: readonly Extension[];
}

/** What a dialled number may consist of, for Asterisk's FILTER and for its patterns. */
export const dialledCharacters = '0-9A-Za-z+*#';
/** Every number that no more exact extension takes. */
export const anyNumber = '_[0-9+*#]!';
/** Names; not `h`, `t` and the other single letters, which Asterisk calls of its own accord. */
export const anyName = '_[A-Za-z].';

/** Whatever came from outside is read through this and through nothing else. */
export function filtered(expression: string): string {
  return `\${FILTER(${dialledCharacters},${expression})}`;
}

export function toText(contexts: readonly Context[]): string {
  return contexts.map(contextText).join('\n');
}

function contextText({ name, purpose, extensions }: Context): string {
  const taken = new Set<string>();
  // Of two extensions of one name Asterisk takes the first and complains about the second.
  const own = extensions.filter(({ pattern }) => !taken.has(pattern) && taken.add(pattern));
  return [`[${name}]`, `; ${purpose}`, ...own.map(extensionText), ''].join('\n');
}

function extensionText({ pattern, steps, comment }: Extension): string {
  const lines = steps.map((step, index) => {
    const [label, run] = typeof step === 'string' ? ['', step] : [`(${step.label})`, step.run];
    return index === 0 ? `exten => ${pattern},1${label},${run}` : ` same => n${label},${run}`;
  });
  return [...(comment === undefined ? [] : [`; ${comment}`]), ...lines].join('\n');
}

/** One line for the reader: no control character can end the comment, and it does not get long. */
export function readable(text: string): string {
  const line = text.replace(/[\p{C}\p{Z}\s]+/gu, ' ').trim();
  return line.length > 80 ? `${[...line].slice(0, 79).join('')}…` : line;
}

/** Text for a display: letters, digits and the marks that mean nothing to a dialplan. */
export function displayable(text: string): string {
  return readable(text.replace(/[^\p{L}\p{N} .,'&+/!-]/gu, ' '));
}

/** True if the number can be an extension of a dialplan and reached by dialling; one letter has a meaning of its own. */
export function isDiallable(number: string): boolean {
  return /^(?:[0-9+*#][0-9A-Za-z+*#]*|[A-Za-z][0-9A-Za-z+*#]+)$/.test(number) && number.length <= 40;
}

/** Technology and resource of a telephone, such as `PJSIP/1001`. */
export function isDevice(endpoint: string): boolean {
  return /^[A-Za-z0-9]+\/[A-Za-z0-9_.@:+~=/-]+$/.test(endpoint) && endpoint.length <= 120;
}

/** A trunk's dial string for a number, or undefined if it would mean something else to the dialplan. */
export function dialString(template: string, number: string): string | undefined {
  const parts = template.split('{number}');
  if (!/^[A-Za-z0-9]+\//.test(template) || !parts.every((part) => /^[A-Za-z0-9_.@:+~=;?/-]*$/.test(part)))
    return undefined;
  return parts.map((part) => part.replaceAll(';', '\\;')).join(number);
}

/** A device's name as an extension: Asterisk passes over `-` in those, and `/` means something else. */
export function deviceKey(endpoint: string): string {
  return endpoint.replace(/[/-]/g, ':');
}
