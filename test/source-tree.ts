import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, resolve } from 'node:path';
import ts from 'typescript';

/** The project's own files, read for the tests that check its shape. Paths are relative to the root, with `/`. */

export const ROOT = resolve(__dirname, '..');

/** What the machine puts beside the project: packages, engines' data, caches. */
export const NOT_OURS = [
  'node_modules',
  '.git',
  '.pinflow',
  'coverage',
  '__pycache__',
  '.pytest_cache',
  'spark-warehouse',
];

export function listFiles(directory = ''): string[] {
  return readdirSync(join(ROOT, directory), { withFileTypes: true })
    .filter((entry) => !NOT_OURS.includes(entry.name))
    .flatMap((entry) => {
      const path = posix.join(directory, entry.name);
      return entry.isDirectory() ? listFiles(path) : [path];
    })
    .toSorted();
}

export function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

export function countLines(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

/** One import of a file: a path from the root for ours, the package or module name for what is outside. */
export interface Import {
  readonly target: string;
  readonly ours: boolean;
  readonly typeOnly: boolean;
}

const scanned = new Map<string, Import[]>();

/** What a file of the project imports; read once however often it is asked. */
export function importsOf(path: string): Import[] {
  const imports = scanned.get(path) ?? scanImports(path, readText(path));
  scanned.set(path, imports);
  return imports;
}

export function scanImports(path: string, text: string): Import[] {
  const imports: Import[] = [];
  const add = (specifier: ts.Expression | undefined, typeOnly: boolean) => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
    const ours = specifier.text.startsWith('.');
    imports.push({ target: ours ? posix.join(dirname(path), specifier.text) : specifier.text, ours, typeOnly });
  };
  const visit = (node: ts.Node) => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeOnlyImport(node));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    else if (ts.isCallExpression(node) && isModuleCall(node)) add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(parse(path, text));
  return imports;
}

function isTypeOnlyImport({ importClause }: ts.ImportDeclaration): boolean {
  if (importClause === undefined) return false;
  if (importClause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const named = importClause.namedBindings;
  return (
    importClause.name === undefined &&
    named !== undefined &&
    ts.isNamedImports(named) &&
    named.elements.every((element) => element.isTypeOnly)
  );
}

function isModuleCall({ expression }: ts.CallExpression): boolean {
  return (
    expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(expression) && expression.text === 'require')
  );
}

/** Whether a file only declares types, so that there is nothing to test in it. */
export function declaresTypesOnly(path: string, text: string): boolean {
  return parse(path, text).statements.every(
    (statement) =>
      ts.isInterfaceDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement) ||
      ts.isModuleDeclaration(statement) ||
      (ts.isImportDeclaration(statement) && isTypeOnlyImport(statement)) ||
      (ts.isExportDeclaration(statement) && statement.isTypeOnly),
  );
}

function parse(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.ES2024, true);
}
