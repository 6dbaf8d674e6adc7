import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkCall } from '../../../../../infra/local/databricks/clusters/compute.ts';
import type { ExecutorOptions } from '../../../../../infra/local/databricks/clusters/executor.ts';

/**
 * Speaks the executor's protocol without Spark. The name of the work's file says what it does: `cut` dies in the middle
 * of its answer, `sleeps` never answers, any other answers with the options and the call that it was given.
 */
const SCRIPT = `
const say = (answer) => console.log(JSON.stringify(answer));
say({ up: '4.2.0' });
say({ warm: true });
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const call = JSON.parse(line);
  if (call.work.file === 'sleeps') return;
  if (call.work.file === 'cut') {
    process.stdout.write('{"ending": {"result": "hal');
    process.kill(process.pid, 'SIGKILL');
  }
  const result = JSON.stringify({ call, options: process.argv.slice(2) });
  say({ ending: { result, truncated: false, error: null, error_trace: null, task_values: { rows: 7 } } });
}).on('close', () => process.exit(0));
`;

export interface StubInterpreter {
  readonly folder: string;
  readonly options: ExecutorOptions;
  remove(): void;
}

/** What an executor needs, with an interpreter that starts in no time. */
export function createStubInterpreter(): StubInterpreter {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'pinflow-stub-')));
  const python = join(folder, 'python');
  writeFileSync(join(folder, 'stub.cjs'), SCRIPT);
  writeFileSync(python, `#!/bin/sh\nexec "${process.execPath}" "${join(folder, 'stub.cjs')}" "$@"\n`);
  chmodSync(python, 0o755);
  mkdirSync(join(folder, 'executor'));
  const options = {
    ...{ python, executorPackage: join(folder, 'executor'), deltaJars: '/jars', classArchive: '/classes.jsa' },
    modules: ['/modules'],
    ...{ state: join(folder, 'state'), shortLived: true, warmUp: true },
    storage: {
      ...{ workspace: '/state/workspace', dbfs: '/state/dbfs', volumes: '/state/volumes' },
      mounts: [{ path: '/Shared/pinflow', folder: '/notebooks' }],
    },
  };
  return { folder, options, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Work that `SCRIPT` knows by this name. */
export function stubCall(file: string, cluster: WorkCall['cluster'] = { kind: 'own' }): WorkCall {
  const work = { kind: 'notebook', file, parameters: { of: file } } as const;
  return { cluster, work, libraries: [], output: '/outputs/12', taskValues: {}, secrets: {} };
}
