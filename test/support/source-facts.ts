/** What the architecture test needs to know of a source file, read from its syntax tree. */

import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';

export interface ImportFact {
  /** A path from the project's root for our own files, otherwise the package or `node:` module. */
  readonly target: string;
  readonly own: boolean;
  readonly typeOnly: boolean;
  /** `import './x.ts'`: something happens merely because it is imported. */
  readonly bare: boolean;
}

export interface SourceFacts {
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly ImportFact[];
  /** Clock, timers, randomness, process and output that are used without being handed in. */
  readonly impurities: readonly string[];
  readonly defaultExport: boolean;
  readonly mutableTopLevel: boolean;
}

const impureGlobals = new Set([
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'crypto',
  'process',
  'console',
  'fetch',
]);
const impureMembers = new Set(['Date.now', 'Math.random']);

/** All TypeScript files below a folder of the project, by their path from the project's root. */
export function readSources(root: string, folder: string): readonly SourceFacts[] {
  const names = readdirSync(join(root, folder), { recursive: true }).map(String);
  const sources = names.filter((name) => name.endsWith('.ts')).sort();
  return sources.map((name) => readSource(posix.join(folder, name), readFileSync(join(root, folder, name), 'utf8')));
}

export function readSource(path: string, text: string): SourceFacts {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const imports: ImportFact[] = [];
  const impurities: string[] = [];
  const visit = (node: ts.Node): void => {
    const found = importOf(node, path);
    if (found) imports.push(found);
    const impurity = impurityOf(node);
    if (impurity) impurities.push(impurity);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return {
    path,
    lines: text.trimEnd().split('\n').length,
    imports,
    impurities,
    defaultExport: file.statements.some(isDefaultExport),
    mutableTopLevel: file.statements.some(isMutable),
  };
}

function importOf(node: ts.Node, path: string): ImportFact | undefined {
  if (ts.isImportDeclaration(node)) {
    return factOf(node.moduleSpecifier, path, isTypeOnlyImport(node.importClause), node.importClause === undefined);
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
    return factOf(node.moduleSpecifier, path, node.isTypeOnly, false);
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return factOf(node.arguments[0], path, false, false);
  }
  return undefined;
}

function isTypeOnlyImport(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const names = clause.namedBindings;
  if (clause.name || !names || !ts.isNamedImports(names)) return false;
  return names.elements.every((element) => element.isTypeOnly);
}

function factOf(node: ts.Node | undefined, path: string, typeOnly: boolean, bare: boolean): ImportFact | undefined {
  if (!node || !ts.isStringLiteralLike(node)) return undefined;
  const own = node.text.startsWith('.');
  const target = own ? posix.join(posix.dirname(path), node.text) : packageOf(node.text);
  return { target, own, typeOnly, bare };
}

function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function impurityOf(node: ts.Node): string | undefined {
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length) return 'new Date()';
  if (ts.isPropertyAccessExpression(node)) {
    const member = node.getText();
    return impureMembers.has(member) ? member : undefined;
  }
  if (!ts.isIdentifier(node) || !impureGlobals.has(node.text)) return undefined;
  return isName(node) ? undefined : node.text;
}

/** The identifier names a member, a property or a declaration and does not mean the global. */
function isName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isQualifiedName(parent) || ts.isImportSpecifier(parent)) return true;
  return 'name' in parent && parent.name === node && !ts.isShorthandPropertyAssignment(parent);
}

function isDefaultExport(statement: ts.Statement): boolean {
  if (ts.isExportAssignment(statement)) return true;
  return modifiersOf(statement).includes(ts.SyntaxKind.DefaultKeyword);
}

function isMutable(statement: ts.Statement): boolean {
  if (!ts.isVariableStatement(statement)) return false;
  if (modifiersOf(statement).includes(ts.SyntaxKind.DeclareKeyword)) return false;
  return (statement.declarationList.flags & ts.NodeFlags.Const) === 0;
}

function modifiersOf(node: ts.Node): readonly ts.SyntaxKind[] {
  return ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []).map((modifier) => modifier.kind) : [];
}
