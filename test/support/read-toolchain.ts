import { existsSync } from 'node:fs';
import { cacheDirectory } from '../../config/load.ts';
import type { Toolchain } from '../../infra/local/setup/toolchain.ts';
import { sparkArchivePath } from '../../infra/local/stack/databricks.ts';

/** The tools with which tests start engines of their own. @throws Error outside of the lane that installs them */
export function readToolchain(): Toolchain {
  const text = process.env['PINFLOW_TEST_TOOLCHAIN'];
  if (text === undefined)
    throw new Error('PINFLOW_TEST_TOOLCHAIN is not set: run its lane, "npm test -- stack" for one');
  return JSON.parse(text) as Toolchain;
}

/**
 * What an executor of Spark is started with: the same as that of the stack, down to the archive of its classes. As long as
 * the stack has not written that, none: a second writer would be a process of Spark that no test expects.
 */
export function readSparkTools(): Pick<Toolchain, 'python' | 'deltaJars'> & {
  readonly classArchive: string | undefined;
} {
  const toolchain = readToolchain();
  const { python, deltaJars } = toolchain;
  const archive = sparkArchivePath({ toolchain, cacheDirectory: cacheDirectory() });
  return { python, deltaJars, classArchive: existsSync(archive) ? archive : undefined };
}
