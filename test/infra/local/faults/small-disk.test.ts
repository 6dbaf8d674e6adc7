import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeSmallDisks, withSmallDisk } from '../../../support/full-disks.ts';

describeSmallDisks('a small disk', () => {
  test('refuses what it has no room for, and takes it once it has grown', () =>
    withSmallDisk(async (disk) => {
      const write = (name: string, bytes: number) => writeFileSync(join(disk.path, name), Buffer.alloc(bytes));
      write('first', 100_000);
      disk.shrinkToFit(8_192);
      expect(disk.free).toBe(8_192);
      expect(() => write('second', 100_000)).toThrow('ENOSPC');
      expect(disk.free).toBe(0);
      disk.grow(1);
      write('second', 100_000);
    }));

  test('that is empty can be shrunk to one page, which is less than no limit', () =>
    withSmallDisk(async (disk) => {
      disk.shrinkToFit();
      expect(disk.free).toBe(4_096);
    }));
});
