import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface DebianPackages {
  readonly packages: readonly string[];
  /** Whether what they bring is there. */
  readonly isThere: () => boolean;
  /** For machines where nothing can be installed from here. */
  readonly elsewhere: string;
}

/** @throws Error with the command that installs the packages, where they are missing and cannot be installed from here */
export async function ensureDebianPackages({ packages, isThere, elsewhere }: DebianPackages): Promise<void> {
  const install = `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  if (!isThere() && process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await run('sh', ['-c', `apt-get update -qq && ${install}`], { env, maxBuffer: 16 * 1024 * 1024 });
  }
  if (!isThere())
    throw new Error(`"${packages.join('", "')}" is missing; install it with: sudo ${install} (${elsewhere})`);
}
