import { execFile } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { readRecord, updateRecord } from '../../../../infra/local/stack/stack-record.ts';
import { startSleeper } from './sleeper.ts';
import { makeFolder } from './temporary-folder.ts';

test('a state folder without a record has an empty one', () => {
  expect(readRecord(makeFolder())).toEqual({ owner: null, ports: {}, engines: [], attached: [] });
});

test('a record that was cut off counts as empty', () => {
  const state = makeFolder();
  writeFileSync(join(state, 'processes.json'), '{"owner":{"pid":12');

  expect(readRecord(state).owner).toBeNull();
});

test('a change is kept, only the user may read it, and nothing else stays in the folder', () => {
  const state = join(makeFolder(), 'new', 'folder');

  updateRecord(state, (record) => ({ ...record, ports: { kafka: 19_092 } }));

  expect(readRecord(state).ports).toEqual({ kafka: 19_092 });
  expect(statSync(join(state, 'processes.json')).mode & 0o777).toBe(0o600);
  expect(existsSync(join(state, 'processes.json.lock'))).toBe(false);
});

test('a change that throws leaves the record as it was and unlocked', () => {
  const state = makeFolder();
  updateRecord(state, (record) => ({ ...record, ports: { s3: 1 } }));

  const change = () => {
    throw new Error('no');
  };
  expect(() => updateRecord(state, change)).toThrow('no');

  expect(updateRecord(state, (record) => record).ports).toEqual({ s3: 1 });
});

test('the lock of a command that was killed is taken over', async () => {
  const state = makeFolder();
  const killed = startSleeper();
  writeFileSync(join(state, 'processes.json.lock'), JSON.stringify(killed.identity));
  await killed.kill();

  updateRecord(state, (record) => ({ ...record, ports: { s3: 7 } }));

  expect(readRecord(state).ports).toEqual({ s3: 7 });
});

test('changes of several commands at once are all kept', async () => {
  const state = makeFolder();
  const module = resolve('infra/local/stack/stack-record.ts');
  const script = `
    const { updateRecord } = await import(${JSON.stringify(module)});
    for (let turn = 0; turn < 20; turn += 1) {
      updateRecord(${JSON.stringify(state)}, (record) => ({ ...record, attached: [...record.attached, process.pid] }));
    }`;
  const commands = [1, 2, 3].map(() => promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]));

  await Promise.all(commands);

  expect(JSON.parse(readFileSync(join(state, 'processes.json'), 'utf8'))).toMatchObject({ attached: { length: 60 } });
});
