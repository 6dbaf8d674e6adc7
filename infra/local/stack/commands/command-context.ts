import type { SetupRequest, Toolchain } from '../../setup/toolchain.ts';
import type { Report } from '../engine.ts';

/** What every command of the local environment is given. */
export interface CommandContext {
  readonly checkout: string;
  readonly stateDirectory: string;
  readonly cacheDirectory: string;
  /** Installs what is missing, with a progress display. */
  readonly prepareToolchain: (options?: Pick<SetupRequest, 'withAirflow'>) => Promise<Toolchain>;
  /** Aborted by Ctrl-C and the like. */
  readonly signal: AbortSignal;
  readonly print: Report;
}
