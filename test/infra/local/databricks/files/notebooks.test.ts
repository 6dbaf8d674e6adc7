import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findNotebook } from '../../../../../infra/local/databricks/files/notebooks.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'pinflow-notebooks-')));
const folder = join(root, 'notebooks');

beforeAll(() => {
  mkdirSync(join(folder, 'daily'), { recursive: true });
  for (const file of ['notebooks/clean.py', 'notebooks/daily/report.py', 'outside.py'])
    writeFileSync(join(root, file), '');
  symlinkSync(join(root, 'outside.py'), join(folder, 'link.py'));
});

test.each([
  ['/Shared/pinflow/clean', 'clean.py'],
  ['/Shared/pinflow/clean.py', 'clean.py'],
  ['/Shared/pinflow/daily/report', 'daily/report.py'],
])('the workspace path %s is the file %s', (path, file) => {
  expect(findNotebook(folder, path)).toBe(join(folder, file));
});

test.each([
  '/Shared/pinflow/missing',
  '/Shared/other/clean',
  '/Shared/pinflow/../outside',
  '/Shared/pinflow/link',
  '/etc/passwd',
])('the workspace path %s is no notebook', (path) => {
  expect(findNotebook(folder, path)).toBeUndefined();
});
