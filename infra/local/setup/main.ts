import { cacheDirectory } from '../../../config/load.ts';
import { PinflowError } from '../../../domain/errors.ts';
import { showProgress } from './progress.ts';
import { prepareToolchain } from './toolchain.ts';

/** Installs the engines of the local environment and prints where they are. */
try {
  const cache = cacheDirectory();
  const toolchain = await showProgress((report) => prepareToolchain({ cache, report }));
  console.log(JSON.stringify(toolchain, undefined, 2));
} catch (error) {
  if (!(error instanceof PinflowError)) throw error;
  console.error(error.report);
  process.exitCode = 1;
}
