/** The only file that knows the YAML library: text to nodes with places, and values to text. Hostile text is a problem, never an exception. */

import {
  Composer,
  Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  Parser,
  Scalar,
  YAMLSeq,
} from 'yaml';
import type { CST, Node, Pair } from 'yaml';
import type { Path, Place, Problem } from './problem.ts';
import { formatPath } from './problem.ts';

/** A node as it was written. `plain` is true of a scalar without quotes; `source` is its text. */
export type YamlNode = {
  readonly at: Place;
  readonly tag?: string | undefined;
  readonly anchor?: string | undefined;
} & (
  | { readonly kind: 'scalar'; readonly value: unknown; readonly source: string; readonly plain: boolean }
  | { readonly kind: 'list'; readonly items: readonly YamlNode[] }
  | { readonly kind: 'mapping'; readonly pairs: readonly YamlPair[] }
  | { readonly kind: 'alias'; readonly name: string }
);

export interface YamlPair {
  readonly key: YamlNode;
  readonly value: YamlNode;
}

/** `root` is undefined when there are problems, and for an empty file. */
export interface YamlText {
  readonly root: YamlNode | undefined;
  readonly problems: readonly Problem[];
}

/** The composer recurses; beyond this depth no configuration makes sense. */
const maxDepth = 40;
const maxSyntaxProblems = 50;
const standardTag = /^tag:yaml\.org,2002:(?:str|int|float|bool|null|map|seq)$/;

type PlaceAt = (offset: number) => Place;

export function parseYaml(text: string, file: string): YamlText {
  const lines = new LineCounter();
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const placeAt: PlaceAt = (offset) => ({ file, line: lines.linePos(offset).line, column: lines.linePos(offset).col });

  const tooDeep = tokens.map(deeperThanAllowed).find((token) => token !== undefined);
  if (tooDeep) return { root: undefined, problems: [problemAt(placeAt(tooDeep.offset), 'is nested too deeply')] };

  const [document] = [...new Composer({ uniqueKeys: false, prettyErrors: false }).compose(tokens, true, text.length)];
  if (!document) return { root: undefined, problems: [] };
  const problems = syntaxProblems(document, tokens, placeAt);
  if (problems.length > 0 || document.contents === null) return { root: undefined, problems };
  return { root: toYamlNode(document.contents, placeAt), problems: [] };
}

/** Walks the parser's tokens without recursion: the parser itself knows no limit. */
function deeperThanAllowed(top: CST.Token): { readonly offset: number } | undefined {
  const waiting: { readonly token: CST.Token; readonly depth: number }[] = [{ token: top, depth: 0 }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { token, depth } = next;
    if (depth > maxDepth) return { offset: token.offset };
    for (const child of childrenOf(token)) waiting.push({ token: child, depth: depth + 1 });
  }
  return undefined;
}

function childrenOf(token: CST.Token): CST.Token[] {
  if (token.type === 'document') return token.value ? [token.value] : [];
  if (!('items' in token)) return [];
  const children: (CST.Token | null | undefined)[] = token.items.flatMap((item) => [item.key, item.value]);
  return children.filter((child) => child !== null && child !== undefined);
}

function syntaxProblems(document: Document, tokens: readonly CST.Token[], placeAt: PlaceAt): Problem[] {
  const problems = document.errors
    .slice(0, maxSyntaxProblems)
    .map((fault) => problemAt(placeAt(fault.pos[0]), `is no valid YAML: ${fault.message}`));
  const second = tokens.filter((token) => token.type === 'document')[1];
  if (second) problems.push(problemAt(placeAt(second.offset), 'holds a second document', 'remove the ---'));
  return problems;
}

function problemAt(at: Place, message: string, hint = ''): Problem {
  return { ...at, path: '', message, hint };
}

function toYamlNode(node: Node, placeAt: PlaceAt): YamlNode {
  const at = placeAt(node.range?.[0] ?? 0);
  if (isAlias(node)) return { kind: 'alias', at, name: node.source };
  const tag = node.tag === undefined || standardTag.test(node.tag) ? undefined : node.tag;
  const shared = { at, tag, anchor: 'anchor' in node ? node.anchor : undefined };
  if (isMap(node))
    return { ...shared, kind: 'mapping', pairs: node.items.map((pair) => toYamlPair(pair, at, placeAt)) };
  if (isSeq(node)) return { ...shared, kind: 'list', items: node.items.map((item) => toYamlValue(item, at, placeAt)) };
  return isScalar(node) ? { ...shared, ...toScalar(node) } : emptyScalar(at);
}

function toScalar(node: Scalar): { kind: 'scalar'; value: unknown; source: string; plain: boolean } {
  return { kind: 'scalar', value: node.value, source: node.source ?? '', plain: node.type === 'PLAIN' };
}

function toYamlPair(pair: Pair, mappingAt: Place, placeAt: PlaceAt): YamlPair {
  const key = toYamlValue(pair.key, mappingAt, placeAt);
  return { key, value: toYamlValue(pair.value, key.at, placeAt) };
}

function toYamlValue(value: unknown, fallback: Place, placeAt: PlaceAt): YamlNode {
  const isNode = isAlias(value) || isScalar(value) || isMap(value) || isSeq(value);
  return isNode ? toYamlNode(value, placeAt) : emptyScalar(fallback);
}

function emptyScalar(at: Place): YamlNode {
  return { kind: 'scalar', at, value: null, source: '', plain: true };
}

/** Text for a value; at the paths in `tags` stands a tagged word, such as `!env NAME`. */
export function formatYaml(
  value: unknown,
  tags: ReadonlyMap<string, { readonly tag: string; readonly text: string }>,
): string {
  return new Document(tagged(value, [], tags)).toString({ lineWidth: 0, flowCollectionPadding: true });
}

function tagged(value: unknown, path: Path, tags: Parameters<typeof formatYaml>[1]): unknown {
  const tag = tags.get(formatPath(path));
  if (tag) return Object.assign(new Scalar(tag.text), { tag: tag.tag });
  if (Array.isArray(value)) return value.map((item: unknown, index) => tagged(item, [...path, index], tags));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, tagged(item, [...path, key], tags)]));
}

/**
 * An entry of the list at `path`, as it was written and with its comments, under another name: ready to be put behind
 * the entry itself. Undefined if the list has none that says this name itself.
 */
export function copyEntry(text: string, path: readonly string[], name: string, newName: string): string | undefined {
  const list = parseDocument(text, { uniqueKeys: false }).getIn(path, true);
  if (!isSeq(list)) return undefined;
  const entry = list.items.filter(isMap).find((item) => item.get('name') === name);
  if (!entry) return undefined;
  const copy = entry.clone() as typeof entry;
  copy.set('name', newName);
  copy.spaceBefore = false;
  // What stands above the first entry belongs to the list, as far as the library is concerned.
  copy.commentBefore ??= list.items[0] === entry ? (list.commentBefore ?? null) : null;
  // A second anchor of the same name would take the place of the first.
  delete copy.anchor;
  const isInBrackets = list.flow === true;
  const margin = isInBrackets ? '' : ' '.repeat(columnOf(text, list.range?.[0] ?? 0));
  return writeAlone(isInBrackets ? copy : sequenceOf(copy))
    .trimEnd()
    .replace(/^(?=.)/gm, margin);
}

function sequenceOf(item: Node): Node {
  const sequence = new YAMLSeq();
  sequence.items.push(item);
  return sequence;
}

/** Aliases stay as they are: their anchors stand elsewhere in the file. */
function writeAlone(contents: Node): string {
  const document = Object.assign(new Document(null), { contents });
  return document.toString({ lineWidth: 0, flowCollectionPadding: true, verifyAliasOrder: false });
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}
