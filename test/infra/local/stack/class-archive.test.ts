import { statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { classArchivePath } from '../../../../infra/local/stack/class-archive.ts';
import { makeFolder } from './temporary-folder.ts';

test('an archive belongs to what it was made from, and changes when that is replaced in place', () => {
  const cache = makeFolder();
  const java = join(makeFolder(), 'java');
  writeFileSync(java, '');

  const path = classArchivePath(cache, 'kafka', [java]);

  expect(classArchivePath(cache, 'kafka', [java])).toBe(path);
  expect(statSync(dirname(path)).isDirectory()).toBe(true);
  expect(classArchivePath(cache, 'kafka', [java, cache])).not.toBe(path);
  utimesSync(java, 1, 1);
  expect(classArchivePath(cache, 'kafka', [java])).not.toBe(path);
});
