/** Readers for the fields of ARI's JSON. Each gives the wanted type or throws a FieldError, which the schema turns into a value. */

export type Fields = Readonly<Record<string, unknown>>;

/** A field is missing or of the wrong type. Never leaves the schema. */
export class FieldError extends Error {}

export function asFields(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new FieldError(`${name} is no object`);
  return value as Fields;
}

export function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string') throw new FieldError(`${name} is no text`);
  return value;
}

/** An identifier: a text that is not empty. */
export function id(fields: Fields, name: string): string {
  const value = text(fields, name);
  if (value === '') throw new FieldError(`${name} is empty`);
  return value;
}

export function optionalText(fields: Fields, name: string): string | undefined {
  return isAbsent(fields[name]) ? undefined : text(fields, name);
}

/** Empty where the field is missing: Asterisk leaves out what it does not know. */
export function textOrEmpty(fields: Fields, name: string): string {
  return optionalText(fields, name) ?? '';
}

export function number(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new FieldError(`${name} is no number`);
  return value;
}

export function optionalNumber(fields: Fields, name: string): number | undefined {
  return isAbsent(fields[name]) ? undefined : number(fields, name);
}

export function flag(fields: Fields, name: string): boolean {
  const value = fields[name];
  if (isAbsent(value)) return false;
  if (typeof value !== 'boolean') throw new FieldError(`${name} is neither true nor false`);
  return value;
}

export function texts(fields: Fields, name: string): readonly string[] {
  const value = fields[name];
  if (!Array.isArray(value)) throw new FieldError(`${name} is no list`);
  if (!value.every((item): item is string => typeof item === 'string')) throw new FieldError(`${name} holds no texts`);
  return value;
}

export function part<T>(fields: Fields, name: string, read: (part: Fields) => T): T {
  return read(asFields(fields[name], name));
}

export function optionalPart<T>(fields: Fields, name: string, read: (part: Fields) => T): T | undefined {
  return isAbsent(fields[name]) ? undefined : part(fields, name, read);
}

/** Asterisk writes `2026-11-21T01:30:56.828+0000`; the answer is Unix time in milliseconds. */
export function instant(fields: Fields, name: string): number {
  const written = text(fields, name);
  const at = beginsWithDate.test(written) ? Date.parse(written.replace(bareOffset, '$1:$2')) : NaN;
  if (Number.isNaN(at)) throw new FieldError(`${name} is no timestamp`);
  return at;
}

const beginsWithDate = /^\d{4}-\d\d-\d\dT/;
const bareOffset = /([+-]\d\d)(\d\d)$/;

function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}
