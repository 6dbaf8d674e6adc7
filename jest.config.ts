import type { Config } from 'jest';

/**
 * Packages that ship only ES modules. Jest 30.5 requires those as they are only when Node runs with
 * --experimental-vm-modules (it probes for vm.SourceTextModule), so they are compiled like our own files instead.
 */
const ESM_ONLY = [
  ...['commander', 'cookie', 'node-fetch', 'fetch-blob', 'formdata-polyfill', 'data-uri-to-buffer'],
  ...[
    'listr2',
    'log-update',
    'cli-cursor',
    'cli-truncate',
    'restore-cursor',
    'onetime',
    'mimic-function',
    'environment',
  ],
  ...['wrap-ansi', 'slice-ansi', 'strip-ansi', 'string-width', 'ansi-regex', 'ansi-styles', 'ansi-escapes'],
  ...['is-fullwidth-code-point', 'get-east-asian-width'],
];

/** One project per lane. A lane is named by what its tests need, and a file's folder decides its lane. */
function lane(displayName: string, options: Config): NonNullable<Config['projects']>[number] {
  return {
    displayName,
    rootDir: import.meta.dirname,
    // Only tests are looked for; the rest of the tree, with engines' data in .pinflow, is never crawled.
    roots: ['<rootDir>/test'],
    testEnvironment: 'node',
    transform: {
      '\\.(ts|js|mjs)$': [
        '@swc/jest',
        { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'commonjs' } },
      ],
    },
    transformIgnorePatterns: [`/node_modules/(?!(${ESM_ONLY.join('|')})/)(?!.*/node_modules/(${ESM_ONLY.join('|')})/)`],
    ...options,
  };
}

const config: Config = {
  // The machines this has to be quick on have two cores; the stack lane is run with --runInBand (test/run-lanes.ts).
  maxWorkers: 2,
  projects: [
    lane('unit', {
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['<rootDir>/test/(workflows|replay|stack|conformance|airflow|faults)/'],
    }),
    lane('workflow', {
      testMatch: ['<rootDir>/test/{workflows,replay}/**/*.test.ts'],
      setupFilesAfterEnv: ['<rootDir>/test/lanes/workflow-timeout.ts'],
    }),
    lane('stack', {
      testMatch: ['<rootDir>/test/{stack,conformance,airflow,faults}/**/*.test.ts'],
      setupFilesAfterEnv: ['<rootDir>/test/lanes/stack-timeout.ts'],
    }),
  ],
};

export default config;
