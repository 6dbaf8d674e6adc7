import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { syncDags } from '../../../../infra/local/mwaa/sync-dags.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinflow-sync-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('the DAG folder becomes what the bucket has, and what has not changed is not written again', async () => {
  const [from, to] = [join(folder, 'from'), join(folder, 'to')];
  await syncDags(from, to);
  mkdirSync(join(from, 'team'), { recursive: true });
  writeFileSync(join(from, 'a.py'), 'a');
  writeFileSync(join(from, 'team', 'b.py'), 'b');
  await syncDags(from, to);
  expect(readFileSync(join(to, 'team', 'b.py'), 'utf8')).toBe('b');
  const { mtimeMs, ino } = statSync(join(to, 'a.py'));

  rmSync(join(from, 'team'), { recursive: true });
  await syncDags(from, to);
  expect(readdirSync(to, { recursive: true })).toEqual(['a.py', 'team']);
  expect(statSync(join(to, 'a.py'))).toMatchObject({ mtimeMs, ino });
});
