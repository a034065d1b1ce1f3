/** Path templates such as `$Y/$M/${setting}`: the longest known name counts, braces set limits, `$$` is a dollar. */

export type TemplatePart =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'name'; readonly name: string };

export interface ParsedTemplate {
  readonly parts: readonly TemplatePart[];
  /** What stands behind a dollar and is no known name, as it was written. */
  readonly unknown: readonly string[];
}

/** The names that a directory or file name of a recording may contain; the time is that of the recording's start. */
export const pathTemplateNames: readonly string[] = [
  ...['Y', 'M', 'D', 'h', 'm', 's'],
  ...['setting', 'direction', 'caller', 'callee', 'user', 'group', 'callid'],
];

/** Splits a template into text and names. Unknown names are listed and kept as text. */
export function parsePathTemplate(template: string, names: readonly string[] = pathTemplateNames): ParsedTemplate {
  const longestFirst = [...names].sort((a, b) => b.length - a.length);
  const parts: TemplatePart[] = [];
  const unknown: string[] = [];
  for (let rest = template; rest !== '';) {
    const piece = takePiece(rest, longestFirst);
    if (piece.part) parts.push(piece.part);
    else unknown.push(rest.slice(0, piece.length));
    rest = rest.slice(piece.length);
  }
  return { parts, unknown };
}

interface Piece {
  readonly length: number;
  readonly part?: TemplatePart;
}

function takePiece(rest: string, longestFirst: readonly string[]): Piece {
  if (!rest.startsWith('$')) return takeText(rest);
  if (rest.startsWith('$$')) return { length: 2, part: { kind: 'text', text: '$' } };
  if (rest.startsWith('${')) return takeBraces(rest, longestFirst);
  const name = longestFirst.find((candidate) => rest.startsWith(candidate, 1));
  if (name !== undefined) return { length: 1 + name.length, part: { kind: 'name', name } };
  return { length: /^\$\w*/.exec(rest)?.[0].length ?? 1 };
}

function takeText(rest: string): Piece {
  const dollar = rest.indexOf('$');
  const text = dollar === -1 ? rest : rest.slice(0, dollar);
  return { length: text.length, part: { kind: 'text', text } };
}

function takeBraces(rest: string, names: readonly string[]): Piece {
  const end = rest.indexOf('}');
  if (end === -1) return { length: rest.length };
  const name = rest.slice(2, end);
  return names.includes(name) ? { length: end + 1, part: { kind: 'name', name } } : { length: end + 1 };
}
