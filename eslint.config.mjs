import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import jest from 'eslint-plugin-jest';
import ts from 'typescript-eslint';
import { FREE_FOLDERS, IMPORT_LAW, rowOfFile } from './test/import-law.ts';

const FOLDERS = [...Object.keys(IMPORT_LAW), ...FREE_FOLDERS];
const MAIN_FILES = ['**/main.ts'];
/** Plain JavaScript that runs before Node 24 and the packages are there, so it cannot use config/. */
const LAUNCHERS = ['client/pinflow.mjs', 'infra/local/bootstrap.mjs'];

export default defineConfig(
  { ignores: ['.pinflow/', 'coverage/', 'dags/generated/', 'notebooks/', 'test/replay/histories/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  ts.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', { max: 3 }],
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        ...ownedBy('config/load.ts', 'env'),
        ...ownedBy('main.ts', 'exit', 'exitCode'),
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-deprecated': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // An async function without await is how a port is implemented by something that happens to be synchronous.
      '@typescript-eslint/require-await': 'off',
    },
  },
  ...Object.keys(IMPORT_LAW).flatMap(importRules),
  { files: ['config/load.ts'], rules: { 'no-restricted-properties': 'off' } },
  { files: ['client/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    files: MAIN_FILES,
    rules: { 'no-console': 'off', 'no-restricted-properties': ['error', ...ownedBy('config/load.ts', 'env')] },
  },
  {
    files: ['domain/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        'setTimeout',
        'setInterval',
        'setImmediate',
        'performance',
        'crypto',
        'process',
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'domain/ has no clock' },
        { object: 'Math', property: 'random', message: 'domain/ has no randomness' },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'domain/ has no clock' },
      ],
    },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      // The callback of a property has one parameter for each value that is drawn.
      'max-params': 'off',
      'no-console': 'off',
      'no-restricted-properties': 'off',
      // Answers of servers and runners are read as they come; a wrong guess about their shape fails the test anyway.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      // What factories return has no `this`, so its functions may be taken apart.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    ...jest.configs['flat/recommended'],
    files: ['test/**/*.test.ts'],
    rules: {
      ...jest.configs['flat/recommended'].rules,
      'jest/no-disabled-tests': 'error',
      'jest/expect-expect': ['error', { assertFunctionNames: ['expect', 'expect*', 'fc.assert'] }],
      'jest/no-standalone-expect': [
        'error',
        { additionalTestBlockFunctions: ['beforeAll', 'beforeEach', 'afterAll', 'afterEach'] },
      ],
      'jest/valid-title': ['error', { mustNotMatch: { test: '\\bshould\\b', it: '\\bshould\\b' } }],
    },
  },
  {
    files: ['**/*.mjs'],
    extends: [ts.configs.disableTypeChecked],
    languageOptions: { globals: { console: 'readonly', process: 'readonly', URL: 'readonly' } },
  },
  { files: LAUNCHERS, rules: { 'no-console': 'off', 'no-restricted-properties': 'off' } },
);

/** Properties of `process` that one file, or one kind of file, owns. */
function ownedBy(owner, ...properties) {
  return properties.map((property) => ({ object: 'process', property, message: `only ${owner} uses it` }));
}

/** The lint rules of one row: one for the folder, one for each file that may import more. */
function importRules(folder) {
  const files = [`${folder}/**/*.ts`, ...Object.keys(IMPORT_LAW[folder].exceptions)];
  return files.map((file) => ({ files: [file], rules: importRule(folder, rowOfFile(file)) }));
}

function importRule(folder, { ours, typesOnly, outside }) {
  const allowed = [folder, ...ours, ...typesOnly];
  const patterns = [
    {
      regex: `^(\\.\\./)+(?!${alternatives(allowed)})(${FOLDERS.join('|')})/`,
      message: `${folder}/ may import of ours only ${ours.join(', ') || 'itself'} (test/import-law.ts)`,
    },
    {
      regex: `^(?!\\.{1,2}/)(?!${alternatives(outside.map((name) => (name === 'node' ? 'node:(?!process$)[a-z_/]+' : name)))})`,
      message: `${folder}/ may import of packages only ${outside.join(', ') || 'none'} (test/import-law.ts)`,
    },
  ];
  if (typesOnly.length > 0) {
    const message = `only with "import type" (test/import-law.ts)`;
    patterns.push({ regex: `^(\\.\\./)+${alternatives(typesOnly)}`, allowTypeImports: true, message });
  }
  return { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] };
}

/** Matches each of the paths as a whole: `domain` matches `domain/run.ts` and not `domain-old/run.ts`. */
function alternatives(paths) {
  return paths.length === 0 ? '$' : `(${paths.map((path) => path.replaceAll('.', '\\.')).join('|')})(/|$)`;
}
