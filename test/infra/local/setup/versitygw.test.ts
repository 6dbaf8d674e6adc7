import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installFolder } from '../../../../infra/local/setup/install-folder.ts';
import { planVersitygw } from '../../../../infra/local/setup/versitygw.ts';
import { type FakeMachine, makeFakeMachine, makeWork } from './fake-machine.ts';

let machine: FakeMachine;
beforeEach(() => (machine = makeFakeMachine()));
afterEach(() => machine.remove());

const plan = () =>
  planVersitygw({
    cache: machine.cache,
    checkout: machine.checkout,
    machine: { java: '', python: join(machine.bin, 'python3'), pythonVersion: '3.11' },
  });

test('the server is compiled at the version of the lock and only it is kept', async () => {
  const { folder, install } = await plan();
  const work = makeWork(machine);
  await installFolder(folder, (folders) => install(folders, work));
  expect(folder).toMatch(/\/versitygw-1\.8\.0-[0-9a-f]{12}$/);
  expect(readdirSync(folder)).toEqual(['versitygw']);
  expect(machine.calls()).toEqual([
    'go version',
    'go install -modcacherw -trimpath -ldflags=-s -w example.org/cmd/versitygw@v1.8.0',
  ]);
  expect(work.notes).toEqual(["compiling with this machine's Go 1.26.8"]);
});

test('caches of Go and its choice of toolchain stay inside the installation', async () => {
  machine.addProgram(
    'go',
    `
case "$1" in version) echo "go version go1.26.8 linux/amd64"; exit 0;; esac
echo "$CGO_ENABLED $GOTOOLCHAIN $GOWORK $GOPATH $GOCACHE $GOMODCACHE"; exit 1`,
  );
  const { folder, install } = await plan();
  const work = { ...makeWork(machine), env: { ...machine.env, GOMODCACHE: '/elsewhere' } };
  await expect(installFolder(folder, (folders) => install(folders, work))).rejects.toThrow(
    /\n {2}0 local off \S+\/scratch\/path \S+\/scratch\/build$/,
  );
});

test('a lock without a module is named', async () => {
  writeFileSync(join(machine.checkout, 'infra/local/setup/versitygw.lock'), '# nothing\n');
  await expect(plan()).rejects.toThrow(
    'the lock file "infra/local/setup/versitygw.lock" does not name a Go module and its version',
  );
});
