/** Personal data stands only in fields named `pii`; here it is taken out before it reaches the log. */

export type LogFields = Readonly<Record<string, unknown>>;

const removed = '[redacted]';
const deepest = 8;

/** The fields with every value below a `pii`, at any depth, replaced. What was there stays visible by its key. */
export function redactPersonal(fields: LogFields): LogFields {
  return walk(fields, false, 0) as LogFields;
}

function walk(value: unknown, personal: boolean, depth: number): unknown {
  if (value === null || value === undefined) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => walk(item, personal, depth + 1));
  if (isPlain(value) && depth < deepest) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, walk(item, personal || key === 'pii', depth + 1)]),
    );
  }
  return personal ? removed : value;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** An error as fields, with its causes, since JSON would show an error as `{}`. */
export function toErrorFields(error: unknown, depth = 0): LogFields {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code, permanent } = error as { code?: unknown; permanent?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(code === undefined ? {} : { code }),
    ...(permanent === undefined ? {} : { permanent }),
    stack: error.stack,
    ...(error.cause === undefined || depth >= deepest ? {} : { cause: toErrorFields(error.cause, depth + 1) }),
  };
}
