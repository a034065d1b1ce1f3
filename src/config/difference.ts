/** What differs between two configurations, in the words of the file: paths with names in place of positions. */

export interface ConfigurationDifference {
  readonly kind: 'added' | 'removed' | 'changed' | 'reordered';
  /** As in `recording.settings[Support].directions`. */
  readonly path: string;
  /** Missing where it was added, or merely stands elsewhere in its list. */
  readonly before?: unknown;
  readonly after?: unknown;
}

/** By what an entry of a list is known: the first of these that all entries have and no two share. */
const nameKeys = [['extension', 'login'], ['number', 'pattern'], ['did'], ['name']] as const;

/** `before` and `after` are effective configurations as plain values. */
export function differencesBetween(before: unknown, after: unknown, path = ''): readonly ConfigurationDifference[] {
  if (isMapping(before) && isMapping(after))
    return differencesOfEntries(Object.entries(before), Object.entries(after), path);
  if (Array.isArray(before) && Array.isArray(after)) return differencesOfLists(before, after, path);
  return isEqual(before, after) ? [] : [{ kind: 'changed', path, before, after }];
}

type Entries = readonly (readonly [key: string, value: unknown])[];

function differencesOfEntries(before: Entries, after: Entries, path: string): readonly ConfigurationDifference[] {
  const [old, now] = [new Map(before), new Map(after)];
  const keys = [...new Set([...old.keys(), ...now.keys()])];
  return keys.flatMap((key) => {
    const at = path === '' ? key : `${path}${key.startsWith('[') ? '' : '.'}${key}`;
    if (!old.has(key)) return [{ kind: 'added' as const, path: at, after: now.get(key) }];
    if (!now.has(key)) return [{ kind: 'removed' as const, path: at, before: old.get(key) }];
    return differencesBetween(old.get(key), now.get(key), at);
  });
}

function differencesOfLists(
  before: readonly unknown[],
  after: readonly unknown[],
  path: string,
): readonly ConfigurationDifference[] {
  const [old, now] = [namesOf(before, after, before), namesOf(before, after, after)];
  const entries = (list: readonly unknown[], names: readonly string[]): Entries =>
    list.map((value, i) => [`[${names[i] ?? i}]`, value]);
  const found = differencesOfEntries(entries(before, old), entries(after, now), path);
  const [kept, keptNow] = [old.filter((name) => now.includes(name)), now.filter((name) => old.includes(name))];
  const isReordered = !isEqual(kept, keptNow);
  return isReordered ? [...found, { kind: 'reordered', path, before: old, after: now }] : found;
}

/** Entries without a name of their own are known by what they say, or else by their place. */
function namesOf(before: readonly unknown[], after: readonly unknown[], list: readonly unknown[]): readonly string[] {
  const keys = nameKeys.find((some) =>
    [before, after].every((each) => areNames(each.map((item) => nameOf(item, some)))),
  );
  if (keys) return list.map((item) => String(nameOf(item, keys)));
  const isPlain = [before, after].every((each) => areNames(each));
  return list.map((item, i) => (isPlain ? String(item) : String(i)));
}

function areNames(values: readonly unknown[]): boolean {
  return new Set(values).size === values.length && values.every((one) => typeof one === 'string');
}

function nameOf(item: unknown, keys: readonly string[]): unknown {
  return isMapping(item) ? keys.map((key) => item[key]).find((name) => name !== undefined) : undefined;
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
