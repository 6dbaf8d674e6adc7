import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOpenSource } from '../../../activities/emulation/open-source.ts';

const openSource = createOpenSource({
  mysql: { host: '127.0.0.1', port: 1, user: 'reader', password: '', database: 'nowhere', tls: 'off', ca: undefined },
});

test('the source that a run names is opened', async () => {
  const synthetic = await openSource({ kind: 'synthetic' });
  expect(await synthetic.listKeys('pin')).toHaveLength(11_154);
  await synthetic.close();

  const directory = await mkdtemp(join(tmpdir(), 'pinflow-source-'));
  for (const kind of ['pin', 'geo', 'user']) await writeFile(join(directory, `${kind}.jsonl`), '{"ind":7}\n');
  const jsonl = await openSource({ kind: 'jsonl', directory });
  expect(await jsonl.listKeys('user')).toEqual([7]);
  await jsonl.close();
  await rm(directory, { recursive: true });

  const mysql = await openSource({ kind: 'mysql' });
  await expect(mysql.listKeys('pin')).rejects.toThrow('database "nowhere" at "127.0.0.1:1" did not answer');
  await mysql.close();
});
