import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installFolder } from '../../../../infra/local/setup/install-folder.ts';
import { planPythonEnvironment, pythonOf } from '../../../../infra/local/setup/python-environment.ts';
import { type FakeMachine, makeFakeMachine, makeWork } from './fake-machine.ts';

let machine: FakeMachine;
beforeEach(() => (machine = makeFakeMachine()));
afterEach(() => machine.remove());

const plan = (pythonVersion = '3.11') =>
  planPythonEnvironment({
    cache: machine.cache,
    checkout: machine.checkout,
    machine: { java: join(machine.bin, 'java'), python: join(machine.bin, 'python3'), pythonVersion },
  });

test('the environment is made, then filled from the build lock, then from the lock of the notebooks', async () => {
  const { folder, install } = await plan();
  await installFolder(folder, (folders) => install(folders, makeWork(machine)));
  const pip = /^python3 -I -m pip install .*--require-hashes/;
  expect(machine.calls()).toEqual([
    expect.stringMatching(/^python3 -I -m venv .*target$/),
    expect.stringMatching(pip),
    expect.stringMatching(pip),
  ]);
  expect(machine.calls()[1]).toMatch(/build-requirements\.lock$/);
  expect(machine.calls()[2]).toMatch(/--no-build-isolation .*notebooks\/requirements\.lock$/);
});

test('entry points name the place where the environment is in the end', async () => {
  const { folder, install } = await plan();
  await installFolder(folder, (folders) => install(folders, makeWork(machine)));
  expect(readFileSync(join(folder, 'bin', 'pytest'), 'utf8')).toBe(`#!${pythonOf(folder)}\n`);
  expect(readFileSync(join(folder, 'pyvenv.cfg'), 'utf8')).toBe(`home = ${folder}\n`);
});

test('another lock or another Python is another environment', async () => {
  const before = (await plan()).folder;
  expect((await plan('3.12')).folder).not.toBe(before);
  writeFileSync(join(machine.checkout, 'notebooks/requirements.lock'), 'pyspark==4.2.1 --hash=sha256:00\n');
  expect((await plan()).folder).not.toBe(before);
});
