import { FREE_FOLDERS, IMPORT_LAW, rowOfFile } from './import-law.ts';
import {
  countLines,
  declaresTypesOnly,
  importsOf,
  type Import,
  listFiles,
  NOT_OURS,
  readText,
  scanImports,
} from './source-tree.ts';

const files = listFiles();
const typescript = files.filter((path) => path.endsWith('.ts'));
const tests = files.filter((path) => path.startsWith('test/') || path.startsWith('notebooks/tests/'));
const product = typescript.filter((path) => rowOfFile(path) !== undefined);
/** Files that spell out what they forbid. */
const GUARDS = ['test/architecture.test.ts', 'eslint.config.mjs'];

/** `path: line` for each line of the files that matches. */
function findLines(paths: readonly string[], pattern: RegExp): string[] {
  return paths
    .filter((path) => !GUARDS.includes(path))
    .flatMap((path) =>
      readText(path)
        .split('\n')
        .filter((line) => pattern.test(line))
        .map((line) => `${path}: ${line.trim()}`),
    );
}

describe('imports', () => {
  const isBelow = (target: string, allowed: string) => target === allowed || target.startsWith(`${allowed}/`);
  const isPackage = (target: string, name: string) =>
    name === 'node' ? target.startsWith('node:') : isBelow(target, name);

  function isAllowed(path: string, { target, ours, typeOnly }: Import): boolean {
    const row = rowOfFile(path);
    if (row === undefined) return true;
    if (!ours) return row.outside.some((name) => isPackage(target, name));
    if (row.typesOnly.some((name) => isBelow(target, name))) return typeOnly;
    return [path.split('/')[0] ?? '', ...row.ours].some((name) => isBelow(target, name)) || target === 'package.json';
  }

  test('every file imports only what the row of its folder allows', () => {
    const forbidden = typescript.flatMap((path) =>
      importsOf(path)
        .filter((found) => !isAllowed(path, found))
        .map((found) => `${path} imports ${found.target}${found.typeOnly ? ' (types)' : ''}`),
    );
    expect(forbidden).toEqual([]);
  });

  test('the rows name only folders and files that exist', () => {
    const named = Object.entries(IMPORT_LAW).flatMap(([folder, { ours, typesOnly, exceptions }]) => [
      ...[folder, ...ours, ...typesOnly],
      ...Object.entries(exceptions).flatMap(([file, extra]) => [file, ...(extra.ours ?? [])]),
    ]);
    expect(named.filter((name) => !files.some((path) => isBelow(path, name)))).toEqual([]);
  });

  test('the rows name no package that nobody imports', () => {
    const used = product.flatMap((path) => importsOf(path).map(({ target }) => ({ path, target })));
    const isUsed = (where: string, name: string) =>
      used.some(({ path, target }) => isBelow(path, where) && isPackage(target, name));
    const unused = Object.entries(IMPORT_LAW).flatMap(([folder, { outside, exceptions }]) => [
      ...outside.filter((name) => !isUsed(folder, name)).map((name) => `${folder}: ${name}`),
      ...Object.entries(exceptions).flatMap(([file, extra]) =>
        (extra.outside ?? []).filter((name) => !isUsed(file, name)).map((name) => `${file}: ${name}`),
      ),
    ]);
    expect(unused).toEqual([]);
  });

  test('activities speak to ports and never to an adapter', () => {
    const direct = product
      .filter((path) => /^activities\/.*\/activities\.ts$/.test(path))
      .filter((path) => importsOf(path).some(({ target }) => target.endsWith('/adapter.ts')));
    expect(direct).toEqual([]);
  });

  test('every import of ours names a file that exists', () => {
    const missing = typescript.flatMap((path) =>
      importsOf(path)
        .filter(({ ours, target }) => ours && !files.includes(target))
        .map(({ target }) => `${path} imports ${target}`),
    );
    expect(missing).toEqual([]);
  });

  test('the scanner sees every way to import and tells types from values', () => {
    const text = `
      import { a } from './a.ts';
      import type { B } from '../b.ts';
      import { type C, type D } from 'c';
      import { type E, f } from 'node:fs';
      export * from './g.ts';
      type H = import('./h.ts').H;
      const i = await import('i');
      const j = require('j');
    `;
    expect(scanImports('x/y.ts', text).map(({ target, typeOnly }) => [target, typeOnly])).toEqual([
      ['x/a.ts', false],
      ['b.ts', true],
      ['c', true],
      ['node:fs', false],
      ['x/g.ts', false],
      ['x/h.ts', true],
      ['i', false],
      ['j', false],
    ]);
  });
});

describe('names and places', () => {
  const ROOT_FILES = [
    'README.md',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'eslint.config.mjs',
    'jest.config.ts',
  ];
  const ROOT_FOLDERS = [...Object.keys(IMPORT_LAW), ...FREE_FOLDERS, 'notebooks', 'docs', '.ci'];

  test('the root holds only the known folders and files', () => {
    const entries = new Set(files.map((path) => path.split('/')[0] ?? ''));
    const known = [
      ...ROOT_FILES,
      ...ROOT_FOLDERS,
      '.editorconfig',
      '.gitignore',
      '.npmrc',
      '.prettierignore',
      '.prettierrc.json',
    ];
    expect([...entries].filter((entry) => !known.includes(entry))).toEqual([]);
    expect(NOT_OURS.filter((entry) => known.includes(entry))).toEqual([]);
  });

  test('no file or folder has a name that says nothing', () => {
    const empty = /^(utils?|common|lib|shared|helpers?|misc|.*-(utils?|helpers?|manager))$|manager/;
    const bad = files.filter((path) => path.split('/').some((segment) => empty.test(segment.replace(/\..*$/, ''))));
    expect(bad).toEqual([]);
  });

  test('every TypeScript file is named in kebab-case', () => {
    const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.(d|test|bench|config))?\.ts$/;
    expect(typescript.filter((path) => !kebab.test(path.split('/').at(-1) ?? ''))).toEqual([]);
  });
});

describe('sizes', () => {
  const sized = files.filter((path) => /\.(ts|mjs|py)$/.test(path) && !path.startsWith('dags/generated/'));

  test('no file is longer than 300 lines', () => {
    const long = sized
      .map((path) => `${path}: ${countLines(readText(path))}`)
      .filter((line) => Number(line.split(': ')[1]) > 300);
    expect(long).toEqual([]);
  });

  test('half of the product files have at most 100 lines', () => {
    const lines = product.map((path) => countLines(readText(path))).toSorted((a, b) => a - b);
    expect(lines[Math.floor(lines.length / 2)]).toBeLessThanOrEqual(100);
  });

  test('the README fits 150 lines', () => {
    expect(countLines(readText('README.md'))).toBeLessThanOrEqual(150);
  });
});

describe('tests', () => {
  /** Files that a test runs as a process or bundles by path, so that no import tells. */
  const RUN_BY_PATH: Readonly<Record<string, string>> = {
    'client/main.ts': 'test/support/processes.ts',
    'gateway/main.ts': 'test/support/processes.ts',
    'infra/local/databricks/main.ts': 'test/infra/local/databricks/real-server.ts',
    'worker/main.ts': 'test/support/processes.ts',
    'workflows/index.ts': 'test/support/workflow-environment.ts',
  };

  const valuesImportedBy = (path: string) =>
    importsOf(path)
      .filter(({ ours, typeOnly }) => ours && !typeOnly)
      .map(({ target }) => target);

  /** What tests import, and what that imports of its own folder: a folder's inner files are tested through its faces. */
  function findTested(): Set<string> {
    const tested = new Set<string>();
    const add = (path: string, folder = path.slice(0, path.lastIndexOf('/') + 1)) => {
      if (tested.has(path) || rowOfFile(path) === undefined || !path.startsWith(folder)) return;
      tested.add(path);
      for (const inner of valuesImportedBy(path)) add(inner, folder);
    };
    for (const [path, test] of Object.entries(RUN_BY_PATH)) if (readText(test).includes(path)) add(path);
    for (const test of tests.filter((path) => path.endsWith('.ts')))
      valuesImportedBy(test).forEach((path) => add(path));
    return tested;
  }

  test('every product file is imported by a test, or by a tested file of its own folder', () => {
    const tested = findTested();
    const untested = product
      .filter((path) => !path.endsWith('/main.ts') && !declaresTypesOnly(path, readText(path)))
      .filter((path) => !tested.has(path));
    expect(untested).toEqual([]);
  });

  test('no test is skipped, focused or left for later', () => {
    const javascript =
      /\b(test|it|describe)(\.\w+)*\.(skip|only|todo|failing)\b|\b(xit|xtest|xdescribe|fit|fdescribe)\(/;
    const python = /pytest\.(mark\.(skip|skipif|xfail)|skip\(|xfail\(|importorskip)|unittest\.skip/;
    // Real rows lie outside the project and disks take root to be mounted; where a machine has not got them, the one
    // helper that gives them says so and is counted.
    const givers = ['test/support/real-samples.ts', 'test/support/full-disks.ts'];
    const typescriptTests = tests.filter((path) => !givers.includes(path));
    expect([...findLines(typescriptTests, javascript), ...findLines(tests, python)]).toEqual([]);
  });
});

describe('one owner', () => {
  test('an ApplicationFailure is made only where an error of the table becomes one, and in workflows', () => {
    const makers = findLines(
      product,
      /ApplicationFailure\.(create|retryable|nonRetryable|fromError)\(|new ApplicationFailure\(/,
    )
      .map((line) => line.split(':')[0] ?? '')
      .filter((path) => path !== 'activities/failure.ts' && !path.startsWith('workflows/'));
    expect(makers).toEqual([]);
  });

  test('the process environment is read only in config/load.ts', () => {
    const readers = findLines(product, /process\.env\b|process\[['"]env/).filter(
      (line) => !line.startsWith('config/load.ts:'),
    );
    expect(readers).toEqual([]);
  });

  test('exactly one copy of protobufjs 8 is installed', () => {
    // Two copies make Temporal's JSON replay throw "type must be a Type": instanceof fails across copies.
    const lock = JSON.parse(readText('package-lock.json')) as { packages: Record<string, { version?: string }> };
    const copies = Object.entries(lock.packages)
      .filter(([path, { version }]) => /(^|\/)node_modules\/protobufjs$/.test(path) && version?.startsWith('8.'))
      .map(([path]) => path);
    expect(copies).toEqual(['node_modules/protobufjs']);
    const installed = JSON.parse(readText('node_modules/protobufjs/package.json')) as { version: string };
    expect(installed.version).toMatch(/^8\./);
  });
});

describe('words that must not appear', () => {
  const text = files.filter((path) => !/\.(png|ico|jar|gz|zip|woff2?)$/.test(path));

  test('no file names a path of one machine', () => {
    const shipped = text.filter((path) => !tests.includes(path) && path !== 'package-lock.json');
    expect(findLines(shipped, /(^|[\s"'`=(:])\/(root|work|home\/\w+|tmp|Users\/\w+)\//)).toEqual([]);
  });

  test('no file names the host of a package registry', () => {
    const hosts = [
      'registry.npmjs',
      'npmjs.org',
      'pypi.org',
      'pythonhosted',
      'repo1.maven',
      'maven.org',
      'proxy.golang',
      'sum.golang',
    ];
    expect(findLines(text, new RegExp(hosts.map((host) => host.replace('.', '\\.')).join('|')))).toEqual([]);
  });

  test('no file turns a check off without a reason, or puts work off', () => {
    const code = files.filter((path) => /\.(ts|mjs|py)$/.test(path));
    expect(findLines(code, /@ts-(ignore|nocheck|expect-error)|eslint-disable(?!.* -- )|\b(TODO|FIXME|XXX)\b/)).toEqual(
      [],
    );
  });
});
