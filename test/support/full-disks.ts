import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { canMountDisks, mountSmallDisk, type SmallDisk } from '../../infra/local/faults/small-disk.ts';
import type { EngineName } from '../../infra/local/stack/engine.ts';
import { PrivateStack } from './private-stack.ts';

const MEGABYTES = 64;

/** A group of tests with disks of their own. Where none can be mounted, one test marked "todo" says so and is counted. */
export function describeSmallDisks(title: string, define: () => void): void {
  if (canMountDisks()) describe(title, define);
  else test.todo(`${title}: not tested, because mounting a disk takes Linux and root`);
}

/** A disk for as long as it is used. */
export async function withSmallDisk(use: (disk: SmallDisk) => Promise<void>): Promise<void> {
  const disk = mountSmallDisk(MEGABYTES);
  try {
    await use(disk);
  } finally {
    disk.unmount();
  }
}

/** Engines with a disk of their own, for as long as they are used: their data, their logs and everything else is there. */
export function withEnginesOnSmallDisk(
  engines: readonly EngineName[],
  use: (stack: PrivateStack, disk: SmallDisk) => Promise<void>,
): Promise<void> {
  return withSmallDisk(async (disk) => {
    const folder = join(disk.path, 'state');
    mkdirSync(folder);
    const stack = await PrivateStack.start(engines, folder);
    try {
      await use(stack, disk);
    } finally {
      // Stopping is written down, too.
      freeDisk(disk);
      await stack.stop();
    }
  });
}

/** Gives the disk more space than anything here needs. */
export function freeDisk(disk: SmallDisk): void {
  disk.grow(MEGABYTES);
}
